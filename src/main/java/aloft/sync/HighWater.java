package aloft.sync;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HexFormat;
import java.util.Optional;

/**
 * The newest state of the vault that this device has seen, in a file that outlives the database: what a
 * cloud that goes back in time is found out by. One line: vault id, seq, hash, key revision, time. Thread safe.
 */
public final class HighWater {

    private static final int MAX_BYTES = 400;

    private final Path file;

    /**
     * @param vault       its id
     * @param seq         of the last commit
     * @param hash        SHA-256 of that commit's object
     * @param keyRevision of vault.json
     * @param time        when it was seen, milliseconds since 1970
     */
    record Mark(String vault, long seq, byte[] hash, long keyRevision, long time) {}

    /** @param file in a folder that exists */
    public HighWater(Path file) {
        this.file = file;
    }

    /** Empty when nothing was seen, or the file is damaged. */
    synchronized Optional<Mark> read() {
        try {
            if (Files.size(file) > MAX_BYTES) {
                return Optional.empty();
            }
            String[] words = Files.readString(file, StandardCharsets.US_ASCII).strip().split(" ", -1);
            return words.length != 5
                    ? Optional.empty()
                    : Optional.of(new Mark(words[0], Long.parseLong(words[1]),
                            HexFormat.of().parseHex(words[2]), Long.parseLong(words[3]),
                            Long.parseLong(words[4])));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException | IllegalArgumentException e) {
            System.getLogger(HighWater.class.getName())
                    .log(System.Logger.Level.WARNING, "The note of what was seen of the cloud is damaged.");
            return Optional.empty();
        }
    }

    synchronized void note(Mark mark) throws IOException {
        Path next = file.resolveSibling(file.getFileName() + ".next");
        String line = mark.vault() + " " + mark.seq() + " " + HexFormat.of().formatHex(mark.hash()) + " "
                + mark.keyRevision() + " " + mark.time() + "\n";
        try (FileChannel out = FileChannel.open(next, CREATE, TRUNCATE_EXISTING, WRITE)) {
            ByteBuffer rest = ByteBuffer.wrap(line.getBytes(StandardCharsets.US_ASCII));
            while (rest.hasRemaining()) {
                out.write(rest);
            }
            // or the power might leave the new name with nothing in it
            out.force(true);
        }
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
