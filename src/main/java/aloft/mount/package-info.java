/** The drive as the kernel sees it: calls of FUSE in, calls of the tree out. */
@NullMarked
package aloft.mount;

import org.jspecify.annotations.NullMarked;
