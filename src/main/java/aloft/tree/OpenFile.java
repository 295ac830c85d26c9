package aloft.tree;

/** A file handle. */
final class OpenFile {

    final Node node;
    final FileContent content;
    final Drive.Access access;

    OpenFile(Node node, FileContent content, Drive.Access access) {
        this.node = node;
        this.content = content;
        this.access = access;
    }
}
