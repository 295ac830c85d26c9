package aloft.format;

import java.util.HexFormat;

/** The random 128-bit name of an object in the store; 32 lower-case hex digits when written. */
public record ObjectId(long high, long low) {

    private static final HexFormat HEX = HexFormat.of();

    /** @throws IllegalArgumentException when it is not 32 hex digits */
    public static ObjectId parse(String hex) {
        if (hex.length() != 32) {
            throw new IllegalArgumentException("not an object id");
        }
        return new ObjectId(HexFormat.fromHexDigitsToLong(hex, 0, 16),
                HexFormat.fromHexDigitsToLong(hex, 16, 32));
    }

    public String hex() {
        return HEX.toHexDigits(high) + HEX.toHexDigits(low);
    }

    @Override
    public String toString() {
        return hex();
    }
}
