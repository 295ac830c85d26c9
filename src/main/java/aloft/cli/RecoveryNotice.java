package aloft.cli;

import aloft.cli.drive.Starting;

/** Shows a recovery key, the one time that there is. */
final class RecoveryNotice implements Starting {

    private final Terminal terminal;

    RecoveryNotice(Terminal terminal) {
        this.terminal = terminal;
    }

    void show(String recoveryKey) {
        terminal.line("");
        terminal.line("    " + recoveryKey);
        terminal.line("");
        terminal.line("This is the recovery key, shown only now. Write it down and keep it apart from this");
        terminal.line("computer: it opens the vault when the passphrase is forgotten.");
        terminal.line("");
        terminal.flush();
    }

    @Override
    public void made(String recoveryKey) {
        terminal.line("Made a new vault.");
        show(recoveryKey);
    }

    @Override
    public void ready() {}
}
