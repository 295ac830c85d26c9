package aloft.store;

import aloft.failure.Failure;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * As much of Google Drive's API, version 3, as its documentation tells and we and rclone use: files by their
 * ids, any number of them with one name, ids made in advance, searches that may lag, uploads in one request
 * and resumable ones, 64-bit numbers as texts.
 */
final class FakeGoogleDrive extends FakeCloud {

    static final String SECRET = "theClientSecret";
    private static final String FOLDER = "application/vnd.google-apps.folder";
    private static final String FILES = "/drive/v3/files";
    private static final String UPLOADS = "/upload/drive/v3/files";

    private final Map<String, Item> items = new LinkedHashMap<>();
    private final Map<String, Session> sessions = new HashMap<>();
    private final Set<String> given = new HashSet<>();
    private final String open;
    private long clock = System.currentTimeMillis();
    /** Files that are made while this is on are not shown by searches as long as it is. */
    volatile boolean lag;
    /** Whether a file with an id that there is already is refused. */
    volatile boolean excludes = true;
    /** Of how many of the next contents in resumable uploads only the first part arrives. */
    volatile int breaks;
    /** Whether contents arrive with a wrong byte. */
    volatile boolean spoils;

    /** @param content null for a folder */
    private record Item(String id, String name, String parent, @Nullable FakeContent content,
            Map<String, String> properties, boolean isTrashed, boolean isHidden, long created,
            long modified) {

        boolean isFolder() {
            return content == null;
        }
    }

    private record Session(String id, String file, int total, byte[] got) {}

    /** @param open what addresses for uploads begin with; empty for the fake's own address */
    FakeGoogleDrive(int port, String open) throws IOException {
        super(port);
        this.open = open.isEmpty() ? url() : open;
        items.put("theRoot", new Item("theRoot", "My Drive", "", null, Map.of(), false, false, 0, 0));
        start();
    }

    @Override
    GoogleDriveStore store(String folder, @Nullable String login, Stores.Options options) throws Failure {
        HttpUrl url = HttpUrl.get(url());
        return Stores.googleDrive(new AccountPlace(Account.GDRIVE, folder), new Credentials(null, login),
                options, Http.Times.USUAL, url, url.newBuilder().addPathSegments("oauth2/").build());
    }

    @Override
    String login(String refresh) {
        return super.login(refresh) + "\n" + SECRET;
    }

    /** Contents of an upload that is agreed on do not count. */
    @Override
    boolean isWrite(String method, String path) {
        return method.matches("POST|PATCH|DELETE");
    }

    /** As if the user had deleted everything. */
    synchronized void forgetAll() {
        items.keySet().removeIf(id -> !id.equals("theRoot"));
    }

    private static Refusal of(int status, String reason) {
        return new Refusal(status,
                "{\"error\": {\"errors\": [{\"domain\": \"global\", \"reason\": \"" + reason
                        + "\", \"message\": \"words\"}], \"code\": " + status + ", \"message\": \"words\"}}");
    }

    @Override
    Refusal expired() {
        return of(401, "authError");
    }

    @Override
    Refusal limited() {
        return of(403, "userRateLimitExceeded");
    }

    @Override
    boolean isClient(Map<String, String> form) {
        return super.isClient(form) && SECRET.equals(form.get("client_secret"));
    }

    @Override
    boolean isOpen(String path) {
        return path.equals("/revoke");
    }

    @Override
    void serve(String asked, HttpExchange exchange, byte[] body) throws Refusal, IOException {
        // Google's library has contents come from there
        String path = asked.replaceFirst("^/download/", "/");
        String raw = exchange.getRequestURI().getRawQuery();
        Map<String, String> query = raw == null ? Map.of() : form(raw.getBytes(StandardCharsets.US_ASCII));
        String method = exchange.getRequestMethod();
        if (path.equals("/revoke")) {
            revoke(String.valueOf(form(body).get("token")));
            answer(exchange, "{}");
        } else if (path.equals("/drive/v3/about")) {
            answer(exchange, "{\"storageQuota\": {\"limit\": \"" + quota + "\", \"usage\": \"" + used()
                    + "\", \"usageInDrive\": \"" + used() + "\", \"usageInDriveTrash\": \"0\"}}");
        } else if (path.equals(FILES + "/generateIds")) {
            generate(exchange, Integer.parseInt(query.getOrDefault("count", "10")));
        } else if (path.equals(FILES)) {
            if (method.equals("POST")) {
                answer(exchange, json(make("", new String(body, StandardCharsets.UTF_8), null)));
            } else {
                search(exchange, query);
            }
        } else if (path.startsWith(FILES + "/")) {
            serve(there(path.substring(FILES.length() + 1)), exchange, query, body);
        } else if (path.startsWith(UPLOADS)) {
            upload(path, exchange, query, body);
        } else {
            throw of(404, "notFound");
        }
    }

    private void generate(HttpExchange exchange, int count) throws IOException {
        var ids = new ArrayList<String>();
        for (int i = 0; i < count; i++) {
            ids.add("\"1id_" + numbers.incrementAndGet() + "-x\"");
            given.add(ids.getLast().replace("\"", ""));
        }
        answer(exchange, "{\"kind\": \"drive#generatedIds\", \"space\": \"drive\", \"ids\": " + ids + "}");
    }

