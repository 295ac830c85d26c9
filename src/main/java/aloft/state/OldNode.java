package aloft.state;

import aloft.format.NodeRow;

/**
 * An earlier version of an entry.
 *
 * @param until     seq of the commit that replaced or deleted it; it was in force from {@code row.version()}
 * @param untilTime milliseconds since 1970, of that commit
 */
public record OldNode(NodeRow row, long until, long untilTime) {}
