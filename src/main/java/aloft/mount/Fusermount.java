package aloft.mount;

import aloft.mount.MountException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The system's programs that mount and unmount for a user, and what root uses without them. */
final class Fusermount {

    private static final String SYSTEM_FOLDERS = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin";

    private Fusermount() {}

    static boolean isInstalled() {
        return program("fusermount3").or(() -> program("fusermount")).isPresent();
    }

    /**
     * @param lazily the folder is free at once, the drive ends when nothing uses it any more
     * @throws MountException BUSY, or FAILED with what the program said
     */
    static void unmount(Path folder, boolean lazily) throws IOException, InterruptedException {
        var command = new ArrayList<String>();
        Optional<Path> fusermount = program("fusermount3").or(() -> program("fusermount"));
        if (fusermount.isPresent()) {
            command.addAll(List.of(fusermount.get().toString(), "-u"));
            command.addAll(lazily ? List.of("-z") : List.of());
        } else {
            Path umount = program("umount").orElseThrow(() -> new MountException(Reason.NO_FUSERMOUNT,
                    "fusermount3 is not installed: install the package fuse3."));
            command.add(umount.toString());
            command.addAll(lazily ? List.of("-l") : List.of());
        }
        command.addAll(List.of("--", folder.toString()));
        run(command);
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        if (process.waitFor() != 0) {
            boolean busy = said.contains("busy");
            throw new MountException(busy ? Reason.BUSY : Reason.FAILED,
                    busy ? "The drive is in use by some program." : "Cannot unmount: " + said);
        }
    }

    /** Looks where the user would, and where systems keep such programs. */
    private static Optional<Path> program(String name) {
        String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + SYSTEM_FOLDERS;
        return Stream.of(path)
                .flatMap(folders -> Arrays.stream(folders.split(File.pathSeparator)))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst();
    }
}
