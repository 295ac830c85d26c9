package aloft.sync;

import aloft.failure.Failure;
import aloft.state.Database.Head;
import aloft.sync.HighWater.Mark;
import aloft.vault.Vault;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.FormatStyle;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds out a cloud that shows less than this device has seen before, or something else. Safe for many threads. */
final class Rollback {

    private static final String CHOICES = "Or unmount the drive and choose: aloft doctor --publish-again gives the"
            + " cloud what this computer has, --accept-rollback takes what the cloud has. Until then nothing is"
            + " written.";
    private static final long NEVER = Long.MIN_VALUE;

    private final Vault vault;
    private final HighWater highWater;
    private final InstantSource clock;

    /** When the cloud was last found to have what was seen of it before, milliseconds since 1970. */
    private volatile long confirmed = NEVER;

    Rollback(Vault vault, HighWater highWater, InstantSource clock) {
        this.vault = vault;
        this.highWater = highWater;
        this.clock = clock;
    }

    /** Whether the cloud was not found to have what was seen of it before for so long. */
    boolean isDue(Duration age) {
        long then = confirmed;
        return then == NEVER || Math.abs(clock.millis() - then) > age.toMillis();
    }

    /** Why nothing is written any more after the log could not be followed. */
    static String stopped(Failure e) {
        return e.getMessage() + " The drive shows what was before, and nothing is written.";
    }

    /** This device has seen the log up to the head. */
    void seen(Head head) throws IOException {
        confirmed = clock.millis();
        highWater.note(new Mark(vault.id(), head.seq(), head.hash(), vault.keyRevision(), clock.millis()));
    }

    /** Seq of the last commit that was seen; 0 for none. */
    long lastSeen() {
        return highWater.read().filter(mark -> mark.vault().equals(vault.id())).map(Mark::seq).orElse(0L);
    }

    /**
     * Compares the cloud with what was seen.
     *
     * @param head of the database
     * @return what is wrong, in a sentence; null when all is well
     */
    @Nullable
    String findOrNull(Head head) throws IOException {
        confirmed = NEVER;
        Optional<Mark> noted = highWater.read().filter(mark -> mark.vault().equals(vault.id()));
        if (noted.isPresent()
                && (vault.isNewerThanStored() || noted.get().keyRevision() > vault.keyRevision())) {
            return "The cloud's vault.json is older than what this computer saw on " + date(noted.get())
                    + ": put the newer one back. " + CHOICES;
        }
        String why = noted.isPresent() ? differenceOrNull(noted.get()) : null;
        boolean newer = head.seq() > noted.map(Mark::seq).orElse(0L);
        if (why == null && newer) {
            why = differenceOrNull(new Mark(vault.id(), head.seq(), head.hash(), 0, clock.millis()));
        }
        return why != null ? why : gapOrNull(head.seq() + 1);
    }

    /** What is not there but what follows on it is: asked for in this order, as somebody may be writing. */
    private @Nullable String gapOrNull(long seq) throws IOException {
        return vault.hashOf(seq + 1).isPresent() && vault.hashOf(seq).isEmpty()
                ? String.format(Locale.ROOT, "Change %,d is missing in the cloud, and later ones are there: "
                        + "put it back; until then nothing is written.", seq)
                : null;
    }

    private @Nullable String differenceOrNull(Mark mark) throws IOException {
        Optional<byte[]> there = vault.hashOf(mark.seq());
        if (there.isEmpty()) {
            return String.format(Locale.ROOT,
                    "The cloud copy is older than what this computer saw on %s (change %,d \u2192 %,d): "
                            + "put the newer one back. " + CHOICES,
                    date(mark), mark.seq(), lastBelow(mark.seq()));
        }
        return Arrays.equals(there.get(), mark.hash())
                ? null
                : String.format(Locale.ROOT,
                        "The cloud copy is not the one that this computer saw on %s: change %,d is another one. "
                                + "Put the right one back. " + CHOICES,
                        date(mark), mark.seq());
    }

    private static String date(Mark mark) {
        return DateTimeFormatter.ofLocalizedDate(FormatStyle.LONG)
                .withLocale(Locale.ENGLISH)
                .withZone(ZoneId.systemDefault())
                .format(Instant.ofEpochMilli(mark.time()));
    }

    /** The last commit that is there, below one that is not. */
    private long lastBelow(long seq) throws Failure, java.io.InterruptedIOException {
        long there = 0;
        long missing = seq;
        while (missing - there > 1) {
            long middle = (there + missing) >>> 1;
            if (vault.hashOf(middle).isPresent()) {
                there = middle;
            } else {
                missing = middle;
            }
        }
        return there;
    }
}
