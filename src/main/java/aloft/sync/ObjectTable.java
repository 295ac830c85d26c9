package aloft.sync;

import aloft.format.ObjectId;

/** How many bytes of each object are needed, in about 40 bytes of memory for each object. Not thread safe. */
final class ObjectTable {

    private static final int FIRST = 1 << 10;

    private long[] high = new long[FIRST];
    private long[] low = new long[FIRST];
    private long[] bytes = new long[FIRST];
    private boolean[] old = new boolean[FIRST];
    private int count;

    /** @param length more than 0 */
    void add(ObjectId id, int length, boolean isOld) {
        if (count > bytes.length / 2) {
            grow();
        }
        int at = slot(id.high(), id.low());
        if (bytes[at] == 0) {
            high[at] = id.high();
            low[at] = id.low();
            count++;
        }
        bytes[at] += length;
        old[at] |= isOld;
    }

    /** 0 when nothing needs the object. */
    long bytes(ObjectId id) {
        return bytes[slot(id.high(), id.low())];
    }

    /** Whether an earlier version needs a part of it. */
    boolean isOld(ObjectId id) {
        return old[slot(id.high(), id.low())];
    }

    private int slot(long idHigh, long idLow) {
        int mask = bytes.length - 1;
        int at = (int) (idHigh ^ idHigh >>> 32) & mask;
        while (bytes[at] != 0 && (high[at] != idHigh || low[at] != idLow)) {
            at = at + 1 & mask;
        }
        return at;
    }

    private void grow() {
        long[] highs = high;
        long[] lows = low;
        long[] lengths = bytes;
        boolean[] olds = old;
        int size = Math.multiplyExact(lengths.length, 2);
        high = new long[size];
        low = new long[size];
        bytes = new long[size];
        old = new boolean[size];
        for (int i = 0; i < lengths.length; i++) {
            if (lengths[i] != 0) {
                int at = slot(highs[i], lows[i]);
                high[at] = highs[i];
                low[at] = lows[i];
                bytes[at] = lengths[i];
                old[at] = olds[i];
            }
        }
    }
}
