package aloft.desktop.hydration;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds out about processes in {@code /proc} (proc(5)). What was found is kept for as long as the process lives and
 * runs the same program. Safe for many threads.
 */
final class Callers {

    private static final int MOST_KEPT = 500;
    private static final int MOST_BYTES = 64 << 10;
    private static final String DELETED = " (deleted)";
    private static final Pattern APP_SCOPE = Pattern.compile("/app-flatpak-(.+)-\\d+\\.scope$");
    private static final Pattern APP_LINE = Pattern.compile("(?m)^name=(\\S+)$");
    private static final Pattern PROCESS = Pattern.compile("(?m)^Tgid:\\s+(\\d{1,9})$");
    private static final Pattern PARENT = Pattern.compile("(?m)^PPid:\\s+(\\d{1,9})$");
    private static final Pattern CONTAINER = Pattern
            .compile(
                    "/(docker|libpod|lxc|crio|kubepods|machine\\.slice|buildkit)[-./]\\S*|/(docker|libpod|lxc)-\\S*");

    private final Path processes;
    private final String ownNamespace;
    private final String ownContainer;
    private final Map<Key, Caller> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Caller> eldest) {
            return size() > MOST_KEPT;
        }
    };

    /** A process may run another program under the same number, and another process may get the number. */
    private record Key(int id, String started, String executable) {}

    /** @param processes "/proc" but in tests */
    Callers(Path processes) {
        this.processes = processes;
        Path own = processes.resolve("self");
        ownNamespace = linkOrEmpty(own.resolve("ns/mnt"));
        ownContainer = container(group(own));
    }

    /** @param id of a process or thread, 0 for one that cannot be seen from here */
    Caller find(int id) {
        Path process = processes.resolve(Integer.toString(id));
        Stat stat = id <= 0 ? null : Stat.parseOrNull(text(process.resolve("stat")));
        if (stat == null) {
            return Caller.UNSEEN;
        }
        String executable = linkOrEmpty(process.resolve("exe"));
        var key = new Key(id, stat.started(), executable);
        synchronized (known) {
            Caller caller = known.get(key);
            if (caller != null) {
                return caller;
            }
        }
        Caller found = look(process, stat, executable);
        synchronized (known) {
            known.put(key, found);
        }
        return found;
    }

    /** The process that a thread belongs to; 0 when it cannot be seen. */
    int process(int id) {
        return number(id, PROCESS);
    }

    /** The process that started it; 0 when it cannot be seen. */
    int parent(int id) {
        return number(id, PARENT);
    }

    private int number(int id, Pattern line) {
        Matcher found = line.matcher(text(processes.resolve(id + "/status")));
        return found.find() ? Integer.parseInt(found.group(1)) : 0;
    }

    private Caller look(Path process, Stat stat, String link) {
        String group = group(process);
        String executable = link.endsWith(DELETED)
                ? link.substring(0, link.length() - DELETED.length())
                : link;
        String namespace = linkOrEmpty(process.resolve("ns/mnt"));
        boolean here = !namespace.isEmpty() && namespace.equals(ownNamespace);
        boolean trusted = !executable.isEmpty() && (here || isSame(process.resolve("exe"), executable));
        String container = container(group);
        boolean contained = !container.isEmpty() && !container.equals(ownContainer);
        String script = executable.isEmpty()
                ? null
                : Scripts.of(executable, text(process.resolve("cmdline")),
                        linkOrEmpty(process.resolve("cwd")));
        return new Caller(executable.isEmpty() ? null : executable, script, stat.name(), app(process, group),
                trusted && !contained, contained, stat.terminal(), group);
    }

    /** Whether the program's file is the one that we see at that path. */
    private static boolean isSame(Path link, String executable) {
        try {
            return Files.isSameFile(link, Path.of(executable));
        } catch (IOException e) {
            return false;
        }
    }

    /** The name that Flatpak gave the app: the app itself cannot change either place. */
    private static @Nullable String app(Path process, String group) {
        Matcher scope = APP_SCOPE.matcher(group);
        if (scope.find()) {
            return scope.group(1).replace("\\x2d", "-");
        }
        Matcher line = APP_LINE.matcher(text(process.resolve("root/.flatpak-info")));
        return line.find() ? line.group(1) : null;
    }

    private static String container(String group) {
        Matcher container = CONTAINER.matcher(group);
        return container.find() ? container.group() : "";
    }

    /** In the one hierarchy, else in the one of systemd. */
    private static String group(Path process) {
        String best = "";
        for (String line : text(process.resolve("cgroup")).split("\n", -1)) {
            int path = line.indexOf(":/");
            boolean named = line.startsWith("0::") || line.contains(":name=systemd:");
            if (path >= 0 && named && line.length() - path > best.length()) {
                best = line.substring(line.indexOf('/'));
            }
        }
        return best;
    }

    private static String linkOrEmpty(Path link) {
        try {
            return Files.readSymbolicLink(link).toString();
        } catch (IOException e) {
            return ""; // gone, or another user's
        }
    }

    private static String text(Path file) {
        try (var in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (IOException e) {
            return ""; // gone, or another user's
        }
    }

    /** Of the line in {@code /proc/PID/stat}. */
    private record Stat(String name, boolean terminal, String started) {

        private static final int TERMINAL = 4;
        private static final int STARTED = 19;

        static @Nullable Stat parseOrNull(String line) {
            int open = line.indexOf('(');
            int close = line.lastIndexOf(')');
            if (open < 0 || close < open) {
                return null;
            }
            String[] fields = line.substring(close + 1).strip().split(" ", -1);
            return fields.length <= STARTED
                    ? null
                    : new Stat(line.substring(open + 1, close), !fields[TERMINAL].equals("0"),
                            fields[STARTED]);
        }
    }
}
