package aloft.desktop.hydration;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Lines {@code PROGRAM = TREATMENT}; the first that fits counts. A line about a program is blank or begins with '#'
 * when it says nothing. PROGRAM is a path, a bare name, {@code flatpak:APP} or {@code container}, with '*' for any
 * characters and '?' for one; {@code PROGRAM#THREAD} is a thread that has a name, in a line that refuses. Immutable.
 *
 * <p>
 * A line that refuses fits by whatever name a program goes. One that allows fits only what the program cannot choose:
 * its file, which for a bare name must lie where only the system's administrator puts programs.
 */
final class Rules {

    static final String APP = "flatpak:";
    static final String CONTAINER = "container";

    private static final char THREAD = '#';
    private static final Pattern SYSTEM_FOLDER = Pattern
            .compile("/(usr|bin|sbin|lib|lib64|opt|snap|nix/store|gnu/store)/.*");

    private final List<Rule> rules;

    private record Rule(String program, Pattern pattern, Pattern thread, Treatment treatment) {

        static Rule of(String named, Treatment treatment) {
            int mark = named.indexOf(THREAD);
            String program = mark < 0 ? named : named.substring(0, mark).strip();
            String thread = mark < 0 ? "*" : named.substring(mark + 1).strip();
            return new Rule(program, Rules.pattern(program), Rules.pattern(thread), treatment);
        }
    }

    /**
     * What was understood of a text.
     *
     * @param complaints one sentence for each line that was not
     */
    record Parsed(Rules rules, List<String> complaints) {}

    private Rules(List<Rule> rules) {
        this.rules = List.copyOf(rules);
    }

    /** @param source of the text, for complaints */
    static Parsed parse(String text, String source) {
        var rules = new ArrayList<Rule>();
        var complaints = new ArrayList<String>();
        int number = 0;
        for (String untrimmed : text.split("\n", -1)) {
            number++;
            String line = untrimmed.strip();
            if (!line.isEmpty() && !line.startsWith("#")) {
                int equals = line.lastIndexOf('=');
                String program = line.substring(0, Math.max(0, equals)).strip();
                Optional<Treatment> treatment = treatment(line.substring(equals + 1).strip());
                boolean chosen = program.indexOf(THREAD) >= 0
                        && !treatment.map(Treatment::refuses).orElse(false);
                if (program.isEmpty() || treatment.isEmpty() || chosen) {
                    complaints.add(source + ", line " + number + ", is left out: it must be PROGRAM = allow,"
                            + " browse, watch, ask or cached-only.");
                } else {
                    rules.add(Rule.of(program, treatment.get()));
                }
            }
        }
        return new Parsed(new Rules(rules), List.copyOf(complaints));
    }

    private static Optional<Treatment> treatment(String word) {
        return Arrays.stream(Treatment.values()).filter(each -> each.word().equals(word)).findFirst();
    }

    private static Pattern pattern(String program) {
        var pattern = new StringBuilder();
        for (int i = 0; i < program.length(); i++) {
            char c = program.charAt(i);
            pattern.append(c == '*' ? ".*" : c == '?' ? "." : Pattern.quote(String.valueOf(c)));
        }
        return Pattern.compile(pattern.toString(), Pattern.DOTALL);
    }

    Optional<Treatment> find(Caller caller) {
        return rules.stream().filter(rule -> fits(rule, caller)).map(Rule::treatment).findFirst();
    }

    private static boolean fits(Rule rule, Caller caller) {
        if (rule.program().startsWith(APP)) {
            return caller.app() != null && rule.pattern().matcher(APP + caller.app()).matches();
        }
        if (rule.program().equals(CONTAINER)) {
            return caller.contained() && !caller.trusted();
        }
        if (!rule.thread().matcher(caller.name()).matches()) {
            return false;
        }
        return names(rule, caller).anyMatch(name -> rule.pattern().matcher(name).matches());
    }

    private static Stream<String> names(Rule rule, Caller caller) {
        boolean wholePath = rule.program().contains("/");
        Stream<String> file = given(caller.executable());
        Stream<String> paths = Stream.concat(file, given(caller.script()));
        if (rule.treatment().refuses()) {
            return wholePath ? paths : Stream.concat(paths.map(Rules::last), unseenName(caller));
        }
        if (!caller.trusted()) {
            return Stream.empty();
        }
        return wholePath
                ? paths
                : given(caller.executable())
                        .filter(path -> SYSTEM_FOLDER.matcher(path).matches())
                        .map(Rules::last);
    }

    private static Stream<String> given(@Nullable String path) {
        return path == null ? Stream.empty() : Stream.of(path);
    }

    /** What only claims a name is refused by that name. */
    private static Stream<String> unseenName(Caller caller) {
        return caller.executable() == null ? Stream.of(caller.name()) : Stream.empty();
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
