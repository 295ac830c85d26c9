@NullMarked
package aloft.cache;

import org.jspecify.annotations.NullMarked;
