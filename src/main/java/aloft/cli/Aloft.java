package aloft.cli;

import aloft.cli.control.Outcome;
import aloft.cli.drive.LastingLogs;
import aloft.cli.home.Exit;
import aloft.cli.home.Folders;
import aloft.cli.home.RawText;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.Callable;
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

    private final App app;

    private Aloft(App app) {
        this.app = app;
    }

    public static void main(String[] args) {
        System.exit(run(RawText.arguments(args)));
    }

    private static int run(String[] arguments) {
        System.setProperty("java.util.logging.manager", LastingLogs.class.getName());
        Terminal terminal = Terminal.ofProcess();
        try {
            return run(new App(Folders.of(System.getenv()), terminal, System.getenv()), arguments);
        } catch (IOException e) {
            return report(terminal, e);
        } catch (UncheckedIOException e) {
            return Exit.OTHER.code(); // nobody reads what we print
        }
    }

    /** The whole program but for the process around it. */
    static int run(App app, String... arguments) throws UncheckedIOException {
        int code = commandLine(app).execute(arguments);
        app.terminal().flush();
        return code;
    }

    static CommandLine commandLine(App app) {
        var line = new CommandLine(new Aloft(app));
        line.getCommandSpec().addOption(helpOption()).addOption(versionOption());
        for (Object command : commands(app)) {
            var sub = new CommandLine(command);
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

    private static List<Object> commands(App app) {
        return List.of(new Create(app), new MountCommand(app), new Unmount(app), new Remount(app),
                new Pin(app),
                new Unpin(app), new Free(app), new Status(app), new Wait(app), new Ls(app), new Serve(app),
                new Passwd(app), new RecoveryKey(app), new Login(app), new Logout(app), new Doctor(app),
                new Desktop(app),
                new Completion(app),
                new DriveCommand(app), new Rehearse(app));
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
