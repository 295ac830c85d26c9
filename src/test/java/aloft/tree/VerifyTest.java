package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.store.FaultyStore;
import aloft.store.FaultyStore.Call;
import aloft.tree.Keeping.Fault;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Reading all of a vault, and healing it from what this device has. */
class VerifyTest extends Devices {

    private TestDevice one;

    @BeforeEach
    void write() throws Exception {
        TestDevice.makeVault(store);
        one = device("one");
        one.write("/large", "words ".repeat(900_000));
        one.write("/small", "a few words");
        one.push();
        one.checkpoint();
        one.write("/small", "other words");
        one.write("/third", "more");
        one.push();
    }

    private List<String> keys(String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        store.list("", object -> keys.add(object.key()));
        return keys.stream().filter(key -> key.startsWith(prefix)).toList();
    }

    private void flip(String key) throws IOException {
        byte[] bytes = store.get(key, 100 << 20).bytes();
        bytes[bytes.length / 3] ^= 1;
        store.put(key, bytes);
    }

    private static List<Fault> verify(TestDevice device, boolean repair) throws Exception {
        return device.keeping().verify(repair, (done, total, item) -> assertThat(done).isBetween(0L, total));
    }

    @Test
    void allIsWell() throws Exception {
        assertThat(verify(one, false)).isEmpty();
    }

    @Test
    void aChangeThatOnlyArrivedWrongIsNoDamage() throws Exception {
        var line = new FaultyStore(store, new Random(1));
        TestDevice two = device("two", line);
        List<Fault> faults = two.keeping().verify(false, (done, total, item) -> {
            if (item.equals("changes")) {
                line.next(Call.GET, FaultyStore.Fault.WRONG_BYTES);
            }
        });
        assertThat(faults).isEmpty();
    }

    @Test
    void damagedPacksAreHealedByTheDeviceThatHasThem() throws Exception {
        for (String pack : keys("o/")) {
            flip(pack);
        }
        TestDevice two = device("two");
        List<Fault> unhealed = verify(two, true);
        assertThat(unhealed).isNotEmpty().noneMatch(Fault::healed);
        assertThat(unhealed).anyMatch(fault -> fault.what().startsWith("/large: "));
        assertThat(two.keeping().status().errors()).anyMatch(error -> error.startsWith("/large is damaged"));

        assertThat(verify(one, false)).isNotEmpty().noneMatch(Fault::healed);
        List<Fault> healed = verify(one, true);
        assertThat(healed).filteredOn(fault -> fault.what().startsWith("/"))
                .isNotEmpty()
                .allMatch(Fault::healed);
        assertThat(one.keeping().status().errors()).isEmpty();
        two.pull();
        assertThat(two.tree()).isEqualTo(one.tree());
        assertThat(two.read("/large")).hasSize(5_400_000);
    }

    @Test
    void missingPacksAreHealedToo() throws Exception {
        for (String pack : keys("o/")) {
            store.delete(pack);
        }
        assertThat(verify(one, true)).filteredOn(fault -> fault.what().startsWith("/"))
                .hasSize(3)
                .allMatch(Fault::healed);
        TestDevice two = device("two");
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    @Test
    void anEarlierVersionThatIsDamagedIsTold() throws Exception {
        TestDevice two = device("two");
        String first = keys("o/").stream().filter(key -> isOfSmallFiles(key)).findFirst().orElseThrow();
        store.delete(first);
        assertThat(verify(two, false)).isNotEmpty();
    }

    private boolean isOfSmallFiles(String key) {
        try {
            return store.get(key, 100 << 20).bytes().length < 100_000;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aDamagedCheckpointIsWrittenAnew() throws Exception {
        flip(keys("p/").getFirst());
        one.checkpoint();
        assertThat(verify(one, false)).isNotEmpty()
                .allMatch(fault -> fault.what().startsWith("Checkpoint ") && !fault.healed());
        assertThat(verify(one, true)).isNotEmpty().allMatch(Fault::healed);
        assertThat(verify(one, false)).isEmpty();
    }

    @Test
    void vaultJsonAndItsBackupAreMended() throws Exception {
        for (int i = 0; i < 2; i++) {
            String file = keys("vault.json").get(i);
            store.put(file, new byte[7]);
            assertThat(verify(one, false)).singleElement().asString().contains(file);
            assertThat(verify(one, true)).singleElement().matches(Fault::healed);
            assertThat(verify(one, false)).isEmpty();
        }
        devices.remove(one);
        one.close();
        one = device("one");
        assertThat(device("two").tree()).isEqualTo(one.tree());
    }

    @Test
    void aDamagedChangeIsTold() throws Exception {
        flip(keys("m/").get(1));
        assertThat(verify(one, true)).singleElement()
                .matches(fault -> fault.what().startsWith("Commit 2 does not authenticate")
                        && !fault.healed());
    }
}
