package aloft.cli.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The user's folders by the XDG base directory specification.
 *
 * @param home    of the user
 * @param config  places and options
 * @param state   a folder for each drive: database, journal, log
 * @param cache   a folder for each drive: what can be fetched again
 * @param data    the embedded cloud
 * @param runtime sockets of the drives that run
 */
public record Folders(Path home, Path config, Path state, Path cache, Path data, Path runtime) {

    private static final String NAME = "aloft";

    /** Makes nothing but, where the system gives none, the folder for sockets. */
    public static Folders of(Map<String, String> environment) throws IOException {
        Path home = Path.of(environment.getOrDefault("HOME", System.getProperty("user.home")))
                .toAbsolutePath();
        return new Folders(home,
                base(environment.get("XDG_CONFIG_HOME"), home.resolve(".config")),
                base(environment.get("XDG_STATE_HOME"), home.resolve(".local/state")),
                base(environment.get("XDG_CACHE_HOME"), home.resolve(".cache")),
                base(environment.get("XDG_DATA_HOME"), home.resolve(".local/share")),
                runtime(environment.get("XDG_RUNTIME_DIR")));
    }

    /** The bytes of the embedded cloud, all of them encrypted. */
    public Path cloud() {
        return data.resolve("cloud");
    }

    /** The path as people write it, with "~" for their home. */
    public String show(Path path) {
        return path.startsWith(home) ? "~/" + home.relativize(path) : path.toString();
    }

    private static Path base(@Nullable String named, Path otherwise) {
        boolean usable = named != null && named.startsWith("/");
        return (usable ? Path.of(named) : otherwise).resolve(NAME);
    }

    private static Path runtime(@Nullable String named) throws IOException {
        if (named != null && named.startsWith("/") && Files.isDirectory(Path.of(named))) {
            return Path.of(named).resolve(NAME);
        }
        int user = (Integer) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
        Path given = Path.of("/run/user/" + user);
        if (Files.isWritable(given)) {
            return given.resolve(NAME);
        }
        return PrivateFiles.claimFolder(Path.of("/tmp/" + NAME + "-" + user), user);
    }
}
