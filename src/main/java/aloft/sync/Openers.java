package aloft.sync;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.vault.BlockOpener;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Keeps what decrypts the blocks that are being read, as deriving a key takes a while. Safe for many threads. */
final class Openers {

    private static final int MOST = 64;

    private final Maker maker;
    private final ReentrantLock lock = new ReentrantLock();
    @GuardedBy("lock")
    private final Map<Place, BlockOpener> openers = new LinkedHashMap<>(16, 0.75f, true);

    /** {@link aloft.vault.Vault#opener}. */
    @FunctionalInterface
    interface Maker {
        BlockOpener opener(BlockRow row, byte @Nullable [] header) throws Failure.Damaged;
    }

    /** Of a block; the file is part of it because it is part of the key. */
    private record Place(long file, ObjectId object, int offset) {
        static Place of(BlockRow block) {
            return new Place(block.file(), block.object(), block.offset());
        }
    }

    Openers(Maker maker) {
        this.maker = maker;
    }

    /** The block's opener if it is known or its row has the header. */
    @Nullable
    BlockOpener getOrNull(BlockRow block) throws Failure.Damaged {
        lock.lock();
        try {
            BlockOpener known = openers.get(Place.of(block));
            if (known != null) {
                return known;
            }
        } finally {
            lock.unlock();
        }
        return block.header() == null ? null : make(block, null);
    }

    /** @param header null when the row has it */
    BlockOpener make(BlockRow block, byte @Nullable [] header) throws Failure.Damaged {
        BlockOpener opener = maker.opener(block, header);
        lock.lock();
        try {
            openers.put(Place.of(block), opener);
            if (openers.size() > MOST) {
                openers.remove(openers.keySet().iterator().next());
            }
            return opener;
        } finally {
            lock.unlock();
        }
    }

    /** The header that the block's opener was made with may be wrong. */
    void forget(BlockRow block) {
        lock.lock();
        try {
            openers.remove(Place.of(block));
        } finally {
            lock.unlock();
        }
    }
}
