package aloft.state;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a process appended before it was killed is there for the next. */
class JournalKillTest {

    private static final byte[] KEY = new byte[32];

    @TempDir
    private Path folder;

    /** Appends records for ever and says the number of each when it is appended. */
    static final class Appender {

        private Appender() {}

        public static void main(String[] arguments) throws IOException {
            var records = new Records();
            Journal journal = open(Path.of(arguments[0]), records);
            long next = records.seen().isEmpty() ? 0 : records.numbers().getLast() + 1;
            while (true) {
                Records.append(journal, next);
                System.out.println(next);
                next++;
            }
        }
    }

    private static Journal open(Path folder, Records records) throws IOException {
        return Journal.open(new LocalDisk(), folder, KEY, new SecureRandom(), 1 << 20, Journal.OnDamage.FAIL,
                records);
    }

    @Test
    void everyAcknowledgedRecordIsThereAfterEveryKill() throws IOException {
        var random = new Random(7);
        long acknowledged = -1;
        for (int cycle = 0; cycle < 5; cycle++) {
            try (var child = new ChildProcess(Appender.class, folder)) {
                for (int i = 1 + random.nextInt(400); i > 0; i--) {
                    acknowledged = Long.parseLong(String.valueOf(child.line()));
                }
                child.kill();
                // what it said before it died counts too
                for (String line = child.line(); line != null && line.matches("\\d+"); line = child.line()) {
                    acknowledged = Math.max(acknowledged, Long.parseLong(line));
                }
            }
            var records = new Records();
            try (Journal journal = open(folder, records)) {
                records.checkWithoutGaps();
                records.checkBodies(journal);
                assertThat(records.numbers().getFirst()).isZero();
                assertThat(records.numbers().getLast()).isBetween(acknowledged, acknowledged + 1);
            }
        }
    }
}
