package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.sync.Republishing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A cloud that goes back in time, or shows another one. */
class RollbackTest extends Devices {

    private record Taken(String key, byte[] bytes) {}

    private TestDevice one;

    @BeforeEach
    void device() throws IOException {
        TestDevice.makeVault(store);
        one = device("one");
    }

    /** Takes the commits from one on out of the store. */
    private List<Taken> takeFrom(long seq) throws IOException {
        List<Taken> taken = new ArrayList<>();
        List<String> keys = new ArrayList<>();
        store.list("m/", object -> keys.add(object.key()));
        for (String key : keys) {
            if (Long.parseLong(key.substring(2), 16) >= seq) {
                taken.add(new Taken(key, store.get(key, 1 << 20).bytes()));
                store.delete(key);
            }
        }
        return taken;
    }

    private void writeThree() throws Exception {
        for (int i = 0; i < 3; i++) {
            one.write("/file" + i, "text " + i);
            one.push();
        }
    }

    @Test
    void anOlderCloudIsFoundOutAndNothingIsLost() throws Exception {
        writeThree();
        long head = one.head();
        List<Taken> newest = takeFrom(head - 1);
        one.restart();
        assertThatThrownBy(one::pull).isInstanceOf(Failure.ReadOnly.class)
                .hasMessageStartingWith("The cloud copy is older than what this computer saw on ")
                .hasMessageContaining("(change " + head + " \u2192 " + (head - 2) + ")");
        assertThat(one.read("/file2")).isEqualTo("text 2");
        assertThat(one.keeping().status().readOnly()).contains("older");
        assertThatThrownBy(() -> one.write("/more", "words")).isInstanceOf(FsException.class)
                .extracting(e -> ((FsException) e).reason())
                .isEqualTo(FsException.Reason.READ_ONLY);
        for (Taken object : newest) {
            store.put(object.key(), object.bytes());
        }
        one.restart();
        one.write("/more", "words");
        one.push();
        TestDevice two = device("two");
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    @Test
    void soItIsWhenTheDatabaseIsLostToo() throws Exception {
        writeThree();
        takeFrom(one.head());
        devices.remove(one);
        assertThatThrownBy(one::loseDatabase).isInstanceOf(Failure.ReadOnly.class)
                .hasMessageContaining("older");
    }

    @Test
    void anOlderVaultFileIsFoundOut() throws Exception {
        writeThree();
        byte[] older = store.get("vault.json", 1 << 16).bytes();
        one.renewPassphrase();
        byte[] newer = store.get("vault.json", 1 << 16).bytes();
        one.write("/after", "words");
        one.push();
        store.put("vault.json", older);
        one.restart();
        assertThatThrownBy(one::pull).isInstanceOf(Failure.ReadOnly.class)
                .hasMessageContaining("vault.json is older than what this computer saw");
        assertThat(one.read("/after")).isEqualTo("words");
        assertThat(one.keeping().status().readOnly()).contains("older");
        store.put("vault.json", newer);
        one.restart();
        one.pull();
        one.write("/more", "words");
        one.push();
    }

    @Test
    void anOlderCloudThatIsAcceptedIsWhatTheDriveShows() throws Exception {
        writeThree();
        takeFrom(one.head());
        one.restart();
        assertThatThrownBy(one::pull).isInstanceOf(Failure.ReadOnly.class);
        one.forget();
        assertThat(one.tree()).containsOnlyKeys("/file0", "/file1");
        one.write("/file2", "anew");
        one.push();
        TestDevice two = device("two");
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    @Test
    void anotherHistoryIsFoundOut() throws Exception {
        writeThree();
        takeFrom(one.head());
        TestDevice two = device("two");
        two.write("/other", "text");
        two.push();
        one.restart();
        assertThatThrownBy(one::pull).isInstanceOf(Failure.ReadOnly.class)
                .hasMessageContaining("not the one");
        assertThat(one.exists("/other")).isFalse();
    }

    @Test
    void whatTheCloudLostIsPublishedAgain() throws Exception {
        TestDevice two = device("two");
        writeThree();
        one.drive().makeFolder("/folder", 0755);
        one.write("/old", "stays");
        one.push();
        one.checkpoint();
        long kept = one.head();
        one.write("/file0", "longer text than before");
        one.drive().rename("/file1", "/folder/moved", Drive.RenameMode.REPLACE);
        one.drive().removeFile("/file2");
        one.push();
        one.write("/new", "words");
        one.push();
        one.checkpoint();
        var tree = one.tree();
        takeFrom(kept + 1);
        one.restart();
        assertThatThrownBy(one::pull).isInstanceOf(Failure.ReadOnly.class)
                .hasMessageContaining("aloft doctor --publish-again");
        Republishing.Result result = one.publishAgain();
        assertThat(result.changes()).isEqualTo(1);
        assertThat(result.missing()).isZero();
        assertThat(one.tree()).isEqualTo(tree);
        one.write("/more", "words");
        one.push();
        // one that had seen less of the log, and one that had seen nothing
        two.pull();
        assertThat(two.tree()).isEqualTo(one.tree());
        assertThat(device("three").tree()).isEqualTo(one.tree());
        assertThat(one.publishAgain().changes()).as("again").isZero();
    }

    @Test
    void unsentChangesGoOnTopOfWhatIsPublishedAgain() throws Exception {
        writeThree();
        one.drive().makeFolder("/folder", 0755);
        one.push();
        one.append("/file1", " and more");
        one.write("/folder/unsent", "words");
        takeFrom(one.head() - 1);
        one.publishAgain();
        assertThat(one.read("/file1")).isEqualTo("text 1 and more");
        one.push();
        assertThat(device("two").tree()).isEqualTo(one.tree());
        assertThat(one.read("/folder/unsent")).isEqualTo("words");
    }

    @Test
    void aCloudThatLostTheWholeLogGetsItAgain() throws Exception {
        writeThree();
        var tree = one.tree();
        takeFrom(1);
        one.publishAgain();
        assertThat(one.tree()).isEqualTo(tree);
        assertThat(device("two").tree()).isEqualTo(tree);
    }

    @Test
    void lostObjectsAreTold() throws Exception {
        writeThree();
        List<String> packs = new ArrayList<>();
        store.list("o/", object -> packs.add(object.key()));
        takeFrom(one.head() - 1);
        for (String pack : packs) {
            store.delete(pack);
        }
        assertThat(one.publishAgain().missing()).isEqualTo(2);
        assertThat(one.exists("/file2")).isTrue();
    }

    @Test
    void aCloudThatWentOnDifferentlyIsLeftAlone() throws Exception {
        writeThree();
        takeFrom(one.head());
        TestDevice two = device("two");
        two.write("/other", "text");
        two.push();
        var tree = one.tree();
        assertThatThrownBy(one::publishAgain).isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("--accept-rollback");
        assertThat(one.tree()).isEqualTo(tree);
    }
}
