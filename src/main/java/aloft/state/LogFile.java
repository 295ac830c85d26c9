package aloft.state;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import javax.crypto.KDF;
import javax.crypto.SecretKey;
import javax.crypto.spec.HKDFParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * One file of the journal, as its first bytes tell: see the block comment in {@link JournalFile}. A record that
 * begins {@code x} bytes behind the header has ref {@code base + x}.
 *
 * @param number  counts the files, from 1; part of the name
 * @param base    ref of the first record
 * @param sameBoot whether it was written since the machine was started
 */
record LogFile(Path path, long number, long base, boolean sameBoot, SecretKey key) {

    static final int HEADER = 92;
    static final int SALT = 32;

    private static final String SUFFIX = ".journal";
    private static final byte[] MAGIC = "ALFTJRN1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] INFO = "aloft1/journal/file".getBytes(StandardCharsets.US_ASCII);
    private static final int BOOT = 16;
    private static final int BOUND = 8 + 8 + 8 + SALT + BOOT;

    static Path path(Path folder, long number) {
        return folder.resolve("%016x".formatted(number) + SUFFIX);
    }

    /** Empty when the file is none of the journal. */
    static OptionalLong number(Path path) {
        String name = path.getFileName().toString();
        if (!name.matches("[0-9a-f]{16}\\" + SUFFIX)) {
            return OptionalLong.empty();
        }
        return OptionalLong.of(Long.parseUnsignedLong(name.substring(0, 16), 16));
    }

    /** What {@link #read} gives back for {@link #header}. */
    static LogFile create(Path folder, long number, long base, byte[] salt, byte[] journalKey) {
        return new LogFile(path(folder, number), number, base, true, key(journalKey, salt));
    }

    byte[] header(byte[] salt, String boot) {
        byte[] header = new byte[HEADER];
        var out = ByteBuffer.wrap(header)
                .put(MAGIC)
                .putLong(number)
                .putLong(base)
                .put(salt)
                .put(bootBytes(boot));
        out.put(new RecordCipher().tag(key, Arrays.copyOf(header, BOUND)));
        out.putInt(checksum(header));
        return header;
    }

    /** Empty when it is torn: too short, or its checksum does not fit. */
    static Optional<LogFile> read(Path path, byte[] header, int length, String boot, byte[] journalKey)
            throws NotAuthentic {
        if (length < HEADER || ByteBuffer.wrap(header).getInt(HEADER - 4) != checksum(header)) {
            return Optional.empty();
        }
        var in = ByteBuffer.wrap(header);
        byte[] magic = new byte[MAGIC.length];
        in.get(magic);
        long number = in.getLong();
        long base = in.getLong();
        byte[] salt = new byte[SALT];
        in.get(salt);
        byte[] writtenAt = new byte[BOOT];
        in.get(writtenAt);
        SecretKey key = key(journalKey, salt);
        byte[] tag = Arrays.copyOfRange(header, BOUND, BOUND + RecordHeader.TAG);
        if (!Arrays.equals(magic, MAGIC)
                || !MessageDigest.isEqual(tag, new RecordCipher().tag(key, Arrays.copyOf(header, BOUND)))
                || !OptionalLong.of(number).equals(number(path))) {
            throw new NotAuthentic();
        }
        boolean sameBoot = !boot.isEmpty() && Arrays.equals(writtenAt, bootBytes(boot));
        return Optional.of(new LogFile(path, number, base, sameBoot, key));
    }

    /** Where in the file the record with this ref begins. */
    long position(long ref) {
        return ref - base + HEADER;
    }

    long ref(long position) {
        return position - HEADER + base;
    }

    private static SecretKey key(byte[] journalKey, byte[] salt) {
        return new SecretKeySpec(derive(journalKey, salt, INFO), "AES");
    }

    static byte[] derive(byte[] key, byte[] salt, byte[] info) {
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract().addIKM(key).addSalt(salt).thenExpand(info, 32));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] bootBytes(String boot) {
        try {
            return Arrays.copyOf(
                    MessageDigest.getInstance("SHA-256").digest(boot.getBytes(StandardCharsets.UTF_8)), BOOT);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int checksum(byte[] header) {
        var crc = new CRC32C();
        crc.update(header, 0, HEADER - 4);
        return (int) crc.getValue();
    }

    /** The header is whole, but another key made it. */
    static final class NotAuthentic extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
