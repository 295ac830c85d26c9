package aloft.vault;

import aloft.failure.Failure;
import aloft.format.ObjectId;
import aloft.store.Store;
import aloft.vault.Checkpoint.Page;
import java.io.InterruptedIOException;
import java.util.Arrays;
import java.util.function.Supplier;

/** Packs new pages into objects p/… of about 8 MiB and puts them. Not thread safe. */
final class PageObjects {

    private static final int AIM = 8 << 20;

    private final Store store;
    private final Keys keys;
    private final Supplier<ObjectId> ids;
    private ObjectId id;
    private byte[] bytes = new byte[256 << 10];
    private int size;

    PageObjects(Store store, Keys keys, Supplier<ObjectId> ids) {
        this.store = store;
        this.keys = keys;
        this.ids = ids;
        this.id = ids.get();
    }

    Page add(Table table, Key from, byte[] lines, int rows, String hash)
            throws Failure, InterruptedIOException {
        byte[] frame = Frames.frame(lines, lines.length);
        int stream = Segments.streamLength(frame.length);
        if (size > 0 && size + stream > AIM) {
            flush();
        }
        if (bytes.length - size < stream) {
            bytes = Arrays.copyOf(bytes, Math.max(size + stream, 2 * bytes.length));
        }
        StreamCipher.seal(keys.primaryRoot().meta(), keys.pageAad(id, size, table.code()), frame, 0,
                frame.length, bytes, size);
        var page = new Page(table, from, id, size, stream, rows, keys.primary(), hash);
        size += stream;
        return page;
    }

    /** Puts what is not put yet. */
    void flush() throws Failure, InterruptedIOException {
        if (size > 0) {
            store.put(ObjectKeys.object(Vault.Kind.PAGES, id), Arrays.copyOf(bytes, size));
            id = ids.get();
            size = 0;
        }
    }
}
