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
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
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
    void aFolderIsShownByTheSessionsFileManager() throws Exception {
        Map<String, String> session = session("show");
        Path asked = folder.resolve("asked");
        Path bus = folder.resolve("dbus-send");
        Files.writeString(bus,
                "#!/bin/sh\nprintf '%s\\n' \"$@\" >" + asked + ".new\nmv " + asked + ".new " + asked + "\n");
        Files.setPosixFilePermissions(bus, PosixFilePermissions.fromString("rwx------"));
        Notifications.of(session).tell("Title", "text", Path.of("/home/me/a b, c"));
        while (!Files.exists(asked)) {
            Thread.onSpinWait();
        }
        assertThat(asked).content()
                .contains("ShowFolders\narray:string:file:///home/me/a%20b%2C%20c\nstring:\n");
        assertThat(folder.resolve("said")).content().contains("--action=show=Show\n");
    }

    @Test
    void withoutASessionNobodyIsAsked() throws Exception {
        var environment = Map.of("PATH", session("allow").getOrDefault("PATH", ""));
        Notifications.of(environment).tell("Title", "text");
        assertThat(folder.resolve("said")).doesNotExist();
    }
}
