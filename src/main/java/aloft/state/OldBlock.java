package aloft.state;

import aloft.format.BlockRow;

/**
 * Where a block lay earlier.
 *
 * @param row       with length 0: the block was all zeros and had no row
 * @param until     seq of the commit that replaced or deleted it
 * @param untilTime milliseconds since 1970, of that commit
 */
public record OldBlock(BlockRow row, long until, long untilTime) {}
