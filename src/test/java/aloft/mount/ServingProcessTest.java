package aloft.mount;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServingProcessTest {

    @Test
    void thisProcessIsThere() throws Exception {
        var self = ServingProcess.self();
        assertThat(self.isGone()).isFalse();
        assertThat(ServingProcess.parse(self.toString())).isEqualTo(self);
    }

    @Test
    void anotherProcessOfTheSameNumberIsNotIt() throws Exception {
        var self = ServingProcess.self();
        assertThat(new ServingProcess(self.pid(), self.started() - 1).isGone()).isTrue();
    }

    @Test
    void aProcessThatHasEndedIsGone() throws Exception {
        Process process = new ProcessBuilder("true").start();
        process.waitFor();
        assertThat(new ServingProcess(process.pid(), 1).isGone()).isTrue();
    }
}
