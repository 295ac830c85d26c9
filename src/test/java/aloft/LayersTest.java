package aloft;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;

/**
 * The map of the program: which package may use which. A change here is a change of architecture.
 *
 * <p>
 * Asks jdeps rather than ArchUnit, which does not see the types named in a pattern switch.
 */
class LayersTest {

    private static final List<Layer> LAYERS = List.of(
            new Layer("cli", Set.of("mount", "tree", "sync", "vault", "store", "cache", "state", "server",
                    "desktop"), Set.of("picocli")),
            new Layer("mount", Set.of("tree"), Set.of("ru.serce", "jnr")),
            new Layer("tree", Set.of("sync", "cache", "state"), Set.of()),
            new Layer("sync", Set.of("vault", "cache", "state"), Set.of()),
            new Layer("vault", Set.of("store"), Set.of("com.google.crypto", "org.bouncycastle")),
            new Layer("store", Set.of(), Set.of("okhttp3")),
            new Layer("cache", Set.of(), Set.of("com.github.benmanes")),
            new Layer("state", Set.of(), Set.of("java.sql", "org.h2")),
            new Layer("server", Set.of(), Set.of("org.eclipse.jetty")),
            new Layer("desktop", Set.of(), Set.of()),
            new Layer("format", Set.of(), Set.of()),
            new Layer("failure", Set.of(), Set.of()));

    /** Values and kinds of failure that every layer speaks of; they use nothing of ours. */
    private static final Set<String> WORDS = Set.of("format", "failure");

    @Test
    void packagesUseOnlyWhatTheMapAllows() {
        assertThat(uses()).isNotEmpty().filteredOn(use -> !isAllowed(use)).isEmpty();
    }

    private static boolean isAllowed(Use use) {
        return LAYERS.stream().allMatch(layer -> layer.allows(use));
    }

    private static List<Use> uses() {
        var report = new StringWriter();
        ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(new PrintWriter(report), new PrintWriter(report),
                        "-verbose:package", "-filter:none", "--ignore-missing-deps", "target/classes");
        return Pattern
                .compile("^ +aloft\\.(\\w+)\\S* +-> (aloft\\.\\w+|\\S+)",
                        Pattern.MULTILINE)
                .matcher(report.toString())
                .results()
                .map(line -> new Use(line.group(1), line.group(2)))
                .toList();
    }

    private record Use(String user, String used) {}

    /** A package of ours, the others it may use, and the libraries that only it may use. */
    private record Layer(String name, Set<String> below, Set<String> libraries) {

        boolean allows(Use use) {
            String home = "aloft.";
            if (use.user().equals(name)) {
                return !use.used().startsWith(home) || use.used().equals(home + name)
                        || WORDS.contains(use.used().substring(home.length()))
                        || below.contains(use.used().substring(home.length()));
            }
            return libraries.stream().noneMatch(use.used()::startsWith);
        }
    }
}
