package aloft.cli.drive;

import aloft.cli.home.Folders;
import aloft.tree.Keeping;
import java.security.SecureRandom;

/** Works on a drive that is not mounted, with all that it is built of. */
public final class Unmounted {

    private Unmounted() {}

    /** Does something with the drive. */
    @FunctionalInterface
    public interface Work {
        void on(Keeping keeping) throws Exception;
    }

    /** Returns when the work is done and all is closed. */
    public static void with(DriveSpec spec, Folders folders, Work work) throws Exception {
        Starting silent = new Starting() {
            @Override
            public void made(String recoveryKey) {
                // a vault is made by other commands
            }

            @Override
            public void ready() {
                // nobody waits for a mount
            }
        };
        try (LiveParts parts = LiveParts.open(spec, folders, new SecureRandom(), silent)) {
            work.on(parts.live().keeping());
        }
    }
}
