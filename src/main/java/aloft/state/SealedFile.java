package aloft.state;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.SecretKey;
import javax.crypto.spec.SecretKeySpec;
import org.h2.store.fs.FakeFileChannel;
import org.h2.store.fs.FileBaseDefault;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted file as H2 sees it. H2's own encryption takes half of all time, for it knows no processor
 * instructions; it would not notice changed bytes; and an interrupted thread would close the file for all.
 */
final class SealedFile extends FileBaseDefault {
    /*-
     * header   "ALFTDB01", salt(32), check(16)                                  56 bytes
     * sector   see SectorCipher; sector n is at 56 + 4,124 n
     *
     * HKDF-SHA256(database key, salt, "aloft1/database/check") gives the check, "aloft1/database/file" the key.
     *
     * H2 writes what changed as one chunk that ends with a footer, and takes a chunk with a good footer for good.
     * It writes over space that the chunks before do not use any more. So when the order is kept, the power may end at
     * any time: all earlier writes are made durable before a chunk is written, and the chunk before its last sector.
     */

    private static final byte[] MAGIC = "ALFTDB01".getBytes(StandardCharsets.US_ASCII);
    private static final int SALT = 32;
    private static final int CHECK = 16;
    private static final int HEADER = 8 + SALT + CHECK;
    private static final int PLAIN = SectorCipher.PLAIN;
    private static final int SEALED = SectorCipher.SEALED;

    private final Disk.OpenFile file;
    private final SecretKey key;
    private final boolean ordered;
    private final int noncePrefix;
    private final AtomicLong nextNonce;
    private final ConcurrentLinkedQueue<SectorCipher> ciphers = new ConcurrentLinkedQueue<>();
    private volatile long size;

    private SealedFile(Disk.OpenFile file, byte[] key, boolean ordered, SecureRandom random, long size) {
        this.file = file;
        this.key = new SecretKeySpec(key, "AES");
        this.ordered = ordered;
        this.noncePrefix = random.nextInt();
        this.nextNonce = new AtomicLong(random.nextLong());
        this.size = size;
    }

    /**
     * Gives an empty file a header.
     *
     * @param ordered whether it must be whole after the end of the power
     */
    static SealedFile of(Disk.OpenFile file, byte[] databaseKey, boolean ordered, SecureRandom random)
            throws IOException {
        byte[] header = new byte[HEADER];
        if (file.size() < HEADER + SEALED) {
            // made a moment ago, or by a process that ended before it wrote anything
            byte[] salt = new byte[SALT];
            random.nextBytes(salt);
            ByteBuffer.wrap(header).put(MAGIC).put(salt).put(check(databaseKey, salt));
            file.truncate(0);
            file.write(0, header, 0, HEADER);
        }
        file.read(0, header, 0, HEADER);
        byte[] salt = Arrays.copyOfRange(header, MAGIC.length, MAGIC.length + SALT);
        byte[] check = Arrays.copyOfRange(header, MAGIC.length + SALT, HEADER);
        if (!Arrays.equals(MAGIC, Arrays.copyOf(header, MAGIC.length))
                || !MessageDigest.isEqual(check, check(databaseKey, salt))) {
            throw new IOException("the file has another key or is damaged at its start");
        }
        byte[] key = LogFile.derive(databaseKey, salt, "aloft1/database/file", 32);
        return new SealedFile(file, key, ordered, random, (file.size() - HEADER) / SEALED * PLAIN);
    }

    private static byte[] check(byte[] databaseKey, byte[] salt) {
        return LogFile.derive(databaseKey, salt, "aloft1/database/check", CHECK);
    }

    @Override
    public long size() {
        return size;
    }

    /** For many threads at once, as write is. */
    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public int read(ByteBuffer to, long position) throws IOException {
        int length = (int) Math.min(to.remaining(), size - position);
        if (length <= 0) {
            return to.hasRemaining() ? -1 : 0;
        }
        long first = position / PLAIN;
        int skip = (int) (position % PLAIN);
        int sectors = (skip + length + PLAIN - 1) / PLAIN;
        byte[] sealed = new byte[sectors * SEALED];
        byte[] plain = new byte[sectors * PLAIN];
        if (file.read(HEADER + first * SEALED, sealed, 0, sealed.length) < sealed.length) {
            throw new IOException("the file ends too soon");
        }
        SectorCipher cipher = borrow();
        for (int i = 0; i < sectors; i++) {
            if (!cipher.open(first + i, sealed, i * SEALED, plain, i * PLAIN)) {
                throw new IOException("sector " + (first + i) + " is not what was written");
            }
        }
        ciphers.add(cipher);
        to.put(plain, skip, length);
        return length;
    }

    @Override
    @SuppressWarnings("UnsynchronizedOverridesSynchronized")
    public int write(ByteBuffer from, long position) throws IOException {
        int length = from.remaining();
        if (position % PLAIN != 0 || length % PLAIN != 0) {
            throw new IOException("not whole sectors: " + position + " + " + length);
        }
        byte[] plain = new byte[length];
        from.get(plain);
        int sectors = length / PLAIN;
        byte[] sealed = new byte[sectors * SEALED];
        SectorCipher cipher = borrow();
        for (int i = 0; i < sectors; i++) {
            cipher.seal(position / PLAIN + i, nonce(), plain, i * PLAIN, sealed, i * SEALED);
        }
        ciphers.add(cipher);
        store(HEADER + position / PLAIN * SEALED, sealed);
        grow(position + length);
        return length;
    }

    private void store(long at, byte[] sealed) throws IOException {
        if (!ordered) {
            file.write(at, sealed, 0, sealed.length);
            return;
        }
        int last = sealed.length - SEALED;
        file.sync();
        if (last > 0) {
            file.write(at, sealed, 0, last);
            file.sync();
        }
        file.write(at + last, sealed, last, SEALED);
    }

    /** Counted from a random start on, which never comes again. */
    private byte[] nonce() {
        return ByteBuffer.allocate(12).putInt(noncePrefix).putLong(nextNonce.getAndIncrement()).array();
    }

    private synchronized void grow(long end) {
        size = Math.max(size, end);
    }

    private SectorCipher borrow() {
        SectorCipher cipher = ciphers.poll();
        return cipher != null ? cipher : new SectorCipher(key);
    }

    @Override
    protected synchronized void implTruncate(long newSize) throws IOException {
        long sectors = (newSize + PLAIN - 1) / PLAIN;
        if (sectors * PLAIN < size) {
            file.truncate(HEADER + sectors * SEALED);
            size = sectors * PLAIN;
        }
    }

    @Override
    public void force(boolean metaData) throws IOException {
        file.sync();
    }

    @Override
    public @Nullable FileLock tryLock(long position, long length, boolean shared) throws IOException {
        if (!file.lock()) {
            return null;
        }
        return new FileLock(FakeFileChannel.INSTANCE, position, length, shared) {
            @Override
            public boolean isValid() {
                return true;
            }

            @Override
            public void release() {
                // closing the file does
            }
        };
    }

    @Override
    protected void implCloseChannel() throws IOException {
        file.close();
    }
}
