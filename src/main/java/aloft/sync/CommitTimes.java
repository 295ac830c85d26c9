package aloft.sync;

import aloft.vault.Vault;
import java.io.IOException;
import java.util.Arrays;

/** When each commit came, by the store's clock: the only clock that all devices share. Not thread safe. */
final class CommitTimes {

    private static final long UNKNOWN = Long.MIN_VALUE;
    private static final int MOST = 1 << 26;

    private long[] times = new long[1 << 10];
    private int last;
    private long now = UNKNOWN;

    static CommitTimes read(Vault vault) throws IOException {
        var times = new CommitTimes();
        Arrays.fill(times.times, UNKNOWN);
        vault.listCommits(times::add);
        return times;
    }

    private void add(long seq, long time) {
        if (seq < MOST) {
            int at = (int) seq;
            if (at >= times.length) {
                int before = times.length;
                times = Arrays.copyOf(times, Math.max(at + 1, 2 * before));
                Arrays.fill(times, before, times.length, UNKNOWN);
            }
            times[at] = time;
            last = Math.max(last, at);
        }
        now = Math.max(now, time);
    }

    /** The store's clock, or earlier: the time of its newest commit. */
    long now() {
        return now;
    }

    /** How long ago a commit came, in milliseconds; 0 when it is not there. */
    long age(long seq) {
        return seq < 1 || seq > last || times[(int) seq] == UNKNOWN ? 0 : now - times[(int) seq];
    }

    /** The last commit that came before a time, as did all before it; 0 when there is none. */
    long lastBefore(long time) {
        int seq = 0;
        while (seq < last && times[seq + 1] < time) {
            seq++;
        }
        return seq;
    }
}
