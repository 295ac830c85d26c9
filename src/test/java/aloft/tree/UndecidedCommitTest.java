package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import aloft.store.FaultyStore;
import aloft.store.FaultyStore.Call;
import aloft.store.FaultyStore.Fault;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A commit of which nobody knows whether the log has it, and what is changed back meanwhile. */
class UndecidedCommitTest extends Devices {

    private final FaultyStore faulty = new FaultyStore(store, new Random(1));
    private TestDevice one;
    private TestDevice two;

    @BeforeEach
    void theFileIsUp() throws Exception {
        TestDevice.makeVault(store);
        one = device("one", faulty);
        two = device("two");
        one.write("/there", "text");
        one.push();
    }

    private void rename(String from, String to) throws FsException {
        one.drive().rename(from, to, Drive.RenameMode.REPLACE);
    }

    private void commitMeets(Fault fault) {
        faulty.next(Call.PUT_IF_ABSENT, fault).rate(Fault.NOT_CONNECTED, 1, Call.GET);
        assertThatThrownBy(one::push).isInstanceOf(Failure.class);
        faulty.clear();
    }

    private void bothHaveItThere() throws Exception {
        one.push();
        assertThat(one.isQuiet()).isTrue();
        two.pull();
        assertThat(two.paths()).containsExactly("/there");
        assertThat(one.paths()).containsExactly("/there");
        assertThat(two.tree()).isEqualTo(one.tree());
        one.crash();
        assertThat(two.tree()).isEqualTo(one.tree());
    }

    @Test
    void whatWasMovedBackStaysThereWhenTheAnswerWasLost() throws Exception {
        rename("/there", "/elsewhere");
        commitMeets(Fault.LOST_ANSWER);
        rename("/elsewhere", "/there");
        bothHaveItThere();
    }

    /** The model test found it: seed 7700432. */
    @Test
    void soItDoesAfterAKill() throws Exception {
        rename("/there", "/elsewhere");
        commitMeets(Fault.LOST_ANSWER);
        one.crash();
        rename("/elsewhere", "/there");
        bothHaveItThere();
    }

    @Test
    void soItDoesWhenTheCommitArrivesLate() throws Exception {
        rename("/there", "/elsewhere");
        commitMeets(Fault.LATE);
        rename("/elsewhere", "/there");
        one.push();
        faulty.arrive();
        one.pull();
        bothHaveItThere();
    }

    @Test
    void rightsThatWereTakenBackStaySo() throws Exception {
        int before = one.drive().stat("/there").mode();
        one.drive().setMode("/there", 0600);
        commitMeets(Fault.LATE);
        one.drive().setMode("/there", before);
        one.push();
        faulty.arrive();
        one.pull();
        bothHaveItThere();
        assertThat(two.drive().stat("/there").mode()).isEqualTo(before);
    }
}
