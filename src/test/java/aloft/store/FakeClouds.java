package aloft.store;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Runs one of the fakes for programs: at a port in plain HTTP, and at another as a proxy to the hosts whose
 * names the cloud has, with a certificate for them. Ends when its standard input ends.
 *
 * <p>
 * Arguments: dropbox, onedrive or gdrive, the two ports, and a PKCS12 file with key and certificate, whose
 * password is "password". Each request is a line on standard output, after one that begins with "ready". A
 * line on standard input sets a switch.
 */
final class FakeClouds {

    private FakeClouds() {}

    static void main(String[] arguments) throws Exception {
        int port = Integer.parseInt(arguments[1]);
        try (FakeCloud fake = switch (arguments[0]) {
            case "dropbox" -> new FakeDropbox(port, false);
            case "onedrive" -> new FakeOneDrive(port, "https://graph.microsoft.com/");
            case "gdrive" -> new FakeGoogleDrive(port, "https://www.googleapis.com/");
            default -> throw new IllegalArgumentException(arguments[0]);
        }; var _ = new FakeHosts(Integer.parseInt(arguments[2]), Path.of(arguments[3]), port)) {
            fake.page = 200;
            fake.log = System.out::println;
            System.out.println("ready " + fake.url());
            var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                set(fake, line.split(" ", 2));
                System.out.println("set " + line);
            }
        }
    }

    private static void set(FakeCloud fake, String[] words) {
        switch (words[0]) {
            case "writes-per-second" -> fake.writesPerSecond = Integer.parseInt(words[1]);
            case "token-uses" -> fake.tokenUses = Integer.parseInt(words[1]);
            case "quota" -> fake.quota = Long.parseLong(words[1]);
            case "revoke" -> fake.revoke();
            default -> throw new IllegalArgumentException(words[0]);
        }
    }
}
