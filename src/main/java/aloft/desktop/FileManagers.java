package aloft.desktop;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What Aloft puts into file managers: emblems, menu entries and a column, for Nautilus, Nemo, Caja, Thunar, Dolphin and
 * PCManFM, whether they are there or not; and the drives into what KDE's indexer leaves out. Not thread safe.
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
        Path called = data.resolve("aloft/menu");
        String menu = checked(called);
        var home = new Ledger(ledger);
        home.put(called, filled("menu", Map.of("COMMAND", program)), true);
        for (String state : STATES) {
            String icon = "emblem-aloft-" + state + ".svg";
            home.put(data.resolve("icons/hicolor/scalable/emblems/" + icon), resource(ICONS + icon), false);
        }
        for (String folder : PYTHON) {
            home.put(data.resolve(folder + "/extensions/aloft.py"), resource(RESOURCES + "aloft.py"), false);
        }
        Map<String, String> names = Map.of("MENU", menu, "FOLDERS", list(drives));
        home.put(data.resolve("kio/servicemenus/aloft.desktop"), filled("dolphin.desktop", names), true);
        for (String action : List.of("keep", "free")) {
            home.put(data.resolve("file-manager/actions/aloft-" + action + ".desktop"),
                    filled("pcmanfm-" + action + ".desktop", names), false);
        }
        String actions = new String(filled("thunar.xml", names), StandardCharsets.UTF_8);
        home.edit(thunar(), thunarBase(), text -> withActions(text, actions));
        if (!drives.isEmpty()) {
            home.edit(baloo(), "", text -> BalooFolders.with(BalooFolders.without(text), drives));
        }
    }

    /** Takes everything back. */
    public void remove() throws IOException {
        var home = new Ledger(ledger);
        home.undo(thunar(), thunarBase(), FileManagers::withoutActions);
        home.undo(baloo(), "", BalooFolders::without);
        home.clear();
    }

    private Path thunar() {
        return config.resolve("Thunar/uca.xml");
    }

    private Path baloo() {
        return config.resolve("baloofilerc");
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

    private static String list(List<Path> folders) {
        return folders.stream().map(each -> each + ";").collect(Collectors.joining());
    }

    /** @param names what stands between two {@code @} in the template, and what comes in its place */
    private static byte[] filled(String template, Map<String, String> names) throws IOException {
        String text = new String(resource(RESOURCES + template), StandardCharsets.UTF_8);
        for (Map.Entry<String, String> each : names.entrySet()) {
            text = text.replace("@" + each.getKey() + "@", each.getValue());
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = Objects.requireNonNull(FileManagers.class.getResourceAsStream(name), name)) {
            return in.readAllBytes();
        }
    }
}
