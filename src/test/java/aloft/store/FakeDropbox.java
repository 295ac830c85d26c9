package aloft.store;

import aloft.failure.Failure;
import aloft.store.FakeDropboxFiles.Item;
import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/**
 * As much of Dropbox's API as its documentation tells and we, rclone and Dropbox's own Python library use:
 * names that differ in case alone are the same, folders come by themselves, "add" and "update" have their
 * conflicts. One lock over all, as over a namespace.
 */
final class FakeDropbox extends FakeCloud {

    private final FakeDropboxFiles files = new FakeDropboxFiles(this::notifyAll);
    private final Map<String, byte[]> sessions = new HashMap<>();
    private final Map<String, List<Item>> cursors = new HashMap<>();

    private final Map<String, Watch> watches = new HashMap<>();
    /** Seconds that who waits for changes is asked to stay away after that. */
    volatile int backoff;
    volatile int polls;
    volatile String seenAuthorization = "";

    private static final String LOOKUP = "lookup_failed/";

    private record Watch(String folder, boolean deep, List<Item> was) {}

    /** Whether an argument in a header must be ASCII, as is documented; rclone sends UTF-8. */
    private final boolean strict;

    FakeDropbox(int port, boolean strict) throws IOException {
        super(port);
        this.strict = strict;
        start();
    }

    @Override
    DropboxStore store(String folder, @Nullable String login, Stores.Options options) throws Failure {
        HttpUrl url = HttpUrl.get(url());
        return Stores.dropbox(new AccountPlace(Account.DROPBOX, folder), new Credentials(null, login),
                options,
                Http.Times.USUAL, new Dropbox.Hosts(url, url, url));
    }

    @Override
    boolean isWrite(String method, String path) {
        return path.matches("/2/files/(upload.*|delete_v2|create_folder_v2)");
    }

    @Override
    String about(HttpExchange exchange) {
        return exchange.getRequestURI() + " "
                + Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Dropbox-API-Arg"), "");
    }

    @Override
    Refusal expired() {
        return of(401, "expired_access_token");
    }

    @Override
    Refusal limited() {
        return new Refusal(429, "{\"error_summary\": \"too_many_requests/..\", \"error\": {\"reason\":"
                + " {\".tag\": \"too_many_requests\"}, \"retry_after\": " + (writesPerSecond > 0 ? 1 : 0)
                + "}}");
    }

    /** @param tags from the outermost on, parted by '/' */
    static Refusal of(int status, String tags) {
        return new Refusal(status,
                "{\"error_summary\": \"" + tags + "/..\", \"error\": " + union(tags) + "}");
    }

    /** Of an upload in one request, whose "path" is a structure. */
    private static Refusal ofUpload(Refusal refusal) {
        String tags = FakeJson.text(refusal.body, "error_summary").replaceAll("/\\.\\.$", "");
        return tags.startsWith("path/")
                ? new Refusal(refusal.status,
                        "{\"error_summary\": \"" + tags + "/..\", \"error\": {\".tag\": \"path\","
                                + " \"reason\": " + union(tags.substring("path/".length()))
                                + ", \"upload_session_id\": \"s\"}}")
                : refusal;
    }

    private static String union(String tags) {
        String inner = "";
        for (String tag : Arrays.asList(tags.split("/", 10)).reversed()) {
            inner = "{\".tag\": \"" + tag + "\""
                    + (inner.isEmpty() ? "}" : ", \"" + tag + "\": " + inner + "}");
        }
        return inner;
    }

    @Override
    boolean isOpen(String path) {
        return path.equals("/2/files/list_folder/longpoll");
    }

