package aloft.server;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A server in a process of its own, which can be killed. */
final class ServerProcess implements AutoCloseable {

    private final Process process;
    private final URI uri;

    private ServerProcess(Process process, URI uri) {
        this.process = process;
        this.uri = uri;
    }

    /** Arguments: root, and the port if it matters. Ends when its standard input does. */
    public static void main(String[] arguments) throws IOException {
        int port = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 0;
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (var server = CloudServer.start(Config.of(Path.of(arguments[0]), address))) {
            System.out.println(server.uri());
            while (System.in.read() >= 0) {
                // stays
            }
        }
    }

    /** @param before a command that runs the rest of its arguments as a program, or nothing */
    static ServerProcess start(Path root, String... before) throws IOException {
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"), ServerProcess.class.getName(), root.toString()));
        Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String line = new BufferedReader(process.inputReader(StandardCharsets.UTF_8)).readLine();
        if (line == null) {
            throw new IOException("The server ended at once.");
        }
        return new ServerProcess(process, URI.create(line));
    }

    URI uri() {
        return uri;
    }

    /** As by kill -9; returns when it is gone. */
    void kill() {
        process.destroyForcibly().onExit().join();
    }

    @Override
    public void close() {
        kill();
    }
}
