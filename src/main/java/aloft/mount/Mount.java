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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import jnr.ffi.Struct;

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

    private final Path folder;
    private final LoadedLibrary library;
    private final Arena arena = Arena.ofShared();
    private final CompletableFuture<Void> answers = new CompletableFuture<>();
    private final CompletableFuture<Integer> ended = new CompletableFuture<>();

    private Mount(Path folder, LoadedLibrary library) {
        this.folder = folder;
        this.library = library;
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
        StaleMounts.clear(absolute, options.marksFolder());
        MountCheck.check(absolute, options);
        var mount = new Mount(absolute, LoadedLibrary.load());
        mount.run(drive, options);
        try {
            mount.awaitAnswer(options.marksFolder());
            return mount;
        } catch (IOException | InterruptedException e) {
            mount.giveUp(e);
            throw e;
        }
    }

    private void run(Drive drive, MountOptions options) throws IOException {
        var structs = new Structs(Owner.ofThisProcess());
        var callbacks = new Callbacks(arena);
        callbacks.add(new PathCalls(drive, structs, InstantSource.system()));
        callbacks.add(new FileCalls(drive, structs));
        callbacks.add(new FolderCalls(drive, structs));
        callbacks.add(new XattrCalls(drive));
        callbacks.add(new LifeCalls(() -> answers.complete(null)));
        String[] arguments = MountArguments.of(folder, options);
        Thread.ofPlatform().daemon().name("aloft-mount").start(() -> serve(callbacks, arguments));
    }

    private void serve(Callbacks callbacks, String[] arguments) {
        try (arena) {
            ended.complete(library.functions()
                    .fuse_main_real(arguments.length, arguments, callbacks.table(),
                            Struct.size(callbacks.table()),
                            null));
        } catch (Throwable e) {
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
            throw new MountException(Reason.FAILED, "The system did not let Aloft mount at " + folder + ".");
        }
        Path mark = StaleMounts.leaveMark(marksFolder, Connection.of(folder));
        var _ = ended.whenComplete((result, failure) -> delete(mark));
        Files.getAttribute(folder, "unix:ino");
        LOG.log(Level.DEBUG, "mounted with {0}", library.description());
    }

    private static void delete(Path mark) {
        try {
            Files.deleteIfExists(mark);
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

    /** Returns when the drive is unmounted, by whomever. */
    public void awaitEnd() throws InterruptedException {
        try {
            ended.get();
        } catch (ExecutionException e) {
            LOG.log(Level.ERROR, "the FUSE library failed", e.getCause());
        }
    }

    /**
     * Unmounts; does nothing when that has been done already.
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
            if (!ended.isDone()) {
                throw e;
            }
        }
        if (!lazily) {
            awaitEnd();
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
