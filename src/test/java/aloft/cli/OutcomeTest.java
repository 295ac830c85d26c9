package aloft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.cli.control.Outcome;
import aloft.cli.home.Exit;
import aloft.failure.Failure;
import aloft.tree.FsException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class OutcomeTest {

    @Test
    void givesEachFailureItsDocumentedCode() {
        assertThat(Outcome.of(new Failure.WrongPassphrase("x")).exit().code()).isEqualTo(12);
        assertThat(Outcome.of(new Failure.Damaged("x", null)).exit().code()).isEqualTo(26);
        assertThat(Outcome.of(new Failure.Unreachable("x", null)).exit().code()).isEqualTo(5);
        assertThat(Outcome.of(new Failure.Busy("x", Duration.ZERO)).exit().code()).isEqualTo(5);
        assertThat(Outcome.of(new Failure.NeedsLogin("x")).exit().code()).isEqualTo(6);
        assertThat(Outcome.of(new Failure.Full("x", null)).exit().code()).isEqualTo(6);
        assertThat(Outcome.of(new Failure.Refused("x", null)).exit().code()).isEqualTo(6);
        assertThat(Outcome.of(new Failure.TooNew("x")).exit().code()).isEqualTo(7);
        assertThat(Outcome.of(new Failure.Missing("x")).exit().code()).isEqualTo(4);
        assertThat(Outcome.of(new NoSuchFileException("x")).exit().code()).isEqualTo(4);
        assertThat(Outcome.of(new FsException(FsException.Reason.NOT_A_FOLDER, "x")).exit().code())
                .isEqualTo(3);
    }

    @Test
    void hasACodeForEveryReasonOfADrive() {
        assertThat(Arrays.stream(FsException.Reason.values())
                .map(reason -> Outcome.of(new FsException(reason, "x"))))
                .allSatisfy(outcome -> assertThat(outcome.exit()).isNotEqualTo(Exit.DONE));
    }

    @Test
    void aFullDiskIsNoBugOfOurs() {
        var plain = Outcome.of(new IOException("No space left on device"));
        assertThat(plain.exit().code()).isEqualTo(6);
        assertThat(plain.expected()).isTrue();
        assertThat(plain.sentence()).contains("disk is full").contains("make room");
        var named = Outcome.of(new FileSystemException("/x/y", null, "No space left on device"));
        assertThat(named.exit().code()).isEqualTo(6);
        assertThat(named.sentence()).contains("/x/y");
    }

    @Test
    void speaksInSentences() {
        assertThat(Outcome.of(new NoSuchFileException("/x/y")).sentence()).isEqualTo("There is no /x/y.");
        assertThat(Outcome.of(new AccessDeniedException("/x")).sentence()).contains("/x").contains("whose");
        assertThat(Outcome.of(new IOException()).sentence()).isNotBlank();
        assertThat(Outcome.of(new IllegalStateException("bug")).expected()).isFalse();
        assertThat(Outcome.of(new Failure.Full("x", null)).expected()).isTrue();
    }
}
