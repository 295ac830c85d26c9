package aloft.cli;

import aloft.cli.control.Outcome;
import aloft.cli.drive.DriveProcess;
import aloft.cli.drive.DriveSpec;
import aloft.cli.drive.StartReport;
import aloft.cli.home.Posix;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** The process of a drive, as {@link aloft.cli.drive.DriveLauncher} starts it. */
@Command(name = "drive", hidden = true, description = "What a drive runs in; 'aloft mount' starts it.")
final class DriveCommand implements Callable<Integer> {

    private final App app;

    DriveCommand(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws IOException {
        Posix.leaveTerminal();
        var report = new StartReport(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
        System.setOut(System.err); // the pipe is for the report alone
        String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
        try (DriveSpec spec = DriveSpec.read(line == null ? "" : line)) {
            DriveProcess.run(spec, app.folders(), report, false);
            return 0;
        } catch (Exception e) {
            Outcome outcome = Outcome.of(e);
            report.failed(outcome);
            return outcome.exit().code();
        }
    }
}
