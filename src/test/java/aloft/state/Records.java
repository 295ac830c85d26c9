package aloft.state;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.failure.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Numbered records whose content follows from their number, and what a replay saw of them. */
final class Records implements Journal.Replay {

    /** A record as it was replayed. */
    record Seen(long number, long ref, int body) {}

    private final List<Seen> seen = new ArrayList<>();

    static byte[] head(long number) {
        byte[] head = new byte[8 + (int) (number * 13 % 90)];
        new Random(number).nextBytes(head);
        ByteBuffer.wrap(head).putLong(number);
        return head;
    }

    static byte[] body(long number) {
        int length = switch ((int) (number % 8)) {
            case 0 -> (int) (number * 7919 % 150_000);
            case 1, 2 -> (int) (number * 613 % 6_000);
            default -> 0;
        };
        byte[] body = new byte[length];
        new Random(~number).nextBytes(body);
        return body;
    }

    static long append(Journal journal, long number) throws Failure {
        byte[] body = body(number);
        return journal.append(head(number), body, 0, body.length);
    }

    /** Fails the test when the record is not one that was appended. */
    @Override
    public void record(long ref, byte[] head, int bodyLength) {
        long number = ByteBuffer.wrap(head).getLong();
        assertThat(head).isEqualTo(head(number));
        assertThat(bodyLength).isEqualTo(body(number).length);
        seen.add(new Seen(number, ref, bodyLength));
    }

    List<Seen> seen() {
        return seen;
    }

    List<Long> numbers() {
        return seen.stream().map(Seen::number).toList();
    }

    /** Reads the bodies of what was replayed; fails the test when one is not what was appended. */
    void checkBodies(Journal journal) throws IOException {
        for (Seen record : seen) {
            byte[] body = new byte[record.body()];
            journal.read(record.ref(), 0, body, 0, body.length);
            assertThat(body).isEqualTo(body(record.number()));
        }
    }

    /** The same where some bodies may be damaged. */
    void checkReadableBodies(Journal journal) throws IOException {
        for (Seen record : seen) {
            byte[] body = new byte[record.body()];
            try {
                journal.read(record.ref(), 0, body, 0, body.length);
                assertThat(body).isEqualTo(body(record.number()));
            } catch (Failure.Damaged e) {
                assertThat(e).hasMessageContaining("is not what was written");
            }
        }
    }

    /** Fails the test when a number is left out between the first and the last. */
    void checkWithoutGaps() {
        for (int i = 1; i < seen.size(); i++) {
            assertThat(seen.get(i).number()).isEqualTo(seen.get(i - 1).number() + 1);
        }
    }
}
