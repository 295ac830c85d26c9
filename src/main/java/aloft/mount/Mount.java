package aloft.mount;

import aloft.mount.MountException.Reason;
import aloft.tree.Drive;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Collection;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A drive mounted at a folder, from the first call of the kernel to the last.
 *
 * <p>
 * Thread safe. The FUSE library runs on a thread of this class and answers on threads of its own,
 * which all are daemons: who wants the process to stay calls {@link #awaitEnd}. No shutdown hook is
 * installed: who ends the process calls {@link #close} first.
 */
public final class Mount implements Closeable {

    private static final System.Logger LOG = System.getLogger(Mount.class.getName());
    private static final int PATIENCE_SECONDS = 10;
    private static final int ELSEWHERE_SECONDS = 5;

    private final Path folder;
    private final FuseLibrary library;
    private final Arena arena = Arena.ofShared();
    private final Callbacks callbacks = new Callbacks(arena);
    private final Extras extras;
    private final Changes changes;
    private final CompletableFuture<Void> answers = new CompletableFuture<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();
    private volatile @Nullable Path mark;
    private volatile @Nullable Connection connection;

    private Mount(Drive drive, Path folder, FuseLibrary library) throws IOException {
        this.folder = folder;
        this.library = library;
        var structs = new Structs(Owner.ofThisProcess());
        var paths = new PathCalls(drive, structs, InstantSource.system());
        extras = new Extras(arena, callbacks.function(paths, "renameWithFlags"));
        changes = new Changes(drive, (path, inode) -> library.changed(extras.session(), path, inode));
        callbacks.add(paths);
        callbacks.add(new FileCalls(drive, structs, library::caller));
        callbacks.add(new FolderCalls(drive, structs));
        callbacks.add(new XattrCalls(drive));
        callbacks.add(new LifeCalls(() -> answers.complete(null), changes::end));
    }

    /**
     * Finds out what would keep {@link #start} from mounting there, as far as that can be known.
     *
     * @throws MountException with the reason
     */
    public static void check(Path folder, MountOptions options) throws IOException, InterruptedException {
        Path absolute = folder.toAbsolutePath().normalize();
        StaleMounts.clear(absolute, options.marksFolder());
        MountCheck.check(absolute, options);
    }

    /**
     * Does what {@link #start} would take time for and that needs no drive: loads the FUSE library and
     * readies calls from it. Once for the process; what fails is left for {@link #start} to tell.
     */
    public static void prepare() {
        try (Arena arena = Arena.ofShared()) {
            FuseLibrary.load(false);
            var _ = new Structs(Owner.ofThisProcess());
            new Callbacks(arena).add(new LifeCalls(() -> {}, () -> {}));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "not ready to mount", e);
        }
    }

    /**
     * Mounts the drive and returns when it answers. A mount that a killed process left at the folder is
     * removed first.
     *
     * @param folder empty
     */
    public static Mount start(Drive drive, Path folder, MountOptions options)
            throws MountException, IOException, InterruptedException {
        Path absolute = folder.toAbsolutePath().normalize();
        check(absolute, options);
        var mount = new Mount(drive, absolute, FuseLibrary.load(options.plainLibrary()));
        mount.serveOnThread(options);
        try {
            mount.awaitAnswer(options.marksFolder());
            return mount;
        } catch (IOException | InterruptedException e) {
            mount.giveUp(e);
            throw e;
        }
    }

    private void serveOnThread(MountOptions options) {
        String[] arguments = MountArguments.of(folder, options, library.isOwn());
        Thread.ofPlatform().daemon().name("aloft-mount").start(() -> serve(arguments));
    }

    private void serve(String[] arguments) {
        try (arena) {
            int result = library.serve(arguments, callbacks.table(), extras.pointer());
            removeMark();
            ended.complete(result);
        } catch (Throwable e) {
            removeMark();
            ended.completeExceptionally(e);
        }
    }

    private void giveUp(Exception reason) {
        try {
            end();
        } catch (IOException | InterruptedException e) {
            reason.addSuppressed(e);
        }
    }

    private void awaitAnswer(Path marksFolder) throws IOException, InterruptedException {
        try {
            CompletableFuture.anyOf(answers, ended).get();
        } catch (ExecutionException e) {
            throw new MountException(Reason.FAILED, "The FUSE library failed.", e);
        }
        if (!answers.isDone()) {
            throw new MountException(Reason.NOT_PERMITTED,
                    "The system did not let Aloft mount at " + folder
                            + " (in a container, it may need --device"
                            + " /dev/fuse and --cap-add SYS_ADMIN).");
        }
        Connection made = Connection.of(folder);
        connection = made;
        mark = StaleMounts.leaveMark(marksFolder, made);
        if (library.isOwn()) {
            changes.start();
        }
        Files.getAttribute(folder, "unix:ino");
        LOG.log(Level.DEBUG, "mounted with {0}", library.description());
    }

    private void removeMark() {
        Path left = mark;
        try {
            if (left != null) {
                Files.deleteIfExists(left);
            }
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "a mark stays behind", e);
        }
    }

    /** Which FUSE library runs, for the user. */
    public String library() {
        return library.description();
    }

    public Path folder() {
        return folder;
    }

    /**
     * Takes notice that paths changed by something else than a call of the kernel: content, attributes,
     * or what the name leads to, if anything. A folder that only got or lost an entry need not be named
     * beside the entry. Returns at once; the kernel is told on a thread of this class, soon.
     * Whoever mounts has to call it for each such change: the kernel keeps what it knows for an hour.
     *
     * @param paths as in {@link Drive}
     */
    public void changed(Collection<String> paths) {
        if (library.isOwn()) {
            changes.add(paths);
        }
    }

    /** Returns when the drive is unmounted, by whomever. */
    public void awaitEnd() throws InterruptedException {
        try {
            ended.get();
        } catch (ExecutionException e) {
            LOG.log(Level.ERROR, "the FUSE library failed", e.getCause());
        }
    }

    /**
     * Unmounts; does nothing when that has been done already. Containers and sandboxes that began after the mount may
     * have it, too, and keep it: not done lazily, it ends there as well.
     *
     * @param lazily the folder is free at once, open files go on and the drive ends when the last is
     *               closed; otherwise all of it has ended when this returns
     * @throws MountException BUSY when some program uses the drive and it should not be done lazily
     */
    public void unmount(boolean lazily) throws IOException, InterruptedException {
        if (ended.isDone()) {
            return;
        }
        try {
            Fusermount.unmount(folder, lazily);
        } catch (MountException e) {
            if (!ended.isDone() && isMountedHere()) {
                throw e;
            }
        }
        if (!lazily) {
            endElsewhere();
            awaitEnd();
        }
    }

    private boolean isMountedHere() throws IOException {
        Connection made = connection;
        return made == null || MountTable.read()
                .at(folder)
                .filter(mounted -> mounted.connection() == made.number())
                .isPresent();
    }

    private void endElsewhere() throws IOException, InterruptedException {
        try {
            ended.get(ELSEWHERE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            LOG.log(Level.DEBUG, "ended", e);
        } catch (TimeoutException e) {
            Connection made = connection;
            if (made != null && !isMountedHere()) {
                LOG.log(Level.INFO, "A container or sandbox still had the drive; it ends there, too.");
                made.abort();
            }
        }
    }

    /** Ends the drive in any case: what programs still have open answers with an error from now on. */
    @Override
    public void close() throws IOException {
        try {
            end();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while unmounting");
        }
    }

    private void end() throws IOException, InterruptedException {
        try {
            unmount(false);
        } catch (MountException e) {
            LOG.log(Level.INFO, "{0} Unmounting it all the same.", e.getMessage());
            Connection connection = Connection.of(folder);
            unmount(true);
            connection.abort();
        }
        try {
            ended.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new MountException(Reason.FAILED, "The drive does not end.", e);
        }
    }
}
