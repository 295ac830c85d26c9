package aloft.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BalooFoldersTest {

    private static final List<Path> DRIVES = List.of(Path.of("/home/me/Aloft"), Path.of("/home/me/Work"));

    @ParameterizedTest
    @ValueSource(strings = {
            "",
            "[General]\ndbVersion=2\nexclude filters=*~,*.part\n",
            "[General]\nexclude folders[$e]=$HOME/C\\\\, d/,$HOME/x/\n",
            "[Basic Settings]\nIndexing-Enabled=false\n[General]\nexclude folders=/home/me/x/\n[Other]\na=b\n",
    })
    void whatWasThereIsThereAgain(String before) {
        String after = BalooFolders.with(before, DRIVES);
        assertThat(after).contains("/home/me/Aloft/,/home/me/Work/\n").contains("[Aloft]\n");
        assertThat(BalooFolders.without(after)).isEqualTo(before);
    }

    @Test
    void aFolderThatTheUserLeftOutStaysLeftOut() {
        String before = "[General]\nexclude folders[$e]=/home/me/Aloft/\n";
        assertThat(BalooFolders.with(before, DRIVES.subList(0, 1))).isEqualTo(before);
        assertThat(BalooFolders.without(BalooFolders.with(before, DRIVES))).isEqualTo(before);
    }

    @Test
    void whatIsAddedLaterStays() {
        String after = BalooFolders.with("", DRIVES.subList(0, 1))
                .replace("/Aloft/\n[", "/Aloft/,$HOME/y/\n[");
        assertThat(BalooFolders.without(after)).isEqualTo("[General]\nexclude folders[$e]=$HOME/y/\n");
    }

    @Test
    void aFolderThatNoListCanNameIsLeftAlone() {
        assertThat(BalooFolders.with("", List.of(Path.of("/a,b"), Path.of("/$x")))).isEmpty();
    }
}
