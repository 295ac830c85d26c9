package aloft.vault;

import aloft.format.BlockRow;
import aloft.format.NodeRow;
import aloft.format.ObjectId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import tools.jackson.core.JsonGenerator;

/**
 * A data object in the making: blocks of one or more files, then a trailer that tells whose they are, for
 * when all metadata is lost. Not thread safe.
 */
public final class Pack {

    /** Bytes that a pack aims at; one block that is larger gets a pack of its own. */
    public static final int AIM_BYTES = 8 << 20;
    public static final int MAX_BYTES = 64 << 20;
    public static final int MAX_BLOCKS = 4_096;

    private static final byte[] MAGIC = "ALFT".getBytes(StandardCharsets.US_ASCII);
    private static final int END = 12;
    /** Room for the trailer, and the JSON from which on a pack takes no more blocks. */
    private static final int MAX_TRAILER = 8 << 20;
    private static final int MAX_TRAILER_JSON = 4 << 20;
    /** Packs up to here are padded, so that the size of a small file does not show. */
    private static final int PADDED_BELOW = 1 << 20;

    private final Keys keys;
    private final ObjectId id;
    private final long time;
    private final RowWriter trailer = new RowWriter();
    private byte[] bytes = new byte[64 << 10];
    private int size;
    private int blocks;

    Pack(Keys keys, ObjectId id, long time) {
        this.keys = keys;
        this.id = id;
        this.time = time;
    }

    public ObjectId id() {
        return id;
    }

    /** Bytes so far, without the trailer. */
    public int size() {
        return size;
    }

    /** Blocks so far. */
    public int blocks() {
        return blocks;
    }

    /** Whether another block of so many bytes of plaintext should go into this pack; always so for the first. */
    public boolean fits(int length) {
        return blocks == 0 || blocks < MAX_BLOCKS && trailer.size() < MAX_TRAILER_JSON
                && size + Segments.streamLength(length) <= AIM_BYTES;
    }

    /**
     * Encrypts a block into the pack.
     *
     * @param file   whose block it is, with the size and times that the file will have
     * @param path   of the file in the drive, one char (0 to 255) for each byte
     * @param index  which block of the file
     * @param plain  holds the block from {@code from} on; it is not kept
     * @param length 1 to 2^blockBits; bytes of the block past this are zeros
     * @throws IllegalArgumentException when it would make the pack larger than {@link #MAX_BYTES}
     */
    public BlockRow add(NodeRow file, String path, long index, byte[] plain, int from, int length) {
        int stream = Segments.streamLength(length);
        if (blocks == MAX_BLOCKS || (long) size + stream > MAX_BYTES - MAX_TRAILER) {
            throw new IllegalArgumentException("the pack is full");
        }
        var sealing = new StreamCipher.Sealing(keys.primaryRoot().file(file.id()),
                keys.blockAad(file.id(), index, id, size));
        byte[] header = stream > RowWriter.HEADER_ABOVE ? sealing.header() : null;
        var row = new BlockRow(file.id(), index, id, size, stream, keys.primary(), header, null);
        describe(row, file, path);
        makeRoomFor(stream);
        sealing.seal(plain, from, length, bytes, size);
        size += stream;
        blocks++;
        return row;
    }

    /** With room for the trailer behind a large block: as a rule it is the only one. */
    private void makeRoomFor(int stream) {
        if (bytes.length - size < stream) {
            int most = stream < PADDED_BELOW
                    ? Math.max(size + stream, Math.min(2 * bytes.length, AIM_BYTES))
                    : size + stream + trailerLength(frame(trailer.bytes()));
            bytes = Arrays.copyOf(bytes, most);
        }
    }

    private static byte[] frame(byte[] json) {
        return Frames.frame(json, json.length);
    }

    private static int trailerLength(byte[] frame) {
        return Segments.streamLength(frame.length) + END;
    }

    private void describe(BlockRow row, NodeRow file, String path) {
        trailer.beginBlock(row);
        trailer.text("path", "pathb", path);
        JsonGenerator json = trailer.open();
        json.writeNumberProperty("size", file.size());
        trailer.time(file.mtime());
        json.writeNumberProperty("x", file.mode());
        if (file.blockBits() != NodeRow.DEFAULT_BLOCK_BITS) {
            json.writeNumberProperty("bs", file.blockBits());
        }
        json.writeNumberProperty("w", time);
        trailer.end();
    }

    /** The whole object, to be put under {@link #id}. The pack takes no more blocks. */
    public byte[] finish() {
        byte[] frame = frame(trailer.take());
        frame = Arrays.copyOf(frame, Math.max(frame.length, paddedFrame(frame.length)));
        int stream = Segments.streamLength(frame.length);
        int whole = size + trailerLength(frame);
        byte[] object = bytes.length == whole ? bytes : Arrays.copyOf(bytes, whole);
        StreamCipher.seal(keys.primaryRoot().pack(), keys.trailerAad(id), frame, 0, frame.length, object,
                size);
        ByteBuffer.wrap(object, size + stream, END).putInt(keys.primary()).putInt(stream).put(MAGIC);
        trailer.close();
        bytes = new byte[0];
        blocks = MAX_BLOCKS;
        return object;
    }

    /** Length of the trailer's frame that gives a small pack a Padmé size, 0 for a large one. */
    private int paddedFrame(int frame) {
        int whole = size + Segments.streamLength(frame) + END;
        if (whole >= PADDED_BELOW) {
            return 0;
        }
        int stream = (int) Frames.padme(whole) - size - END;
        return Segments.isStreamLength(stream) ? Segments.plainLength(stream) : 0;
    }
}
