package aloft.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoginUnitTest {

    @TempDir
    private Path config;

    @Test
    void aUnitIsNamedAsSystemdEscapesNames() {
        assertThat(LoginUnit.unit("home")).isEqualTo("aloft@home.service");
        assertThat(LoginUnit.unit("my-drive.2")).isEqualTo("aloft@my\\x2ddrive.2.service");
        assertThat(LoginUnit.unit("Fotos_ä")).isEqualTo("aloft@Fotos_\\xc3\\xa4.service");
    }

    @Test
    void linksEachDriveToTheTemplate() throws Exception {
        var login = new LoginUnit(config);
        login.enable(Path.of("/opt/a 100% $x/aloft"), "a");
        login.enable(Path.of("/opt/a 100% $x/aloft"), "b-c");
        Path units = config.resolve("systemd/user");
        assertThat(units.resolve("aloft@.service")).content()
                .contains("ExecStart=\"/opt/a 100%% $$x/aloft\" mount --foreground -- %I\n");
        assertThat(units.resolve("default.target.wants/aloft@b\\x2dc.service"))
                .isSymbolicLink()
                .hasSameTextualContentAs(units.resolve("aloft@.service"));

        assertThat(login.disable("a")).isTrue();
        assertThat(login.disable("a")).isFalse();
        assertThat(units.resolve("aloft@.service")).exists();
        assertThat(login.disable("b-c")).isTrue();
        assertThat(config).isEmptyDirectory();
    }
}
