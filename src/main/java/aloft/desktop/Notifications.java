package aloft.desktop;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Notifications of the desktop, through {@code notify-send} where a session is. A few at a time: what comes while those
 * wait for the user is dropped. Safe for many threads; returns at once.
 */
public final class Notifications {

    private static final System.Logger LOG = System.getLogger(Notifications.class.getName());
    private static final String SHOW = "show";
    private static final int AT_A_TIME = 3;
    private static final int MOST_ANSWER = 100;
    private static final long PATIENCE_HOURS = 1;

    private final Optional<Path> tool;
    private final Optional<Path> bus;
    private final Semaphore places = new Semaphore(AT_A_TIME);

    private Notifications(Optional<Path> tool, Optional<Path> bus) {
        this.tool = tool;
        this.bus = bus;
    }

    /** @param environment of the session */
    public static Notifications of(Map<String, String> environment) {
        if (!environment.containsKey("DBUS_SESSION_BUS_ADDRESS")) {
            return new Notifications(Optional.empty(), Optional.empty());
        }
        String path = environment.getOrDefault("PATH", "");
        return new Notifications(find(path, "notify-send"), find(path, "dbus-send"));
    }

    private static Optional<Path> find(String path, String program) {
        return Arrays.stream(path.split(":"))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    public void tell(String title, String text) {
        ask(title, text, Map.of(), answer -> {});
    }

    /** Tells something about a folder, which the user may have shown. */
    public void tell(String title, String text, Path folder) {
        if (bus.isEmpty()) {
            tell(title, text);
            return;
        }
        ask(title, text, Map.of(SHOW, "Show"), answer -> run(showing(bus.get(), folder)));
    }

    /**
     * Asks the session's file manager, which has the windows' environment in any case. Who asks must wait for the reply,
     * or one that does not run yet is not started.
     */
    private static List<String> showing(Path bus, Path folder) {
        String uri = folder.toUri().toString().replace(",", "%2C"); // which would part two of them
        return List.of(bus.toString(), "--session", "--print-reply", "--type=method_call",
                "--dest=org.freedesktop.FileManager1",
                "/org/freedesktop/FileManager1", "org.freedesktop.FileManager1.ShowFolders",
                "array:string:" + uri, "string:");
    }

    /**
     * @param actions what the user may choose: a word, and what it is called
     * @param chosen  is told the word, if the user chooses one
     */
    public void ask(String title, String text, Map<String, String> actions, Consumer<String> chosen) {
        if (tool.isPresent() && places.tryAcquire()) {
            List<String> command = command(tool.get(), title, text, actions);
            Thread.ofVirtual().name("notification").start(() -> {
                try {
                    run(command).filter(actions::containsKey).ifPresent(chosen);
                } finally {
                    places.release();
                }
            });
        }
    }

    private static List<String> command(Path tool, String title, String text, Map<String, String> actions) {
        var command = new ArrayList<>(
                List.of(tool.toString(), "--app-name=Aloft", "--icon=drive-harddisk"));
        actions.forEach((word, name) -> command.add("--action=" + word + "=" + name));
        command.addAll(List.of("--", title, escaped(text)));
        return command;
    }

    /** The text of a notification may have markup. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    /** @return what it printed, such as the user's choice */
    private static Optional<String> run(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            try {
                if (!process.waitFor(PATIENCE_HOURS, TimeUnit.HOURS)) {
                    return Optional.empty();
                }
                byte[] answer = process.getInputStream().readNBytes(MOST_ANSWER);
                return Optional.of(new String(answer, StandardCharsets.UTF_8).strip());
            } finally {
                process.destroy();
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, "no notification", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return Optional.empty();
    }
}
