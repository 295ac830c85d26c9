package aloft.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** The answer to a PROPFIND (RFC 4918, 14.16), read as a stream with bounds on all it may hold. */
final class Multistatus {

    /** Of the whole answer: a folder of some hundred thousand objects. */
    private static final long MAX_BYTES = 512L << 20;
    private static final int MAX_DEPTH = 32;
    private static final int MAX_TEXT = 8 * 1024;
    private static final String DAV = "DAV:";

    private final XMLStreamReader xml;
    private final Consumer<Entry> to;
    private final Deque<String> path = new ArrayDeque<>();
    private final StringBuilder text = new StringBuilder();
    private @Nullable String href;
    private Properties found = Properties.NONE;
    private Properties open = Properties.NONE;
    private boolean ok;

    /** @param href as the server wrote it */
    record Entry(String href, Properties properties) {}

    /**
     * @param size -1 when not told
     * @param modified as the server wrote it, empty when not told
     * @param available bytes of the quota (RFC 4331), -1 when not told
     * @param used likewise
     */
    record Properties(boolean isFolder, long size, String modified, long available, long used) {

        static final Properties NONE = new Properties(false, -1, "", -1, -1);

        private Properties with(String name, String text) {
            return switch (name) {
                case "collection" -> new Properties(true, size, modified, available, used);
                case "getcontentlength" -> new Properties(isFolder, number(text), modified, available, used);
                case "getlastmodified" -> new Properties(isFolder, size, text, available, used);
                case "quota-available-bytes" -> new Properties(isFolder, size, modified, number(text), used);
                case "quota-used-bytes" -> new Properties(isFolder, size, modified, available, number(text));
                default -> this;
            };
        }

        private Properties over(Properties older) {
            return new Properties(isFolder || older.isFolder, size >= 0 ? size : older.size,
                    modified.isEmpty() ? older.modified : modified,
                    available >= 0 ? available : older.available, used >= 0 ? used : older.used);
        }

        private static long number(String text) {
            try {
                return Math.max(-1, Long.parseLong(text));
            } catch (NumberFormatException e) {
                return -1;
            }
        }
    }

    private Multistatus(XMLStreamReader xml, Consumer<Entry> to) {
        this.xml = xml;
        this.to = to;
    }

    /**
     * @throws XmlGuard.Malformed when it is no such answer
     * @throws IOException when it is too long or breaks off
     */
    static void read(InputStream in, Consumer<Entry> to) throws IOException {
        XmlGuard.parse(in, MAX_BYTES, xml -> new Multistatus(xml, to).run());
    }

    private void run() throws XMLStreamException, IOException {
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> start(name());
                case XMLStreamConstants.END_ELEMENT -> end(path.pop());
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.SPACE -> text();
                default -> {
                    // declarations and instructions say nothing to us
                }
            }
        }
    }

    private String name() {
        return DAV.equals(xml.getNamespaceURI()) ? xml.getLocalName() : "";
    }

    private void start(String name) throws XmlGuard.Malformed {
        if (path.size() >= MAX_DEPTH || path.isEmpty() && !name.equals("multistatus")) {
            throw new XmlGuard.Malformed(null);
        }
        path.push(name);
        text.setLength(0);
        switch (name) {
            case "response" -> {
                href = null;
                found = Properties.NONE;
            }
            case "propstat" -> {
                open = Properties.NONE;
                ok = false;
            }
            default -> {
                // told at its end
            }
        }
    }

    private void text() throws XmlGuard.Malformed {
        if (text.length() + xml.getTextLength() > MAX_TEXT) {
            throw new XmlGuard.Malformed(null);
        }
        text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
    }

    private void end(String name) {
        String content = text.toString().strip();
        text.setLength(0);
        switch (name) {
            case "href" -> {
                if ("response".equals(path.peek())) {
                    href = content;
                }
            }
            case "status" -> ok = content.contains(" 200");
            case "propstat" -> {
                if (ok) {
                    found = open.over(found);
                }
            }
            case "response" -> {
                if (href != null) {
                    to.accept(new Entry(href, found));
                }
            }
            default -> open = open.with(name, content);
        }
    }
}
