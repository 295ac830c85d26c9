package aloft.state;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/** AES-256-GCM as the journal uses it. Not safe for several threads; knows no key of its own. */
final class RecordCipher {

    private static final int NONCE = 12;
    private static final int BUFFER_KEPT = 2 << 20;

    private final Cipher cipher;
    private final byte[] nonce = new byte[NONCE];
    private byte[] buffer = new byte[1 << 12];
    private final byte[] bound = new byte[RecordHeader.BYTES + Long.BYTES + Integer.BYTES];

    RecordCipher() {
        try {
            cipher = Cipher.getInstance("AES/GCM/NoPadding");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A whole record, in the first {@link RecordHeader#size()} bytes of an array that is good until the next call.
     *
     * @param ref of the record
     */
    byte[] seal(SecretKey key, RecordHeader header, long ref, byte[] head, byte[] body, int from) {
        byte[] to = buffer(header.size());
        header.write(to, 0);
        seal(key, header.counter(), bound(to, 0, ref, 0), head, 0, head.length, to, RecordHeader.BYTES);
        for (int piece = 0; piece < RecordHeader.pieces(header.body()); piece++) {
            seal(key, header.counter() + 1 + piece, bound(to, 0, ref, piece + 1), body,
                    from + piece * RecordHeader.PIECE, header.pieceLength(piece), to, header.pieceAt(piece));
        }
        return to;
    }

    private byte[] buffer(int size) {
        if (buffer.length >= size) {
            return buffer;
        }
        byte[] larger = new byte[size];
        if (size <= BUFFER_KEPT) {
            buffer = larger;
        }
        return larger;
    }

    /** @return false when it does not authenticate; {@code to} is undefined then */
    boolean openHead(SecretKey key, RecordHeader header, long ref, byte[] record, int at, byte[] to) {
        return open(key, header.counter(), bound(record, at, ref, 0), record, at + RecordHeader.BYTES,
                header.head() + RecordHeader.TAG, to, 0);
    }

    /**
     * @param headerBytes the record's first 28 bytes
     * @param sealed      the piece with its tag, from index 0
     * @return false when it does not authenticate; {@code to} is undefined then
     */
    boolean openPiece(SecretKey key, RecordHeader header, long ref, byte[] headerBytes, int piece,
            byte[] sealed,
            byte[] to, int at) {
        return open(key, header.counter() + 1 + piece, bound(headerBytes, 0, ref, piece + 1), sealed, 0,
                header.pieceLength(piece) + RecordHeader.TAG, to, at);
    }

    /** A tag over nothing but {@code bound}, under a nonce that no record has. */
    byte[] tag(SecretKey key, byte[] bound) {
        byte[] tag = new byte[RecordHeader.TAG];
        seal(key, -1L, bound, tag, 0, 0, tag, 0);
        return tag;
    }

    private byte[] bound(byte[] header, int at, long ref, int part) {
        ByteBuffer.wrap(bound).put(header, at, RecordHeader.BYTES).putLong(ref).putInt(part);
        return bound;
    }

    private void seal(SecretKey key, long counter, byte[] aad, byte[] from, int start, int length, byte[] to,
            int at) {
        try {
            cipher.init(Cipher.ENCRYPT_MODE, key, nonce(counter));
            cipher.updateAAD(aad);
            cipher.doFinal(from, start, length, to, at);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private boolean open(SecretKey key, long counter, byte[] aad, byte[] from, int start, int length,
            byte[] to,
            int at) {
        try {
            cipher.init(Cipher.DECRYPT_MODE, key, nonce(counter));
            cipher.updateAAD(aad);
            cipher.doFinal(from, start, length, to, at);
            return true;
        } catch (AEADBadTagException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private GCMParameterSpec nonce(long counter) {
        ByteBuffer.wrap(nonce).putInt(0, 0).putLong(4, counter);
        return new GCMParameterSpec(RecordHeader.TAG * 8, nonce);
    }
}
