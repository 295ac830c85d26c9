package aloft.sync;

import aloft.failure.Failure;
import aloft.format.BlockRow;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import aloft.store.MemoryStore;
import aloft.vault.Kdf;
import aloft.vault.Pack;
import aloft.vault.Secret;
import aloft.vault.Vault;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Packs of a real vault in memory, which writes down what is asked for and does wrong when told to. */
final class TestCloud implements Source {

    private static final int PIECE = 16 << 10;

    final Vault vault;
    final Map<ObjectId, byte[]> objects = new ConcurrentHashMap<>();
    final AtomicLong sent = new AtomicLong();
    volatile Weather weather = (asked, sentOfIt) -> {};
    volatile Tamper tamper = (object, offset, bytes) -> {};
    private final List<Asked> asked = new ArrayList<>();
    private final AtomicInteger now = new AtomicInteger();
    private final AtomicInteger most = new AtomicInteger();

    /** A request. */
    record Asked(ObjectId object, int from, int length) {
        int to() {
            return from + length;
        }
    }

    /** Is asked before each piece. */
    interface Weather {
        void before(Asked asked, int sentOfIt) throws Failure, InterruptedIOException;
    }

    /** May change each piece. */
    interface Tamper {
        void change(ObjectId object, int offset, byte[] piece);
    }

    TestCloud() throws Exception {
        vault = Vault
                .create(new MemoryStore(), Secret.of("p".toCharArray()), new Kdf(64, 1, 1),
                        new SecureRandom())
                .vault();
    }

    static byte[] content(long seed, int length) {
        byte[] content = new byte[length];
        new Random(seed).nextBytes(content);
        return content;
    }

    /** A pack with one block of each content; file n is node {@code first} + n. */
    List<BlockRow> pack(long first, List<byte[]> contents) {
        Pack pack = vault.newPack(0);
        List<BlockRow> rows = new ArrayList<>();
        for (byte[] content : contents) {
            long id = first + rows.size();
            rows.add(pack.add(node(id, content.length), "/" + id, 0, content, 0, content.length));
        }
        objects.put(pack.id(), pack.finish());
        return rows;
    }

    /** A block of a large file, in a pack of its own. */
    BlockRow block(long file, long index, byte[] content) {
        Pack pack = vault.newPack(0);
        BlockRow row = pack.add(node(file, 1L << 40), "/" + file, index, content, 0, content.length);
        objects.put(pack.id(), pack.finish());
        return row;
    }

    private static NodeRow node(long id, long size) {
        return new NodeRow(1, Name.of("f" + id), id, NodeType.FILE, size, 0, 0600, 1, 22, null, Map.of(), 1,
                null);
    }

    @Override
    public void read(ObjectId object, long offset, int length, Vault.Sink sink)
            throws Failure, InterruptedIOException {
        var request = new Asked(object, (int) offset, length);
        synchronized (asked) {
            asked.add(request);
        }
        most.accumulateAndGet(now.incrementAndGet(), Math::max);
        try {
            weather.before(request, 0);
            byte[] bytes = objects.get(object);
            if (bytes == null) {
                throw new Failure.Missing("No object " + object + ".");
            }
            send(request, bytes, sink);
            if (request.to() > bytes.length) {
                throw new Failure.Damaged("The object " + object + " is too short.", null);
            }
        } finally {
            now.decrementAndGet();
        }
    }

    private void send(Asked request, byte[] bytes, Vault.Sink sink) throws Failure, InterruptedIOException {
        int end = Math.min(request.to(), bytes.length);
        for (int at = request.from(); at < end; at += PIECE) {
            weather.before(request, at - request.from());
            byte[] piece = new byte[Math.min(PIECE, end - at) + 3];
            System.arraycopy(bytes, at, piece, 3, piece.length - 3);
            byte[] tampered = java.util.Arrays.copyOfRange(piece, 3, piece.length);
            tamper.change(request.object(), at, tampered);
            System.arraycopy(tampered, 0, piece, 3, tampered.length);
            sent.addAndGet(tampered.length);
            sink.accept(piece, 3, tampered.length);
        }
    }

    /** The bytes of an object, to be damaged. */
    byte[] bytes(BlockRow block) {
        return Objects.requireNonNull(objects.get(block.object()));
    }

    /** Another row of the same block. */
    @SuppressWarnings("NullAway") // does not see that the header of a record from a class file may be null
    static BlockRow withoutHeader(BlockRow block, int length) {
        return new BlockRow(block.file(), block.index(), block.object(), block.offset(), length,
                block.rootKey(),
                null, null);
    }

    List<Asked> asked() {
        synchronized (asked) {
            return List.copyOf(asked);
        }
    }

    int requests() {
        return asked().size();
    }

    void forget() {
        synchronized (asked) {
            asked.clear();
        }
        sent.set(0);
        most.set(0);
    }

    /** How many requests were under way at the same time. */
    int mostAtOnce() {
        return most.get();
    }
}
