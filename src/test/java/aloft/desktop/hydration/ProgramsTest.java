package aloft.desktop.hydration;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgramsTest {

    private static final Path PROC = Path.of("/proc");

    @TempDir
    private Path folder;
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> asked = new ArrayList<>();
    private final int self = Math.toIntExact(ProcessHandle.current().pid());

    private Programs programs() {
        return Programs.of(PROC, folder.resolve("programs"), nanos::get,
                (program, path, rule) -> asked.add(rule + " " + path));
    }

    @Test
    void theUserIsAskedOnceAndTheAnswerIsAFirstLine() throws IOException {
        Path rules = folder.resolve("programs");
        Files.writeString(rules, "# mine\n* = ask\n");
        Programs programs = programs();
        assertThat(programs.opening(self, "/a", 1)).isEqualTo(Answer.ASK);
        assertThat(programs.opening(self, "/b", 1)).isEqualTo(Answer.ASK);
        String java = Files.readSymbolicLink(PROC.resolve("self/exe")).toString();
        assertThat(asked).containsExactly(java + " /a");

        programs.allow(java);
        assertThat(Files.readString(rules)).isEqualTo(java + " = allow\n# mine\n* = ask\n");
        assertThat(programs.opening(self, "/b", 1)).isEqualTo(Answer.FETCH);
        programs.block(java);
        assertThat(programs.opening(self, "/b", 1)).isEqualTo(Answer.REFUSE);
    }

    @Test
    void aFileThatIsEditedCountsSoon() throws IOException {
        Programs programs = programs();
        assertThat(programs.opening(self, "/a", 1)).isEqualTo(Answer.FETCH);
        Files.writeString(folder.resolve("programs"), "java = cached-only\nnonsense\n");
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        assertThat(programs.opening(self, "/a", 1)).isEqualTo(Answer.REFUSE);
        assertThat(asked).isEmpty();
        assertThat(Programs.complaints(folder.resolve("programs"))).singleElement()
                .asString()
                .contains("line 2");
    }
}
