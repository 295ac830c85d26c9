package aloft.cli.drive;

import aloft.cli.home.Folders;
import aloft.cli.home.PrivateFiles;
import aloft.desktop.Purpose;
import aloft.desktop.Secrets;
import aloft.store.Account;
import aloft.store.KeptLogin;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLockInterruptionException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The login of an account among the user's secrets. */
public final class AccountLogin implements KeptLogin {

    private static final System.Logger LOG = System.getLogger(AccountLogin.class.getName());
    /** A file's lock belongs to the process. */
    private static final ReentrantLock HERE = new ReentrantLock();

    private final Account account;
    private final Secrets secrets;
    private final Path lock;

    private AccountLogin(Account account, Secrets secrets, Path lock) {
        this.account = account;
        this.secrets = secrets;
        this.lock = lock;
    }

    public static AccountLogin of(Account account, Folders folders, Map<String, String> environment) {
        Path folder = folders.config().resolve("secrets");
        return new AccountLogin(account, Secrets.of(folder, environment),
                folder.resolve(account.scheme() + ".lock"));
    }

    @Override
    public void keep(String login) {
        try {
            secrets.keep(account.scheme(), Purpose.LOGIN, login.toCharArray());
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The renewed login cannot be kept: " + e.getMessage());
        }
    }

    @Override
    public Optional<String> find() {
        try {
            return secrets.kept(account.scheme(), Purpose.LOGIN).map(String::new);
        } catch (IOException e) {
            LOG.log(Level.WARNING, "The kept login cannot be read: " + e.getMessage());
            return Optional.empty();
        }
    }

    @Override
    public Hold hold() throws InterruptedIOException {
        try {
            HERE.lockInterruptibly();
        } catch (InterruptedException e) {
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        }
        try {
            FileChannel file = lockedOrNull();
            return () -> {
                HERE.unlock();
                close(file);
            };
        } catch (InterruptedIOException | RuntimeException e) {
            HERE.unlock();
            throw e;
        }
    }

    /** Null where there can be no such file: then this process is alone with what it knows. */
    private @Nullable FileChannel lockedOrNull() throws InterruptedIOException {
        FileChannel file = null;
        try {
            PrivateFiles.makeFolder(PrivateFiles.folderOf(lock));
            file = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            file.lock();
            return file;
        } catch (FileLockInterruptionException e) {
            close(file);
            throw (InterruptedIOException) new InterruptedIOException("interrupted").initCause(e);
        } catch (IOException e) {
            close(file);
            LOG.log(Level.INFO, "The login is used without a lock: " + e.getMessage());
            return null;
        }
    }

    private static void close(@Nullable FileChannel file) {
        if (file != null) {
            try {
                file.close();
            } catch (IOException e) {
                LOG.log(Level.DEBUG, "a lock was not closed well", e);
            }
        }
    }
}
