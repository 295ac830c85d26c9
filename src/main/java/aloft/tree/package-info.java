@NullMarked
package aloft.tree;

import org.jspecify.annotations.NullMarked;
