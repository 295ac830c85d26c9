package aloft.desktop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The desktop's keyring (Secret Service) through {@code secret-tool}, which reads and writes secrets on its
 * standard streams, so that they are in no argument and no environment.
 */
final class Keyring implements Keeper {

    private final Path tool;
    private final Duration patience;

    /** @param patience how long the keyring may ask its owner to unlock it */
    Keyring(Path tool, Duration patience) {
        this.tool = tool;
        this.patience = patience;
    }

    /** The keyring, where this session has one. */
    static Optional<Keyring> find(Map<String, String> environment) {
        if (!environment.containsKey("DBUS_SESSION_BUS_ADDRESS")) {
            return Optional.empty();
        }
        return Arrays.stream(environment.getOrDefault("PATH", "").split(":"))
                .filter(folder -> folder.startsWith("/"))
                .map(folder -> Path.of(folder, "secret-tool"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(tool -> new Keyring(tool, Duration.ofMinutes(2)));
    }

    @Override
    public Optional<char[]> find(String drive, Purpose purpose) throws IOException {
        byte[] answer = run(command("lookup", drive, purpose), new byte[0]).orElse(new byte[0]);
        try {
            return answer.length == 0 ? Optional.empty() : Optional.of(SecretText.decode(answer));
        } finally {
            Arrays.fill(answer, (byte) 0);
        }
    }

    @Override
    public String keep(String drive, Purpose purpose, char[] secret) throws IOException {
        var command = new ArrayList<>(command("store", drive, purpose));
        command.add(2, "--label=Aloft " + purpose.word() + " of " + drive);
        byte[] bytes = SecretText.encode(secret);
        try {
            if (run(command, bytes).isEmpty()) {
                throw new IOException("The keyring did not take the " + purpose.word() + ".");
            }
        } finally {
            Arrays.fill(bytes, (byte) 0);
        }
        return "the keyring, as 'Aloft " + purpose.word() + " of " + drive + "'";
    }

    @Override
    public void forget(String drive, Purpose purpose) throws IOException {
        run(command("clear", drive, purpose), new byte[0]);
    }

    private List<String> command(String verb, String drive, Purpose purpose) {
        return List.of(tool.toString(), verb, "application", "aloft", "drive", drive, "purpose",
                purpose.word());
    }

    /** @return what it printed; empty when it failed */
    private Optional<byte[]> run(List<String> command, byte[] input) throws IOException {
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        try (var in = process.getOutputStream()) {
            in.write(input);
        }
        try {
            if (!process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroy();
                return Optional.empty();
            }
            byte[] answer = process.getInputStream().readNBytes(SecretText.MAX_BYTES + 1);
            return process.exitValue() == 0 ? Optional.of(answer) : Optional.empty();
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
