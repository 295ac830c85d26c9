package aloft.cli;

import aloft.cli.home.Folders;
import aloft.desktop.Secrets;
import java.util.Map;

/** What every command has at hand. */
record App(Folders folders, Terminal terminal, Map<String, String> environment) {

    /** Secrets that are kept over a restart. */
    Secrets secrets() {
        return Secrets.of(folders.config().resolve("secrets"), environment);
    }
}
