package aloft.tree;

import aloft.format.Name;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names conflicted copies: {@code name (conflicted copy DEVICE DATE).ext}, with a number when that is taken. */
final class ConflictName implements UnaryOperator<Name> {

    private static final Pattern COPY = Pattern.compile(
            "(.*) \\(conflicted copy (.*?)(?: (\\d+))?\\)(\\.[^.]*)?",
            Pattern.DOTALL);

    private final String device;
    private final InstantSource clock;
    private final ZoneId zone;

    /** @param device its name, for people */
    ConflictName(String device, InstantSource clock, ZoneId zone) {
        this.device = new String(device.replace('/', '-').replace("\0", "").getBytes(StandardCharsets.UTF_8),
                StandardCharsets.ISO_8859_1);
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public Name apply(Name name) {
        String raw = name.raw();
        String label = device.substring(0, Math.min(60, device.length())) + " "
                + LocalDate.ofInstant(clock.instant(), zone);
        Matcher copy = COPY.matcher(raw);
        if (copy.matches() && copy.group(2).equals(label)) {
            int number = copy.group(3) == null ? 2 : Integer.parseInt(copy.group(3)) + 1;
            return join(copy.group(1), " (conflicted copy " + label + " " + number + ")",
                    copy.group(4) == null ? "" : copy.group(4));
        }
        int dot = raw.lastIndexOf('.');
        String extension = dot > 0 && raw.length() - dot <= 16 ? raw.substring(dot) : "";
        return join(raw.substring(0, raw.length() - extension.length()), " (conflicted copy " + label + ")",
                extension);
    }

    private static Name join(String stem, String mark, String extension) {
        int most = Name.MAX_BYTES - mark.length() - extension.length();
        return Name.ofRaw(stem.substring(0, Math.min(most, stem.length())) + mark + extension);
    }
}
