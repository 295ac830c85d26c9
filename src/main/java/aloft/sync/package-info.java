@NullMarked
package aloft.sync;

import org.jspecify.annotations.NullMarked;
