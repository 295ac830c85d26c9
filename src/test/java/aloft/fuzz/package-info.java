/** Feeds every parser of bytes from a cloud or from a disk with what nobody would write. */
@NullMarked
package aloft.fuzz;

import org.jspecify.annotations.NullMarked;
