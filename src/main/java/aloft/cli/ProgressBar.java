package aloft.cli;

import aloft.tree.Keeping;
import java.util.Locale;
import java.util.function.LongSupplier;

/**
 * A line at the bottom of the terminal that shows how far something is; nothing where there is no terminal.
 * Drawn ten times a second at most, and taken away at the end. Thread safe.
 */
final class ProgressBar implements Keeping.Progress, AutoCloseable {

    private static final long BREATH_NANOS = 100_000_000;
    private static final int MAX_BAR = 30;
    private static final String CLEAR = "\r\u001b[K";

    private final Terminal terminal;
    private final String verb;
    private final LongSupplier nanos;
    private final long start;
    private long firstDone = -1;
    private long drawn = Long.MIN_VALUE;
    private boolean shows;

    /**
     * @param verb  what goes on, such as "Uploading"
     * @param nanos a clock such as {@link System#nanoTime}
     */
    ProgressBar(Terminal terminal, String verb, LongSupplier nanos) {
        this.terminal = terminal;
        this.verb = verb;
        this.nanos = nanos;
        this.start = nanos.getAsLong();
    }

    @Override
    public synchronized void at(long done, long total, String item) {
        long now = nanos.getAsLong();
        if (firstDone < 0) {
            firstDone = done;
        }
        boolean soon = drawn != Long.MIN_VALUE && now - drawn < BREATH_NANOS;
        if (!terminal.showsProgress() || total <= 0 || soon && done < total) {
            return;
        }
        drawn = now;
        shows = true;
        terminal.draw(CLEAR + line(done, total, item, speed(done, now), terminal.columns()));
    }

    /** Takes the line away. */
    @Override
    public synchronized void close() {
        if (shows) {
            terminal.draw(CLEAR);
            shows = false;
        }
    }

    private long speed(long done, long now) {
        double seconds = (now - start) / 1e9;
        return seconds < 0.5 ? 0 : (long) ((done - firstDone) / seconds);
    }

    /** What fits into the columns, the last of them left free. */
    private String line(long done, long total, String item, long speed, int columns) {
        double share = Math.min(1, (double) done / total);
        String amount = "  " + Quantity.bytes(done) + " of " + Quantity.bytes(total)
                + (speed > 0 ? "  " + Quantity.bytes(speed) + "/s" : "");
        String percent = String.format(Locale.ROOT, "  %3d%%", (int) (share * 100));
        int room = columns - 1 - Width.of(verb) - percent.length() - amount.length();
        int bar = Math.min(MAX_BAR, Math.max(0, room / 2 - 3));
        String drawnBar = bar < 5
                ? ""
                : "  " + "━".repeat((int) (share * bar)) + "─".repeat(bar - (int) (share * bar));
        int left = room - drawnBar.length() - 2;
        String name = left < 8 ? "" : "  " + Width.fit(item, left);
        return Width.fit(verb + drawnBar + percent + amount + name, columns - 1);
    }
}
