package aloft.cli.drive;

import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.PrivateFiles;
import aloft.failure.Failure;
import aloft.state.Database;
import aloft.state.DriveLock;
import aloft.sync.HighWater;
import aloft.sync.Republishing;
import aloft.vault.Vault;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.List;

/** What the user chose when the cloud shows less than this device has seen, or something else. */
public final class RollbackChoice {

    /** What a drive knows of its vault; what tells that something was seen goes last. */
    private static final List<String> KNOWN = List.of("database", "journal", "vault.json", "vault-id",
            "high-water");

    private RollbackChoice() {}

    /**
     * Takes what the cloud has: what this device knew of the vault is put beside, for whoever wants it back.
     *
     * @return the folder where it is now
     * @throws Failure.Refused while the drive is mounted
     */
    public static Path accept(KnownDrive drive, Folders folders) throws IOException {
        Path state = drive.state(folders);
        try (DriveLock _ = DriveLock.lock(state)) {
            Path aside = PrivateFiles.makeFolder(state.resolve("before-" + InstantSource.system().millis()));
            for (String name : KNOWN) {
                if (Files.exists(state.resolve(name))) {
                    Files.move(state.resolve(name), aside.resolve(name));
                }
            }
            return aside;
        }
    }

    /** Gives the cloud what this device has seen of it. */
    public static Republishing.Result publishAgain(DriveSpec spec, Folders folders, Starting starting)
            throws Exception {
        KnownDrive drive = spec.drive();
        var random = new SecureRandom();
        Path state = drive.state(folders);
        try (DriveLock _ = DriveLock.lock(state);
                OpenPlace place = OpenPlace.open(drive, spec.password(), false, folders, random);
                Vault vault = new KeptVault(state, drive, random).open(place.store(), spec, starting)) {
            byte[] key = vault.localKey("database");
            Path theirs = PrivateFiles.makeFolder(state.resolve("cloud"));
            Database.delete(theirs);
            try (Database ours = Database.open(state.resolve("database"), key);
                    Database cloud = Database.open(theirs, key)) {
                return new Republishing(vault, ours, cloud, new HighWater(state.resolve("high-water")),
                        InstantSource.system()).run();
            } finally {
                Database.delete(theirs);
            }
        }
    }
}
