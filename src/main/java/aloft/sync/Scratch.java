package aloft.sync;

import aloft.vault.Segments;
import java.util.concurrent.ArrayBlockingQueue;

/** Arrays of a segment's size, used again and again. Safe for many threads. */
final class Scratch {

    private static final int MOST = 32;

    private final ArrayBlockingQueue<byte[]> idle = new ArrayBlockingQueue<>(MOST);

    byte[] take() {
        byte[] array = idle.poll();
        return array == null ? new byte[Segments.SIZE] : array;
    }

    void give(byte[] array) {
        var _ = idle.offer(array);
    }
}
