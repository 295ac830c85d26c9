package aloft.state;

import aloft.failure.Failure;
import aloft.fuzz.Target;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.zip.CRC32C;

/** The journal's files, as they may be after all that can happen to a disk. */
public final class StateTargets {

    private static final Path FOLDER = Path.of("/journal");
    private static final byte[] KEY = new byte[32];
    /** Of what is fed: where a checksum is made right first, so that what is behind it matters. */
    private static final int POINTER = 4;

    private StateTargets() {}

    public static List<Target> all() {
        Set<Class<? extends Exception>> allowed = Set.of(Failure.Damaged.class);
        return List.of(
                new Target("journal", StateTargets::files, bytes -> open(bytes, Journal.OnDamage.FAIL),
                        allowed),
                new Target("journal-skipping", StateTargets::files,
                        bytes -> open(bytes, Journal.OnDamage.SKIP), allowed));
    }

    /** Files with records of all lengths, with a pointer before each that says "make no checksum right". */
    private static List<byte[]> files() throws IOException {
        List<byte[]> files = new ArrayList<>();
        for (int records : new int[]{0, 1, 7, 30}) {
            var disk = new MemoryDisk(1);
            try (Journal journal = Journal.open(disk, FOLDER, KEY, new SecureRandom(), 64L << 20,
                    Journal.OnDamage.FAIL, (ref, head, body) -> {})) {
                for (int i = 0; i < records; i++) {
                    byte[] body = new byte[i % 5 == 4 ? 700 : 0];
                    new Random(i).nextBytes(body);
                    journal.append(new byte[]{(byte) i, 2, 3}, body, 0, body.length);
                    if (i % 4 == 2) {
                        journal.sync();
                    }
                }
            }
            byte[] file = disk.bytes(LogFile.path(FOLDER, 1));
            byte[] fed = new byte[POINTER + file.length];
            Arrays.fill(fed, 0, POINTER, (byte) 0xff);
            System.arraycopy(file, 0, fed, POINTER, file.length);
            files.add(fed);
        }
        return files;
    }

    private static void open(byte[] fed, Journal.OnDamage onDamage) throws IOException {
        byte[] file = Arrays.copyOfRange(fed, Math.min(POINTER, fed.length), fed.length);
        if (fed.length >= POINTER) {
            mend(file, ByteBuffer.wrap(fed).getInt());
        }
        var disk = new MemoryDisk(1);
        try (Disk.OpenFile out = disk.create(LogFile.path(FOLDER, 1))) {
            out.write(0, file, 0, file.length);
            out.sync();
        }
        disk.syncFolder(FOLDER);
        List<long[]> seen = new ArrayList<>();
        try (Journal journal = Journal.open(disk, FOLDER, KEY, new SecureRandom(), 64L << 20, onDamage,
                (ref, head, body) -> seen.add(new long[]{ref, body}))) {
            for (long[] record : seen) {
                readBody(journal, record[0], (int) record[1]);
            }
            journal.append(new byte[]{9});
        }
        if (file.length > 0 && seen.isEmpty()) {
            throw new Failure.Damaged("nothing is left of it", null);
        }
    }

    private static void readBody(Journal journal, long ref, int length) throws IOException {
        try {
            journal.read(ref, 0, new byte[length], 0, length);
        } catch (Failure.Damaged e) {
            if (length == 0) {
                throw new UncheckedIOException("a body of nothing cannot be damaged", e);
            }
        }
    }

    private static void mend(byte[] file, int pointer) {
        if (pointer == 0 && file.length >= LogFile.HEADER) {
            put(file, LogFile.HEADER - 4, checksum(file, 0, LogFile.HEADER - 4));
        } else if (pointer > 0 && pointer <= file.length - RecordHeader.BYTES) {
            put(file, pointer, checksum(file, pointer + 4, RecordHeader.BYTES - 4));
        }
    }

    private static int checksum(byte[] bytes, int from, int length) {
        var crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    private static void put(byte[] bytes, int at, int value) {
        ByteBuffer.wrap(bytes).putInt(at, value);
    }
}
