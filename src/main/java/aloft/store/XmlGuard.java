package aloft.store;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;

/**
 * Bounds what an XML parser may be made to hold: the whole, and the distance from one '&lt;' to the next
 * (a '&lt;' can be in no attribute and no text). Comments, CDATA and document types are refused; nobody
 * needs them in an answer of WebDAV.
 */
final class XmlGuard extends FilterInputStream {

    private static final int MAX_RUN = 64 * 1024;

    private long left;
    private int run;
    private boolean ended;

    XmlGuard(InputStream in, long limit) {
        super(in);
        this.left = limit;
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
