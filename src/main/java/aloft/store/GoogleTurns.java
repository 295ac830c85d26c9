package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Claims at Google Drive, one after the other. Names do not exclude each other there, ids do: so every file
 * that is claimed carries the id, made in advance, of the file that will be claimed next, and the place's own
 * folder that of the first. Who makes a file with an id that is taken learns that somebody else was first,
 * follows to the end, and looks again whether there is still something to claim. Thread safe.
 *
 * <p>
 * Where the folder was not made by this program, or ids do not exclude each other, nothing is promised.
 */
final class GoogleTurns {

    /** So many of the newest claims are told at once at the start. */
    private static final int RECENT = 100;
    private static final int MAX_STEPS = 100_000;
    /** After that it is not asked on from where it stood, as claims in between may be deleted by then. */
    private static final Duration FRESH = Duration.ofMinutes(10);

    /** A claim of nothing. The first one is, and so the way from the folder on never ends early. */
    private static final String NOTHING = ".claimed";

    private final GoogleDrive drive;
    private final GoogleUploads uploads;
    private final GoogleNames names;
    private final Patience patience;
    private final CountDownLatch closed;
    private volatile @Nullable Tail tail;
    private volatile @Nullable Boolean excludes;

    /**
     * @param next the id of the next claim's file
     * @param turn of the last claim, 0 before the first
     */
    record Tail(String folder, String next, long turn, long since) {}

    /** @param patience its total is how long it goes on trying */
    GoogleTurns(GoogleDrive drive, GoogleUploads uploads, GoogleNames names, Patience patience,
            CountDownLatch closed) {
        this.drive = drive;
        this.uploads = uploads;
        this.names = names;
        this.patience = patience;
        this.closed = closed;
    }

    @FunctionalInterface
    interface Condition {
        boolean holds() throws Failure, InterruptedIOException;
    }

    boolean areExclusive() throws Failure, InterruptedIOException {
        Boolean known = excludes;
        if (known == null) {
            known = idsExclude();
            excludes = known;
        }
        Optional<GoogleFile> folder = names.root();
        return known && (folder.isEmpty() || !folder.get().next().isEmpty());
    }

    private boolean idsExclude() throws Failure, InterruptedIOException {
        String id = names.newId();
        JsonText.Raw file = JsonText.object("id", id, "name", "Aloft tries", "parents",
                new JsonText.Raw("[\"root\"]"));
        boolean excluded = uploads.create(file, new byte[]{1}) == GoogleUploads.Outcome.DONE
                && uploads.create(file, new byte[]{2}) == GoogleUploads.Outcome.TAKEN;
        drive.delete(id);
        return excluded;
    }

    /** Follows the claims to the end, and remembers their names; empty where there are none to follow. */
    Optional<Tail> advance() throws Failure, InterruptedIOException {
        Optional<GoogleFile> folder = names.root().filter(root -> !root.next().isEmpty());
        if (folder.isEmpty()) {
            return Optional.empty();
        }
        Tail at = tail;
        boolean usable = at != null && at.folder().equals(folder.get().id())
                && patience.now() - at.since() < FRESH.toNanos();
        at = follow(usable && at != null ? at : start(folder.get()), Long.MAX_VALUE);
        tail = new Tail(at.folder(), at.next(), at.turn(), patience.now());
        return Optional.of(at);
    }

    private Tail start(GoogleFile folder) throws Failure, InterruptedIOException {
        String query = "appProperties has { key='vault' and value='" + folder.id() + "' }";
        List<GoogleFile> recent = drive.search(query, "createdTime desc", RECENT, "")
                .files()
                .stream()
                .filter(file -> file.turn() > 0 && !file.next().isEmpty())
                .sorted(Comparator.comparingLong(GoogleFile::turn))
                .toList();
        var at = new Tail(folder.id(), folder.next(), 0, 0);
        for (GoogleFile file : recent) {
            // a search may leave out what is new, between others too
            at = at.turn() == 0 ? at : follow(at, file.turn());
            if (file.turn() > at.turn()) {
                names.remember(file);
                at = new Tail(at.folder(), file.next(), file.turn(), 0);
            }
        }
        return at;
    }

