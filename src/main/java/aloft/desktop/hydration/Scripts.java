package aloft.desktop.hydration;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What an interpreter runs, or a worker process that loads its work as a plugin, by its arguments. They are what the
 * process was started with and may since have written over: good enough to tell one honest program from another.
 */
final class Scripts {

    private static final Pattern INTERPRETER = Pattern
            .compile("(python|perl|ruby|node|nodejs|gjs|gjs-console|lua|php|bash|dash|sh|zsh)[0-9.]*");
    private static final Pattern WORKER = Pattern.compile("kioslave[0-9]*|kioworker|kdeinit[0-9]*");

    private Scripts() {}

    /**
     * @param arguments as in {@code /proc/PID/cmdline}: each ends with a NUL
     * @param folder    that the process works in
     */
    static @Nullable String of(String executable, String arguments, String folder) {
        String program = executable.substring(executable.lastIndexOf('/') + 1);
        boolean worker = WORKER.matcher(program).matches();
        if (!worker && !INTERPRETER.matcher(program).matches()) {
            return null;
        }
        String[] words = arguments.split("\0", -1);
        for (int i = 1; i < words.length && !words[i].isEmpty(); i++) {
            if (!words[i].startsWith("-")) {
                return worker ? words[i] : resolve(folder, words[i]);
            }
            if (words[i].equals("-c") || words[i].equals("-e") || words[i].equals("-m")) {
                return null;
            }
        }
        return null;
    }

    private static @Nullable String resolve(String folder, String script) {
        try {
            return Path.of(folder.isEmpty() ? "/" : folder).resolve(script).normalize().toString();
        } catch (InvalidPathException e) {
            return null;
        }
    }
}
