package aloft.cli.control;

import aloft.cli.home.Exit;
import aloft.cli.home.MountedDrive;
import aloft.cli.home.Problem;
import aloft.tree.Keeping;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a running drive over its socket; each request has a connection of its own. */
public final class ControlClient {

    private static final int MAX_ANSWER = 1 << 20;

    private final MountedDrive drive;

    public ControlClient(MountedDrive drive) {
        this.drive = drive;
    }

    /** Whether a drive listens at the socket. */
    public static boolean answers(Path socket) {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            return channel.connect(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Sends the request and hands on what is answered until it is done.
     *
     * @throws Problem what the drive could not do, or that it is not there
     */
    public void ask(Request request, Answers answers) throws Problem {
        try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            connect(channel);
            var lines = new Lines(channel, MAX_ANSWER);
            lines.write(request.write());
            while (true) {
                Map<String, @Nullable Object> line = lines.readOrNull();
                if (line == null) {
                    throw gone(null);
                } else if (handOn(new Fields(line), answers)) {
                    return;
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw gone(e);
        }
    }

    private void connect(SocketChannel channel) throws Problem {
        try {
            channel.connect(UnixDomainSocketAddress.of(drive.socket()));
        } catch (IOException e) {
            throw new Problem(Exit.FOLDER_MISSING, "The drive '" + drive.name() + "' at " + drive.folder()
                    + " is not mounted any more. Mount it with: aloft mount " + drive.name(), e);
        }
    }

    private Problem gone(@Nullable Exception cause) {
        return new Problem(Exit.TEMPORARY, "The drive '" + drive.name()
                + "' stopped before it was done. Look into its log, then: aloft mount " + drive.name(),
                cause);
    }

    /** @return whether this was the last answer */
    private static boolean handOn(Fields line, Answers answers) throws Problem {
        if (line.has("progress")) {
            Fields progress = line.object("progress");
            answers.at(progress.number("done"), progress.number("total"), progress.text("item"));
        } else if (line.has("status")) {
            answers.status(Statuses.readDrive(line.object("status")));
        } else if (line.has("entry")) {
            answers.entry(Statuses.readPath(line.object("entry")));
        } else if (line.has("fault")) {
            Fields fault = line.object("fault");
            answers.fault(new Keeping.Fault(fault.text("what"), fault.flag("healed")));
        } else if (line.has("freed")) {
            answers.freed(line.number("freed"));
        } else if (line.has("error")) {
            Fields error = line.object("error");
            throw new Problem(Exit.of((int) error.number("code")), error.text("message"));
        }
        return line.flag("end");
    }
}
