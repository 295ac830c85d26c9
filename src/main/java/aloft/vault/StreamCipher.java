package aloft.vault;

import aloft.failure.Failure;
import com.google.crypto.tink.subtle.AesGcmHkdfStreaming;
import com.google.crypto.tink.subtle.StreamSegmentDecrypter;
import com.google.crypto.tink.subtle.StreamSegmentEncrypter;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;

/**
 * The one cipher of the vault, S(key, aad, plaintext) of the format. Works on heap arrays, segment by
 * segment: Tink's own channels cost much garbage and let nobody read in parallel.
 */
final class StreamCipher {

    private StreamCipher() {}

    /** A stream whose header is known before the rest. For one use. */
    static final class Sealing {
        private final StreamSegmentEncrypter encrypter;
        private final byte[] header = new byte[Segments.HEADER];

        Sealing(byte[] key, byte[] aad) {
            try {
                encrypter = streaming(key).newStreamSegmentEncrypter(aad);
                encrypter.getHeader().get(header);
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("cannot encrypt", e);
            }
        }

        /** Not a copy. */
        byte[] header() {
            return header;
        }

        /** Writes the stream of a plaintext to {@code to[at…]}; returns its length. */
        int seal(byte[] plain, int from, int length, byte[] to, int at) {
            int stream = Segments.streamLength(length);
            int segments = Segments.count(stream);
            System.arraycopy(header, 0, to, at, Segments.HEADER);
            int done = 0;
            ByteBuffer out = ByteBuffer.wrap(to, at + Segments.HEADER, stream - Segments.HEADER);
            try {
                for (int i = 0; i < segments; i++) {
                    int part = Segments.plainLength(i, stream);
                    encrypter.encryptSegment(ByteBuffer.wrap(plain, from + done, part), i == segments - 1,
                            out);
                    done += part;
                }
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException("cannot encrypt", e);
            }
            return stream;
        }
    }

    /** Writes the stream of a plaintext to {@code to[at…]}; returns its length. */
    static int seal(byte[] key, byte[] aad, byte[] plain, int from, int length, byte[] to, int at) {
        return new Sealing(key, aad).seal(plain, from, length, to, at);
    }

    static byte[] seal(byte[] key, byte[] aad, byte[] plain) {
        byte[] stream = new byte[Segments.streamLength(plain.length)];
        seal(key, aad, plain, 0, plain.length, stream, 0);
        return stream;
    }

    /**
     * The plaintext of the stream in {@code bytes[from…]}.
     *
     * @param what for the message when it does not authenticate
     */
    static byte[] open(byte[] key, byte[] aad, byte[] bytes, int from, int length, String what)
            throws Failure.Damaged {
        if (!Segments.isStreamLength(length)) {
            throw new Failure.Damaged(what + " has an impossible length.", null);
        }
        byte[] plain = new byte[Segments.plainLength(length)];
        try {
            StreamSegmentDecrypter decrypter = decrypter(key, aad, bytes, from);
            for (int i = 0; i < Segments.count(length); i++) {
                openSegment(decrypter, i, bytes, from + Segments.cipherStart(i), length, plain,
                        Segments.plainStart(i));
            }
            return plain;
        } catch (GeneralSecurityException e) {
            throw new Failure.Damaged(what + " does not authenticate.", e);
        }
    }

    /** A decrypter of one stream, for one thread at a time. */
    static StreamSegmentDecrypter decrypter(byte[] key, byte[] aad, byte[] header, int from)
            throws GeneralSecurityException {
        StreamSegmentDecrypter decrypter = streaming(key).newStreamSegmentDecrypter();
        decrypter.init(ByteBuffer.wrap(header, from, Segments.HEADER), aad);
        return decrypter;
    }

    /** Decrypts segment i of a stream of the given length, which lies at {@code bytes[from…]}. */
    static int openSegment(StreamSegmentDecrypter decrypter, int i, byte[] bytes, int from, int stream,
            byte[] to, int at) throws GeneralSecurityException {
        int header = i == 0 ? Segments.HEADER : 0;
        int plain = Segments.plainLength(i, stream);
        decrypter.decryptSegment(
                ByteBuffer.wrap(bytes, from + header, Segments.cipherLength(i, stream) - header), i,
                i == Segments.count(stream) - 1, ByteBuffer.wrap(to, at, plain));
        return plain;
    }

    private static AesGcmHkdfStreaming streaming(byte[] key) throws GeneralSecurityException {
        return new AesGcmHkdfStreaming(key, "HmacSha256", Derive.KEY_BYTES, Segments.SIZE, 0);
    }
}
