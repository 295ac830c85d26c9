package aloft.store;

import aloft.failure.Failure;
import aloft.fuzz.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import okhttp3.HttpUrl;

/**
 * What clouds answer: status, headers and body, over HTTP. Fed are bytes: one says what is asked for, one which
 * status the answer has, then headers, an empty line, and the body.
 */
public final class AnswerTargets {

    private static final String LOGIN = "refresh\nclient";
    private static final int[] STATUS = {200, 201, 204, 206, 207, 301, 302, 307, 400, 401, 403, 404, 405, 409,
            412, 416, 423, 429, 500, 503, 507};
    private static final Http.Times TIMES = new Http.Times(Duration.ofSeconds(2), Duration.ofSeconds(1),
            Duration.ofSeconds(5), 32 * 1024);
    private static final byte[] BODY = {1, 2, 3};

    private static final List<Question> QUESTIONS = List.of(store -> store.list("m/", _ -> {}),
            store -> store.get("m/1", 1_000), store -> store.read("o/1", 1, 2, (_, _, _) -> {}),
            store -> store.put("o/2", BODY), store -> store.putIfAbsent("m/2", BODY),
            store -> store.replace("vault.json", BODY, "0123456789abcdef"), Store::space,
            store -> store.delete("m/3"), store -> store.await("m/4", 1_000, Duration.ofMillis(20)),
            Store::promise, store -> store.list("", _ -> {}));

    private static final String MULTISTATUS = """
            <?xml version="1.0"?><d:multistatus xmlns:d="DAV:"><d:response><d:href>/m/</d:href><d:propstat>\
            <d:prop><d:resourcetype><d:collection/></d:resourcetype><d:quota-used-bytes>7</d:quota-used-bytes>\
            <d:quota-available-bytes>9</d:quota-available-bytes></d:prop><d:status>HTTP/1.1 200 OK</d:status>\
            </d:propstat></d:response><d:response><d:href>/m/1</d:href><d:propstat><d:prop>\
            <d:getcontentlength>5</d:getcontentlength><d:getlastmodified>Mon, 23 Nov 2026 09:00:00 GMT\
            </d:getlastmodified></d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>\
            </d:multistatus>""";
    private static final String S3_LIST = """
            <?xml version="1.0"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
            <IsTruncated>false</IsTruncated><Contents><Key>vault/m/1</Key><Size>5</Size>\
            <LastModified>2026-11-23T09:00:00.000Z</LastModified></Contents></ListBucketResult>""";
    private static final String S3_ERROR = """
            <?xml version="1.0"?><Error><Code>NoSuchKey</Code><Message>m</Message><Region>eu-north-1</Region>\
            </Error>""";
    private static final String DROPBOX_LIST = """
            {"entries":[{".tag":"file","path_display":"/vault/m/1","size":5,\
            "server_modified":"2026-11-23T09:00:00Z"}],"cursor":"c","has_more":false}""";
    private static final String DROPBOX_ERROR = """
            {"error_summary":"path/not_found/..","error":{".tag":"path","retry_after":3}}""";
    private static final String DROPBOX_SPACE = """
            {"used":5,"allocation":{".tag":"individual","allocated":10}}""";
    private static final String GRAPH_LIST = """
            {"value":[{"name":"m","folder":{"childCount":1}},{"name":"1","size":5,"file":{},\
            "lastModifiedDateTime":"2026-11-23T09:00:00Z"}],"quota":{"total":10,"used":5,"remaining":5}}""";
    private static final String GRAPH_ERROR = """
            {"error":{"code":"itemNotFound","message":"m","innerError":{"code":"x"}}}""";

    private static final String GOOGLE_LIST = """
            {"files":[{"id":"a1","name":"m","parents":["r"],"mimeType":"application/vnd.google-apps.folder",\
            "modifiedTime":"2026-11-23T09:00:00.000Z"},{"id":"a2","name":"1","parents":["a1"],"size":"5",\
            "md5Checksum":"00ff","modifiedTime":"2026-11-23T09:00:00.000Z","appProperties":{"turn":"1",\
            "next":"a3"}}],"storageQuota":{"limit":"10","usage":"5"}}""";
    private AnswerTargets() {}

    /** Asks something of a store. */
    @FunctionalInterface
    private interface Question {
        void ask(Store store) throws IOException;
    }

    /** Opens a store at a server. */
    @FunctionalInterface
    private interface Opening {
        Store open(String url) throws IOException;
    }

