/** The commands; builds every part and hands them to each other. */
@NullMarked
package aloft.cli;

import org.jspecify.annotations.NullMarked;
