package aloft.cli;

import aloft.desktop.hydration.Programs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Whether this computer can mount drives. */
final class SystemCheck {

    private static final List<String> PROGRAM_FOLDERS = List.of("/usr/bin", "/bin", "/usr/sbin", "/sbin",
            "/usr/local/bin");
    private static final List<String> LIBRARY_FOLDERS = List.of("/lib", "/usr/lib", "/lib64", "/usr/lib64",
            "/usr/local/lib");

    private final App app;
    /** "/" but in tests. */
    private final Path root;

    SystemCheck(App app, Path root) {
        this.app = app;
        this.root = root;
    }

    void run(Consumer<Finding> to) {
        to.accept(Finding.good("Java", System.getProperty("java.vm.name") + " " + Runtime.version()));
        to.accept(device());
        to.accept(fusermount());
        to.accept(library());
        to.accept(keyring());
        programs(to);
    }

    private void programs(Consumer<Finding> to) {
        Path file = app.folders().config().resolve(Programs.FILE);
        for (String complaint : Programs.complaints(file)) {
            to.accept(Finding.odd("programs", complaint, "Mend the line, or remove it."));
        }
    }

    private Finding device() {
        Path device = root.resolve("dev/fuse");
        if (!Files.exists(device)) {
            return Finding.bad("FUSE device", "there is no /dev/fuse",
                    "Load the kernel module: sudo modprobe fuse. In a container, start it with --device /dev/fuse.");
        } else if (!Files.isReadable(device) || !Files.isWritable(device)) {
            return Finding.bad("FUSE device", "you may not open /dev/fuse",
                    "Ask who runs this computer: sudo chmod 666 /dev/fuse, or your user in its group.");
        }
        return Finding.good("FUSE device", "/dev/fuse");
    }

    private Finding fusermount() {
        Optional<Path> found = program("fusermount3").or(() -> program("fusermount"));
        return found.map(path -> Finding.good("fusermount", path.toString()))
                .orElseGet(() -> Finding.bad("fusermount", "not found",
                        "Install it: sudo apt install fuse3, or what your distribution calls it."));
    }

    private Finding library() {
        boolean own = SystemCheck.class
                .getResource("/native/" + System.getProperty("os.arch") + "/libaloft-fuse.so") != null;
        Optional<Path> two = library("libfuse.so.2");
        if (own) {
            return Finding.good("library", "Aloft's own");
        }
        return two.map(path -> Finding.odd("library", path + " of the system",
                "It works. Aloft's own is faster: install gcc, and remove the folder target so that it is built again."))
                .orElseGet(() -> Finding.bad("library", "none was built, and libfuse.so.2 is not there",
                        "Install gcc and remove the folder target, or install libfuse2 (libfuse2t64 on newer systems)."));
    }

    private Finding keyring() {
        boolean there = app.environment().containsKey("DBUS_SESSION_BUS_ADDRESS")
                && program("secret-tool").isPresent();
        return there
                ? Finding.good("keyring", "secret-tool")
                : Finding.good("keyring",
                        "none in this session; remembered secrets go into files only you can read");
    }

    private Optional<Path> program(String name) {
        String path = app.environment().getOrDefault("PATH", "");
        return Stream.concat(Arrays.stream(path.split(":")), PROGRAM_FOLDERS.stream())
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> root.resolve(folder.substring(1)).resolve(name))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** In the usual folders, and in those of the kind lib/x86_64-linux-gnu. */
    private Optional<Path> library(String name) {
        return LIBRARY_FOLDERS.stream()
                .map(folder -> root.resolve(folder.substring(1)))
                .flatMap(folder -> Stream.concat(Stream.of(folder), multiarch(folder)))
                .map(folder -> folder.resolve(name))
                .filter(Files::exists)
                .findFirst();
    }

    private static Stream<Path> multiarch(Path folder) {
        try (var inside = Files.newDirectoryStream(folder, "*-linux-gnu*")) {
            Stream.Builder<Path> found = Stream.builder();
            inside.forEach(found);
            return found.build();
        } catch (IOException e) {
            return Stream.empty();
        }
    }
}
