package aloft.cli.drive;

import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.RawText;
import aloft.desktop.FailedThumbnails;
import aloft.desktop.Notifications;
import aloft.desktop.hydration.Programs;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.tree.FsException;
import aloft.tree.Keeping;
import aloft.tree.TreeListener;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What the user of a drive is told without having asked: errors, conflicted copies, programs that want to
 * download, and that what took long to keep is here. Safe for many threads.
 */
final class DriveNews implements TreeListener, Closeable {

    private static final System.Logger LOG = System.getLogger(DriveNews.class.getName());
    private static final int LOOK_SECONDS = 10;
    private static final long QUIET_NANOS = TimeUnit.SECONDS.toNanos(30);
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final String ALLOW = "allow";
    private static final String BLOCK = "block";

    private final String drive;
    private final Path folder;
    private final Path log;
    private final Notifications notifications;
    private final ScheduledExecutorService looks = Executors
            .newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().daemon().name("news").unstarted(task));
    private final AtomicLong lastConflict = new AtomicLong(System.nanoTime() - QUIET_NANOS);
    private final Programs programs;
    private final FailedThumbnails thumbnails;
    private Set<String> told = Set.of();
    private long downloaded = -1;

    DriveNews(KnownDrive drive, Folders folders, Notifications notifications) {
        this.drive = drive.name();
        this.folder = drive.folder();
        this.log = DriveLog.folder(drive.state(folders));
        this.notifications = notifications;
        thumbnails = new FailedThumbnails(Objects.requireNonNull(folders.cache().getParent()), folder);
        programs = Programs.of(Path.of("/proc"), folders.config().resolve(Programs.FILE), System::nanoTime,
                this::ask);
    }

    Programs programs() {
        return programs;
    }

    /** From now on, until it is closed, errors are told. */
    DriveNews follow(Keeping keeping) {
        var _ = looks.scheduleWithFixedDelay(() -> look(keeping), LOOK_SECONDS, LOOK_SECONDS,
                TimeUnit.SECONDS);
        return this;
    }

    private void look(Keeping keeping) {
        Keeping.DriveStatus status = keeping.status();
        tellErrors(status);
        if (status.downloaded() != downloaded) {
            downloaded = status.downloaded();
            forgetFailures(keeping);
        }
    }

    /** What was refused to a thumbnailer, and is here by now, gets its picture when it is shown next. */
    private void forgetFailures(Keeping keeping) {
        try {
            thumbnails.forget(path -> isHere(keeping, path));
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "failed thumbnails", e);
        }
    }

    private static boolean isHere(Keeping keeping, String path) {
        try {
            Keeping.PathStatus status = keeping.status(path);
            return status.stored() >= status.attributes().size();
        } catch (FsException e) {
            return false;
        }
    }

    /** Without a network nothing is wrong that would not mend itself. */
    private void tellErrors(Keeping.DriveStatus status) {
        var now = new HashSet<String>(status.online() ? status.errors() : Set.of());
        String readOnly = status.readOnly();
        if (readOnly != null) {
            now.add(readOnly);
        }
        for (String error : now) {
            if (!told.contains(error)) {
                notifications.tell("The drive " + drive, error, log);
            }
        }
        told = now;
    }

    private void ask(String program, String path, String rule) {
        Map<String, String> actions = new LinkedHashMap<>();
        actions.put(ALLOW, "Allow");
        actions.put(BLOCK, "Block");
        notifications.ask("A program wants to download from " + drive,
                "It opened '" + path + "', which is not on this device: " + program + ".", actions,
                answer -> decide(rule, answer));
    }

    private void decide(String rule, String answer) {
        try {
            if (answer.equals(ALLOW)) {
                programs.allow(rule);
            } else {
                programs.block(rule);
            }
            LOG.log(System.Logger.Level.INFO, "{0} = {1}, by a notification", rule, answer);
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "The answer about {0} cannot be kept: {1}", rule,
                    e.getMessage());
        }
    }

    @Override
    public void changed(Commit commit, Collection<String> paths) {
        // shown by the drive itself
    }

    @Override
    public void conflicted(Name copy) {
        long now = System.nanoTime();
        long last = lastConflict.get();
        if (now - last >= QUIET_NANOS && lastConflict.compareAndSet(last, now)) {
            notifications.tell("Changed on two devices",
                    "Both versions are kept: look for " + "'" + RawText.ofRaw(copy.raw()) + "'" + " in "
                            + drive + ".",
                    folder);
        }
    }

    @Override
    public void kept(int files, long bytes, Duration took) {
        if (took.compareTo(LONG) >= 0) {
            notifications.tell("Always on this device",
                    (files == 1 ? "1 file" : String.format(Locale.ROOT, "%,d files", files)) + " of " + drive
                            + " came down, and can be used without a network.",
                    folder);
        }
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
