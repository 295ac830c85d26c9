package aloft.store;

import aloft.failure.Failure;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * As much of Microsoft Graph's files as its documentation tells and we and rclone use: items by path and by
 * id, names that differ in case alone are the same, contents behind addresses that need no token, upload
 * sessions in fragments, conflict behaviour, tags, and a login that is another one after each use.
 */
final class FakeOneDrive extends FakeCloud {

    private static final String DRIVE = "b!drive";
    private static final String BEHAVIOR = "@microsoft.graph.conflictBehavior";
    private static final int FRAGMENT = 320 * 1024;
    private static final Pattern ADDRESS = Pattern.compile("/v1.0/(?:me/drive|drives/[^/]+)"
            + "(?:/(root|special/approot|items/[^/:]+))?(?::(/[^:]*?)/?:?)?"
            + "(?:/(children|content|createUploadSession))?");

    private final Map<String, Item> items = new LinkedHashMap<>();
    private final Map<String, Session> sessions = new HashMap<>();
    private final String open;
    /** Addresses for contents that were given out are worth nothing. */
    volatile boolean addressesOver;
    /** Whether a conflict behaviour is taken to heart. */
    volatile boolean honours = true;
    volatile String seenAuthorization = "";

    /** @param content null for a folder */
    private record Item(String id, String name, String parent, @Nullable FakeContent content, String tag,
            Instant modified) {}

    private record Session(Item parent, String name, String behavior, byte[] got) {}

    /** @param open what addresses for contents begin with; empty for the fake's own address */
    FakeOneDrive(int port, String open) throws IOException {
        super(port);
        page = 3;
        this.open = open.isEmpty() ? url() : open;
        items.put("root", new Item("root", "root", "", null, "\"t0\"", now()));
        items.put("approot", new Item("approot", "Aloft", "root", null, "\"t0\"", now()));
        start();
    }

