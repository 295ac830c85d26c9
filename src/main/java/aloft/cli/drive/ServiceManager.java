package aloft.cli.drive;

import aloft.cli.home.Posix;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Tells systemd how a service of {@code Type=notify} goes, by sd_notify(3); nobody where there is none. */
public final class ServiceManager implements Starting {

    private final @Nullable String socket;
    private final Starting user;

    /** @param user is told too */
    public ServiceManager(Map<String, String> environment, Starting user) {
        this.socket = environment.get("NOTIFY_SOCKET");
        this.user = user;
    }

    @Override
    public void made(String recoveryKey) {
        user.made(recoveryKey);
    }

    @Override
    public void readOnly(String why) {
        user.readOnly(why);
    }

    @Override
    public void ready() {
        user.ready();
        tell("READY=1");
    }

    @Override
    public void stopping() {
        user.stopping();
        tell("STOPPING=1");
    }

    private void tell(String what) {
        if (socket != null) {
            Posix.sendDatagram(socket, what.getBytes(StandardCharsets.UTF_8));
        }
    }
}
