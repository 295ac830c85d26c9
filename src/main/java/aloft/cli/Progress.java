package aloft.cli;

import aloft.cli.control.Answers;
import aloft.cli.home.RawText;

/** A progress bar for what a drive answers. */
final class Progress implements Answers, AutoCloseable {

    private final ProgressBar bar;

    /** @param verb what goes on, such as "Uploading" */
    Progress(Terminal terminal, String verb) {
        bar = new ProgressBar(terminal, verb, System::nanoTime);
    }

    @Override
    public void at(long done, long total, String item) {
        bar.at(done, total, RawText.ofRaw(item));
    }

    @Override
    public void close() {
        bar.close();
    }
}