    @Override
    OneDriveStore store(String folder, @Nullable String login, Stores.Options options) throws Failure {
        HttpUrl url = HttpUrl.get(url());
        return Stores.oneDrive(new AccountPlace(Account.ONEDRIVE, folder), new Credentials(null, login),
                options, Http.Times.USUAL, url.newBuilder().addPathSegments("v1.0/").build(),
                url.newBuilder().addPathSegments("common/oauth2/v2.0/").build());
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Refusal of(int status, String code) {
        return new Refusal(status, "{\"error\": {\"code\": \"" + code
                + "\", \"message\": \"words\", \"innerError\": {\"request-id\": \"1\"}}}");
    }

    @Override
    Refusal expired() {
        return of(401, "InvalidAuthenticationToken");
    }

    @Override
    Refusal limited() {
        return of(429, "activityLimitReached");
    }

    @Override
    boolean rotates() {
        return true;
    }

    @Override
    boolean isOpen(String path) {
        return path.startsWith("/up/") || path.startsWith("/dl/");
    }

    @Override
    void serve(String path, HttpExchange exchange, byte[] body) throws Refusal, IOException {
        if (isOpen(path)) {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            seenAuthorization += authorization == null ? "" : authorization;
            serveOpen(path, exchange, body);
            return;
        }
        Matcher address = ADDRESS.matcher(path);
        if (!address.matches()) {
            throw of(400, "invalidRequest");
        }
        String function = exchange.getRequestMethod() + " " + String.valueOf(address.group(3));
        if (address.group(1) == null) {
            answer(exchange,
                    "{\"id\": \"" + DRIVE + "\", \"driveType\": \"personal\", \"quota\": {\"total\": " + quota
                            + ", \"used\": " + used() + ", \"remaining\": " + (quota - used())
                            + ", \"deleted\": 0, \"state\": \"normal\"}}");
            return;
        }
        String id = address.group(1).replaceAll(".*/", "");
        Item start = items.get(id);
        if (start == null) {
            throw of(404, "itemNotFound");
        }
        serve(exchange, function, start, address.group(2) == null ? "" : address.group(2), body);
    }

    private void serve(HttpExchange exchange, String function, Item start, String below, byte[] body)
            throws Refusal, IOException {
        Map<String, String> query = exchange.getRequestURI().getRawQuery() == null
                ? Map.of()
                : form(exchange.getRequestURI().getRawQuery().getBytes(StandardCharsets.US_ASCII));
        String behavior = query.getOrDefault(BEHAVIOR, "replace");
        switch (function) {
            case "GET null" -> answer(exchange, json(there(start, below)));
            case "GET children" -> children(exchange, there(start, below),
                    Integer.parseInt(query.getOrDefault("$skiptoken", "0")));
            case "GET content" -> {
                exchange.getResponseHeaders().add("Location", open + "dl/" + there(start, below).id());
                send(exchange, 302, "text/plain", new byte[0]);
            }
            case "PUT content" -> {
                Item old = find(start, below);
                String wanted = exchange.getRequestHeaders().getFirst("If-Match");
                if (wanted != null && (old == null || !wanted.equals(old.tag()))) {
                    throw of(412, "preconditionFailed");
                }
                Item parent = parent(start, below, true);
                answer(exchange, json(put(parent, name(start, below), behavior, body)));
            }
            case "POST createUploadSession" -> {
                String wish = new String(body, StandardCharsets.UTF_8);
                String session = "s" + numbers.incrementAndGet();
                sessions.put(session, new Session(parent(start, below, true), name(start, below),
                        FakeJson.textOr(wish, "item/" + BEHAVIOR, "replace"), new byte[0]));
                answer(exchange, "{\"uploadUrl\": \"" + open + "up/" + session
                        + "\", \"expirationDateTime\": \"2099-01-01T00:00:00Z\", \"nextExpectedRanges\": [\"0-\"]}");
            }
            case "POST children" -> {
                String wish = new String(body, StandardCharsets.UTF_8);
                Item parent = there(start, below);
                if (child(parent, FakeJson.text(wish, "name")) != null) {
                    throw of(409, "nameAlreadyExists");
                }
                answer(exchange, json(make(parent, FakeJson.text(wish, "name"), null, null)));
            }
            case "PATCH null" -> answer(exchange, json(there(start, below)));
            case "DELETE null" -> {
                delete(there(start, below));
                send(exchange, 204, "text/plain", new byte[0]);
            }
            default -> throw of(405, "invalidRequest");
        }
    }

    private void serveOpen(String path, HttpExchange exchange, byte[] body) throws Refusal, IOException {
        String id = path.substring("/up/".length());
        if (path.startsWith("/dl/")) {
            Item item = items.get(id);
            if (item == null || item.content() == null || addressesOver) {
                addressesOver = false;
                throw of(404, "itemNotFound");
            }
            part(exchange, item.content().bytes());
            return;
        }
        Session session = sessions.remove(id);
        String range = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Range"));
        Matcher bytes = Pattern.compile("bytes (\\d+)-(\\d+)/(\\d+)").matcher(range);
        if (session == null || !bytes.matches()) {
            throw of(404, "itemNotFound");
        }
        int from = Integer.parseInt(bytes.group(1));
        int total = Integer.parseInt(bytes.group(3));
        boolean whole = from + body.length == total;
        if (from != session.got().length || Integer.parseInt(bytes.group(2)) + 1 - from != body.length
                || !whole && body.length % FRAGMENT != 0) {
            throw of(416, "invalidRange");
        }
        byte[] got = Arrays.copyOf(session.got(), from + body.length);
        System.arraycopy(body, 0, got, from, body.length);
        if (whole) {
            Item item = put(session.parent(), session.name(), session.behavior(), got);
            send(exchange, 201, "application/json", json(item).getBytes(StandardCharsets.UTF_8));
        } else {
            sessions.put(id, new Session(session.parent(), session.name(), session.behavior(), got));
            send(exchange, 202, "application/json", ("{\"nextExpectedRanges\": [\"" + got.length + "-\"]}")
                    .getBytes(StandardCharsets.UTF_8));
        }
    }

    private Item put(Item parent, String name, String behavior, byte[] body) throws Refusal {
        if (!name.equals(name.strip()) || name.matches(".*[\"*:<>?|\\\\].*") || name.endsWith(".")) {
            throw of(400, "invalidRequest");
        }
        Item old = child(parent, name);
        if (old != null && (old.content() == null || honours && behavior.equals("fail"))) {
            throw of(409, "nameAlreadyExists");
        }
        long before = old == null || old.content() == null ? 0 : old.content().length();
        if (used() + body.length - before > quota) {
            throw of(507, "quotaLimitReached");
        }
        return make(parent, name, body, old);
    }

    private Item make(Item parent, String name, byte @Nullable [] body, @Nullable Item old) {
        String id = old == null ? "i" + numbers.incrementAndGet() : old.id();
        var fresh = new Item(id, name, parent.id(), FakeContent.of(body),
                "\"{" + id + "}," + numbers.incrementAndGet() + "\"",
                now());
        items.put(id, fresh);
        return fresh;
    }

    private void delete(Item item) {
        items.remove(item.id());
        List.copyOf(items.values())
                .stream()
                .filter(each -> each.parent().equals(item.id()))
                .forEach(this::delete);
    }

    private long used() {
        return items.values()
                .stream()
                .mapToLong(item -> item.content() == null ? 0 : item.content().length())
                .sum();
    }

    private @Nullable Item child(Item parent, String name) {
        return items.values()
                .stream()
                .filter(item -> item.parent().equals(parent.id())
                        && item.name().toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)))
                .findFirst()
                .orElse(null);
    }

    private static List<String> names(String below) {
        return Arrays.stream(below.split("/", -1)).filter(name -> !name.isEmpty()).toList();
    }

    private @Nullable Item find(Item start, String below) {
        Item at = start;
        for (String name : names(below)) {
            at = at == null ? null : child(at, name);
        }
        return at;
    }

    private Item there(Item start, String below) throws Refusal {
        Item item = find(start, below);
        if (item == null) {
            throw of(404, "itemNotFound");
        }
        return item;
    }

    /** An item by its id is replaced where it lies. */
    private Item parent(Item start, String below, boolean make) throws Refusal {
        List<String> names = names(below);
        if (names.isEmpty()) {
            return there(items.getOrDefault(start.parent(), start), "");
        }
        Item at = start;
        for (String name : names.subList(0, names.size() - 1)) {
            Item next = child(at, name);
            if (next != null && next.content() != null || next == null && !make) {
                throw of(409, "invalidRequest");
            }
            at = next == null ? make(at, name, null, null) : next;
        }
        return at;
    }

    private static String name(Item start, String below) {
        List<String> names = names(below);
        return names.isEmpty() ? start.name() : names.getLast();
    }

    private void children(HttpExchange exchange, Item folder, int from) throws IOException {
        List<Item> all = new ArrayList<>(items.values()
                .stream()
                .filter(item -> item.parent().equals(folder.id()))
                .toList());
        List<Item> shown = all.subList(Math.min(from, all.size()), Math.min(from + page, all.size()));
        String next = from + page < all.size()
                ? "\"@odata.nextLink\": \"" + (open.startsWith("https") ? open : url()) + "v1.0/drives/"
                        + DRIVE
                        + "/items/" + folder.id() + "/children?$skiptoken=" + (from + page) + "\", "
                : "";
        answer(exchange,
                "{" + next + "\"value\": [" + String.join(", ", shown.stream().map(this::json).toList())
                        + "]}");
    }

    private String json(Item item) {
        FakeContent content = item.content();
        JsonText.Raw facet = content == null
                ? JsonText.object("childCount", 0)
                : JsonText.object("mimeType", "application/octet-stream");
        return JsonText.object("id", item.id(), "name", item.name(), "eTag", item.tag(), "cTag", item.tag(),
                "size", content == null ? 0 : content.length(), "createdDateTime", item.modified(),
                "lastModifiedDateTime", item.modified(), "parentReference",
                JsonText.object("driveId", DRIVE, "driveType", "personal", "id",
                        item.parent().isEmpty() ? "none" : item.parent()),
                "fileSystemInfo", JsonText.object("createdDateTime", item.modified(), "lastModifiedDateTime",
                        item.modified()),
                content == null ? "folder" : "file", facet).json();
    }
}
