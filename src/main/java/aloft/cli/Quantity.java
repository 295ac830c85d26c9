package aloft.cli;

import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Numbers as people read them. */
final class Quantity {

    private static final List<String> UNITS = List.of("B", "kB", "MB", "GB", "TB", "PB", "EB");

    private Quantity() {}

    /** Three digits at most, units of 1,000 as file managers have them: "1.2 GB", "340 kB", "17 B". */
    static String bytes(long bytes) {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < UNITS.size() - 1) {
            value /= 1000;
            unit++;
        }
        String digits = unit > 0 && value < 9.95
                ? String.format(Locale.ROOT, "%.1f", value)
                : String.format(Locale.ROOT, "%.0f", value);
        return digits + " " + UNITS.get(unit);
    }

    /** "1 file", "2 files", "3,000 files". */
    static String count(long count, String one, String many) {
        return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
    }

    /**
     * Bytes from a number with an optional unit: "500M", "20 GB", "1.5T", "4096"; "GiB" and the like for
     * units of 1,024.
     *
     * @throws IllegalArgumentException when it is no such thing
     */
    static long parseBytes(String text) {
        var parts = Pattern
                .compile("(\\d{1,15}(?:\\.\\d{1,9})?) ?([KMGTPE]?)(I?)B?")
                .matcher(text.strip().toUpperCase(Locale.ROOT));
        if (!parts.matches()) {
            throw new IllegalArgumentException("'" + text + "' is no size such as 20G or 500M");
        }
        int power = " KMGTPE".indexOf((parts.group(2) + " ").charAt(0));
        double unit = Math.pow(parts.group(3).isEmpty() ? 1000 : 1024, power);
        return (long) (Double.parseDouble(parts.group(1)) * unit);
    }
}
