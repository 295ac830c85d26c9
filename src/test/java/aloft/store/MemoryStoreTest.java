package aloft.store;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class MemoryStoreTest extends StoreContract {

    private final MemoryStore memory = new MemoryStore();

    @Override
    protected Store open() {
        return memory;
    }

    @Test
    void isFullAtItsCapacity() throws Exception {
        var small = new MemoryStore(InstantSource.system(), 100);
        small.put("a", new byte[60]);
        assertThatThrownBy(() -> small.put("b", new byte[60])).isInstanceOf(Failure.Full.class);
        small.put("a", new byte[100]);
        small.delete("a");
        small.put("b", new byte[100]);
    }
}
