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
import aloft.tree.Drive.Access;
import aloft.tree.LiveDrive;
import java.nio.file.Path;
import java.security.SecureRandom;

/**
 * A drive's short life in a folder of its own, without a mount. The build lets the JVM watch it, which then
 * starts drives and commands sooner.
 */
public final class Rehearsal {

    private static final String FILE = "/file";
    /** Enough for the JVM to see which loops of the ciphers are long. */
    private static final int SIZE = 16 << 20;

    private final Folders folders;
    private final SecureRandom random = new SecureRandom();

    /** @param folder empty, and private */
    public Rehearsal(Path folder) {
        folders = new Folders(folder, folder.resolve("config"), folder.resolve("state"),
                folder.resolve("cache"),
                folder.resolve("data"), folder.resolve("run"));
    }

    public void run() throws Exception {
        Mount.prepare();
        live(true);
        live(false);
    }

    private void live(boolean first) throws Exception {
        var drive = new KnownDrive("rehearsal", new Place.Embedded(), folders.home().resolve("mount"),
                KnownDrive.Options.DEFAULT);
        PrivateFiles.makeFolder(folders.runtime());
        try (var spec = new DriveSpec(drive, first, "rehearsal".toCharArray(), null);
                LiveParts parts = LiveParts.open(spec, folders, random, new Unheard());
                ControlServer _ = ControlServer.open(MountedDrive.socketOf(folders, drive.name()),
                        new KeepingHandler(parts.live().keeping(), (now, progress) -> {}))) {
            use(parts.live(), first);
            var client = new ControlClient(MountedDrive.announce(folders, drive));
            client.ask(new Request.ListFolder("/"), new Answers() {
            });
            client.ask(new Request.AwaitUploaded("/"), new Answers() {
            });
            client.ask(new Request.Status(), new Answers() {
            });
        }
    }

    private static void use(LiveDrive live, boolean first) throws Exception {
        byte[] bytes = new byte[SIZE];
        if (first) {
            live.drive().makeFolder("/folder", 0755);
            long handle = live.drive().create(FILE, 0644, Access.READ_WRITE);
            live.drive().write(handle, 0, bytes, 0, bytes.length, false);
            live.drive().fsync(handle);
            live.drive().release(handle);
        }
        long handle = live.drive().open(FILE, Access.READ, false, 0);
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
