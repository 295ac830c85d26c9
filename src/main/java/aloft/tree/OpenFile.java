package aloft.tree;

import aloft.sync.ReadAhead;

/** A file handle. */
final class OpenFile {

    private final Node opened;
    final FileContent content;
    final Drive.Access access;
    final ReadAhead ahead;
    /** A small first read brings nothing along. */
    final boolean gentle;

    OpenFile(Node node, FileContent content, Drive.Access access, ReadAhead ahead, boolean gentle) {
        this.opened = node;
        this.content = content;
        this.access = access;
        this.ahead = ahead;
        this.gentle = gentle;
    }

    /** The entry that what is written belongs to. */
    Node node() {
        Node now = content.node;
        return now == null ? opened : now;
    }
}
