package aloft.cli.drive;

import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.mount.Mount;
import aloft.mount.MountOptions;
import aloft.tree.Keeping;
import aloft.vault.WarmUp;
import java.io.IOException;
import java.security.SecureRandom;

/** A drive of its parts, mounted. */
final class Assembly implements RunningDrive {

    private static final System.Logger LOG = System.getLogger(Assembly.class.getName());

    private final Parts parts;
    private final Keeping keeping;
    private final Mount mount;

    private Assembly(Parts parts, Keeping keeping, Mount mount) {
        this.parts = parts;
        this.keeping = keeping;
        this.mount = mount;
    }

    /** Returns when the drive answers. */
    static Assembly start(DriveSpec spec, Folders folders, SecureRandom random, Starting starting)
            throws Exception {
        var parts = new Parts();
        try {
            KnownDrive drive = spec.drive();
            var options = new MountOptions(drive.place().text(), drive.options().allowOther(),
                    folders.runtime(), false);
            Mount.check(drive.folder(), options); // before a vault is made in vain
            Thread.ofPlatform().daemon().name("mount-ahead").start(Mount::prepare);
            LiveParts built = parts.add(LiveParts.open(spec, folders, random, starting));
            parts.add(SmallHeap.keep());
            Mount mount = parts.add(Mount.start(built.live().drive(), drive.folder(), options));
            built.live().tell(mount::changed); // before anything comes in: the kernel keeps what it knows
            built.live().start();
            LOG.log(System.Logger.Level.INFO, "mounted with {0}", mount.library());
            Thread.ofPlatform().daemon().name("warm-up").start(WarmUp::ciphers);
            return new Assembly(parts, built.live().keeping(), mount);
        } catch (Exception e) {
            throw parts.closeAfter(e);
        }
    }

    @Override
    public Keeping keeping() {
        return keeping;
    }

    @Override
    public void unmount(boolean force) throws IOException, InterruptedException {
        if (force) {
            mount.close();
        } else {
            mount.unmount(false);
        }
    }

    @Override
    public void awaitEnd() throws InterruptedException {
        mount.awaitEnd();
    }

    @Override
    public void close() throws IOException {
        parts.close();
    }
}
