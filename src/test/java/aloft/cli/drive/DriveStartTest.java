package aloft.cli.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import aloft.cli.control.Outcome;
import aloft.cli.home.Exit;
import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.Place;
import aloft.cli.home.Problem;
import aloft.failure.Failure;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What happens before a drive is mounted. */
class DriveStartTest {

    @TempDir
    private Path temp;

    private Folders folders() throws IOException {
        Files.createDirectories(temp.resolve("run"));
        return Folders.of(Map.of("HOME", temp.toString(), "XDG_RUNTIME_DIR", temp.resolve("run").toString()));
    }

    @Test
    void carriesTheSpecOverAPipe() throws Exception {
        var options = new KnownDrive.Options(temp, temp, 5L, "me", temp, true, true);
        var drive = new KnownDrive("x", Place.parse("https://me@host/y"), temp.resolve("A b"), options);
        var spec = new DriveSpec(drive, true, "päss".toCharArray(), "word".toCharArray());
        DriveSpec read = DriveSpec.read(spec.write());
        assertThat(read.drive()).isEqualTo(drive);
        assertThat(read.create()).isTrue();
        assertThat(read.passphrase()).isEqualTo("päss".toCharArray());
        assertThat(read.password()).isEqualTo("word".toCharArray());
        assertThat(spec.toString()).doesNotContain("päss").doesNotContain("word");
        read.close();
        assertThat(read.passphrase()).containsOnly('\0');
    }

    @Test
    void reportsHowItGoes() throws Exception {
        var pipe = new ByteArrayOutputStream();
        var report = new StartReport(new PrintStream(pipe, true, StandardCharsets.UTF_8));
        report.made("KEY");
        report.readOnly("Another writes.");
        report.ready();
        var seen = new ArrayList<String>();
        var starting = new Starting() {
            @Override
            public void made(String recoveryKey) {
                seen.add(recoveryKey);
            }

            @Override
            public void readOnly(String why) {
                seen.add(why);
            }

            @Override
            public void ready() {
                seen.add("ready");
            }
        };
        assertThat(StartReport.read(reader(pipe), starting)).isTrue();
        assertThat(seen).containsExactly("KEY", "Another writes.", "ready");
        assertThat(StartReport.read(new BufferedReader(new StringReader("")), starting)).isFalse();

        pipe.reset();
        report.failed(Outcome.of(new Failure.WrongPassphrase("Wrong passphrase.")));
        assertThatExceptionOfType(Problem.class).isThrownBy(() -> StartReport.read(reader(pipe), starting))
                .withMessage("Wrong passphrase.")
                .satisfies(problem -> assertThat(problem.exit()).isEqualTo(Exit.WRONG_PASSPHRASE));
    }

    private static BufferedReader reader(ByteArrayOutputStream pipe) {
        return new BufferedReader(new StringReader(pipe.toString(StandardCharsets.UTF_8)));
    }

    @Test
    void closesPartsInReverseAndKeepsEveryFailure() {
        var closed = new ArrayList<Integer>();
        var parts = new Parts();
        for (int i = 1; i <= 3; i++) {
            int number = i;
            parts.add((Closeable) () -> {
                closed.add(number);
                if (number != 2) {
                    throw new IOException("no " + number);
                }
            });
        }
        assertThatIOException().isThrownBy(parts::close)
                .withMessageContaining("no 3")
                .satisfies(e -> assertThat(e.getSuppressed()).hasSize(1));
        assertThat(closed).isEqualTo(List.of(3, 2, 1));
    }

    @Test
    void sharesTheEmbeddedCloud() throws Exception {
        var random = new SecureRandom();
        try (EmbeddedCloud first = EmbeddedCloud.open(folders(), random);
                EmbeddedCloud second = EmbeddedCloud.open(folders(), random)) {
            assertThat(second.uri()).isEqualTo(first.uri());
            assertThat(second.password()).isEqualTo(first.password());
        }
        Path access = folders().data().resolve("cloud.access");
        assertThat(Files.getPosixFilePermissions(access)).hasSize(2);
        String kept = Files.readString(access);
        try (EmbeddedCloud again = EmbeddedCloud.open(folders(), random)) {
            assertThat(kept).startsWith(again.uri().getPort() + " ");
        }
        assertThat(EmbeddedCloud.hasVault(folders())).isFalse();
    }

    @Test
    void keepsAPlaceOpenWhileItIsUsed() throws Exception {
        var drive = new KnownDrive("x", new Place.Embedded(), temp.resolve("x"), KnownDrive.Options.DEFAULT);
        try (OpenPlace place = OpenPlace.open(drive, null, true, folders(), new SecureRandom())) {
            assertThat(place.hasVault()).isFalse();
            place.store().put("vault.json", new byte[]{1});
            assertThat(place.hasVault()).isTrue();
        }
        assertThat(EmbeddedCloud.hasVault(folders())).isTrue();
    }
}
