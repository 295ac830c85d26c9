@NullMarked
package aloft.format;

import org.jspecify.annotations.NullMarked;
