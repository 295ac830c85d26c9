package aloft.cli.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {

    private static final Path HERE = Path.of("/home/u");

    @ParameterizedTest
    @CsvSource({"https://me@host.example/a/b/, https://me@host.example/a/b/, b",
            "https://me@host.example, https://me@host.example/, host.example",
            "http://localhost:8080/x y/, http://localhost:8080/x%20y/, x-y",
            "https://me%40home@host/x, https://me%40home@host/x/, x",
            "nextcloud://me@cloud.example/Docs, https://me@cloud.example/remote.php/dav/files/me/Docs/, Docs",
            "nextcloud://me@cloud.example, https://me@cloud.example/remote.php/dav/files/me/, me",
            "/mnt/disk, /mnt/disk, disk", "disk, /home/u/disk, disk", "/, /, drive",
            "embedded, embedded, home"})
    void understandsPlaces(String typed, String text, String name) throws Problem {
        Place place = Place.parse(typed, HERE);
        assertThat(place.text()).isEqualTo(text);
        assertThat(place.suggestedName()).isEqualTo(name);
        assertThat(Place.parse(text, Path.of("/elsewhere"))).isEqualTo(place);
        assertThat(KnownDrive.isName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://me:secret@host/x", "ftp://host/", "s3://bucket/x", "https:///x",
            "https://h/?q",
            "nextcloud://host/x", "https://me@host:port/"})
    void refusesOthersInWords(String typed) {
        assertThatExceptionOfType(Problem.class).isThrownBy(() -> Place.parse(typed, HERE))
                .satisfies(problem -> {
                    assertThat(problem.exit()).isEqualTo(Exit.USAGE);
                    assertThat(problem.sentence()).endsWith(".").doesNotContain("secret@");
                });
    }

    @ParameterizedTest
    @CsvSource({"http://127.0.0.1:80/, true", "http://localhost/, true", "http://host/, false",
            "https://host/, true",
            "http://127.0.0.1.evil.example/, false", "http://[::1]:81/, true"})
    void knowsWhatCanBeOverheard(String typed, boolean safe) throws Problem {
        assertThat(((Place.WebDav) Place.parse(typed, HERE)).isSafe()).isEqualTo(safe);
    }

    @Test
    void keepsThePasswordOutOfMessages() {
        assertThatExceptionOfType(Problem.class).isThrownBy(() -> Place.parse("https://u:hush@h/", HERE))
                .satisfies(problem -> assertThat(problem.sentence()).doesNotContain("hush"));
    }
}
