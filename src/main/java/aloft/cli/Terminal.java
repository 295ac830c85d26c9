package aloft.cli;

import aloft.cli.home.Posix;
import aloft.cli.home.RawText;
import java.io.BufferedOutputStream;
import java.io.Console;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Where the user sits: results to standard output, everything else to standard error, questions by name. */
final class Terminal {

    private static final int DEFAULT_COLUMNS = 80;
    private static final int MAX_COLUMNS = 400;

    private final OutputStream out;
    private final OutputStream err;
    private final boolean outShown;
    private final boolean errShown;

    /**
     * @param outShown whether what goes to {@code out} is shown on a terminal
     * @param errShown the same of {@code err}
     */
    Terminal(OutputStream out, OutputStream err, boolean outShown, boolean errShown) {
        this.out = out;
        this.err = err;
        this.outShown = outShown;
        this.errShown = errShown;
    }

    static Terminal ofProcess() {
        return new Terminal(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16),
                new FileOutputStream(FileDescriptor.err), Posix.isTerminal(1), Posix.isTerminal(2));
    }

    /**
     * A line of the result. On a terminal control characters show as '?', as ls does; elsewhere every byte is
     * kept.
     */
    void line(String text) {
        print((outShown ? shown(text) : text) + "\n");
    }

    /** A line of the result as it is. */
    void raw(String text) {
        print(text);
    }

    /** A line beside the result: what is being done, what went wrong. */
    void note(String text) {
        printBeside((errShown ? shown(text) : text) + "\n");
    }

    /** For the progress bar: control sequences as they are. */
    void draw(String sequence) {
        printBeside(sequence);
    }

    void flush() {
        try {
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean showsOutput() {
        return outShown;
    }

    boolean showsProgress() {
        return errShown;
    }

    /** Of the terminal that progress is shown on. */
    int columns() {
        return Math.min(MAX_COLUMNS, Posix.columns(2).or(() -> Posix.columns(1)).orElse(DEFAULT_COLUMNS));
    }

    PrintWriter outWriter() {
        return new PrintWriter(out, true, StandardCharsets.UTF_8);
    }

    PrintWriter errWriter() {
        return new PrintWriter(err, true, StandardCharsets.UTF_8);
    }

    /** Whether somebody is there to answer. */
    boolean canAsk() {
        return console() != null;
    }

    /** Asks without showing the answer; empty when nobody is there. The caller wipes it. */
    Optional<char[]> askHidden(String question) {
        Console console = console();
        return console == null
                ? Optional.empty()
                : Optional.ofNullable(console.readPassword("%s", question));
    }

    /** Asks and shows the answer; empty when nobody is there. */
    Optional<String> ask(String question) {
        Console console = console();
        return console == null ? Optional.empty() : Optional.ofNullable(console.readLine("%s", question));
    }

    /** Never null since Java 22, says the documentation; yet without a terminal it is. */
    @SuppressWarnings("SystemConsoleNull")
    private static @Nullable Console console() {
        Console console = System.console();
        return console != null && console.isTerminal() ? console : null;
    }

    private static String shown(String text) {
        return text.codePoints()
                .map(c -> Character.isISOControl(c) && c != '\n'
                        || Character.getType(c) == Character.SURROGATE
                        || isDirection(c) ? '?' : c)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Characters that turn the direction of writing could make a name look like another. */
    private static boolean isDirection(int c) {
        return c >= 0x202A && c <= 0x202E || c >= 0x2066 && c <= 0x2069;
    }

    private void print(String text) {
        try {
            out.write(RawText.encode(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void printBeside(String text) {
        try {
            out.flush();
            err.write(RawText.encode(text));
            err.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
