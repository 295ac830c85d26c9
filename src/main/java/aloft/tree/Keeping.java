package aloft.tree;

import aloft.failure.Failure;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the user asks of the drive besides reading and writing: states, pins, space, waiting. Paths are
 * as in {@link Drive}. Safe for many threads; what waits ends with {@link InterruptedException} when
 * interrupted.
 */
public interface Keeping {

    DriveStatus status();

    PathStatus status(String path) throws FsException;

    /** The entries of a folder, ordered by name; of a file or link, itself alone. */
    List<PathStatus> list(String path) throws FsException;

    /** Always keep on this device: remembered when this returns; the download goes on by itself. */
    void pin(String path) throws FsException;

    /** Returns when everything under the path is on this device; reports errors that do not pass. */
    void awaitPinned(String path, Progress progress) throws FsException, Failure, InterruptedException;

    /** May be evicted again; a folder with all that is pinned in it. */
    void unpin(String path) throws FsException;

    /**
     * Free up space: online-only now, folders with all they hold.
     *
     * @return bytes freed
     * @throws FsException BUSY for unsent changes, NOT_PERMITTED for what is pinned; the message says which
     *                     file and what to do
     */
    long free(String path) throws FsException;

    /**
     * Returns when what was changed before this call, below the path, is in the cloud. A trouble that passes is
     * waited out as long as something goes up between.
     *
     * @throws Failure what stands in the way; the tries go on without the caller
     */
    void awaitUploaded(String path, Progress progress) throws FsException, Failure, InterruptedException;

    /**
     * Reads and authenticates everything that the vault has in the cloud.
     *
     * @param repair whether to heal what this device is able to
     * @return what is not as it should be
     */
    List<Fault> verify(boolean repair, Progress progress) throws Failure, InterruptedException;

    /**
     * Something that was found wrong.
     *
     * @param what   a sentence; paths in it have one char (0 to 255) for each byte
     * @param healed whether it is well now
     */
    record Fault(String what, boolean healed) {}

    /** Returns when the status may differ from the one given, or after the time. */
    void awaitChange(DriveStatus seen, Duration time) throws InterruptedException;

    /** What a progress bar shows. */
    @FunctionalInterface
    interface Progress {
        /**
         * @param done  bytes
         * @param total bytes, may grow
         * @param item  what is being worked on
         */
        void at(long done, long total, String item);
    }

    enum State {
        ONLINE_ONLY("online-only"),
        PARTIAL("partial"),
        LOCAL("local"),
        PINNED("pinned"),
        SYNCING("syncing"),
        ERROR("error");

        private final String text;

        State(String text) {
            this.text = text;
        }

        /** As in the xattr {@code user.aloft.state}. */
        public String text() {
            return text;
        }
    }

    /**
     * @param pinned whether it or a folder above it is pinned
     * @param stored plaintext bytes of it that are on this device
     * @param target a link's target
     */
    record PathStatus(String path, Drive.Attributes attributes, State state, boolean pinned, long stored,
            @Nullable String target) {}

    /**
     * @param head      seq of the last commit that the tree shows
     * @param online    whether the last request was answered
     * @param pending   entries with changes that are not in the cloud yet
     * @param pendingBytes of content that is not in the cloud yet
     * @param uploaded  bytes since the mount
     * @param downloaded bytes since the mount
     * @param coming    bytes that are pinned and not on this device yet
     * @param comingFiles files that they belong to
     * @param cacheUsed bytes on this disk
     * @param readOnly  why the drive takes no changes, null when it does
     * @param errors    what needs the user, newest last
     */
    record DriveStatus(String place, long head, boolean online, int pending, long pendingBytes, long uploaded,
            long downloaded, long coming, int comingFiles, long cacheUsed, long cacheLimit,
            Drive.@Nullable Space space,
            @Nullable String readOnly,
            List<String> errors) {}
}
