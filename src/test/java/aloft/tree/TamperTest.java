package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.store.MemoryStore;
import java.io.IOException;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A cloud that changes, swaps, cuts, drops and brings back what lies in it: nobody ever reads anything but what was
 * written, and what is not touched is read as ever.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class TamperTest extends HarmedVault {

    // ---- data

    static List<String> packs() throws IOException {
        return keys("o/");
    }

    @ParameterizedTest
    @MethodSource("packs")
    void aFlippedBitInAPackHarmsOneFileAtMost(String pack) throws Exception {
        harmed();
        TestDevice known = known();
        for (double place : PLACES) {
            flip(pack, place);
            assertThat(unreadable(known)).hasSizeLessThan(2);
            assertThat(known.keeping().status().errors()).hasSizeLessThan(2);
        }
        store.put(pack, bytes(pack));
        assertWhole(known);
        assertThat(known.keeping().status().errors()).as("healed").isEmpty();
        assertWritable(known);
    }

    @ParameterizedTest
    @EnumSource
    void packsThatAreHarmedOtherwise(Harm harm) throws Exception {
        harmed();
        for (String pack : packs()) {
            harm(pack, harm);
        }
        TestDevice known = known();
        List<String> unreadable = unreadable(known);
        if (harm == Harm.LONGER) {
            assertThat(unreadable).isEmpty();
        } else {
            assertThat(unreadable).isNotEmpty();
            assertThat(known.keeping().status().errors()).hasSameSizeAs(unreadable)
                    .allMatch(error -> error.contains("is damaged in the cloud"));
        }
        for (String pack : packs()) {
            store.put(pack, bytes(pack));
        }
        assertWhole(known);
    }

    @Test
    void theRestOfADamagedBlockIsRead() throws Exception {
        harmed();
        String pack = keys("o/").stream().filter(key -> length(key) > 4 << 20).findFirst().orElseThrow();
        flip(pack, 0.5);
        TestDevice known = known();
        long handle = known.drive().open("/large", Drive.Access.READ, false, 0);
        byte[] part = new byte[1_000_000];
        byte[] all = content("/large");
        for (int at : new int[]{0, 3_000_000, 4 << 20}) {
            int count = known.drive().read(handle, at, part, 0, part.length);
            assertThat(Arrays.copyOf(part, count)).isEqualTo(Arrays.copyOfRange(all, at, at + count));
        }
        assertThatThrownBy(() -> known.drive().read(handle, 1_600_000, part, 0, part.length))
                .isInstanceOf(FsException.class)
                .extracting(e -> ((FsException) e).reason())
                .isEqualTo(FsException.Reason.IO);
        known.drive().release(handle);
        assertThat(known.keeping().status().errors()).singleElement()
                .asString()
                .startsWith("/large is damaged in the cloud: a part cannot be read");
    }

    private static long length(String key) {
        try {
            return bytes(key).length;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    // ---- checkpoints

    @ParameterizedTest
    @EnumSource
    void anOlderCheckpointIsReadWhenTheNewestIsHarmed(Harm harm) throws Exception {
        harmed();
        harm(checkpoint(newer), harm);
        TestDevice fresh = fresh();
        assertWhole(fresh);
        assertWritable(fresh);
    }

    @Test
    void anOlderCheckpointIsReadWhenAPageOfTheNewestIsHarmed() throws Exception {
        for (String pages : keys("p/")) {
            for (double place : PLACES) {
                harmed();
                flip(pages, place);
                try (var fresh = new TestDevice("fresh", disk.resolve(pages.replace('/', '-') + place), store,
                        InstantSource.system())) {
                    assertWhole(fresh);
                    assertWritable(fresh);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void theLogAloneIsEnough(Harm harm) throws Exception {
        harmed();
        for (String pages : keys("p/")) {
            harm(pages, harm == Harm.LONGER ? Harm.NOISE : harm);
        }
        TestDevice fresh = fresh();
        assertWhole(fresh);
        assertWritable(fresh);
    }

    // ---- commits

    @ParameterizedTest
    @EnumSource
    void commitsBeforeTheCheckpointAreNotNeeded(Harm harm) throws Exception {
        harmed();
        for (long seq = 1; seq <= newer; seq++) {
            harm(commit(seq), harm);
        }
        TestDevice fresh = fresh();
        assertWhole(fresh);
        assertWritable(fresh);
    }

    @Test
    void aFlippedBitInACommitIsTheEndOfWhatANewDeviceShows() throws Exception {
        for (double place : PLACES) {
            harmed();
            flip(commit(newer + 2), place);
            try (var fresh = new TestDevice("fresh", disk.resolve("fresh" + place), store,
                    InstantSource.system())) {
                assertThat(fresh.exists("/last0")).isTrue();
                assertThat(fresh.exists("/last1")).isFalse();
                assertThat(unreadable(fresh)).isEmpty();
                assertReadOnly(fresh, "The drive shows what was before");
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aCommitThatIsHarmedIsNoticedByANewDevice(Harm harm) throws Exception {
        harmed();
        harm(commit(newer + 2), harm);
        if (harm == Harm.GONE) {
            assertThatThrownBy(this::fresh).isInstanceOf(Failure.ReadOnly.class)
                    .hasMessageContaining("is missing in the cloud, and later ones are there");
        } else {
            TestDevice fresh = fresh();
            assertThat(unreadable(fresh)).isEmpty();
            assertReadOnly(fresh, "The drive shows what was before");
        }
    }

    @ParameterizedTest
    @EnumSource
    void aDeviceThatHasSeenTheLogStaysWhereItIs(Harm harm) throws Exception {
        harmed();
        harm(commit(writer.head()), harm);
        TestDevice known = known();
        assertThatThrownBy(known::pull).isInstanceOf(Failure.ReadOnly.class);
        assertWhole(known);
        assertReadOnly(known, harm == Harm.GONE ? "is older than" : "is not the one");
        store.put(commit(writer.head()), bytes(commit(writer.head())));
        known.pull();
        assertWritable(known);
    }

    @ParameterizedTest
    @EnumSource(names = "GONE", mode = EnumSource.Mode.EXCLUDE)
    void aNewCommitThatIsHarmedStopsAllDevicesUntilItIsPutRight(Harm harm) throws Exception {
        harmed();
        TestDevice known = known();
        TestDevice other = fresh();
        known.pull();
        other.write("/more", "words");
        other.push();
        byte[] right = store.get(commit(other.head()), 1 << 20).bytes();
        store.put(commit(other.head()), switch (harm) {
            case CUT -> Arrays.copyOf(right, right.length - 9);
            case CUT_TO_NOTHING -> new byte[0];
            case LONGER -> Arrays.copyOf(right, right.length + 9);
            case SWAPPED -> bytes(commit(newer));
            default -> random(7, right.length);
        });
        assertThatThrownBy(known::pull).isInstanceOf(Failure.Damaged.class);
        assertWhole(known);
        assertReadOnly(known, "The drive shows what was before");
        store.put(commit(other.head()), right);
        known.pull();
        assertThat(known.read("/more")).isEqualTo("words");
        assertWritable(known);
    }

    // ---- vault.json

    @Test
    void aFlippedBitInVaultJsonIsNoTrouble() throws Exception {
        for (double place : PLACES) {
            harmed();
            flip("vault.json", place);
            try (var fresh = new TestDevice("fresh", disk.resolve("fresh" + place), store,
                    InstantSource.system())) {
                assertWhole(fresh);
            }
        }
    }

    @Test
    void aBackupOfVaultJsonIsNotNeeded() throws Exception {
        harmed();
        for (String backup : keys("vault.json.")) {
            store.put(backup, new byte[10]);
        }
        assertWhole(fresh());
    }

    @Test
    void theCopyOnThisDeviceOpensAVaultWithoutItsFile() throws Exception {
        harmed();
        for (String file : keys("vault.json")) {
            store.delete(file);
        }
        assertThatThrownBy(this::fresh).isInstanceOf(Failure.Refused.class)
                .hasMessageContaining("no Aloft vault");
        assertWhole(known());
    }

    @Test
    void theFileOfAnotherVaultIsNoWayIn() throws Exception {
        harmed();
        var foreign = new MemoryStore();
        TestDevice.makeVault(foreign);
        store.put("vault.json", foreign.get("vault.json", 1 << 16).bytes());
        // its keys are others, so that nothing authenticates; commands compare the ids before
        TestDevice fresh = fresh();
        assertThat(fresh.paths()).isEmpty();
        assertReadOnly(fresh, "does not authenticate");
    }

    // ---- the whole store

    @Test
    void aStoreThatGoesBackAsAWholeIsFoundOut() throws Exception {
        harmed();
        for (long seq = newer; seq <= writer.head(); seq++) {
            store.delete(commit(seq));
        }
        store.delete(checkpoint(newer));
        TestDevice known = known();
        assertThatThrownBy(known::pull).isInstanceOf(Failure.ReadOnly.class);
        assertWhole(known);
        assertReadOnly(known, "change " + writer.head() + " \u2192 " + (newer - 1));
        TestDevice fresh = fresh();
        assertThat(unreadable(fresh)).isEmpty();
        assertThat(fresh.exists("/later")).as("before change " + newer + ", after " + older).isTrue();
    }
}