    private void serve(Item item, HttpExchange exchange, Map<String, String> query, byte[] body)
            throws Refusal, IOException {
        switch (exchange.getRequestMethod()) {
            case "GET" -> {
                if (!"media".equals(query.get("alt"))) {
                    answer(exchange, json(item));
                } else if (item.content() == null) {
                    throw of(403, "fileNotDownloadable");
                } else {
                    part(exchange, item.content().bytes());
                }
            }
            case "PATCH" -> answer(exchange,
                    json(change(item, new String(body, StandardCharsets.UTF_8), item.content(), query)));
            case "DELETE" -> {
                delete(item);
                send(exchange, 204, "text/plain", new byte[0]);
            }
            default -> throw of(405, "badRequest");
        }
    }

    private void delete(Item item) {
        items.remove(item.id());
        List.copyOf(items.values())
                .stream()
                .filter(each -> each.parent().equals(item.id()))
                .forEach(this::delete);
    }

    private Item there(String id) throws Refusal {
        Item item = items.get(id.equals("root") ? "theRoot" : id);
        if (item == null) {
            throw of(404, "notFound");
        }
        return item;
    }

    private void upload(String path, HttpExchange exchange, Map<String, String> query, byte[] body)
            throws Refusal, IOException {
        String id = path.length() > UPLOADS.length() ? path.substring(UPLOADS.length() + 1) : "";
        if (query.containsKey("upload_id")) {
            resume(exchange, query.get("upload_id"), body);
            return;
        }
        switch (query.getOrDefault("uploadType", "")) {
            case "multipart" -> {
                List<byte[]> parts = parts(exchange, body);
                byte[] content = parts.get(1).clone();
                answer(exchange, json(make(id, new String(parts.get(0), StandardCharsets.UTF_8), content)));
            }
            case "resumable" -> {
                String session = "s" + numbers.incrementAndGet();
                String length = exchange.getRequestHeaders().getFirst("X-Upload-Content-Length");
                sessions.put(session, new Session(id, new String(body, StandardCharsets.UTF_8),
                        length == null ? -1 : Integer.parseInt(length), new byte[0]));
                exchange.getResponseHeaders()
                        .add("Location",
                                open + path.substring(1) + "?uploadType=resumable&upload_id=" + session);
                send(exchange, 200, "text/plain", new byte[0]);
            }
            default -> throw of(400, "badRequest");
        }
    }

    private static List<byte[]> parts(HttpExchange exchange, byte[] body) throws Refusal {
        String type = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Type"));
        Matcher boundary = Pattern.compile("multipart/related; ?boundary=\"?([^\";]+)\"?").matcher(type);
        if (!boundary.matches()) {
            throw of(400, "badContent");
        }
        String text = new String(body, StandardCharsets.ISO_8859_1);
        String line = "--" + boundary.group(1);
        var parts = new ArrayList<byte[]>();
        int at = text.indexOf(line);
        while (at >= 0 && !text.startsWith(line + "--", at)) {
            int from = text.indexOf("\r\n\r\n", at) + 4;
            at = text.indexOf("\r\n" + line, from) + 2;
            parts.add(Arrays.copyOfRange(body, from, at - 2));
        }
        if (parts.size() != 2) {
            throw of(400, "badContent");
        }
        return parts;
    }

    private void resume(HttpExchange exchange, String session, byte[] body) throws Refusal, IOException {
        Session running = sessions.get(session);
        String range = String.valueOf(exchange.getRequestHeaders().getFirst("Content-Range"));
        Matcher bytes = Pattern.compile("bytes (?:(\\d+)-(\\d+)|\\*)/(\\d+|\\*)").matcher(range);
        if (running == null || !bytes.matches()) {
            throw of(running == null ? 404 : 400, "notFound");
        }
        byte[] got = running.got();
        int total = bytes.group(3).equals("*") ? -1 : Integer.parseInt(bytes.group(3));
        boolean breaking = breaks > 0 && bytes.group(1) != null;
        if (bytes.group(1) != null) {
            int from = Integer.parseInt(bytes.group(1));
            byte[] arrived = breaking ? Arrays.copyOf(body, body.length / 2 / 262_144 * 262_144) : body;
            if (from != got.length || Integer.parseInt(bytes.group(2)) + 1 - from != body.length
                    || from + body.length != total && body.length % 262_144 != 0) {
                throw of(400, "badRequest");
            }
            got = Arrays.copyOf(got, from + arrived.length);
            System.arraycopy(arrived, 0, got, from, arrived.length);
            sessions.put(session, new Session(running.id(), running.file(), running.total(), got));
        }
        if (breaking) {
            breaks--;
            throw of(503, "backendError");
        }
        if (got.length == total) {
            sessions.remove(session);
            answer(exchange, json(make(running.id(), running.file(), got)));
            return;
        }
        if (got.length > 0) {
            exchange.getResponseHeaders().add("Range", "bytes=0-" + (got.length - 1));
        }
        send(exchange, 308, "text/plain", new byte[0]);
    }

