package aloft.tree;

import aloft.sync.ReadAhead;

/** A file handle. */
final class OpenFile {

    private final Node opened;
    final FileContent content;
    final Drive.Access access;
    final ReadAhead ahead;

    OpenFile(Node node, FileContent content, Drive.Access access, ReadAhead ahead) {
        this.opened = node;
        this.content = content;
        this.access = access;
        this.ahead = ahead;
    }

    /** The entry that what is written belongs to. */
    Node node() {
        Node now = content.node;
        return now == null ? opened : now;
    }
}
