package aloft.server;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A 207 answer, sent as it grows. */
final class Multistatus implements Closeable {

    private static final int FLUSH = 32 * 1024;

    private final OutputStream out;
    private final StringBuilder text = new StringBuilder(FLUSH + 4096);

    Multistatus(Exchange exchange) {
        exchange.setStatus(207);
        exchange.setHeader("Content-Type", "application/xml; charset=utf-8");
        this.out = exchange.stream();
        text.append("<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<D:multistatus xmlns:D=\"DAV:\">\n");
    }

    /** @param properties by status, each the XML of some properties without a parent; at least one status */
    void add(String href, Map<Integer, String> properties) throws IOException {
        text.append("<D:response><D:href>").append(href).append("</D:href>");
        properties.forEach((status, xml) -> text.append("<D:propstat><D:prop>")
                .append(xml)
                .append("</D:prop><D:status>HTTP/1.1 ")
                .append(status)
                .append(' ')
                .append(reason(status))
                .append("</D:status></D:propstat>"));
        text.append("</D:response>\n");
        if (text.length() >= FLUSH) {
            flush();
        }
    }

    @Override
    public void close() throws IOException {
        text.append("</D:multistatus>\n");
        flush();
        out.close();
    }

    private void flush() throws IOException {
        out.write(text.toString().getBytes(StandardCharsets.UTF_8));
        text.setLength(0);
    }

    private static String reason(int status) {
        return switch (status) {
            case 200 -> "OK";
            case Refusal.FORBIDDEN -> "Forbidden";
            case Refusal.NOT_FOUND -> "Not Found";
            case Refusal.FAILED_DEPENDENCY -> "Failed Dependency";
            default -> "Status";
        };
    }
}
