package aloft.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountTableTest {

    private static final String TABLE = """
            22 27 0:21 / /proc rw,relatime - proc proc rw
            27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
            40 27 0:45 / /mnt/a\\040b\\134c rw,nosuid shared:7 - fuse.aloft https://cloud rw,user_id=0
            41 27 0:46 / /mnt/twice rw - fuse.aloft one rw
            42 27 0:47 / /mnt/twice rw - fuse.other two rw
            """;

    @TempDir
    Path temporary;

    @Test
    void findsTheMountThatIsSeenAtAFolder() throws Exception {
        var table = MountTable.parse(TABLE);
        var found = table.at(Path.of("/mnt/a b\\c")).orElseThrow();
        assertThat(found.connection()).isEqualTo(45);
        assertThat(found.isAloft()).isTrue();
        assertThat(table.at(Path.of("/mnt/twice")).orElseThrow().isAloft()).isFalse();
        assertThat(table.at(Path.of("/mnt/../mnt/./twice")).orElseThrow().connection()).isEqualTo(47);
        assertThat(table.at(Path.of("/mnt/none"))).isEmpty();
        assertThat(table.at(Path.of("/proc")).orElseThrow().isAloft()).isFalse();
    }

    @Test
    void findsItThroughLinks() throws Exception {
        Path real = Files.createDirectories(temporary.toRealPath().resolve("real/mnt"));
        var table = MountTable.parse("40 27 0:45 / " + real + " rw - fuse.aloft x rw");
        Path parentLink = Files.createSymbolicLink(temporary.resolve("link"), real.resolveSibling(""));
        Path ownLink = Files.createSymbolicLink(temporary.resolve("own"), real);
        assertThat(table.at(parentLink.resolve("mnt"))).isPresent();
        assertThat(table.at(ownLink)).isPresent();
    }

    @Test
    void readsTheTableOfThisSystem() throws Exception {
        assertThat(MountTable.read().at(Path.of("/proc"))).isPresent();
    }
}
