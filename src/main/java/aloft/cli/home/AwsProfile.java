package aloft.cli.home;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Keys that the user has for AWS's own programs: in the environment, or in the profile of
 * {@code ~/.aws} that it names ("default" else).
 */
public final class AwsProfile {

    private static final int MAX_BYTES = 1 << 20;

    private final Map<String, String> environment;
    private final Path home;

    public AwsProfile(Map<String, String> environment, Path home) {
        this.environment = environment;
        this.home = home;
    }

    /**
     * Key id, secret and perhaps a session's token.
     *
     * @throws Problem when the file is not what it should be
     */
    public Optional<Keys> keys() throws Problem, IOException {
        Optional<Keys> fromEnvironment = keys(environment.get("AWS_ACCESS_KEY_ID"),
                environment.get("AWS_SECRET_ACCESS_KEY"), environment.get("AWS_SESSION_TOKEN"));
        if (fromEnvironment.isPresent()) {
            return fromEnvironment;
        }
        Map<String, String> values = section(file(), profile());
        return keys(values.get("aws_access_key_id"), values.get("aws_secret_access_key"),
                values.get("aws_session_token"));
    }

    /** @param token null for keys that last */
    public record Keys(String id, String secret, @Nullable String token) {

        /** Without the secret. */
        @Override
        public String toString() {
            return "Keys[" + id + "]";
        }
    }

    private static Optional<Keys> keys(@Nullable String id, @Nullable String secret, @Nullable String token) {
        return id == null || secret == null || id.isBlank() || secret.isBlank()
                ? Optional.empty()
                : Optional.of(new Keys(id, secret, token == null || token.isBlank() ? null : token));
    }

    private String profile() {
        return environment.getOrDefault("AWS_PROFILE", "default");
    }

    private Path file() {
        String named = environment.get("AWS_SHARED_CREDENTIALS_FILE");
        return named == null ? home.resolve(".aws/credentials") : Path.of(named);
    }

    /** What is not understood is passed over: the file is not ours. */
    private static Map<String, String> section(Path file, String name) throws Problem, IOException {
        var values = new HashMap<String, String>();
        if (!Files.isReadable(file)) {
            return values;
        }
        if (Files.size(file) > MAX_BYTES) {
            throw new Problem(Exit.USAGE, file + " is too large to hold keys; is it the right file?");
        }
        boolean inside = false;
        for (String untrimmed : RawText.decode(Files.readAllBytes(file)).split("\n", -1)) {
            String line = untrimmed.strip();
            int equals = line.indexOf('=');
            if (line.startsWith("[")) {
                inside = line.replaceAll("\\s+", " ").equals("[" + name + "]");
            } else if (inside && equals > 0 && !line.startsWith("#") && !line.startsWith(";")) {
                values.put(line.substring(0, equals).strip(), line.substring(equals + 1).strip());
            }
        }
        return values;
    }
}
