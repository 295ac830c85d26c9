package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class OneWriterStoreTest {

    private final MemoryStore memory = new MemoryStore();

    private OneWriterStore device(@Nullable String writer) {
        return new OneWriterStore(memory, writer);
    }

    @Test
    void letsTheFirstWriteAndTheOthersRead() throws Exception {
        memory.promise(Store.Promise.NONE);
        assertThat(device("a").putIfAbsent("m/1", new byte[1])).isTrue();
        assertThatThrownBy(() -> device("b").putIfAbsent("m/2", new byte[1]))
                .isInstanceOf(Failure.ReadOnly.class)
                .hasMessageContaining("--take-over");
        assertThat(device("b").get("m/1", 1).bytes()).hasSize(1);
        assertThat(device("a").putIfAbsent("m/2", new byte[1])).isTrue();
        String version = memory.get("m/1", 1).version();
        assertThatThrownBy(() -> device("b").replace("m/1", new byte[1], version))
                .isInstanceOf(Failure.ReadOnly.class);
    }

    @Test
    void anotherTakesOver() throws Exception {
        memory.promise(Store.Promise.NONE);
        OneWriterStore first = device("a");
        first.putIfAbsent("m/1", new byte[1]);
        Stores.takeOver(memory, "b");
        assertThat(device("b").putIfAbsent("m/2", new byte[1])).isTrue();
        assertThatThrownBy(() -> first.putIfAbsent("m/3", new byte[1])).isInstanceOf(Failure.ReadOnly.class);
    }

    @Test
    void whoHasNoNameOnlyReads() {
        memory.promise(Store.Promise.NONE);
        assertThatThrownBy(() -> device(null).putIfAbsent("m/1", new byte[1]))
                .isInstanceOf(Failure.ReadOnly.class);
    }

    @Test
    void tellsWhyADeviceOnlyReads() throws Exception {
        memory.promise(Store.Promise.NONE);
        OneWriterStore first = device("a");
        assertThat(first.readOnly()).isEmpty();
        first.putIfAbsent("m/1", new byte[1]);
        assertThat(first.readOnly()).isEmpty();
        OneWriterStore second = device("b");
        assertThat(second.readOnly()).hasValueSatisfying(why -> assertThat(why).contains("--take-over"));
        assertThat(device(null).readOnly()).isPresent();
        Stores.takeOver(memory, "b");
        assertThat(second.readOnly()).isEmpty();
        assertThat(first.readOnly()).isPresent();
    }

    @Test
    void nobodyOnlyReadsWhereSeveralMayWrite() throws Exception {
        Stores.takeOver(memory, "a");
        assertThat(device("b").readOnly()).isEmpty();
    }

    @Test
    void addsNothingWhereSeveralMayWrite() throws Exception {
        assertThat(device("a").putIfAbsent("m/1", new byte[1])).isTrue();
        assertThat(device(null).putIfAbsent("m/2", new byte[1])).isTrue();
        assertThatThrownBy(() -> memory.get(OneWriterStore.KEY, 100)).isInstanceOf(Failure.Missing.class);
    }
}