    /** @param old the id of the file that gets the content; empty for a new file */
    private Item make(String old, String json, byte @Nullable [] content) throws Refusal {
        if (spoils && content != null && content.length > 0) {
            content[0]++;
        }
        Item before = old.isEmpty() ? null : there(old);
        long freed = before == null || before.content() == null ? 0 : before.content().length();
        if (used() - freed + (content == null ? 0 : content.length) > quota) {
            throw of(403, "storageQuotaExceeded");
        }
        if (before != null) {
            return change(before, json, FakeContent.of(content), Map.of());
        }
        String id = FakeJson.textOr(json, "id", "");
        if (!id.isEmpty() && !given.contains(id)) {
            throw of(400, "invalid");
        }
        if (items.containsKey(id) && excludes) {
            throw of(409, "fileIdInUse");
        }
        String name = FakeJson.textOr(json, "name", "Untitled");
        Item parent = there(FakeJson.textOr(json, "parents", "root"));
        boolean isFolder = FakeJson.textOr(json, "mimeType", "").equals(FOLDER);
        clock = Math.max(clock + 1, System.currentTimeMillis());
        var made = new Item(id.isEmpty() ? "1own_" + numbers.incrementAndGet() : id, name, parent.id(),
                isFolder ? null : FakeContent.of(content == null ? new byte[0] : content),
                properties(json, Map.of()), false,
                lag, clock, clock);
        items.put(made.id(), made);
        return made;
    }

    private Item change(Item item, String json, @Nullable FakeContent content, Map<String, String> query) {
        clock = Math.max(clock + 1, System.currentTimeMillis());
        var changed = new Item(item.id(), FakeJson.textOr(json, "name", item.name()),
                query.getOrDefault("addParents", item.parent()), content,
                properties(json, item.properties()),
                Boolean.parseBoolean(FakeJson.textOr(json, "trashed", item.isTrashed() + "")),
                item.isHidden(), item.created(), clock);
        items.put(item.id(), changed);
        return changed;
    }

    private static Map<String, String> properties(String json, Map<String, String> before) {
        var properties = new HashMap<>(before);
        for (String name : List.of("vault", "turn", "next")) {
            String value = FakeJson.textOr(json, "appProperties/" + name, "");
            if (!value.isEmpty()) {
                properties.put(name, value);
            }
        }
        return Map.copyOf(properties);
    }

    private long used() {
        return items.values()
                .stream()
                .mapToLong(item -> item.content() == null ? 0 : item.content().length())
                .sum();
    }

    private void search(HttpExchange exchange, Map<String, String> query) throws Refusal, IOException {
        var wanted = new FakeGoogleQuery(query.getOrDefault("q", ""));
        for (String parent : wanted.parents()) {
            there(parent);
        }
        Comparator<Item> byTime = Comparator.comparingLong(Item::created);
        List<Item> found = items.values()
                .stream()
                .filter(item -> !(lag && item.isHidden()) && !item.id().equals("theRoot"))
                .filter(item -> wanted.takes(item.name(), item.parent(), item.isFolder() ? FOLDER : "x/y",
                        item.isTrashed(), item.properties()))
                .sorted(query.getOrDefault("orderBy", "").endsWith("desc") ? byTime.reversed() : byTime)
                .toList();
        int from = Integer.parseInt(query.getOrDefault("pageToken", "0"));
        int to = Math.min(found.size(), from + Math.min(page, Integer.parseInt(query.getOrDefault("pageSize",
                "100"))));
        answer(exchange, "{\"kind\": \"drive#fileList\", \"incompleteSearch\": false, "
                + (to < found.size() ? "\"nextPageToken\": \"" + to + "\", " : "") + "\"files\": "
                + found.subList(from, to).stream().map(FakeGoogleDrive::json).toList() + "}");
    }

    private static String json(Item item) {
        String properties = String.join(", ", item.properties()
                .entrySet()
                .stream()
                .map(each -> "\"" + each.getKey() + "\": \"" + each.getValue() + "\"")
                .toList());
        return "{\"kind\": \"drive#file\", \"id\": \"" + item.id() + "\", \"name\": \""
                + item.name().replace("\\", "\\\\").replace("\"", "\\\"") + "\", \"parents\": ["
                + (item.parent().isEmpty() ? "" : "\"" + item.parent() + "\"") + "], \"mimeType\": \""
                + (item.isFolder() ? FOLDER : "application/octet-stream") + "\", \"trashed\": "
                + item.isTrashed() + ", \"createdTime\": \"" + Instant.ofEpochMilli(item.created())
                + "\", \"modifiedTime\": \"" + Instant.ofEpochMilli(item.modified())
                + "\", \"version\": \"1\", "
                + (item.content() == null
                        ? ""
                        : "\"size\": \"" + item.content().length() + "\", \"md5Checksum\": \""
                                + Hashes.md5Hex(item.content().bytes()) + "\", ")
                + "\"appProperties\": {" + properties + "}}";
    }
}
