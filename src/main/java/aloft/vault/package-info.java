/**
 * Plaintext to ciphertext and back: keys, segments, packs, commits, checkpoints. What the bytes mean is
 * in docs/FORMAT.md.
 */
@NullMarked
package aloft.vault;

import org.jspecify.annotations.NullMarked;
