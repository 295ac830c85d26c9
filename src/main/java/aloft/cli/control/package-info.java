/** The talk between a command and a running drive over a Unix socket. */
@NullMarked
package aloft.cli.control;

import org.jspecify.annotations.NullMarked;
