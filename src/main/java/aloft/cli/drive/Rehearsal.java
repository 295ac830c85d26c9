package aloft.cli.drive;

import aloft.cli.control.Answers;
import aloft.cli.control.ControlClient;
import aloft.cli.control.ControlServer;
import aloft.cli.control.KeepingHandler;
import aloft.cli.control.Request;
import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.Place;
import aloft.cli.home.PrivateFiles;
import aloft.mount.Mount;
import aloft.mount.MountException;
import aloft.tree.Drive.Access;
import aloft.tree.Keeping;
import aloft.tree.LiveDrive;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.SecureRandom;
import java.util.List;

/**
 * A drive's short life in a folder of its own. The build lets the JVM watch it, which then starts drives and commands
 * sooner, and knows from the start which code is worth compiling. Where nothing can be mounted it goes without.
 */
public final class Rehearsal {

    private static final String FILE = "file";
    /** Enough for the JVM to see which loops of the ciphers are long. */
    private static final int SIZE = 16 << 20;
    private static final int PIECE = 1 << 20;
    private static final int SMALL_FILES = 400;

    private final Folders folders;
    private final SecureRandom random = new SecureRandom();
    private final KnownDrive drive;

    /** @param folder empty, and private */
    public Rehearsal(Path folder) {
        folders = new Folders(folder, folder.resolve("config"), folder.resolve("state"),
                folder.resolve("cache"),
                folder.resolve("data"), folder.resolve("run"));
        drive = new KnownDrive("rehearsal", new Place.Embedded(), folder.resolve("mount"),
                KnownDrive.Options.DEFAULT);
    }

    public void run() throws Exception {
        PrivateFiles.makeFolder(folders.runtime());
        Files.createDirectory(drive.folder());
        Mount.prepare();
        try {
            mounted(true);
            mounted(false); // all of it from the cloud
            mounted(false); // all of it from the disk
        } catch (MountException e) {
            boolean first = Files.notExists(folders.data());
            unmounted(first);
            unmounted(false);
        }
    }

    private DriveSpec spec(boolean first) {
        return new DriveSpec(drive, first, "rehearsal".toCharArray(), null);
    }

    private void mounted(boolean first) throws Exception {
        try (DriveSpec spec = spec(first);
                Assembly running = Assembly.start(spec, folders, random, new Unheard())) {
            try (ControlServer _ = serve(running.keeping())) {
                if (first) {
                    write(drive.folder());
                }
                read(drive.folder());
                ask();
                if (first) {
                    running.keeping().free("/");
                }
            }
            running.unmount(true);
        }
    }

    /** As programs do it. */
    private static void write(Path root) throws IOException {
        for (int i = 0; i < SMALL_FILES; i++) {
            Path folder = Files.createDirectories(root.resolve("folder" + i / 100));
            Path made = Files.write(folder.resolve("new" + i), new byte[100 * i]);
            Files.setLastModifiedTime(made, FileTime.fromMillis(i));
            Path renamed = folder.resolve("small" + i);
            Files.move(made, renamed, StandardCopyOption.ATOMIC_MOVE);
            if (i % 4 == 3) {
                Files.delete(renamed);
            }
        }
        try (var file = FileChannel.open(root.resolve(FILE), StandardOpenOption.CREATE_NEW,
                StandardOpenOption.WRITE)) {
            for (int i = 0; i < SIZE / PIECE; i++) {
                file.write(ByteBuffer.allocate(PIECE));
            }
            file.force(true);
        }
    }

    private static void read(Path root) throws IOException {
        try (var files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                try (var from = FileChannel.open(file)) {
                    var piece = ByteBuffer.allocate(PIECE);
                    while (from.read(piece.clear()) > 0) {
                        // only that it is read
                    }
                }
            }
        }
    }

    private void unmounted(boolean first) throws Exception {
        try (DriveSpec spec = spec(first);
                LiveParts parts = LiveParts.open(spec, folders, random, new Unheard());
                ControlServer _ = serve(parts.live().keeping())) {
            use(parts.live(), first);
            ask();
        }
    }

    private ControlServer serve(Keeping keeping) throws IOException {
        return ControlServer.open(MountedDrive.socketOf(folders, drive.name()),
                new KeepingHandler(keeping, (now, progress) -> {}));
    }

    /** As commands do it. */
    private void ask() throws Exception {
        var client = new ControlClient(MountedDrive.announce(folders, drive));
        for (Request request : List.of(new Request.ListFolder("/"), new Request.AwaitUploaded("/"),
                new Request.Status())) {
            client.ask(request, new Answers() {
            });
        }
    }

    private static void use(LiveDrive live, boolean first) throws Exception {
        byte[] bytes = new byte[SIZE];
        if (first) {
            live.drive().makeFolder("/folder", 0755);
            long handle = live.drive().create("/" + FILE, 0644, Access.READ_WRITE);
            live.drive().write(handle, 0, bytes, 0, bytes.length, false);
            live.drive().fsync(handle);
            live.drive().release(handle);
        }
        long handle = live.drive().open("/" + FILE, Access.READ, false, 0);
        live.drive().read(handle, 0, bytes, 0, bytes.length);
        live.drive().release(handle);
        long folder = live.drive().openFolder("/");
        live.drive().list(folder, 0, 100);
        live.drive().releaseFolder(folder);
    }

    private record Unheard() implements Starting {
        @Override
        public void made(String recoveryKey) {}

        @Override
        public void ready() {}
    }
}
