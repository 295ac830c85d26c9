package aloft.cli;

import aloft.cli.control.Outcome;
import aloft.cli.drive.DriveLauncher;
import aloft.cli.drive.LastingLogs;
import aloft.cli.home.Exit;
import aloft.cli.home.Folders;
import aloft.cli.home.Posix;
import aloft.cli.home.RawText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/** The program: finds the command that the user means, and turns what it says into an exit code. */
@Command(name = "aloft", versionProvider = Version.class, synopsisSubcommandLabel = "COMMAND", description = {
        "Your whole cloud as a local drive, encrypted before it leaves this computer.",
        "Without a command: what is mounted, and what to do next."}, commandListHeading = "%nCommands:%n", optionListHeading = "%nOptions:%n", footer = {
                "", "Begin with: aloft mount", "Help for a command: aloft COMMAND --help", "",
                "Exit codes: 0 done, 1 other, 2 usage, 3 folder missing, 4 file missing, 5 temporary (try again),",
                "6 not worth a retry, 7 fatal, 10 mount point not empty, 12 wrong passphrase, 26 damage found."})
public final class Aloft implements Callable<Integer> {

    private static final String DRIVE = "drive";
    private static final Map<String, Function<App, Object>> COMMANDS = new LinkedHashMap<>();

    static {
        COMMANDS.put("create", Create::new);
        COMMANDS.put("mount", MountCommand::new);
        COMMANDS.put("unmount", Unmount::new);
        COMMANDS.put("remount", Remount::new);
        COMMANDS.put("pin", Pin::new);
        COMMANDS.put("unpin", Unpin::new);
        COMMANDS.put("free", Free::new);
        COMMANDS.put("status", Status::new);
        COMMANDS.put("wait", Wait::new);
        COMMANDS.put("ls", Ls::new);
        COMMANDS.put("serve", Serve::new);
        COMMANDS.put("passwd", Passwd::new);
        COMMANDS.put("recovery-key", RecoveryKey::new);
        COMMANDS.put("login", Login::new);
        COMMANDS.put("logout", Logout::new);
        COMMANDS.put("doctor", Doctor::new);
        COMMANDS.put("desktop", Desktop::new);
        COMMANDS.put("completion", Completion::new);
        COMMANDS.put(DRIVE, DriveCommand::new);
        COMMANDS.put("rehearse", Rehearse::new);
    }

    private final App app;

    private Aloft(App app) {
        this.app = app;
    }

    public static void main(String[] args) {
        int code = run(RawText.arguments(args));
        if (DriveLauncher.isWatching()) {
            Posix.exit(code); // else the JVM waits a third of a second for the thread that waits for the drive's end
        }
        System.exit(code);
    }

    private static int run(String[] arguments) {
        System.setProperty("java.util.logging.manager", LastingLogs.class.getName());
        Terminal terminal = Terminal.ofProcess();
        try {
            var app = new App(Folders.of(System.getenv()), terminal, System.getenv());
            return arguments.length == 1 && arguments[0].equals(DRIVE)
                    ? new DriveCommand(app).call()
                    : run(app, arguments);
        } catch (IOException e) {
            return report(terminal, e);
        } catch (UncheckedIOException e) {
            return Exit.OTHER.code(); // nobody reads what we print
        }
    }

    /** The whole program but for the process around it. */
    static int run(App app, String... arguments) throws UncheckedIOException {
        int code = commandLine(app, chosen(arguments)).execute(arguments);
        app.terminal().flush();
        return code;
    }

    /** What each command asks of the JVM before it begins is saved for those that the user did not mean. */
    private static Collection<Function<App, Object>> chosen(String[] arguments) {
        Function<App, Object> command = arguments.length == 0 ? null : COMMANDS.get(arguments[0]);
        return command == null ? COMMANDS.values() : List.of(command);
    }

    /** With all commands. */
    static CommandLine commandLine(App app) {
        return commandLine(app, COMMANDS.values());
    }

    private static CommandLine commandLine(App app, Collection<Function<App, Object>> commands) {
        var line = new CommandLine(new Aloft(app));
        line.getCommandSpec().addOption(helpOption()).addOption(versionOption());
        for (Function<App, Object> command : commands) {
            var sub = new CommandLine(command.apply(app));
            sub.getCommandSpec().addOption(helpOption());
            line.addSubcommand(sub);
        }
        line.setOut(app.terminal().outWriter());
        line.setErr(app.terminal().errWriter());
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.OFF));
        line.setUsageHelpAutoWidth(true);
        line.setExpandAtFiles(false);
        line.setParameterExceptionHandler((e, arguments) -> misused(app.terminal(), e));
        line.setExecutionExceptionHandler((e, command, parsed) -> {
            CommandLog.of(app).add(command.getCommandSpec().qualifiedName(), e);
            return report(app.terminal(), e);
        });
        return line;
    }

    private static OptionSpec helpOption() {
        return OptionSpec.builder("-h", "--help").usageHelp(true).description("Show this help.").build();
    }

    private static OptionSpec versionOption() {
        return OptionSpec.builder("-V", "--version")
                .versionHelp(true)
                .description("Show the version.")
                .build();
    }

    @Override
    public Integer call() throws Exception {
        new Overview(app).print();
        return 0;
    }

    private static int report(Terminal terminal, Exception e) {
        Outcome outcome = Outcome.of(e);
        terminal.note("aloft: " + outcome.sentence());
        return outcome.exit().code();
    }

    private static int misused(Terminal terminal, ParameterException e) {
        terminal.note("aloft: " + e.getMessage());
        terminal.note("See: " + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
        return CommandLine.ExitCode.USAGE;
    }
}
