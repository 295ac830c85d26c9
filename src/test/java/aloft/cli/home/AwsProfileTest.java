package aloft.cli.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AwsProfileTest {

    @TempDir
    private Path home = Path.of("");

    private Optional<AwsProfile.Keys> keys(Map<String, String> environment) throws Exception {
        return new AwsProfile(environment, home).keys();
    }

    private static Optional<AwsProfile.Keys> of(String id, String secret, @Nullable String token) {
        return Optional.of(new AwsProfile.Keys(id, secret, token));
    }

    private void write(String text) throws Exception {
        Files.createDirectories(home.resolve(".aws"));
        Files.writeString(home.resolve(".aws/credentials"), text);
    }

    @Test
    void thereNeedBeNone() throws Exception {
        assertThat(keys(Map.of())).isEmpty();
        assertThat(keys(Map.of("AWS_ACCESS_KEY_ID", "id"))).isEmpty();
        write("[other]\naws_access_key_id = a\naws_secret_access_key = b\n");
        assertThat(keys(Map.of())).isEmpty();
    }

    @Test
    void theEnvironmentComesFirst() throws Exception {
        write("[default]\naws_access_key_id = a\naws_secret_access_key = b\n");
        assertThat(keys(Map.of("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "s")))
                .isEqualTo(of("id", "s", null));
        assertThat(keys(Map.of("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "s", "AWS_SESSION_TOKEN",
                "t"))).isEqualTo(of("id", "s", "t"));
    }

    @Test
    void readsTheProfile() throws Exception {
        write("""
                # mine
                [default]
                aws_access_key_id=a
                aws_secret_access_key = b/c+d=
                nonsense

                [work]
                ;aws_access_key_id = no
                aws_access_key_id = e
                aws_secret_access_key = f
                aws_session_token = g
                """);
        assertThat(keys(Map.of())).isEqualTo(of("a", "b/c+d=", null));
        assertThat(keys(Map.of("AWS_PROFILE", "work"))).isEqualTo(of("e", "f", "g"));
        Path other = Files.writeString(home.resolve("x"),
                "[default]\naws_access_key_id = h\naws_secret_access_key = i");
        assertThat(keys(Map.of("AWS_SHARED_CREDENTIALS_FILE", other.toString())))
                .isEqualTo(of("h", "i", null));
        assertThat(new AwsProfile.Keys("id", "hush", "hush").toString()).doesNotContain("hush");
    }

    @Test
    void aHugeFileIsNone() throws Exception {
        write("x".repeat(2 << 20));
        assertThatThrownBy(() -> keys(Map.of())).isInstanceOf(Problem.class);
    }
}
