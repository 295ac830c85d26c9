/** The process of a drive: what it is built of, its start and its end. */
@NullMarked
package aloft.cli.drive;

import org.jspecify.annotations.NullMarked;
