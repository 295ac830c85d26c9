package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.format.Name;
import aloft.store.MemoryStore;
import aloft.tree.Drive.Access;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file is open here while another device does something to it. */
class OpenElsewhereTest {

    @TempDir
    private Path disk;

    private final MemoryStore store = new MemoryStore();
    private TestDevice one;
    private TestDevice two;
    private long handle;

    @BeforeEach
    void oneHasAFileOpen() throws Exception {
        TestDevice.makeVault(store);
        one = new TestDevice("one", disk.resolve("one"), store, InstantSource.system());
        two = new TestDevice("two", disk.resolve("two"), store, InstantSource.system());
        one.drive().makeFolder("/folder", 0755);
        one.write("/folder/file.txt", "first ");
        one.push();
        two.pull();
        handle = one.drive().open("/folder/file.txt", Access.READ_WRITE, false, 0);
    }

    @AfterEach
    void close() throws IOException {
        one.close();
        two.close();
    }

    private void appendToOpen(String text) throws FsException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        one.drive().write(handle, 0, bytes, 0, bytes.length, true);
    }

    private void meet() throws IOException {
        one.push();
        two.pull();
    }

    private String copy() throws FsException {
        List<String> copies = two.paths().stream().filter(path -> path.contains("conflicted copy")).toList();
        assertThat(copies).hasSize(1);
        return copies.getFirst();
    }

    @Test
    void whatIsCutElsewhereIsToldWhereItWasMovedToHere() throws Exception {
        one.drive().rename("/folder/file.txt", "/folder/moved.txt", Drive.RenameMode.REPLACE);
        two.drive().setSize("/folder/file.txt", 0);
        oneIsToldOfWhatTwoDid();
        assertThat(one.read("/folder/moved.txt")).isEmpty();
    }

    @Test
    void rightsGivenElsewhereAreToldWhereItWasMovedToHere() throws Exception {
        one.drive().rename("/folder/file.txt", "/folder/moved.txt", Drive.RenameMode.REPLACE);
        two.drive().setMode("/folder/file.txt", 0600);
        oneIsToldOfWhatTwoDid();
        assertThat(one.drive().stat("/folder/moved.txt").mode()).isEqualTo(0600);
    }

    private void oneIsToldOfWhatTwoDid() throws Exception {
        two.push();
        KernelView before = one.view();
        one.pull();
        before.mustHaveBeenTold(one.told, KernelView.of(one.drive(), one.paths()));
    }

    @Test
    void writingOnAfterItWasReplacedMakesAConflictedCopy() throws Exception {
        two.write("/folder/file.txt", "theirs");
        two.push();
        one.pull();
        KernelView before = one.view();
        appendToOpen("second");
        before.mustHaveBeenTold(one.told, KernelView.of(one.drive(), one.paths()));
        appendToOpen(" third");
        meet();
        assertThat(two.read("/folder/file.txt")).isEqualTo("theirs");
        assertThat(copy()).startsWith("/folder/file (conflicted copy one");
        assertThat(two.read(copy())).isEqualTo("first second third");
        assertThat(one.tree()).isEqualTo(two.tree());
    }

    @Test
    void whatReplacesItIsAnotherFileToTheKernel() throws Exception {
        Drive.Attributes before = one.drive().stat(handle);
        two.write("/folder/file.txt", "theirs, and longer");
        two.push();
        one.pull();
        Drive.Attributes open = one.drive().stat(handle);
        Drive.Attributes named = one.drive().stat("/folder/file.txt");
        assertThat(open.id()).isEqualTo(before.id());
        assertThat(open.size()).isEqualTo(before.size());
        assertThat(open.mtime()).isEqualTo(before.mtime());
        assertThat(named.id()).isNotEqualTo(before.id());
        assertThat(named.size()).isEqualTo(18);
    }

    @Test
    void soIsWhatTakesTheNameOfACopy() throws Exception {
        appendToOpen("ours");
        Drive.Attributes before = one.drive().stat(handle);
        two.append("/folder/file.txt", "theirs");
        two.push();
        one.pull();
        assertThat(one.drive().stat(handle).id()).isEqualTo(before.id());
        assertThat(one.drive().stat(handle).size()).isEqualTo(before.size());
        assertThat(one.drive().stat("/folder/file.txt").id()).isNotEqualTo(before.id());
    }

    @Test
    void whoFindsTheCopyAtOnceReadsAllOfIt() throws Exception {
        List<Long> handles = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            one.write("/file" + i, "first ");
            handles.add(one.drive().open("/file" + i, Access.READ_WRITE, false, 0));
        }
        meet();
        for (int i = 0; i < 50; i++) {
            two.write("/file" + i, "theirs");
        }
        two.push();
        one.pull();
        var conflictName = new ConflictName("one", InstantSource.system(), ZoneId.systemDefault());
        Callable<List<String>> reader = () -> {
            List<String> found = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                String path = "/" + conflictName.apply(Name.ofRaw("file" + i)).raw();
                while (!one.exists(path)) {
                    Thread.onSpinWait();
                }
                found.add(one.read(path));
            }
            return found;
        };
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<List<String>> found = threads.submit(reader);
            for (long each : handles) {
                one.drive().write(each, 0, new byte[]{'x'}, 0, 1, true);
            }
            assertThat(found.get()).allMatch(text -> text.startsWith("first "));
        }
    }

    @Test
    void writingOnAfterItWasRemovedBringsItBack() throws Exception {
        two.drive().removeFile("/folder/file.txt");
        two.push();
        one.pull();
        assertThat(one.exists("/folder/file.txt")).isFalse();
        appendToOpen("second");
        meet();
        assertThat(two.read("/folder/file.txt")).isEqualTo("first second");
        assertThat(one.drive().stat(handle).links()).isEqualTo(1);
    }

    @Test
    void itComesBackAtTheTopWhenItsFolderIsGone() throws Exception {
        two.drive().removeFile("/folder/file.txt");
        two.drive().removeFolder("/folder");
        two.push();
        one.pull();
        appendToOpen("second");
        meet();
        assertThat(two.read("/file.txt")).isEqualTo("first second");
    }

    @Test
    void whatWasWrittenOnIsThereAfterAKill() throws Exception {
        two.write("/folder/file.txt", "theirs");
        two.push();
        one.pull();
        one.append("/folder/file.txt", " and ours");
        appendToOpen("second");
        one.crash();
        meet();
        assertThat(two.read("/folder/file.txt")).isEqualTo("theirs and ours");
        assertThat(two.read(copy())).isEqualTo("first second");
    }

    @Test
    void whatIsWrittenToAFileThatWasRemovedHereGoesNowhere() throws Exception {
        one.drive().removeFile("/folder/file.txt");
        two.append("/folder/file.txt", "theirs");
        two.push();
        one.pull();
        assertThat(one.read("/folder/file.txt")).isEqualTo("first theirs");
        appendToOpen("second");
        one.crash();
        meet();
        assertThat(two.read("/folder/file.txt")).isEqualTo("first theirs");
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    @Test
    void whoOnlyReadsGoesOnReadingWhatWasOpened() throws Exception {
        two.write("/folder/file.txt", "theirs");
        two.push();
        one.pull();
        byte[] bytes = new byte[6];
        assertThat(one.drive().read(handle, 0, bytes, 0, 6)).isEqualTo(6);
        assertThat(bytes).asString(StandardCharsets.UTF_8).isEqualTo("first ");
        assertThat(one.read("/folder/file.txt")).isEqualTo("theirs");
    }

    @Test
    void whatWasWrittenAfterTheRemovalDoesNotComeBackWithTheFile() throws Exception {
        one.drive().removeFile("/folder/file.txt");
        appendToOpen("second");
        two.append("/folder/file.txt", "theirs");
        two.push();
        one.pull();
        one.crash();
        assertThat(one.read("/folder/file.txt")).isEqualTo("first theirs");
    }

    @Test
    void aRemovedFileIsReadAndWrittenUntilItIsClosed() throws Exception {
        appendToOpen("second");
        one.drive().removeFile("/folder/file.txt");
        appendToOpen(" third");
        one.write("/other", "words");
        one.push();
        byte[] bytes = new byte[18];
        assertThat(one.drive().read(handle, 0, bytes, 0, bytes.length)).isEqualTo(18);
        assertThat(bytes).asString(StandardCharsets.UTF_8).isEqualTo("first second third");
    }
}
