package aloft.cli.drive;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;

/** What was opened, closed the other way round; what goes wrong meanwhile is kept, and thrown at the end. */
final class Parts implements Closeable {

    private final Deque<Closeable> opened = new ArrayDeque<>();

    /** @return the part */
    <T extends Closeable> T add(T part) {
        opened.push(part);
        return part;
    }

    /** @return the failure, with what goes wrong while closing */
    <E extends Exception> E closeAfter(E failure) {
        try {
            close();
        } catch (IOException unclosed) {
            failure.addSuppressed(unclosed);
        }
        return failure;
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (IOException | RuntimeException e) {
                if (failure == null) {
                    failure = new IOException("not everything was closed well: " + e.getMessage(), e);
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