    public static List<Target> all() {
        return List.of(
                target("webdav", AnswerTargets::webDav,
                        List.of(fed(0, 207, "Date: Mon, 23 Nov 2026 09:00:00 GMT\r\n", MULTISTATUS),
                                fed(6, 207, "", MULTISTATUS), fed(1, 200, "ETag: \"e\"\r\n", "abc"),
                                fed(2, 206, "Content-Range: bytes 1-2/3\r\n", "bc"))),
                target("s3", AnswerTargets::s3,
                        List.of(fed(0, 200, "", S3_LIST), fed(1, 200, "ETag: \"e\"\r\n", "abc"),
                                fed(7, 404, "", S3_ERROR),
                                fed(2, 206, "Content-Range: bytes 1-2/3\r\n", "bc"))),
                target("dropbox", AnswerTargets::dropbox,
                        List.of(fed(0, 200, "", DROPBOX_LIST), fed(7, 409, "", DROPBOX_ERROR),
                                fed(6, 200, "", DROPBOX_SPACE),
                                fed(1, 200, "Dropbox-API-Result: {\"rev\":\"0123456789\"}\r\n", "abc"),
                                fed(QUESTIONS.size() + 6, 200, "",
                                        "{\"access_token\":\"a\",\"expires_in\":5,\"used\":1}"))),
                target("googledrive", AnswerTargets::googleDrive,
                        List.of(fed(6, 200, "", GOOGLE_LIST), fed(0, 200, "", "{\"files\":[]}"))),
                target("onedrive", AnswerTargets::oneDrive,
                        List.of(fed(6, 200, "", GRAPH_LIST), fed(7, 404, "", GRAPH_ERROR),
                                fed(QUESTIONS.size() + 6, 200, "",
                                        "{\"access_token\":\"a\",\"refresh_token\":\"b\",\"expires_in\":5}"))));
    }

    private static byte[] fed(int question, int status, String headers, String body) {
        byte[] text = (headers + "\r\n" + body).getBytes(StandardCharsets.UTF_8);
        byte[] fed = new byte[2 + text.length];
        fed[0] = (byte) question;
        fed[1] = (byte) Arrays.binarySearch(STATUS, status);
        System.arraycopy(text, 0, fed, 2, text.length);
        return fed;
    }

    private static Target target(String name, Opening opening, List<byte[]> good) {
        CannedServer[] server = new CannedServer[1];
        return new Target(name, () -> good, bytes -> {
            if (server[0] == null) {
                server[0] = new CannedServer();
            }
            ask(server[0], opening, bytes);
        }, Set.of(Failure.class));
    }

    private static void ask(CannedServer server, Opening opening, byte[] fed) throws IOException {
        int question = fed.length > 0 ? fed[0] & 0xff : 0;
        int status = STATUS[(fed.length > 1 ? fed[1] & 0xff : 0) % STATUS.length];
        int end = 2;
        while (end < fed.length && !(fed[end] == '\r' && (end == 2 || fed[end - 1] == '\n'))) {
            end++;
        }
        String headers = end > 2
                ? new String(fed, 2, Math.min(end, fed.length) - 2, StandardCharsets.ISO_8859_1)
                : "";
        byte[] body = Arrays.copyOfRange(fed, Math.min(fed.length, end + 2), fed.length);
        server.answer(new CannedServer.Answer(status, headers.endsWith("\n") ? headers : "", body,
                question < QUESTIONS.size()));
        try (Store store = opening.open(server.url())) {
            QUESTIONS.get(question % QUESTIONS.size()).ask(store);
        }
    }

    /** In which time passes by pauses alone. */
    private static Patience patience() {
        var now = new AtomicLong();
        return new Patience(Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofSeconds(3), now::get,
                new Random(1), (_, time) -> {
                    now.addAndGet(time.toNanos());
                    return false;
                });
    }

    private static Stores.Options options() {
        return Stores.Options.usual(new Circuit(System::nanoTime), new Random(1));
    }

    private static Store webDav(String url) {
        var http = new Http(TIMES, null);
        HttpUrl base = HttpUrl.get(URI.create(url));
        if (base == null) {
            throw new UncheckedIOException(new IOException(url));
        }
        return new WebDavStore(http, new Dav(http, base, null), false, patience());
    }

    private static Store s3(String url) throws IOException {
        var place = new S3Place("bucket", "vault", url, null);
        var http = new Http(TIMES, null, Http.Following.NOTHING);
        var bucket = new S3Bucket(http, place, S3Keys.parse("id\nsecret"),
                InstantSource.fixed(Instant.parse("2026-11-23T12:00:00Z")));
        return new S3Store(http, new S3Objects(bucket, false), patience());
    }

    private static Store dropbox(String url) throws IOException {
        HttpUrl host = HttpUrl.get(url);
        return Stores.dropbox(new AccountPlace(Account.DROPBOX, "/vault"), new Credentials(null, LOGIN),
                options(), TIMES,
                new Dropbox.Hosts(host, host, host));
    }

    private static Store oneDrive(String url) throws IOException {
        HttpUrl host = HttpUrl.get(url);
        AccountKeys keys = AccountKeys.parse(LOGIN, Account.ONEDRIVE);
        var http = new Http(TIMES, null, Http.Following.NOTHING);
        var tokens = new AccessTokens(http, host.newBuilder().addPathSegment("token").build(),
                Account.ONEDRIVE, keys, System::nanoTime, KeptLogin.NOWHERE);
        return new OneDriveStore(http, new OneDrive(http, host, tokens, "/vault"), patience(), "onedrive:");
    }

    private static Store googleDrive(String url) throws IOException {
        HttpUrl host = HttpUrl.get(url);
        AccountKeys keys = AccountKeys.parse(LOGIN + "\nsecret", Account.GDRIVE);
        var http = new Http(TIMES, null, Http.Following.NOTHING);
        var tokens = new AccessTokens(http, host.newBuilder().addPathSegment("token").build(),
                Account.GDRIVE, keys, System::nanoTime, KeptLogin.NOWHERE);
        return new GoogleDriveStore(http, new GoogleDrive(http, host, tokens), List.of("Aloft"), patience(),
                "gdrive:");
    }
}
