package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.Problem;
import aloft.desktop.SecretText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where secrets come from when nobody types them. A newline at the end of a file does not count. */
final class SecretOptions {

    @Option(names = "--passphrase-file", paramLabel = "FILE", description = "Read the passphrase from this file.")
    private @Nullable Path passphraseFile;

    @Option(names = "--passphrase-fd", paramLabel = "N", description = "Read the passphrase from this open file descriptor.")
    private @Nullable Integer passphraseDescriptor;

    @Option(names = "--password-file", paramLabel = "FILE", description = "Read the password of the server from this file; for S3 two lines, key id and secret.")
    private @Nullable Path passwordFile;

    @Option(names = "--remember", description = "Keep passphrase and password in the keyring, or without one in a file only you can read.")
    private boolean remember;

    /** As if the user had asked for it. */
    void rememberAll() {
        remember = true;
    }

    boolean remember() {
        return remember;
    }

    /** The caller wipes it. */
    Optional<char[]> passphrase() throws Problem, IOException {
        if (passphraseFile != null && passphraseDescriptor != null) {
            throw new Problem(Exit.USAGE, "Give either --passphrase-file or --passphrase-fd, not both.");
        }
        return passphraseDescriptor == null
                ? read(passphraseFile)
                : read(Path.of("/proc/self/fd/" + passphraseDescriptor));
    }

    /** The caller wipes it. */
    Optional<char[]> password() throws Problem, IOException {
        return read(passwordFile);
    }

    /** The secret in a file; empty when no file is given. */
    static Optional<char[]> read(@Nullable Path file) throws Problem, IOException {
        if (file == null) {
            return Optional.empty();
        }
        try (var in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(SecretText.MAX_BYTES + 1);
            try {
                char[] secret = SecretText.decode(bytes);
                if (secret.length == 0) {
                    throw new Problem(Exit.USAGE, file + " is empty; it must hold the secret.");
                }
                return Optional.of(secret);
            } finally {
                Arrays.fill(bytes, (byte) 0);
            }
        }
    }
}
