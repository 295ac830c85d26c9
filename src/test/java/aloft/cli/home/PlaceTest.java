package aloft.cli.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {

    @ParameterizedTest
    @CsvSource({"https://me@host.example/a/b/, https://me@host.example/a/b/, b",
            "https://host.example, https://host.example/, host.example",
            "http://localhost:8080/x y/, http://localhost:8080/x%20y/, x-y",
            "/mnt/my disk, /mnt/my disk, my-disk",
            "/, /, root", "/mnt/.hidden, /mnt/.hidden, hidden", "/mnt/---, /mnt/---, drive",
            "embedded, embedded, home"})
    void understandsPlaces(String typed, String text, String name) throws Problem {
        Place place = Place.parse(typed);
        assertThat(place.text()).isEqualTo(text);
        assertThat(place.suggestedName()).isEqualTo(name);
        assertThat(Place.parse(text)).isEqualTo(place);
        assertThat(KnownDrive.isName(name)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://me:hush@host/x", "ftp://host/", "s3://me@bucket/x", "s3://b",
            "https:///x"})
    void refusesOthersInWords(String typed) {
        assertThatExceptionOfType(Problem.class).isThrownBy(() -> Place.parse(typed))
                .satisfies(problem -> {
                    assertThat(problem.exit()).isEqualTo(Exit.USAGE);
                    assertThat(problem.sentence()).endsWith(".").doesNotContain("hush");
                });
    }
}
