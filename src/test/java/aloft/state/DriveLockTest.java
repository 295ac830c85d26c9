package aloft.state;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.failure.Failure;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DriveLockTest {

    @TempDir
    private Path folder;

    @Test
    void isHeldOnceAndAgainAfterClosing() throws IOException {
        DriveLock lock = DriveLock.lock(folder);
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> DriveLock.lock(folder)).isInstanceOf(Failure.Refused.class)
                    .hasMessageContaining("already mounted by process " + ProcessHandle.current().pid());
        }
        lock.close();
        lock.close();
        DriveLock.lock(folder).close();
    }
}
