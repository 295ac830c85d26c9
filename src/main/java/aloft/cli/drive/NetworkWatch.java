package aloft.cli.drive;

import java.io.Closeable;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Notices that this computer's addresses changed, such as after sleep, or in another network. */
final class NetworkWatch implements Closeable {

    private static final int SECONDS = 5;

    private final ScheduledExecutorService timer = Executors
            .newSingleThreadScheduledExecutor(Thread.ofPlatform().daemon().name("network-watch").factory());
    private final Runnable onChange;
    private Set<String> seen = addresses();

    private NetworkWatch(Runnable onChange) {
        this.onChange = onChange;
    }

    static NetworkWatch start(Runnable onChange) {
        var watch = new NetworkWatch(onChange);
        var _ = watch.timer.scheduleWithFixedDelay(watch::look, SECONDS, SECONDS, TimeUnit.SECONDS);
        return watch;
    }

    private void look() {
        Set<String> now = addresses();
        if (!now.equals(seen)) {
            seen = now;
            onChange.run();
        }
    }

    private static Set<String> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .map(Object::toString)
                    .collect(Collectors.toSet());
        } catch (SocketException e) {
            return Set.of();
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
