package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderStoreTest extends StoreContract {

    @TempDir
    Path folder;

    @Override
    protected Store open() {
        return new FolderStore(folder, false);
    }

    @Test
    void aFolderThatIsGoneIsNotAnEmptyStore() throws Exception {
        try (var gone = new FolderStore(folder.resolve("usb/vault"), false)) {
            assertThatThrownBy(() -> gone.get("a", 1)).isInstanceOf(Failure.Unreachable.class);
            assertThatThrownBy(() -> gone.put("a", new byte[1])).isInstanceOf(Failure.Unreachable.class);
            assertThatThrownBy(() -> gone.list("", _ -> {})).isInstanceOf(Failure.Unreachable.class);
            assertThatThrownBy(() -> gone.delete("a")).isInstanceOf(Failure.Unreachable.class);
            assertThat(folder.resolve("usb")).doesNotExist();
        }
    }

    @Test
    void makesItsFolderForANewVault() throws Exception {
        try (var made = new FolderStore(folder.resolve("usb/vault"), true)) {
            assertThatThrownBy(() -> made.get("a", 1)).isInstanceOf(Failure.Missing.class);
            assertThat(made.putIfAbsent("a", new byte[1])).isTrue();
            assertThat(folder.resolve("usb/vault/a")).exists();
        }
    }

    @Test
    void leavesNothingBehindAndClearsWhatACrashLeft() throws Exception {
        Path own = Files.createDirectories(folder.resolve("~aloft"));
        Path old = Files.createFile(own.resolve("new-old"));
        Files.setLastModifiedTime(old, FileTime.from(Instant.now().minus(Duration.ofDays(2))));
        Path young = Files.createFile(own.resolve("new-young"));
        store.put("a", new byte[10]);
        store.putIfAbsent("a", new byte[10]);
        try (var files = Files.list(own)) {
            assertThat(files).containsExactly(young);
        }
    }

    @Test
    void takesNoNoticeOfForeignFiles() throws Exception {
        Files.writeString(folder.resolve("My notes (1).txt"), "x");
        Files.createDirectories(folder.resolve("a b"));
        Files.writeString(folder.resolve("a b/c"), "x");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("a b"));
        store.put("o/1", new byte[1]);
        assertThat(list("").keySet()).containsExactly("o/1");
    }

    @Test
    void makesAFolderAgainThatWasTakenAway() throws Exception {
        store.put("m/1", new byte[1]);
        Files.delete(folder.resolve("m/1"));
        Files.delete(folder.resolve("m"));
        assertThat(store.putIfAbsent("m/2", new byte[1])).isTrue();
        assertThat(list("").keySet()).containsExactly("m/2");
    }

    @Test
    void deletingAFolderOfObjectsDoesNothing() throws Exception {
        store.put("a/b/c", bytes(1, 10));
        store.delete("a/b");
        store.delete("a");
        assertThat(store.get("a/b/c", 10).bytes()).isEqualTo(bytes(1, 10));
    }
}
