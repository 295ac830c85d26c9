package aloft.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {

    private static final byte[] KEY = new byte[32];
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir
    private Path folder;

    private record Seen(long ref, String head, int body) {}

    private List<Seen> replay() throws IOException {
        List<Seen> seen = new ArrayList<>();
        try (Journal journal = open(seen)) {
            assertThat(journal.findings()).isEmpty();
        }
        return seen;
    }

    private Journal open(List<Seen> seen) throws IOException {
        return Journal.open(folder, KEY, RANDOM, Journal.FILE_SIZE,
                (ref, head, body) -> seen.add(new Seen(ref, new String(head, StandardCharsets.UTF_8), body)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] body(int length) {
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        return body;
    }

    @Test
    void replaysEveryRecordInOrderWithItsRef() throws IOException {
        List<Seen> written = new ArrayList<>();
        try (Journal journal = open(new ArrayList<>())) {
            for (int i = 0; i < 300; i++) {
                byte[] body = body(i * 37 % 5_000);
                long end = journal.end();
                written.add(new Seen(journal.append(bytes("head " + i), body, 0, body.length), "head " + i,
                        body.length));
                assertThat(written.getLast().ref()).isEqualTo(end);
            }
        }
        assertThat(replay()).isEqualTo(written);
        assertThat(replay()).isEqualTo(written);
    }

    @Test
    void readsAnyPartOfABody() throws IOException {
        byte[] body = body(1 << 20);
        try (Journal journal = open(new ArrayList<>())) {
            journal.append(bytes("before"));
            long ref = journal.append(bytes("big"), body, 5, body.length - 5);
            var random = new Random(1);
            for (int i = 0; i < 200; i++) {
                int skip = random.nextInt(body.length - 5);
                int length = random.nextInt(Math.min(200_000, body.length - 5 - skip) + 1);
                byte[] to = new byte[length + 3];
                journal.read(ref, skip, to, 3, length);
                assertThat(Arrays.copyOfRange(to, 3, to.length))
                        .isEqualTo(Arrays.copyOfRange(body, 5 + skip, 5 + skip + length));
            }
            assertThatThrownBy(() -> journal.read(ref, body.length - 10, new byte[20], 0, 20))
                    .isInstanceOf(IndexOutOfBoundsException.class);
        }
    }

    @Test
    void forgettingEverythingLeavesOnlyAHeaderAndRefsGoOn() throws IOException {
        long end;
        try (Journal journal = open(new ArrayList<>())) {
            long ref = journal.append(bytes("old"), body(100_000), 0, 100_000);
            journal.forgetBefore(journal.end());
            assertThat(journal.size()).isLessThan(100);
            assertThatThrownBy(() -> journal.read(ref, 0, new byte[1], 0, 1))
                    .isInstanceOf(Failure.Missing.class);
            end = journal.end();
        }
        List<Seen> seen = new ArrayList<>();
        try (Journal journal = open(seen)) {
            assertThat(seen).isEmpty();
            assertThat(journal.end()).isEqualTo(end);
            journal.append(bytes("new"));
        }
        assertThat(replay()).containsExactly(new Seen(end, "new", 0));
    }

    @Test
    void aTornTailIsCut() throws IOException {
        try (Journal journal = open(new ArrayList<>())) {
            journal.append(bytes("one"));
            journal.sync();
        }
        Path file = onlyFile();
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 30));
        List<Seen> seen = new ArrayList<>();
        try (Journal journal = open(seen)) {
            assertThat(seen).hasSize(1);
            assertThat(journal.findings()).hasSize(1);
        }
    }

    @Test
    void anotherKeyIsDamage() throws IOException {
        open(new ArrayList<>()).close();
        try (Journal journal = open(new ArrayList<>())) {
            journal.append(bytes("one"));
        }
        byte[] other = new byte[32];
        other[31] = 1;
        assertThatThrownBy(
                () -> Journal.open(folder, other, RANDOM, Journal.FILE_SIZE, (ref, head, body) -> {}))
                .isInstanceOf(Failure.Damaged.class)
                .hasMessageContaining("another key");
    }

    private Path onlyFile() throws IOException {
        try (var files = Files.list(folder)) {
            List<Path> all = files.toList();
            assertThat(all).hasSize(1);
            return all.getFirst();
        }
    }
}
