package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.store.OneWriter;
import aloft.store.Store;
import aloft.store.Stores;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Several devices at a place that cannot keep two from writing the same commit. */
class OneWriterTest extends Devices {

    private TestDevice one;

    @BeforeEach
    void write() throws Exception {
        store.promise(Store.Promise.NONE);
        TestDevice.makeVault(OneWriter.of(store, "one"));
        one = device("one");
        one.write("/note", "of the first");
        one.push();
    }

    @Override
    TestDevice device(String name) throws IOException {
        return device(name, OneWriter.of(store, name));
    }

    private static void assertOnlyReads(TestDevice device) {
        assertThat(device.keeping().status().readOnly()).contains("--take-over");
        assertThatThrownBy(() -> device.write("/mine", "words")).isInstanceOf(FsException.class)
                .extracting(e -> ((FsException) e).reason())
                .isEqualTo(FsException.Reason.READ_ONLY);
    }

    @Test
    void theSecondDeviceReadsAndSaysWhyItDoesNotWrite() throws Exception {
        TestDevice two = device("two");
        assertOnlyReads(two);
        assertThat(two.read("/note")).isEqualTo("of the first");
        one.write("/later", "more");
        one.push();
        two.pull();
        assertThat(two.read("/later")).isEqualTo("more");
        assertOnlyReads(two);
    }

    @Test
    void theSecondDeviceKeepsOnItselfWhatItPins() throws Exception {
        TestDevice two = device("two");
        two.keeping().pin("/note");
        assertThat(two.keeping().status("/note").pinned()).isTrue();
    }

    @Test
    void whoTookOverWritesAndTheFirstReads() throws Exception {
        TestDevice two = device("two");
        Stores.takeOver(store, "two");
        two.restart();
        two.write("/note", "of the second");
        two.push();
        one.pull();
        assertThat(one.read("/note")).isEqualTo("of the second");
        assertOnlyReads(one);
        one.restart();
        one.pull();
        assertOnlyReads(one);
    }

    @Test
    void whatTheFirstHadNotSentGoesUpWhenItTakesOverAgain() throws Exception {
        TestDevice two = device("two");
        Stores.takeOver(store, "two");
        two.restart();
        one.write("/late", "not sent");
        assertThatThrownBy(one::push).isInstanceOf(Failure.ReadOnly.class);
        assertOnlyReads(one);
        assertThatThrownBy(() -> one.keeping().awaitUploaded("/", (done, total, item) -> {}))
                .isInstanceOf(Failure.ReadOnly.class)
                .hasMessageContaining("--take-over");
        two.write("/two", "of the second");
        two.push();
        Stores.takeOver(store, "one");
        one.restart();
        one.pull();
        one.push();
        two.pull();
        assertThat(two.tree()).isEqualTo(one.tree()).containsKeys("/late", "/two", "/note");
        assertOnlyReads(two);
    }
}
