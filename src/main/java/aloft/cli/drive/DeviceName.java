package aloft.cli.drive;

import aloft.cli.home.KnownDrive;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the other devices call this one. */
final class DeviceName {

    private static final Path HOST = Path.of("/proc/sys/kernel/hostname");

    private DeviceName() {}

    static String of(KnownDrive.Options options) throws IOException {
        String given = options.device();
        if (given != null) {
            return given;
        }
        String host = Files.readString(HOST, StandardCharsets.UTF_8).strip();
        return host.isEmpty() ? "computer" : host;
    }
}