    /** @param end the turn before which to stop */
    private Tail follow(Tail from, long end) throws Failure, InterruptedIOException {
        Tail at = from;
        for (int steps = 0; steps < MAX_STEPS && at.turn() + 1 < end; steps++) {
            Optional<GoogleFile> file = drive.file(at.next());
            if (file.isEmpty()) {
                return at;
            }
            if (file.get().turn() != at.turn() + 1 || file.get().next().isEmpty()) {
                throw new Failure.Damaged("Somebody changed files of Aloft at Google Drive: "
                        + file.get().name() + " does not say which one follows.", null);
            }
            names.remember(file.get());
            at = new Tail(at.folder(), file.get().next(), file.get().turn(), 0);
        }
        return at;
    }

    /**
     * Makes a file, or a folder, as the only one who does while the condition holds.
     *
     * @param body null for a folder
     * @param condition asked with all that was claimed before
     * @return false when the condition does not hold
     */
    boolean claim(String parent, String name, byte @Nullable [] body, Condition condition)
            throws Failure, InterruptedIOException {
        boolean exclusive = areExclusive();
        if (exclusive && !name.equals(NOTHING) && !hasBegun()) {
            close(0);
        }
        long since = patience.now();
        for (int tries = 1;; tries++) {
            Optional<Tail> at = exclusive ? advance() : Optional.empty();
            if (!condition.holds()) {
                return false;
            }
            GoogleFile file = at.isPresent()
                    ? new GoogleFile(at.get().next(), name, parent, body == null, -1, 0, "",
                            at.get().turn() + 1, names.newId())
                    : new GoogleFile(names.newId(), name, parent, body == null, -1, 0, "", 0, "");
            if (make(file, at, body)) {
                names.remember(file);
                at.ifPresent(before -> tail = new Tail(before.folder(), file.next(), file.turn(),
                        patience.now()));
                return true;
            }
            pause(tries, since);
        }
    }

    /** Whether the first claim was made, as far as is known here. */
    private boolean hasBegun() throws Failure, InterruptedIOException {
        Tail at = tail;
        return at != null && at.turn() > 0
                && names.root().filter(root -> root.id().equals(at.folder())).isPresent();
    }

    /** Sees to it that this is not the last claim, so that its file can be deleted. */
    void close(long turn) throws Failure, InterruptedIOException {
        Optional<Tail> at = advance();
        if (at.isPresent() && at.get().turn() == turn) {
            claim(at.get().folder(), NOTHING, new byte[0],
                    () -> advance().filter(now -> now.turn() == turn).isPresent());
        }
    }

    private boolean make(GoogleFile file, Optional<Tail> at, byte @Nullable [] body)
            throws Failure, InterruptedIOException {
        JsonText.Raw properties = at.isEmpty()
                ? JsonText.object()
                : JsonText.object("vault", at.get().folder(), "turn", Long.toString(file.turn()), "next",
                        file.next());
        JsonText.Raw parents = new JsonText.Raw("[\"" + file.parent() + "\"]");
        if (body == null) {
            return drive.make(JsonText.object("id", file.id(), "name", file.name(), "parents", parents,
                    "appProperties", properties, "mimeType", GoogleFile.FOLDER)).isPresent();
        }
        return switch (uploads.create(JsonText.object("id", file.id(), "name", file.name(), "parents",
                parents, "appProperties", properties), body)) {
            case DONE -> true;
            case TAKEN -> false;
            case MISSING -> {
                names.forgetAll();
                throw new Failure.Busy("The folder at Google Drive is gone.", Duration.ZERO);
            }
        };
    }

    private void pause(int tries, long since) throws Failure, InterruptedIOException {
        var taken = new Failure.Busy("Other devices write to Google Drive all the time.", Duration.ZERO);
        patience.pause(tries, since, taken, closed);
    }
}
