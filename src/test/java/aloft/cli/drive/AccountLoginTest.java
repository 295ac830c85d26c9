package aloft.cli.drive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.cli.home.Folders;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.Place;
import aloft.failure.Failure;
import aloft.store.Account;
import aloft.store.FaultyStore;
import aloft.store.FaultyStore.Fault;
import aloft.store.KeptLogin;
import aloft.store.MemoryStore;
import aloft.vault.Vault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The login of an account that several drives use, and drives whose login is over. */
class AccountLoginTest {

    private static final Starting NOBODY = new Starting() {
        @Override
        public void made(String recoveryKey) {}

        @Override
        public void ready() {}
    };

    @TempDir
    private Path home;

    private AccountLogin login(Map<String, String> environment) throws IOException {
        return AccountLogin.of(Account.ONEDRIVE, Folders.of(Map.of("HOME", home.toString())),
                environment);
    }

    @Test
    void isUsedUpByOneAtATime() throws Exception {
        Path lock = home.resolve(".config/aloft/secrets/onedrive.lock");
        try (KeptLogin.Hold _ = login(Map.of()).hold()) {
            try (FileChannel other = FileChannel.open(lock, StandardOpenOption.WRITE)) {
                assertThatThrownBy(other::tryLock).isInstanceOf(OverlappingFileLockException.class);
            }
        }
        try (FileChannel other = FileChannel.open(lock, StandardOpenOption.WRITE)) {
            assertThat(other.tryLock()).isNotNull();
        }
    }

    @Test
    void whatWasRenewedGoesBeforeWhatTheServiceManagerHandedOver() throws Exception {
        Path handed = Files.createDirectory(home.resolve("handed"));
        Files.writeString(handed.resolve("onedrive.login"), "old\nclient");
        AccountLogin login = login(Map.of("CREDENTIALS_DIRECTORY", handed.toString()));
        assertThat(login.find()).isEmpty();
        login.keep("new\nclient");
        assertThat(login.find()).hasValue("new\nclient");
    }

    @Test
    void aDriveWhoseLoginIsOverIsMountedWithWhatIsHere() throws Exception {
        var store = new FaultyStore(new MemoryStore(), new Random(1));
        open("dropbox:/x", true, store).close();
        store.rate(Fault.NEEDS_LOGIN, 1);
        open("dropbox:/x", false, store).close();
        // others ask for a password, which may just be mistyped
        assertThatThrownBy(() -> open("https://me@host.example/x", false, store))
                .isInstanceOf(Failure.NeedsLogin.class);
        assertThatThrownBy(() -> new KeptVault(home.resolve("elsewhere"), drive("dropbox:/x"),
                new SecureRandom()).open(store, spec("dropbox:/x", false), NOBODY))
                .isInstanceOf(Failure.NeedsLogin.class);
    }

    private Vault open(String place, boolean create, FaultyStore store) throws Exception {
        return new KeptVault(home, drive(place), new SecureRandom()).open(store, spec(place, create),
                NOBODY);
    }

    private KnownDrive drive(String place) throws Exception {
        return new KnownDrive("x", Place.parse(place), home.resolve("x"), KnownDrive.Options.DEFAULT);
    }

    private DriveSpec spec(String place, boolean create) throws Exception {
        return new DriveSpec(drive(place), create, "a passphrase".toCharArray(), null);
    }
}
