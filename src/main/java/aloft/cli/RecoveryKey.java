package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.Problem;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Replaces the recovery key. */
@Command(name = "recovery-key", description = {
        "Make a new recovery key and show it; the old one opens the vault no more.",
        "The present one cannot be shown again: it is kept nowhere."})
final class RecoveryKey implements Callable<Integer> {

    private final App app;

    @Mixin
    private final VaultOptions vault = new VaultOptions();

    @Option(names = "--replace", description = "Do not ask whether the old one may go.")
    private boolean replace;

    RecoveryKey(App app) {
        this.app = app;
    }

    @Override
    public Integer call() throws Exception {
        if (!replace) {
            String answer = app.terminal()
                    .ask("A new recovery key replaces the old one. Go on? [y/N] ")
                    .orElseThrow(() -> new Problem(Exit.USAGE,
                            "A new recovery key replaces the old one; say so with --replace."));
            if (!answer.strip().matches("(?i)y|yes")) {
                app.terminal().line("Nothing was changed.");
                return 0;
            }
        }
        vault.open(app, (open, drive, passphrases) -> new RecoveryNotice(app.terminal())
                .show(open.replaceRecoveryKey()));
        return 0;
    }
}
