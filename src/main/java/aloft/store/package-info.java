@NullMarked
package aloft.store;

import org.jspecify.annotations.NullMarked;
