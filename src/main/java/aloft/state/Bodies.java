package aloft.state;

import aloft.failure.Failure;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Reads parts of records' bodies back from the files of a journal. Safe for many threads. */
final class Bodies {

    private final Disk disk;
    private final ConcurrentLinkedQueue<RecordCipher> idle = new ConcurrentLinkedQueue<>();

    Bodies(Disk disk) {
        this.disk = disk;
    }

    /** As {@link Journal#read}. */
    void read(List<JournalFile> files, long ref, int skip, byte[] to, int at, int length) throws IOException {
        LogFile log = fileOf(files, ref);
        RecordCipher opener = idle.poll();
        if (opener == null) {
            opener = new RecordCipher();
        }
        try (Disk.OpenFile file = disk.open(log.path())) {
            new BodyReader(file, log, ref, opener).read(skip, to, at, length);
        } catch (NoSuchFileException e) {
            throw forgotten(ref);
        } finally {
            idle.add(opener);
        }
    }

    private static LogFile fileOf(List<JournalFile> files, long ref) throws Failure {
        int low = 0;
        int high = files.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (files.get(middle).end() > ref) {
                high = middle;
            } else {
                low = middle + 1;
            }
        }
        if (low == files.size()) {
            throw new IllegalArgumentException("no record " + ref + " yet");
        }
        LogFile log = files.get(low).logOrNull();
        if (log == null || ref < log.base()) {
            throw forgotten(ref);
        }
        return log;
    }

    private static Failure forgotten(long ref) {
        return new Failure.Missing("The journal holds record " + ref + " no more.");
    }
}
