package aloft.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Bounds what an XML parser may be made to hold: the whole, and the distance from one '&lt;' to the next
 * (a '&lt;' can be in no attribute and no text). Comments, CDATA and document types are refused; nobody
 * needs them in an answer of WebDAV or S3.
 */
final class XmlGuard extends FilterInputStream {

    private static final int MAX_RUN = 64 * 1024;

    /** Goes through a document. */
    @FunctionalInterface
    interface Parsing {
        void run(XMLStreamReader xml) throws XMLStreamException, IOException;
    }

    private long left;
    private int run;
    private boolean ended;

    XmlGuard(InputStream in, long limit) {
        super(in);
        this.left = limit;
    }

    /**
     * @param limit bytes of the whole
     * @throws Malformed when it is no XML
     * @throws IOException when it is too long or breaks off
     */
    static void parse(InputStream in, long limit, Parsing parsing) throws IOException {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        var guard = new XmlGuard(in, limit);
        try {
            parsing.run(factory.createXMLStreamReader(new InputStreamReader(guard, StandardCharsets.UTF_8)));
        } catch (XMLStreamException e) {
            if (e.getNestedException() instanceof IOException broken) {
                throw broken;
            }
            if (guard.hasEnded()) {
                throw new IOException("the answer breaks off", e);
            }
            throw new Malformed(e);
        }
    }

    /** The answer is not the XML that it should be. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        Malformed(@Nullable Throwable cause) {
            super("not the XML that was asked for", cause);
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] to, int at, int length) throws IOException {
        int n = super.read(to, at, length);
        ended |= n < 0;
        left -= Math.max(n, 0);
        if (left < 0) {
            throw new IOException("the answer is too long");
        }
        for (int i = at; i < at + n; i++) {
            if (to[i] == '<') {
                run = 0;
            } else if (++run > MAX_RUN || run == 1 && to[i] == '!') {
                throw new IOException("the answer is not what it should be");
            }
        }
        return n;
    }

    /** Whether there was nothing more to read. */
    boolean hasEnded() {
        return ended;
    }

    @Override
    public boolean markSupported() {
        return false;
    }
}
