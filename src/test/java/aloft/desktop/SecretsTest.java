package aloft.desktop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretsTest {

    @TempDir
    private Path folder;

    @Test
    void takesWhatAServiceManagerHandsOver() throws IOException {
        Path credentials = Files.createDirectory(folder.resolve("credentials"));
        Files.writeString(credentials.resolve("home.passphrase"), "handed over\n");
        Secrets secrets = Secrets.of(folder.resolve("secrets"),
                Map.of("CREDENTIALS_DIRECTORY", credentials.toString()));
        secrets.keep("home", Purpose.PASSPHRASE, "kept".toCharArray());
        secrets.keep("other", Purpose.PASSPHRASE, "kept".toCharArray());
        assertThat(secrets.find("home", Purpose.PASSPHRASE)).map(String::new).contains("handed over");
        assertThat(secrets.find("other", Purpose.PASSPHRASE)).map(String::new).contains("kept");
    }

    @Test
    void keepsThemInPrivateFilesWithoutAKeyring() throws IOException {
        Secrets secrets = Secrets.of(folder.resolve("secrets"), Map.of());
        assertThat(secrets.find("home", Purpose.PASSPHRASE)).isEmpty();
        String where = secrets.keep("home", Purpose.PASSPHRASE, "päss wörd".toCharArray());
        secrets.keep("home", Purpose.PASSPHRASE, "other".toCharArray());

        Path file = folder.resolve("secrets/home.passphrase");
        assertThat(where).contains(file.toString());
        assertThat(Files.getPosixFilePermissions(file))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(Files.getPosixFilePermissions(folder.resolve("secrets")))
                .isEqualTo(PosixFilePermissions.fromString("rwx------"));
        assertThat(secrets.find("home", Purpose.PASSPHRASE)).map(String::new).contains("other");
        assertThat(secrets.find("home", Purpose.PASSWORD)).isEmpty();
        secrets.forget("home", Purpose.PASSPHRASE);
        assertThat(secrets.find("home", Purpose.PASSPHRASE)).isEmpty();
    }

    @Test
    void prefersTheKeyring() throws IOException {
        Path tool = tool("""
                #!/bin/sh
                case "$1" in
                store) shift 2; echo "$*" > "%1$s/args"; cat > "%1$s/kept" ;;
                lookup) [ -f "%1$s/kept" ] && cat "%1$s/kept" ;;
                clear) rm -f "%1$s/kept" ;;
                esac
                """.formatted(folder));
        Secrets secrets = Secrets.of(folder.resolve("secrets"), environment(tool));
        assertThat(secrets.find("home", Purpose.PASSPHRASE)).isEmpty();
        assertThat(secrets.keep("home", Purpose.PASSPHRASE, "hush".toCharArray())).contains("keyring");
        assertThat(secrets.find("home", Purpose.PASSPHRASE)).map(String::new).contains("hush");
        assertThat(folder.resolve("args")).content().doesNotContain("hush").contains("drive home");
        assertThat(folder.resolve("secrets")).doesNotExist();
        secrets.forget("home", Purpose.PASSPHRASE);
        assertThat(secrets.find("home", Purpose.PASSPHRASE)).isEmpty();
    }

    @Test
    void fallsBackWhenTheKeyringDoesNotWork() throws IOException {
        Secrets secrets = Secrets.of(folder.resolve("secrets"), environment(tool("#!/bin/sh\nexit 1\n")));
        assertThat(secrets.keep("home", Purpose.PASSWORD, "x".toCharArray())).contains("file");
        assertThat(secrets.find("home", Purpose.PASSWORD)).map(String::new).contains("x");
    }

    @Test
    void waitsForTheKeyringNoLongerThanItIsTold() throws IOException {
        var keyring = new Keyring(tool("#!/bin/sh\nexec sleep 600\n"), Duration.ofMillis(50));
        assertThat(keyring.find("home", Purpose.PASSWORD)).isEqualTo(Optional.empty());
    }

    @Test
    void ignoresOneTrailingNewline() throws IOException {
        assertThat(SecretText.decode("a b\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a b".toCharArray());
        assertThat(SecretText.decode("a\r\n".getBytes(StandardCharsets.UTF_8))).isEqualTo("a".toCharArray());
        assertThat(SecretText.decode("a\n\n".getBytes(StandardCharsets.UTF_8)))
                .isEqualTo("a\n".toCharArray());
        assertThat(SecretText.decode("é".getBytes(StandardCharsets.UTF_8))).isEqualTo("é".toCharArray());
        assertThat(SecretText.decode(new byte[0])).isEmpty();
        assertThatIOException().isThrownBy(() -> SecretText.decode(new byte[]{(byte) 0xFF}));
        assertThatIOException().isThrownBy(() -> SecretText.decode(new byte[5000]));
    }

    private Map<String, String> environment(Path tool) {
        return Map.of("PATH", String.valueOf(tool.getParent()), "DBUS_SESSION_BUS_ADDRESS",
                "unix:path=/none");
    }

    private Path tool(String script) throws IOException {
        Path tool = Files.writeString(Files.createDirectories(folder.resolve("bin")).resolve("secret-tool"),
                script);
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        return tool;
    }
}
