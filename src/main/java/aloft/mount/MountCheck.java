package aloft.mount;

import aloft.mount.MountException.Reason;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What can be known to fail before mounting, each with its reason and a sentence that says what to do. */
final class MountCheck {

    private static final Path DEVICE = Path.of("/dev/fuse");
    private static final Path CONFIGURATION = Path.of("/etc/fuse.conf");

    private MountCheck() {}

    static void check(Path folder, MountOptions options) throws IOException {
        checkFolder(folder);
        checkSystem(folder, options);
    }

    private static void checkFolder(Path folder) throws IOException {
        if (MountTable.read().at(folder).filter(MountTable.Entry::isAloft).isPresent()) {
            throw new MountException(Reason.ALREADY_MOUNTED, "A drive is mounted at " + folder
                    + " already: unmount it first, or name another folder.");
        }
        if (!Files.isDirectory(folder)) {
            throw new MountException(Reason.NO_FOLDER, Files.exists(folder)
                    ? folder + " is not a folder: name one."
                    : "There is no folder " + folder + ": make it first.");
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            if (entries.iterator().hasNext()) {
                throw new MountException(Reason.NOT_EMPTY,
                        "The folder " + folder
                                + " is not empty: choose another, or move away what is in it.");
            }
        }
    }

    private static void checkSystem(Path folder, MountOptions options) throws IOException {
        boolean root = Owner.ofThisProcess().isRoot();
        if (!Files.exists(DEVICE)) {
            throw new MountException(Reason.NO_FUSE_DEVICE,
                    "This system has no /dev/fuse: load the kernel module (modprobe fuse), or give the container the"
                            + " device.");
        }
        if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
            throw new MountException(Reason.NOT_PERMITTED,
                    "You may not open /dev/fuse: ask the administrator.");
        }
        if (!root && !Fusermount.isInstalled()) {
            throw new MountException(Reason.NO_FUSERMOUNT,
                    "The program fusermount3 is not installed: install the package fuse3.");
        }
        if (!root && !Files.isWritable(folder)) {
            throw new MountException(Reason.NOT_PERMITTED, "You may not write to " + folder + ".");
        }
        if (!root && options.allowOther() && !allowsOther()) {
            throw new MountException(Reason.NOT_PERMITTED,
                    "The system does not let you share a mount: the line user_allow_other is missing in "
                            + CONFIGURATION + ".");
        }
    }

    private static boolean allowsOther() throws IOException {
        return Files.isReadable(CONFIGURATION)
                && Files.readAllLines(CONFIGURATION)
                        .stream()
                        .anyMatch(line -> line.strip().equals("user_allow_other"));
    }
}
