package aloft.tree;

import aloft.sync.ReadAhead;

/** A file handle. */
final class OpenFile {

    private final Node opened;
    final FileContent content;
    /** As it was opened. */
    private final long inode;
    final Drive.Access access;
    final ReadAhead ahead;
    /** A small read of its head brings nothing along, until more than that is read. */
    volatile boolean gentle;

    OpenFile(Node node, long inode, FileContent content, Drive.Access access, ReadAhead ahead,
            boolean gentle) {
        this.opened = node;
        this.inode = inode;
        this.content = content;
        this.access = access;
        this.ahead = ahead;
        this.gentle = gentle;
    }

    /**
     * What the file looks like to who opened it, also when its name leads to something else by now.
     *
     * @param now of {@link #node}
     */
    Drive.Attributes attributes(Drive.Attributes now) {
        return now.id() == inode ? now : now.withContent(inode, content.size(), content.mtime());
    }

    /** The entry that what is written belongs to. */
    Node node() {
        Node now = content.node;
        return now == null ? opened : now;
    }
}
