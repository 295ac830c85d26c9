package aloft.cli.home;

import org.jspecify.annotations.Nullable;

/** What a command cannot do, with its exit code and one sentence: what happened and what to do. */
public final class Problem extends Exception {

    private static final long serialVersionUID = 1L;

    private final Exit exit;

    public Problem(Exit exit, String sentence, @Nullable Throwable cause) {
        super(sentence, cause);
        this.exit = exit;
    }

    public Problem(Exit exit, String sentence) {
        this(exit, sentence, null);
    }

    public Exit exit() {
        return exit;
    }

    /** The sentence for the user. */
    public String sentence() {
        String message = getMessage();
        return message == null ? exit.toString() : message;
    }
}
