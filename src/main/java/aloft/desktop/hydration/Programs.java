package aloft.desktop.hydration;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * The programs of this computer, as far as they may make a drive fetch what they open. One log line tells that a
 * program was refused, then nothing of it for ten minutes. Safe for many threads; waits for nothing but the local disk.
 */
public final class Programs {

    /** The name of the user's file, in the folder of settings. */
    public static final String FILE = "programs";

    private static final System.Logger LOG = System.getLogger(Programs.class.getName());
    private static final String USUAL = "/desktop/programs";
    private static final long QUIET = TimeUnit.MINUTES.toNanos(10);
    private static final int MOST_TOLD = 1_000;

    private final Callers callers;
    private final RuleFile file;
    private final Policy policy;
    private final LongSupplier ticker;
    private final Question question;
    private final SecondTries secondTries;
    private final Map<String, Long> told = new LinkedHashMap<>();

    /** Asks the user, and returns at once. */
    @FunctionalInterface
    public interface Question {
        /**
         * @param program in words
         * @param path    of the file that it opened, in the drive
         * @param rule    what {@link Programs#allow} and {@link Programs#block} take
         */
        void ask(String program, String path, String rule);
    }

    private Programs(Callers callers, RuleFile file, LongSupplier ticker, Question question) {
        this.callers = callers;
        this.file = file;
        this.policy = new Policy(file::rules, usual(), ticker);
        this.ticker = ticker;
        this.question = question;
        this.secondTries = new SecondTries(ticker);
    }

    /**
     * @param processes "/proc" but in tests
     * @param rules     the user's file, which need not be there
     * @param ticker    nanoseconds, monotonic
     */
    public static Programs of(Path processes, Path rules, LongSupplier ticker, Question question) {
        return new Programs(new Callers(processes), new RuleFile(rules, ticker), ticker, question);
    }

    /** The lines that need no file. */
    static Rules usual() {
        try (InputStream in = Objects.requireNonNull(Programs.class.getResourceAsStream(USUAL), USUAL)) {
            Rules.Parsed parsed = Rules.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8), USUAL);
            if (!parsed.complaints().isEmpty()) {
                throw new IllegalStateException(parsed.complaints().toString());
            }
            return parsed.rules();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * A program opens a file of which something is not on this device.
     *
     * @param id   of its process or thread, 0 for one that cannot be seen from here
     * @param path in the drive, for the user
     * @param size of the file in bytes
     */
    public Answer opening(int id, String path, long size) {
        Caller caller = callers.find(id);
        Answer answer = policy.decide(caller, size);
        if (answer == Answer.REFUSE) {
            secondTries.expect(callers.parent(id), path);
        } else if (answer == Answer.FETCH_GENTLY && secondTries.take(callers.process(id), path)) {
            return Answer.REFUSE;
        }
        if (answer.refuses() && isNews(caller)) {
            LOG.log(System.Logger.Level.INFO,
                    () -> "did not fetch " + path + " for " + caller.shown()
                            + ", which gets only what is here;"
                            + " to let it: the line \"" + caller.ruleName() + " = allow\" in "
                            + file.shown());
            if (answer == Answer.ASK) {
                question.ask(caller.shown(), path, caller.ruleName());
            }
        }
        return answer;
    }

    private synchronized boolean isNews(Caller caller) {
        long now = ticker.getAsLong();
        Long last = told.get(caller.ruleName());
        if (last != null && now - last < QUIET) {
            return false;
        }
        if (told.size() > MOST_TOLD) {
            told.clear();
        }
        told.put(caller.ruleName(), now);
        return true;
    }

    /** Whether one more beginning of a file may be fetched for a file manager that wants to know its type. */
    public boolean mayFetchHead() {
        return policy.mayFetchHead();
    }

    /** The user's answer to a question. */
    public void allow(String rule) throws IOException {
        file.add(rule, Treatment.ALLOW);
    }

    /** The user's answer to a question. */
    public void block(String rule) throws IOException {
        file.add(rule, Treatment.CACHED_ONLY);
    }

    /** One sentence for each line of the user's file that is not understood. */
    public static List<String> complaints(Path rules) {
        return new RuleFile(rules, () -> 0).complaints();
    }
}
