package aloft.cli.drive;

import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.Place;
import aloft.cli.home.PrivateFiles;
import aloft.failure.Failure;
import aloft.store.AccountPlace;
import aloft.store.Circuit;
import aloft.store.Credentials;
import aloft.store.KeptLogin;
import aloft.store.Store;
import aloft.store.Stores;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** The store of a drive, with the embedded cloud under it where the drive names no other. */
public final class OpenPlace implements Closeable {

    private static final String VAULT = "vault.json";
    private static final int MAX_VAULT = 1 << 20;
    private static final int MAX_WRITER = 64;

    private final Store store;
    private final Circuit circuit;
    private final @Nullable EmbeddedCloud cloud;

    private OpenPlace(Store store, Circuit circuit, @Nullable EmbeddedCloud cloud) {
        this.store = store;
        this.circuit = circuit;
        this.cloud = cloud;
    }

    /**
     * @param password of the store, null when it asks for none
     * @param make     whether the place may be made when it is missing
     */
    public static OpenPlace open(KnownDrive drive, char @Nullable [] password, boolean make, Folders folders,
            SecureRandom random) throws IOException {
        var circuit = new Circuit(System::nanoTime);
        var options = new Stores.Options(make, drive.options().insecure(), drive.options().certificates(),
                circuit, random, writer(drive.state(folders), make, random),
                login(drive, folders));
        return switch (drive.place()) {
            case Place.Cloud(aloft.store.Place place) -> {
                Credentials login = password == null
                        ? Credentials.NONE
                        : new Credentials(null, new String(password));
                yield new OpenPlace(Stores.open(place, login, options), circuit, null);
            }
            case Place.Embedded() -> embedded(options.making(), folders, random);
        };
    }

    /** Who this device is where only one may write; null before it has a folder for its state. */
    private static @Nullable String writer(Path state, boolean make, SecureRandom random)
            throws IOException {
        Path file = state.resolve("writer");
        String known = PrivateFiles.read(file, MAX_WRITER)
                .map(bytes -> new String(bytes, StandardCharsets.US_ASCII))
                .orElse("");
        if (known.matches("[0-9a-f]{32}")) {
            return known;
        }
        if (!make && !Files.isDirectory(state)) {
            return null;
        }
        byte[] fresh = new byte[16];
        random.nextBytes(fresh);
        String id = HexFormat.of().formatHex(fresh);
        PrivateFiles.makeFolder(state);
        PrivateFiles.write(file, id.getBytes(StandardCharsets.US_ASCII));
        return id;
    }

    private static KeptLogin login(KnownDrive drive, Folders folders) {
        return drive.place() instanceof Place.Cloud(AccountPlace place)
                ? AccountLogin.of(place.account(), folders, System.getenv())
                : KeptLogin.NOWHERE;
    }

    private static OpenPlace embedded(Stores.Options options, Folders folders, SecureRandom random)
            throws IOException {
        EmbeddedCloud cloud = EmbeddedCloud.open(folders, random);
        try {
            var place = new aloft.store.Place.Web(cloud.uri(), EmbeddedCloud.USER);
            Store store = Stores.open(place,
                    new Credentials(EmbeddedCloud.USER, new String(cloud.password())),
                    options);
            return new OpenPlace(store, options.circuit(), cloud);
        } catch (IOException | RuntimeException e) {
            cloud.close();
            throw e;
        }
    }

    public Store store() {
        return store;
    }

    /** To be told when the network changes. */
    public Circuit circuit() {
        return circuit;
    }

    /** Whether a vault lies there; asks the store. */
    public boolean hasVault() throws Failure, InterruptedIOException {
        try {
            store.get(VAULT, MAX_VAULT);
            return true;
        } catch (Failure.Missing e) {
            return false;
        }
    }

    /** Makes this device the one that writes, where the place lets only one. */
    public static void takeOver(KnownDrive drive, char @Nullable [] password, Folders folders,
            SecureRandom random) throws IOException {
        String writer = writer(drive.state(folders), true, random);
        try (OpenPlace open = open(drive, password, false, folders, random)) {
            if (writer != null && open.store.promise() == Store.Promise.NONE) {
                Stores.takeOver(open.store, writer);
            }
        }
    }

    @Override
    public void close() throws IOException {
        store.close();
        if (cloud != null) {
            cloud.close();
        }
    }
}
