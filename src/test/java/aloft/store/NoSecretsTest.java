package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** What logins hold stands in no error, no log and no text. */
class NoSecretsTest {

    private static final String SECRET = "theClientSecret";
    private static final String[] SECRETS = {FakeCloud.REFRESH, SECRET, "Bearer", "token1", "token2",
            "token3"};

    private final StringWriter said = new StringWriter();
    private final PrintWriter out = new PrintWriter(said, true);

    private static Stores.Options options() {
        return Stores.Options.usual(new Circuit(System::nanoTime), new Random(1));
    }

    private void fails(FakeCloud fake) throws Exception {
        Logger root = Logger.getLogger("");
        Level before = root.getLevel();
        var handler = new Handler() {
            @Override
            public void publish(LogRecord record) {
                out.println(record.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        handler.setLevel(Level.ALL);
        root.addHandler(handler);
        root.setLevel(Level.FINE);
        try (fake; Store store = fake.store("", fake.login(FakeCloud.REFRESH), options())) {
            out.println(store);
            store.put("a", new byte[1]);
            fake.busy.set(1);
            failing(store);
            fake.quota = 1;
            failing(store);
            fake.revoke();
            failing(store);
            fake.close();
            failing(store);
        } finally {
            root.removeHandler(handler);
            root.setLevel(before);
        }
        assertThat(said.toString()).contains("Failure").doesNotContain(SECRETS);
    }

    private void failing(Store store) {
        try {
            store.put("b", new byte[100]);
        } catch (IOException e) {
            e.printStackTrace(out);
        }
    }

    @Test
    void dropboxTellsNone() throws Exception {
        fails(new FakeDropbox(0, true));
    }

    @Test
    void oneDriveTellsNone() throws Exception {
        fails(new FakeOneDrive(0, ""));
    }

    @Test
    void googleDriveTellsNone() throws Exception {
        fails(new FakeGoogleDrive(0, ""));
    }

    @Test
    void theirTextsHoldNone() {
        assertThat(new AccountKeys("id", SECRET, FakeCloud.REFRESH).toString()).doesNotContain(SECRETS);
        assertThat(new Credentials("me", SECRET).toString()).doesNotContain(SECRETS);
        assertThat(new S3Keys("id", SECRET, FakeCloud.REFRESH).toString()).doesNotContain(SECRETS);
    }
}
