package aloft.fuzz;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The door for Jazzer, which looks for inputs that lead to lines not seen before. It is no dependency of the
 * build: it finds {@link #fuzzerTestOneInput} by its name. Started by scripts/fuzz.
 */
public final class Fuzz {

    private static final String TARGET = "aloft.fuzz.target";
    private static Target target = Targets.all().getFirst();

    private Fuzz() {}

    /** Called once, before anything else. */
    public static void fuzzerInitialize() {
        target = Targets.of(System.getProperty(TARGET, ""));
    }

    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        target.feed(input);
    }

    /** Without an argument tells the names of all; else writes what to begin with into a folder for each. */
    public static void main(String[] arguments) throws Exception {
        for (Target each : Targets.all()) {
            if (arguments.length == 0) {
                System.out.println(each.name());
            } else {
                write(each, Path.of(arguments[0]));
            }
        }
    }

    private static void write(Target each, Path folder) throws Exception {
        Path seeds = Files.createDirectories(folder.resolve(each.name()).resolve("seeds"));
        List<byte[]> all = each.seeds();
        for (int i = 0; i < all.size(); i++) {
            Files.write(seeds.resolve("seed" + i), all.get(i));
        }
        writeWords(folder.resolve("words"));
    }

    /** In the form of libFuzzer's dictionaries. */
    private static void writeWords(Path file) throws IOException {
        var words = new StringBuilder();
        for (String token : Mutator.TOKENS) {
            words.append('"');
            for (byte b : token.getBytes(StandardCharsets.UTF_8)) {
                words.append("\\x").append(String.format("%02x", b));
            }
            words.append("\"\n");
        }
        Files.writeString(file, words);
    }
}
