@NullMarked
package aloft.failure;

import org.jspecify.annotations.NullMarked;
