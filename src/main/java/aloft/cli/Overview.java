package aloft.cli;

import aloft.cli.control.Answers;
import aloft.cli.control.ControlClient;
import aloft.cli.control.Request;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.KnownDrives;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.Problem;
import aloft.tree.Keeping.DriveStatus;
import java.io.IOException;
import java.util.List;

/** What is mounted, in one screen; what to do next when nothing is. */
final class Overview {

    private final App app;
    private final Terminal terminal;

    Overview(App app) {
        this.app = app;
        this.terminal = app.terminal();
    }

    void print() throws Problem, IOException {
        List<MountedDrive> mounted = MountedDrive.all(app.folders());
        List<KnownDrive> known = new KnownDrives(app.folders()).all();
        if (mounted.isEmpty() && known.isEmpty()) {
            welcome();
            return;
        }
        for (MountedDrive drive : mounted) {
            print(drive);
        }
        for (KnownDrive drive : known) {
            if (mounted.stream().noneMatch(each -> each.name().equals(drive.name()))) {
                terminal.line(drive.name() + "  " + app.folders().show(drive.folder())
                        + "  not mounted; mount it with: aloft mount " + drive.name());
            }
        }
        terminal.line("");
        terminal.line("More: aloft status, aloft ls, aloft pin PATH, aloft --help");
    }

    private void print(MountedDrive drive) throws IOException {
        String start = drive.name() + "  " + app.folders().show(drive.folder()) + "  ";
        try {
            new ControlClient(drive).ask(new Request.Status(), new Answers() {
                @Override
                public void status(DriveStatus status) {
                    terminal.line(start + DriveReport.inWords(status));
                }
            });
        } catch (Problem e) {
            terminal.line(start + "does not answer; its process is gone. Mount it again with: aloft mount "
                    + drive.name());
        }
    }

    private void welcome() {
        terminal.line("No drive is mounted yet.");
        terminal.line("");
        terminal.line("  aloft mount                       a drive at ~/Aloft, its cloud on this computer");
        terminal.line("  aloft create https://user@host/x  a vault on your own server or Nextcloud");
        terminal.line("  aloft --help                      everything else");
    }
}
