package aloft.cli.drive;

import aloft.cli.control.Fields;
import aloft.cli.control.Json;
import aloft.cli.control.Outcome;
import aloft.cli.home.Exit;
import aloft.cli.home.Problem;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.Map;

/** How the process of a drive tells the command that started it how it goes, one JSON object a line. */
public final class StartReport implements Starting {

    private final PrintStream out;

    public StartReport(PrintStream out) {
        this.out = out;
    }

    @Override
    public void made(String recoveryKey) {
        send(Map.of("made", recoveryKey));
    }

    @Override
    public void readOnly(String why) {
        send(Map.of("readOnly", why));
    }

    @Override
    public void ready() {
        send(Map.of("ready", true));
    }

    public void failed(Outcome outcome) {
        send(Map.of("failed", outcome.sentence(), "code", (long) outcome.exit().code()));
    }

    private void send(Map<String, Object> line) {
        out.println(Json.write(line));
        out.flush();
    }

    /**
     * Hands on what is reported until the drive is ready.
     *
     * @return false when it ended without a word
     * @throws Problem what it failed with
     */
    static boolean read(BufferedReader in, Starting starting) throws Problem, IOException {
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            Fields fields = Fields.read(line);
            if (fields.has("made")) {
                starting.made(fields.text("made"));
            } else if (fields.has("failed")) {
                throw new Problem(Exit.of((int) fields.number("code")), fields.text("failed"));
            } else if (fields.has("readOnly")) {
                starting.readOnly(fields.text("readOnly"));
            } else if (fields.flag("ready")) {
                starting.ready();
                return true;
            }
        }
        return false;
    }
}
