package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.store.MemoryStore;
import aloft.tree.Drive.RenameMode;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How many names an entry tells to have. */
class LinksTest {

    @TempDir
    private Path disk;

    @Test
    void programsThatWalkAreToldOfFoldersInAFolder() throws Exception {
        var store = new MemoryStore();
        TestDevice.makeVault(store);
        try (var one = new TestDevice("one", disk.resolve("one"), store, InstantSource.system());
                var two = new TestDevice("two", disk.resolve("two"), store, InstantSource.system())) {
            Drive drive = one.drive();
            drive.makeFolder("/a", 0755);
            drive.makeFolder("/a/b", 0755);
            drive.makeFolder("/c", 0755);
            one.write("/a/file", "words");
            assertThat(drive.stat("/").links()).isEqualTo(4);
            assertThat(drive.stat("/a").links()).isEqualTo(3);
            assertThat(drive.stat("/a/b").links()).isEqualTo(2);
            assertThat(drive.stat("/a/file").links()).isEqualTo(1);

            drive.rename("/a/b", "/a/file", RenameMode.EXCHANGE);
            drive.rename("/a/file", "/c/b", RenameMode.REPLACE);
            assertThat(drive.stat("/a").links()).isEqualTo(2);
            assertThat(drive.stat("/c").links()).isEqualTo(3);
            one.push();
            two.pull();
            assertThat(two.drive().stat("/c").links()).isEqualTo(3);
            assertThat(two.drive().stat("/").links()).isEqualTo(4);

            long handle = drive.open("/a/b", Drive.Access.READ, false, 0);
            drive.removeFile("/a/b");
            assertThat(drive.stat(handle).links()).isZero();
            drive.release(handle);
            drive.removeFolder("/a");
            drive.removeFolder("/c/b");
            assertThat(drive.stat("/").links()).isEqualTo(3);
            assertThat(drive.stat("/c").links()).isEqualTo(2);
        }
    }
}
