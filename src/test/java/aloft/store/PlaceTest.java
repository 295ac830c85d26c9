package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
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

    @ParameterizedTest
    @CsvSource({"s3://bucket, bucket, '', , , bucket",
            "S3://bucket/a/b c/, bucket, a/b c/, , , b c",
            "s3://my.bucket/100%25?region=eu-north-1, my.bucket, 100%/, , eu-north-1, 100%",
            "s3://bucket/x?endpoint=http://127.0.0.1:9000/, bucket, x/, http://127.0.0.1:9000, , x",
            "s3://bucket/x?endpoint=https://{bucket}.host&region=r, bucket, x/, https://{bucket}.host, r, x",
            "s3://bucket/x?endpoint=https%3A%2F%2Fhost, bucket, x/, https://host, , x"})
    void understandsBuckets(String text, String bucket, String prefix, @Nullable String endpoint,
            @Nullable String region, String name) {
        var place = (S3Place) Place.parse(text);
        assertThat(place).isEqualTo(new S3Place(bucket, prefix, endpoint, region));
        assertThat(place.name()).isEqualTo(name);
        assertThat(Place.parse(place.toString())).isEqualTo(place);
    }

    @ParameterizedTest
    @CsvSource({"bucket, , eu-north-1, https://bucket.s3.eu-north-1.amazonaws.com/",
            "my.bucket, , us-east-1, https://s3.us-east-1.amazonaws.com/my.bucket/",
            "bucket, , cn-north-1, https://bucket.s3.cn-north-1.amazonaws.com.cn/",
            "bucket, http://127.0.0.1:9000, x, http://127.0.0.1:9000/bucket/",
            "bucket, https://{bucket}.oss.example, x, https://bucket.oss.example/"})
    void namesTheBucketWhereTheStoreWantsIt(String bucket, @Nullable String endpoint, String region,
            String address) {
        assertThat(new S3Place(bucket, "", endpoint, null).address(region)).hasToString(address);
    }

    @ParameterizedTest
    @CsvSource({"dropbox:, dropbox:/, '', dropbox", "Dropbox:/a/b c/, dropbox:/a/b c, /a/b c, b c",
            "onedrive:x, onedrive:/x, /x, x"})
    void understandsAccounts(String typed, String text, String folder, String name) {
        var place = (AccountPlace) Place.parse(typed);
        assertThat(place).hasToString(text);
        assertThat(place.folder()).isEqualTo(folder);
        assertThat(place.name()).isEqualTo(name);
        assertThat(Place.parse(text)).isEqualTo(place);
    }

    @Test
    void aBucketIsMeantByItsNameAlone() {
        var known = new S3Place("bucket", "x", "https://host", "r");
        assertThat(known.isMeantBy(new S3Place("bucket", "x", null, null))).isTrue();
        assertThat(known.isMeantBy(new S3Place("bucket", "x", "https://host", null))).isTrue();
        assertThat(known.isMeantBy(new S3Place("bucket", "x", "https://other", null))).isFalse();
        assertThat(known.isMeantBy(new S3Place("bucket", "y", null, null))).isFalse();
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
            "https://ho^st/", "s3://", "s3://b", "s3://me:secret@bucket", "s3://bucket/../x",
            "s3://bucket/a//b", "s3://bucket?key=secret", "s3://bucket?endpoint=ftp://x",
            "s3://bucket?endpoint=https://me:secret@x", "s3://bucket?region=a/b", "s3://bucket#x",
            "dropbox:/../x", "dropbox:/a//b",
            "dropbox://me:secret@host/x", "onedrive:/a:b", "onedrive:/x."})
    void saysWhatIsWrong(String text) {
        assertThatThrownBy(() -> Place.parse(text)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageEndingWith(".")
                .hasMessageNotContaining("secret");
    }
}
