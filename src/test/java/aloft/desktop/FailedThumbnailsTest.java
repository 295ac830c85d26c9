package aloft.desktop;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FailedThumbnailsTest {

    @TempDir
    private Path cache;
    private final List<String> asked = new ArrayList<>();

    private Path note(String name, int length, String uri) throws IOException {
        var png = new ByteArrayOutputStream();
        var out = new DataOutputStream(png);
        out.writeBytes("\u0089PNG\r\n\u001a\n");
        out.writeInt(length);
        out.writeBytes("tEXtThumb::URI\0" + uri);
        out.writeInt(0);
        Path note = cache.resolve("thumbnails/fail/manager/" + name);
        Files.createDirectories(note.getParent());
        return Files.write(note, png.toByteArray());
    }

    private Path note(String name, String uri) throws IOException {
        return note(name, "Thumb::URI\0".length() + uri.getBytes(StandardCharsets.US_ASCII).length, uri);
    }

    private FailedThumbnails thumbnails() {
        return new FailedThumbnails(cache, Path.of("/home/me/A é"));
    }

    @Test
    void aNoteGoesOnceItsFileIsHere() throws IOException {
        Path here = note("a.png", "file:///home/me/A%20%C3%A9/x%FF/1%.jpg");
        Path away = note("b.png", "file:///home/me/A%20%C3%A9/2.jpg");
        Path other = note("c.png", "file:///home/me/3.jpg");
        FailedThumbnails thumbnails = thumbnails();
        thumbnails.forget(path -> {
            asked.add(path);
            return path.equals("/x\u00ff/1%.jpg");
        });
        assertThat(asked).containsExactlyInAnyOrder("/x\u00ff/1%.jpg", "/2.jpg");
        assertThat(here).doesNotExist();
        assertThat(away).exists();
        thumbnails.forget(path -> true);
        assertThat(away).doesNotExist();
        assertThat(other).exists();
    }

    @Test
    void whatIsNoNoteIsLeft() throws IOException {
        Path wrong = note("a.png", Integer.MAX_VALUE, "file:///home/me/A%20%C3%A9/1.jpg");
        Path small = note("b.png", 3, "file:///home/me/A%20%C3%A9/1.jpg");
        Path empty = Files.createFile(cache.resolve("thumbnails/fail/manager/c.png"));
        Files.createFile(cache.resolve("thumbnails/fail/d.png"));
        thumbnails().forget(path -> true);
        assertThat(List.of(wrong, small, empty)).allSatisfy(each -> assertThat(each).exists());
    }

    @Test
    void withoutNotesNothingHappens() throws IOException {
        thumbnails().forget(path -> true);
        assertThat(cache).isEmptyDirectory();
    }
}
