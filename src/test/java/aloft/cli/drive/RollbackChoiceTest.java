package aloft.cli.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.Place;
import aloft.failure.Failure;
import aloft.state.DriveLock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RollbackChoiceTest {

    @TempDir
    private Path temp;
    private Folders folders;
    private KnownDrive drive;
    private Path state;

    @BeforeEach
    void aDriveThatKnowsSomething() throws IOException {
        folders = Folders.of(Map.of("HOME", temp.toString()));
        drive = new KnownDrive("work", new Place.Embedded(), temp.resolve("Aloft"),
                KnownDrive.Options.DEFAULT);
        state = Files.createDirectories(drive.state(folders));
        Files.createDirectory(state.resolve("journal"));
        for (String file : new String[]{"journal/1", "high-water", "vault.json", "writer"}) {
            Files.writeString(state.resolve(file), file);
        }
    }

    @Test
    void whatWasKnownIsPutAsideWhenTheCloudIsAccepted() throws Exception {
        Path aside = RollbackChoice.accept(drive, folders);
        assertThat(aside).hasParent(state);
        assertThat(aside.resolve("journal/1")).hasContent("journal/1");
        assertThat(aside.resolve("high-water")).hasContent("high-water");
        assertThat(aside.resolve("vault.json")).hasContent("vault.json");
        assertThat(state.resolve("journal")).doesNotExist();
        assertThat(state.resolve("high-water")).doesNotExist();
        assertThat(state.resolve("writer")).hasContent("writer");
    }

    @Test
    void nothingIsPutAsideUnderADriveThatIsMounted() throws Exception {
        try (var _ = DriveLock.lock(state)) {
            assertThatThrownBy(() -> RollbackChoice.accept(drive, folders)).isInstanceOf(Failure.class);
        }
        assertThat(state.resolve("high-water")).exists();
    }
}
