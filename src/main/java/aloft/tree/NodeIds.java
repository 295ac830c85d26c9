package aloft.tree;

import aloft.failure.Failure;
import aloft.state.Database;

/**
 * Hands out node ids: the device's number and a counter. Safe for many threads. Numbers are set aside in
 * the database by the thousand before they are used, so that none comes twice after a crash.
 */
final class NodeIds {

    private static final long STEP = 100_000;
    /** For those who take while another has set some aside. */
    private static final long MARGIN = 10_000;
    private static final String KEY = "next node";

    private final Database database;
    private final int device;
    private long next;
    private long reserved;

    /** @param least the highest counter that any known id of this device has */
    NodeIds(Database database, int device, long least) {
        this.database = database;
        this.device = device;
        this.next = least + 1;
    }

    static long counterOf(long id) {
        return id & 0xffff_ffff_ffffL;
    }

    static int deviceOf(long id) {
        return (int) (id >>> 48);
    }

    /** Makes sure that the next {@code count} calls of {@link #take} do not touch the disk. */
    synchronized void reserve(int count) throws Failure {
        if (reserved == 0) {
            long kept = database.value(KEY)
                    .map(bytes -> java.nio.ByteBuffer.wrap(bytes).getLong())
                    .orElse(0L);
            next = Math.max(next, kept);
            reserved = next;
        }
        if (next + count + MARGIN > reserved) {
            reserved = next + count + MARGIN + STEP;
            database.setValue(KEY, java.nio.ByteBuffer.allocate(8).putLong(reserved).array());
        }
    }

    /** A new id; touches the disk now and then, so it is called without the tree's lock. */
    synchronized long take() throws Failure {
        if (next >= reserved) {
            reserve(1);
        }
        return (long) device << 48 | next++;
    }

    /** A new id after {@link #reserve}, so that the disk is not touched. */
    synchronized long takeReserved() {
        if (next >= reserved) {
            throw new IllegalStateException("no id is set aside");
        }
        return (long) device << 48 | next++;
    }
}
