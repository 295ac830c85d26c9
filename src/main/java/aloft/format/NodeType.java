package aloft.format;

/** What an entry is. */
public enum NodeType {
    FILE, FOLDER, LINK
}
