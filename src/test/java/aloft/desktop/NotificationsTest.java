package aloft.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NotificationsTest {

    @TempDir
    private Path folder;

    /** A notify-send that keeps its arguments and gives the answer. */
    private Map<String, String> session(String answer) throws IOException {
        Path tool = folder.resolve("notify-send");
        Files.writeString(tool,
                "#!/bin/sh\nprintf '%s\\n' \"$@\" >" + folder.resolve("said") + "\necho " + answer + "\n");
        Files.setPosixFilePermissions(tool, PosixFilePermissions.fromString("rwx------"));
        return Map.of("PATH", "relative:" + folder + ":/usr/bin", "DBUS_SESSION_BUS_ADDRESS", "unix:path=/x");
    }

    @Test
    void theUsersChoiceComesBack() throws Exception {
        var chosen = new CompletableFuture<String>();
        Notifications.of(session("allow"))
                .ask("Title", "a <b> & c", Map.of("allow", "Allow"), chosen::complete);
        assertThat(chosen.get(1, TimeUnit.MINUTES)).isEqualTo("allow");
        assertThat(folder.resolve("said")).hasContent(
                "--app-name=Aloft\n--icon=drive-harddisk\n--action=allow=Allow\n--\nTitle\na &lt;b&gt; &amp; c\n");
    }

    @Test
    void withoutASessionNobodyIsAsked() throws Exception {
        var environment = Map.of("PATH", session("allow").getOrDefault("PATH", ""));
        Notifications.of(environment).tell("Title", "text");
        assertThat(folder.resolve("said")).doesNotExist();
    }
}
