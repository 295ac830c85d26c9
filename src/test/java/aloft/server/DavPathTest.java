package aloft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DavPathTest {

    @Test
    void oneFormForEveryWayToWriteAPath() throws Refusal {
        assertThat(DavPath.parse("/a%2Db/%c3%a9 x/")).isEqualTo(DavPath.parse("//a-b/%C3%A9%20x"));
        assertThat(DavPath.parse("/a%2Db/%c3%a9 x/")).hasToString("/a-b/%C3%A9%20x");
        assertThat(DavPath.parse("/")).isEqualTo(DavPath.ROOT);
        assertThat(DavPath.parse("/%C3%A9").displayName()).isEqualTo("é");
        assertThat(DavPath.parse("/f").href(true)).isEqualTo("/f/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "/..", "/a/../b", "/%2e%2e/etc", "/.%2E", "/./a", "/a/%2e", "/a%2fb",
            "/a%00",
            "/%", "/%4", "/%zz", "/.%server/x"})
    void whatMayLeadElsewhereIsRefused(String raw) {
        assertThatThrownBy(() -> DavPath.parse(raw)).isInstanceOf(Refusal.class);
    }

    @Test
    void lengthAndDepthAreBounded() throws Refusal {
        DavPath.parse("/" + "n".repeat(255));
        assertThatThrownBy(() -> DavPath.parse("/" + "n".repeat(256))).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> DavPath.parse("/a".repeat(65))).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> DavPath.parse(("/" + "n".repeat(200)).repeat(11)))
                .isInstanceOf(Refusal.class);
    }

    @Property
    void everyNameHasOneFormAndComesBack(@ForAll @StringLength(min = 1, max = 20) String name)
            throws Refusal {
        if (name.contains("/") || name.contains("\0") || name.equals(".") || name.equals("..")
                || !StandardCharsets.UTF_8.newEncoder().canEncode(name)) {
            return;
        }
        DavPath path = DavPath
                .parse("/" + URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20"));

        assertThat(path.names()).hasSize(1);
        assertThat(path.displayName()).isEqualTo(name);
        assertThat(DavPath.isCanonical(path.names().getFirst())).isTrue();
        assertThat(DavPath.parse(path.toString())).isEqualTo(path);
    }

    @Test
    void theHiddenFolderIsNoName() {
        assertThat(DavPath.isCanonical(Scratch.NAME)).isFalse();
        assertThat(DavPath.isCanonical("a b")).isFalse();
        assertThat(DavPath.isCanonical("a%2d")).isFalse();
        assertThat(DavPath.isCanonical("a%2D")).isFalse();
        assertThat(DavPath.isCanonical("a%20")).isTrue();
    }

    @Test
    void movesBelow() throws Refusal {
        DavPath from = DavPath.parse("/a/b");
        assertThat(DavPath.parse("/a/b/c").moved(from, DavPath.parse("/x"))).hasToString("/x/c");
        assertThat(DavPath.parse("/a/bc").isWithin(from)).isFalse();
        assertThat(from.isWithin(from)).isTrue();
    }
}
