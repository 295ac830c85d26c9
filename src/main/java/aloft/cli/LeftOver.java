package aloft.cli;

import aloft.cli.home.Folders;
import aloft.cli.home.MountedDrive;
import aloft.mount.StaleMounts;
import java.io.IOException;

/** What a drive whose process was killed has left behind. */
final class LeftOver {

    private final Folders folders;

    LeftOver(Folders folders) {
        this.folders = folders;
    }

    /** Frees the folder and takes the note away. What was not in the cloud yet is in the journal. */
    void remove(MountedDrive drive) throws IOException, InterruptedException {
        StaleMounts.clear(drive.folder(), folders.runtime());
        drive.withdraw();
    }
}
