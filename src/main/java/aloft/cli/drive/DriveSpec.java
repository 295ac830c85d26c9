package aloft.cli.drive;

import aloft.cli.control.Fields;
import aloft.cli.control.Json;
import aloft.cli.home.KnownDrive;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the process of a drive is told, over a pipe, so that no secret is in an argument, in the environment
 * or in a file. Wiped on close.
 *
 * @param create     whether a vault is made where there is none
 * @param passphrase of the vault
 * @param password   of the store, null when it asks for none
 */
public record DriveSpec(KnownDrive drive, boolean create, char[] passphrase, char @Nullable [] password)
        implements
            AutoCloseable {

    /** On one line. */
    String write() {
        var object = new LinkedHashMap<String, @Nullable Object>();
        object.put("name", drive.name());
        object.put("drive", drive.write());
        object.put("create", create);
        object.put("passphrase", new String(passphrase));
        object.put("password", password == null ? null : new String(password));
        return Json.write(object);
    }

    /** @throws IllegalArgumentException when it is not one */
    public static DriveSpec read(String line) {
        Fields fields = Fields.read(line);
        Map<String, String> values = new LinkedHashMap<>();
        fields.object("drive").values().forEach((key, value) -> values.put(key, String.valueOf(value)));
        String password = fields.textOrNull("password");
        return new DriveSpec(KnownDrive.read(fields.text("name"), values), fields.flag("create"),
                fields.text("passphrase").toCharArray(), password == null ? null : password.toCharArray());
    }

    @Override
    public void close() {
        Arrays.fill(passphrase, '\0');
        if (password != null) {
            Arrays.fill(password, '\0');
        }
    }

    /** Without the secrets. */
    @Override
    public String toString() {
        return "DriveSpec[" + drive.name() + "]";
    }
}
