package aloft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The suite that WebDAV servers are measured by, from Debian's package litmus. */
class LitmusTest {

    @Test
    void allOfLitmusPasses(@TempDir Path root, @TempDir Path work) throws Exception {
        var login = Login.ofRandom("anna", "secret".toCharArray(), new SecureRandom());
        try (var served = Served.with(Served.config(root).withLogin(login))) {
            Process litmus = start(work, served);
            String output = new String(litmus.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(litmus.waitFor()).as(output).isZero();
            assertThat(output).contains("`basic':", "`copymove':", "`props':", "`locks':", "`http':")
                    .doesNotContain("FAIL")
                    .doesNotContain("WARNING");
        }
    }

    private static Process start(Path work, Served served) throws IOException {
        var command = new ProcessBuilder("litmus", "-k", served.server().uri().toString(), "anna", "secret")
                .directory(work.toFile())
                .redirectErrorStream(true);
        try {
            return command.start();
        } catch (IOException e) {
            return fail("litmus is not installed: apt-get install litmus", e);
        }
    }
}
