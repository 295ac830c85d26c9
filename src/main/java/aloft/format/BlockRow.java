package aloft.format;

import org.jspecify.annotations.Nullable;

/**
 * Where the bytes of one block of a file lie, key ({@code file}, {@code index}). A block without a row
 * is all zeros. A block's plaintext may be shorter than its range in the file: the rest is zeros.
 *
 * @param file    node id
 * @param index   which 2^blockBits bytes of the file
 * @param offset  of the block's first byte in the object
 * @param length  ciphertext bytes
 * @param rootKey id of the root key it is encrypted under
 * @param header  the 40-byte stream header, kept here when length is over 256 KiB; else null
 * @param unknown see {@link NodeRow#unknown}
 */
public record BlockRow(
        long file,
        long index,
        ObjectId object,
        int offset,
        int length,
        int rootKey,
        byte @Nullable [] header,
        @Nullable String unknown) {

    public BlockRow {
        if (index < 0 || offset < 0 || length < 0 || header != null && header.length != 40) {
            throw new IllegalArgumentException("not a block row");
        }
    }
}
