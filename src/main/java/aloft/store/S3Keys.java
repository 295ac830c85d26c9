package aloft.store;

import aloft.failure.Failure;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an S3 account. As a secret that is kept they are a text of two or three lines.
 *
 * @param id what the store calls the access key
 * @param token of a session, null for keys that last
 */
public record S3Keys(String id, String secret, @Nullable String token) {

    private static final int MAX_LENGTH = 4096;

    /**
     * Understands key id, secret and perhaps a session token, a line each.
     *
     * @throws Failure.NeedsLogin when it is something else
     */
    public static S3Keys parse(@Nullable String text) throws Failure.NeedsLogin {
        List<String> lines = text == null || text.length() > MAX_LENGTH
                ? List.of()
                : text.lines().map(String::strip).filter(line -> !line.isEmpty()).toList();
        boolean usable = (lines.size() == 2 || lines.size() == 3) && lines.stream().allMatch(S3Keys::isPlain);
        if (!usable) {
            throw new Failure.NeedsLogin(
                    "The keys of an S3 place are two lines, the key's id and the secret (and a third with the session's token, if it has one): give them with --password-file FILE.");
        }
        return new S3Keys(lines.get(0), lines.get(1), lines.size() == 3 ? lines.get(2) : null);
    }

    private static boolean isPlain(String line) {
        return line.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    /** As {@link #parse} reads it; a secret. */
    public String write() {
        return id + "\n" + secret + (token == null ? "" : "\n" + token);
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "S3Keys[" + id + "]";
    }
}
