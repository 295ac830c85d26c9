package aloft.mount;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A mount on libfuse 2. */
class PlainLibraryTest extends KernelTests {

    @BeforeAll
    static void mount() throws Exception {
        serve("plain");
    }

    @Test
    void itIsUsed() {
        assertThat(served().library()).contains("libfuse 2");
    }
}
