package aloft.tree;

import aloft.sync.ReadAhead;

/** A file handle. */
final class OpenFile {

    final Node node;
    final FileContent content;
    final Drive.Access access;
    final ReadAhead ahead;

    OpenFile(Node node, FileContent content, Drive.Access access, ReadAhead ahead) {
        this.node = node;
        this.content = content;
        this.access = access;
        this.ahead = ahead;
    }
}
