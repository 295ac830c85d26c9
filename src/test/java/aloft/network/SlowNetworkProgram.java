package aloft.network;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Scanner;

/**
 * A {@link SlowNetwork} by itself, with no class path:
 *
 * <pre>
 * java src/test/java/aloft/network/SlowNetworkProgram.java HOST:PORT [--listen PORT] [--control PORT]
 *      [--round-trip MILLISECONDS] [--mbit MEGABITS]
 * </pre>
 *
 * It prints the port it listens on, and takes commands, one a line, from its standard input, whose end ends it,
 * or with {@code --control} from connections to that port ({@code echo stall > /dev/tcp/127.0.0.1/PORT}):
 * {@code up}, {@code stall}, {@code down}, {@code break}, {@code break-downloads-after BYTES},
 * {@code break-uploads-after BYTES}, {@code stats}, {@code quit}.
 */
final class SlowNetworkProgram {

    private SlowNetworkProgram() {}

    /** See the class. */
    public static void main(String[] arguments) throws IOException {
        int listen = 0;
        int control = -1;
        long roundTrip = 50;
        long mbit = 100;
        for (int i = 1; i + 1 < arguments.length; i += 2) {
            int value = Integer.parseInt(arguments[i + 1]);
            switch (arguments[i]) {
                case "--listen" -> listen = value;
                case "--control" -> control = value;
                case "--round-trip" -> roundTrip = value;
                case "--mbit" -> mbit = value;
                default -> throw new IllegalArgumentException(arguments[i]);
            }
        }
        String[] target = arguments[0].split(":", 2);
        var address = new InetSocketAddress(InetAddress.getAllByName(target[0])[0],
                Integer.parseInt(target[1]));
        try (var network = SlowNetwork.start(listen, address, Duration.ofMillis(roundTrip),
                mbit * 1_000_000 / 8)) {
            System.out.println(network.address().getPort());
            if (control < 0) {
                obey(network, System.in, System.out);
            } else {
                obeyConnections(network, control);
            }
        }
    }

    private static void obeyConnections(SlowNetwork network, int port) throws IOException {
        try (var control = new ServerSocket(port, 16, InetAddress.getLoopbackAddress())) {
            boolean goOn = true;
            while (goOn) {
                try (var socket = control.accept()) {
                    goOn = obey(network, socket.getInputStream(),
                            new PrintStream(socket.getOutputStream(), true));
                }
            }
        }
    }

    /** Returns false after the command quit, true at the end of the commands. */
    private static boolean obey(SlowNetwork network, InputStream commands, PrintStream answers) {
        try (var lines = new Scanner(commands, StandardCharsets.US_ASCII)) {
            while (lines.hasNextLine()) {
                String[] words = lines.nextLine().strip().split(" +", -1);
                long number = words.length > 1 ? Long.parseLong(words[1]) : 0;
                String answer = "ok";
                switch (words[0]) {
                    case "up" -> network.set(SlowNetwork.Weather.UP);
                    case "stall" -> network.set(SlowNetwork.Weather.STALLED);
                    case "down" -> network.set(SlowNetwork.Weather.DOWN);
                    case "break" -> network.breakAll();
                    case "break-downloads-after" -> network.breakDownloadsAfter(number);
                    case "break-uploads-after" -> network.breakUploadsAfter(number);
                    case "stats" ->
                        answer = "connections " + network.connections() + " uploaded " + network.uploaded()
                                + " downloaded " + network.downloaded() + " requests " + network.requests();
                    case "quit" -> {
                        return false;
                    }
                    default -> answer = "unknown command";
                }
                answers.println(answer);
            }
            return true;
        }
    }
}
