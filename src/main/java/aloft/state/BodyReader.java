package aloft.state;

import aloft.failure.Failure;
import java.io.IOException;
import java.util.Objects;

/** Reads one record's body, piece by piece. */
final class BodyReader {

    private final Disk.OpenFile file;
    private final LogFile log;
    private final long ref;
    private final RecordCipher cipher;
    private final byte[] headerBytes = new byte[RecordHeader.BYTES];

    BodyReader(Disk.OpenFile file, LogFile log, long ref, RecordCipher cipher) {
        this.file = file;
        this.log = log;
        this.ref = ref;
        this.cipher = cipher;
    }

    void read(int skip, byte[] to, int at, int length) throws IOException {
        long position = log.position(ref);
        int got = file.read(position, headerBytes, 0, headerBytes.length);
        RecordHeader header = got < headerBytes.length ? null : RecordHeader.readOrNull(headerBytes, 0);
        if (header == null) {
            throw damaged();
        }
        Objects.checkFromIndexSize(skip, length, header.body());
        byte[] sealed = new byte[Math.min(header.body(), RecordHeader.PIECE) + RecordHeader.TAG];
        byte[] plain = new byte[sealed.length];
        int done = 0;
        while (done < length) {
            int piece = (skip + done) / RecordHeader.PIECE;
            int inPiece = (skip + done) % RecordHeader.PIECE;
            int whole = header.pieceLength(piece);
            int part = Math.min(whole - inPiece, length - done);
            int bytes = whole + RecordHeader.TAG;
            if (file.read(position + header.pieceAt(piece), sealed, 0, bytes) < bytes
                    || !cipher.openPiece(log.key(), header, ref, headerBytes, piece, sealed, plain, 0)) {
                throw damaged();
            }
            System.arraycopy(plain, inPiece, to, at + done, part);
            done += part;
        }
    }

    private Failure damaged() {
        return new Failure.Damaged("An unsent change in " + log.path() + " at byte " + log.position(ref)
                + " is not what was written.", null);
    }
}
