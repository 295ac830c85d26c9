package aloft.desktop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What Aloft puts into file managers: emblems, menu entries and a column, for Nautilus, Nemo, Caja, Thunar, Dolphin and
 * PCManFM, whether they are there or not. Not thread safe.
 */
public final class FileManagers {

    private static final String RESOURCES = "/desktop/file-managers/";
    private static final String ICONS = "/desktop/icons/";
    private static final List<String> STATES = List.of("online-only", "local", "pinned", "syncing", "error");
    private static final List<String> PYTHON = List.of("nautilus-python", "nemo-python", "caja-python");
    private static final Pattern THUNAR_ACTION = Pattern
            .compile("(?s)<action>\\n?(?:(?!</action>).)*<unique-id>aloft-\\w+</unique-id>.*?</action>\\n?");
    private static final String NO_ACTIONS = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<actions>\n</actions>\n";
    private static final String NOT_IN_MENUS = "\"'`$\\%<>&;\n";

    private final Path config;
    private final Path data;
    private final Path systemActions;
    private final Path ledger;

    /**
     * @param config XDG_CONFIG_HOME
     * @param data   XDG_DATA_HOME
     * @param ledger remembers what was changed
     */
    public FileManagers(Path config, Path data, Path ledger) {
        this(config, data, ledger, Path.of("/etc/xdg/Thunar/uca.xml"));
    }

    FileManagers(Path config, Path data, Path ledger, Path systemActions) {
        this.config = config;
        this.data = data;
        this.ledger = ledger;
        this.systemActions = systemActions;
    }

    /**
     * Puts everything there, once however often it is called.
     *
     * @param command the file of the program
     * @param drives  folders where drives are mounted, for menus that are shown only there
     */
    public void install(Path command, List<Path> drives) throws IOException {
        String program = checked(command);
        var home = new Ledger(ledger);
        for (String state : STATES) {
            String icon = "emblem-aloft-" + state + ".svg";
            home.put(data.resolve("icons/hicolor/scalable/emblems/" + icon), resource(ICONS + icon), false);
        }
        for (String folder : PYTHON) {
            home.put(data.resolve(folder + "/extensions/aloft.py"), resource(RESOURCES + "aloft.py"), false);
        }
        home.put(data.resolve("kio/servicemenus/aloft.desktop"), filled("dolphin.desktop", program, drives),
                true);
        for (String action : List.of("keep", "free")) {
            home.put(data.resolve("file-manager/actions/aloft-" + action + ".desktop"),
                    filled("pcmanfm-" + action + ".desktop", program, drives), false);
        }
        String actions = new String(filled("thunar.xml", program, drives), StandardCharsets.UTF_8);
        home.edit(thunar(), thunarBase(), text -> withActions(text, actions));
    }

    /** Takes everything back. */
    public void remove() throws IOException {
        var home = new Ledger(ledger);
        home.undo(thunar(), thunarBase(), FileManagers::withoutActions);
        home.clear();
    }

    private Path thunar() {
        return config.resolve("Thunar/uca.xml");
    }

    /** Thunar shows the system's actions to who has none of his own, and no more once he has. */
    private String thunarBase() throws IOException {
        return Files.exists(systemActions) ? Files.readString(systemActions) : NO_ACTIONS;
    }

    private static String withActions(String text, String actions) {
        String clean = withoutActions(text);
        int end = clean.lastIndexOf("</actions>");
        return end < 0 ? text : clean.substring(0, end) + actions + clean.substring(end);
    }

    private static String withoutActions(String text) {
        return THUNAR_ACTION.matcher(text).replaceAll("");
    }

    /** Menus name programs in ways of their own; a path of plain characters is the same in all of them. */
    private static String checked(Path command) throws IOException {
        String path = command.toString();
        if (path.chars().anyMatch(c -> NOT_IN_MENUS.indexOf(c) >= 0)) {
            throw new IOException("The path " + path + " has characters that menus cannot have: move Aloft.");
        }
        return path;
    }

    private static byte[] filled(String template, String program, List<Path> drives) throws IOException {
        var folders = new StringBuilder();
        drives.forEach(each -> folders.append(each).append(';'));
        return new String(resource(RESOURCES + template), StandardCharsets.UTF_8)
                .replaceAll("@COMMAND@", Matcher.quoteReplacement(program))
                .replaceAll("@FOLDERS@", Matcher.quoteReplacement(folders.toString()))
                .getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(FileManagers.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }
}