    /** Holds the answer back until something changes. */
    private void longPoll(HttpExchange exchange, String argument) throws Refusal, IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        seenAuthorization += authorization == null ? "" : authorization;
        Watch watch = watches.get(FakeJson.text(argument, "cursor"));
        int seconds = Integer.parseInt(FakeJson.textOr(argument, "timeout", "30"));
        if (watch == null || seconds < 30 || seconds > 480) {
            throw of(409, "reset");
        }
        polls++;
        notifyAll();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        while (backoff == 0 && files.below(watch.folder(), watch.deep()).equals(watch.was())) {
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0) {
                break;
            }
            try {
                wait(left);
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }
        boolean changed = !files.below(watch.folder(), watch.deep()).equals(watch.was());
        answer(exchange,
                "{\"changes\": " + changed + (backoff == 0 ? "" : ", \"backoff\": " + backoff) + "}");
    }

    /** Until somebody has begun to wait for changes. */
    synchronized void awaitPoll() throws InterruptedException {
        while (polls == 0) {
            wait();
        }
    }

    @Override
    void serve(String path, HttpExchange exchange, byte[] body) throws Refusal, IOException {
        String function = path.startsWith("/2/") ? path.substring(3) : path;
        switch (function) {
            case "files/upload" -> {
                String argument = argument(exchange, true);
                try {
                    answer(exchange, FakeDropboxFiles.metadata(files.write(argument, body, quota), false));
                } catch (Refusal e) {
                    throw e.body.startsWith("{") ? ofUpload(e) : e;
                }
            }
            case "files/upload_session/start" -> {
                argument(exchange, true);
                String id = "session" + numbers.incrementAndGet();
                sessions.put(id, body);
                answer(exchange, "{\"session_id\": \"" + id + "\"}");
            }
            case "files/upload_session/append_v2" -> {
                append(argument(exchange, true), body, "");
                answer(exchange, "null");
            }
            case "files/upload_session/finish" -> {
                String argument = argument(exchange, true);
                answer(exchange, FakeDropboxFiles
                        .metadata(files.write(argument, append(argument, body, LOOKUP), quota), false));
            }
            case "files/list_folder/longpoll" -> longPoll(exchange, new String(body, StandardCharsets.UTF_8));
            case "files/download" -> download(exchange, argument(exchange, false));
            default -> answer(exchange, call(function, new String(body, StandardCharsets.UTF_8)));
        }
    }

    private String argument(HttpExchange exchange, boolean bytes) throws Refusal {
        String argument = exchange.getRequestHeaders().getFirst("Dropbox-API-Arg");
        if (argument != null && !strict) {
            argument = new String(argument.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (argument == null || strict && !argument.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw new Refusal(400,
                    "Error in call to API function: HTTP header \"Dropbox-API-Arg\": bad");
        }
        if (bytes
                ? !"application/octet-stream".equals(type)
                : type != null && !type.isEmpty()
                        && !type.startsWith("text/plain") && !type.equals("application/octet-stream")) {
            throw new Refusal(400,
                    "Error in call to API function: Bad HTTP \"Content-Type\" header: \"" + type
                            + "\".");
        }
        return argument;
    }

    /** @param within what an error of the session is told as a part of; empty where it is told as it is */
    private byte[] append(String argument, byte[] body, String within) throws Refusal {
        String id = FakeJson.text(argument, "cursor/session_id");
        byte[] before = sessions.get(id);
        if (before == null) {
            throw of(409, within + "not_found");
        }
        if (before.length != Long.parseLong(FakeJson.text(argument, "cursor/offset"))) {
            throw new Refusal(409, of(409, within + "incorrect_offset").body.replace("\"incorrect_offset\"}",
                    "\"incorrect_offset\", \"correct_offset\": " + before.length + "}"));
        }
        byte[] all = Arrays.copyOf(before, before.length + body.length);
        System.arraycopy(body, 0, all, before.length, body.length);
        sessions.put(id, all);
        return all;
    }

    private void download(HttpExchange exchange, String argument) throws Refusal, IOException {
        Item item = files.there(FakeJson.text(argument, "path"), "path");
        FakeContent content = item.content();
        if (content == null) {
            throw of(409, "path/not_file");
        }
        var headers = exchange.getResponseHeaders();
        headers.add("Dropbox-API-Result", FakeDropboxFiles.metadata(item, false));
        headers.add("ETag", "W/\"" + item.rev() + "\"");
        part(exchange, content.bytes());
    }

    private String call(String function, String argument) throws Refusal {
        return switch (function) {
            case "files/list_folder" -> {
                String path = FakeDropboxFiles.path(FakeJson.text(argument, "path"));
                if (!path.isEmpty() && files.there(path, "path").content() != null) {
                    throw of(409, "path/not_folder");
                }
                yield page(files.below(path, FakeJson.textOr(argument, "recursive", "false").equals("true")));
            }
            case "files/list_folder/get_latest_cursor" -> {
                String path = FakeDropboxFiles.path(FakeJson.text(argument, "path"));
                if (!path.isEmpty() && files.there(path, "path").content() != null) {
                    throw of(409, "path/not_folder");
                }
                boolean deep = FakeJson.textOr(argument, "recursive", "false").equals("true");
                String cursor = "latest" + numbers.incrementAndGet();
                watches.put(cursor, new Watch(path, deep, files.below(path, deep)));
                yield "{\"cursor\": \"" + cursor + "\"}";
            }
            case "files/list_folder/continue" -> {
                List<Item> rest = cursors.remove(FakeJson.text(argument, "cursor"));
                if (rest == null) {
                    throw of(409, "reset");
                }
                yield page(rest);
            }
            case "files/get_metadata" ->
                FakeDropboxFiles.metadata(files.there(FakeJson.text(argument, "path"), "path"), true);
            case "files/upload_session/finish_batch_v2" -> batch(argument);
            case "files/create_folder_v2" -> {
                String path = FakeDropboxFiles.path(FakeJson.text(argument, "path"));
                Item old = files.find(path);
                if (old != null) {
                    throw of(409, "path/conflict/" + (old.content() == null ? "folder" : "file"));
                }
                yield "{\"metadata\": " + FakeDropboxFiles.metadata(files.put(path, null, null), false) + "}";
            }
            case "files/delete_v2" -> {
                Item gone = files.there(FakeJson.text(argument, "path"), "path_lookup");
                files.delete(gone);
                yield "{\"metadata\": " + FakeDropboxFiles.metadata(gone, true) + "}";
            }
            case "users/get_space_usage" -> "{\"used\": " + files.used()
                    + ", \"allocation\": {\".tag\": \"individual\", \"allocated\": " + quota + "}}";
            case "users/get_current_account" -> ACCOUNT;
            case "auth/token/revoke" -> {
                revoke();
                yield "null";
            }
            default -> throw new Refusal(404, "Unknown API function: \"" + function + "\"");
        };
    }

    /** All of it under one lock, each with its own outcome. */
    private String batch(String argument) throws Refusal {
        var out = new ArrayList<String>();
        for (String entry : FakeJson.elements(argument, "entries")) {
            byte[] content = append(entry, new byte[0], LOOKUP);
            try {
                String metadata = FakeDropboxFiles.metadata(files.write(entry, content, quota), false);
                out.add("{\".tag\": \"success\", " + metadata.substring(1));
            } catch (Refusal e) {
                out.add("{\".tag\": \"failure\", \"failure\": {\".tag\": \"path\", \"path\": {\".tag\":"
                        + " \"conflict\", \"conflict\": {\".tag\": \"file\"}}}}");
            }
        }
        return "{\"entries\": [" + String.join(", ", out) + "]}";
    }

    private static final String ACCOUNT = """
            {"account_id": "dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc", "name": {"given_name": "A", "surname": "B",
             "familiar_name": "A", "display_name": "A B", "abbreviated_name": "AB"}, "email": "a@b.example",
             "email_verified": true, "disabled": false, "locale": "en", "referral_link": "https://db.tt/x",
             "is_paired": false, "account_type": {".tag": "basic"}, "root_info": {".tag": "user",
             "root_namespace_id": "3235641", "home_namespace_id": "3235641"}, "country": "DE"}""";

    private String page(List<Item> all) {
        List<Item> now = all.subList(0, Math.min(page, all.size()));
        String cursor = "cursor" + numbers.incrementAndGet();
        cursors.put(cursor, all.subList(now.size(), all.size()));
        return "{\"entries\": ["
                + String.join(", ", now.stream().map(item -> FakeDropboxFiles.metadata(item, true)).toList())
                + "], \"cursor\": \"" + cursor + "\", \"has_more\": " + (now.size() < all.size()) + "}";
    }
}
