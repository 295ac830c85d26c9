package aloft.sync;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.cache.Range;
import aloft.format.ObjectId;
import aloft.sync.Job.Level;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TurnsTest {

    private final Turns turns = new Turns(new DownloadLimits(Duration.ofSeconds(1), 4, 2));

    @Test
    void guessesLeaveThePlacesThatAreKeptForReaders() {
        guesses(5);
        assertThat(turns.next()).hasSize(2);
        Job read = add(Level.READ);
        assertThat(turns.next()).containsExactly(read);
    }

    @Test
    void aGuessThatAReaderCatchesUpWithTakesOneOfThePlacesKeptForReadersAndLeavesTheOthers() {
        guesses(5);
        Job caughtUp = turns.next().getFirst();
        turns.raise(caughtUp, Level.READ);
        assertThat(turns.next()).hasSize(1);
        assertThat(turns.next()).isEmpty();
        Job read = add(Level.READ);
        assertThat(turns.next()).containsExactly(read);
        assertThat(turns.running()).hasSize(4);
    }

    private void guesses(int count) {
        for (int i = 0; i < count; i++) {
            add(Level.GUESS);
        }
    }

    private Job add(Level level) {
        var job = new Job(new Fetch(new ObjectId(1, 2), new Range(0, 16), () -> 0), level, false);
        turns.add(job);
        return job;
    }
}
