package aloft.mount;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * The process that answers for a mount.
 *
 * @param started when, as in /proc/PID/stat: tells it from a later process of the same number
 */
record ServingProcess(long pid, long started) {

    private static final long SIGKILL = 1L << 8;

    static ServingProcess self() throws IOException {
        long pid = ProcessHandle.current().pid();
        return new ServingProcess(pid, startOf(fields(pid)));
    }

    /** Reads what {@link #toString} wrote. */
    static ServingProcess parse(String text) {
        int space = text.indexOf(' ');
        return new ServingProcess(Long.parseLong(text.substring(0, space)),
                Long.parseLong(text.substring(space + 1)));
    }

    @Override
    public String toString() {
        return pid + " " + started;
    }

    /**
     * Whether it will never answer again. That can be so of a process which is still listed: killed, but
     * held up by the kernel until the kernel's question to that very process is answered.
     */
    boolean isGone() throws IOException {
        try {
            List<String> fields = fields(pid);
            boolean ended = fields.getFirst().equals("Z") || fields.getFirst().equals("X");
            return ended || startOf(fields) != started || isKilled();
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    private boolean isKilled() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + pid + "/status"), StandardCharsets.ISO_8859_1)
                .stream()
                .filter(line -> line.startsWith("SigPnd:") || line.startsWith("ShdPnd:"))
                .mapToLong(line -> Long.parseUnsignedLong(line.substring(line.indexOf(':') + 1).strip(), 16))
                .anyMatch(pending -> (pending & SIGKILL) != 0);
    }

    /** Of /proc/PID/stat, what follows the name in brackets: state first. */
    private static List<String> fields(long pid) throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
        return List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    }

    private static long startOf(List<String> fields) {
        return Long.parseLong(fields.get(19));
    }
}
