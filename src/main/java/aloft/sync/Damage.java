package aloft.sync;

import aloft.format.ObjectId;

/**
 * A part of a file that the store has no good bytes for.
 *
 * @param file   node id
 * @param block  its index in the file
 * @param object where it should be
 * @param offset of the part in the object
 * @param length ciphertext bytes of it
 */
public record Damage(long file, long block, ObjectId object, int offset, int length) {}
