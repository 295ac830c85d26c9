package aloft.vault;

import aloft.format.ObjectId;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The index of a checkpoint: all rows as of one commit, in pages. Immutable. */
public final class Checkpoint {

    private final long seq;
    private final byte[] head;
    private final List<Page> pages;

    Checkpoint(long seq, byte[] head, List<Page> pages) {
        this.seq = seq;
        this.head = head.clone();
        this.pages = List.copyOf(pages);
    }

    /** The last commit whose changes are in. */
    public long seq() {
        return seq;
    }

    /** SHA-256 of the object of that commit: the next one is chained to it. */
    public byte[] head() {
        return head.clone();
    }

    /** Rows of all tables together. */
    public long rows() {
        return pages.stream().mapToLong(Page::rows).sum();
    }

    /** The objects that its pages lie in. */
    public Set<ObjectId> objects() {
        return pages.stream().map(Page::object).collect(Collectors.toUnmodifiableSet());
    }

    List<Page> pages() {
        return pages;
    }

    @Override
    public String toString() {
        return "Checkpoint[" + seq + ", " + pages.size() + " pages]";
    }

    /**
     * Rows of one table with neighbouring keys.
     *
     * @param from   key of its first row
     * @param offset of the page in the object
     * @param length of its ciphertext
     * @param hash   the first 16 bytes of the SHA-256 of its JSON lines, in hex: tells whether a page of the
     *               next checkpoint is the same
     */
    record Page(Table table, Key from, ObjectId object, int offset, int length, int rows, int rootKey,
            String hash) {}
}
