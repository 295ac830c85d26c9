package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceTest {

    @ParameterizedTest
    @CsvSource({
            "https://host/dav, https://host/dav/, , dav",
            "https://me@host:8443/a/b c/, https://host:8443/a/b%20c/, me, b c",
            "HTTP://me%40home@127.0.0.1:1, http://127.0.0.1:1/, me@home, 127.0.0.1",
            "https://host, https://host/, , host",
            "nextcloud://me@cloud.example/Aloft, https://cloud.example/remote.php/dav/files/me/Aloft/, me, Aloft",
            "nextcloud://a b@cloud.example:444, https://cloud.example:444/remote.php/dav/files/a%20b/, a b, a b"})
    void understandsAddresses(String text, String address, String user, String name) {
        var place = (Place.Web) Place.parse(text);
        assertThat(place.address()).hasToString(address);
        assertThat(place.user()).isEqualTo(user);
        assertThat(place.name()).isEqualTo(name);
        assertThat(Place.parse(place.toString())).isEqualTo(place);
    }

    @Test
    void takesTheRestForFolders() {
        assertThat(Place.parse("/srv/my vault/../vault")).isEqualTo(new Place.Folder(Path.of("/srv/vault")));
        assertThat(Place.parse("./a:b").name()).isEqualTo("a:b");
        assertThat(Place.parse("file:///srv/x").toString()).isEqualTo("/srv/x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "ftp://host/x", "s3x:y", "https://", "https:///path", "https://host/x?y",
            "https://host/x#y", "https://me:secret@host/", "nextcloud://host/x", "https://host:port/",
            "https://ho^st/"})
    void saysWhatIsWrong(String text) {
        assertThatThrownBy(() -> Place.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(".")
                .hasMessageNotContaining("secret");
    }
}
