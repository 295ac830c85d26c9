package aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.KnownDrives;
import aloft.cli.home.Place;
import aloft.cli.home.RawText;
import aloft.server.CloudServer;
import aloft.server.Config;
import aloft.server.Login;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Places that are not what they should be: one sentence, the documented exit code, no stack trace. */
class WrongPlacesTest {

    @TempDir
    private Path temp;
    private Path home = Path.of("/");
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private Map<String, String> environment = Map.of();
    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeEach
    void makeHome() throws IOException {
        home = temp.toRealPath();
        Files.createDirectories(home.resolve("run"));
        environment = Map.of("HOME", home.toString(), "XDG_RUNTIME_DIR", home.resolve("run").toString());
        Files.writeString(home.resolve("right"), "the right one\n");
        Files.writeString(home.resolve("wrong"), "another one\n");
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private int aloft(String... arguments) throws IOException {
        out.reset();
        err.reset();
        return Aloft.run(
                new App(Folders.of(environment), new Terminal(out, err, false, false), environment),
                arguments);
    }

    /** Wants to change the passphrase, which opens the vault and mounts nothing. */
    private void fails(int code, String sentence, String place, String passphrase) throws Exception {
        new KnownDrives(Folders.of(environment)).put(
                new KnownDrive("x", Place.parse(place), home.resolve("x"), KnownDrive.Options.DEFAULT));
        failsWith(code, sentence, "passwd", "x", "--passphrase-file", home + "/" + passphrase,
                "--new-passphrase-file", home + "/right");
    }

    private void failsToCreate(int code, String sentence, String place, String password, String... more)
            throws IOException {
        var arguments = new ArrayList<>(List.of("create", place, "--passphrase-file", home + "/right",
                "--password-file", home + "/" + password));
        arguments.addAll(List.of(more));
        failsWith(code, sentence, arguments.toArray(String[]::new));
    }

    private void failsWith(int code, String sentence, String... arguments) throws IOException {
        int got = aloft(arguments);
        String said = RawText.decode(err.toByteArray());
        assertThat(got).as(said).isEqualTo(code);
        assertThat(said).startsWith("aloft: ").contains(sentence).hasLineCount(1);
        assertThat(said).doesNotContain("Exception").doesNotContain("\tat ");
        assertThat(Folders.of(environment).state().resolve("commands.log")).content()
                .contains("exit code " + code + ": ")
                .contains(sentence);
    }

    private Path vault() throws IOException {
        Path vault = Files.createDirectories(home.resolve("vault"));
        assertThat(aloft("create", vault.toString(), "--passphrase-file", home + "/right")).isZero();
        return vault;
    }

    private CloudServer serve(Config.@Nullable Certificate certificate) throws IOException {
        Config config = Config
                .of(home.resolve("served"), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                .withLogin(Login.of("me", "the right one".toCharArray(), new SecureRandom()));
        CloudServer server = CloudServer
                .start(certificate == null ? config : config.withCertificate(certificate));
        opened.add(server);
        return server;
    }

    @Test
    void aVaultThatIsDamaged() throws Exception {
        Path vault = vault();
        fails(12, "Wrong passphrase: try again", vault.toString(), "wrong");
        Files.delete(vault.resolve("vault.json.bak-1"));
        Files.writeString(vault.resolve("vault.json"), "{\"aloft\":1,\"bo");
        fails(26, "restore that file from a backup", vault.toString(), "right");
        Files.writeString(vault.resolve("vault.json"), "{\"name\":\"another program's\"}");
        fails(26, "vault.json", vault.toString(), "right");
        Files.writeString(vault.resolve("vault.json"), "{\"aloft\":99}");
        fails(7, "newer Aloft", vault.toString(), "right");
    }

    @Test
    void aFolderWithoutAVault() throws Exception {
        fails(6, "no Aloft vault", Files.createDirectories(home.resolve("empty")).toString(), "right");
        fails(5, "is its disk plugged in", home + "/nowhere", "right");
        fails(6, "is not a folder", Files.createFile(home.resolve("file")).toString(), "right");
    }

    @Test
    void aServerThatIsNotThere() throws Exception {
        fails(5, "check the address", "http://127.0.0.1:1/x", "right");
        fails(5, "its name is not known", "https://nosuchhost.invalid/x", "right");
        fails(6, "--insecure", "http://192.0.2.1/x", "right");
    }

    @Test
    void aServerThatDoesNotKnowTheUser() throws Exception {
        String place = "http://me@127.0.0.1:" + serve(null).port() + "/x";
        failsToCreate(6, "does not accept the user name or password", place, "wrong");
    }

    @Test
    void aServerWithoutWebDav() throws Exception {
        var server = new MockWebServer();
        server.start(InetAddress.getLoopbackAddress(), 0);
        opened.add(server);
        for (int i = 0; i < 20; i++) {
            server.enqueue(new MockResponse.Builder().code(501).build());
        }
        failsWith(6, "is a WebDAV folder", "create", "http://127.0.0.1:" + server.getPort() + "/x",
                "--passphrase-file", home + "/right");
    }

    @Test
    void aServerThatNobodyVouchesFor() throws Exception {
        Path chain = home.resolve("cert.pem");
        Path key = home.resolve("key.pem");
        assertThat(new ProcessBuilder("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:P-256", "-nodes", "-keyout", key.toString(), "-out", chain.toString(),
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor()).isZero();
        String place = "https://me@localhost:" + serve(new Config.Certificate(chain, key)).port() + "/x";
        failsToCreate(6, "trust the certificate with --ca-file", place, "right");
        failsToCreate(6, "There is no file", place, "right", "--ca-file", home + "/nofile");
        failsToCreate(6, "does not accept", place, "wrong", "--ca-file", chain.toString());
    }
}
