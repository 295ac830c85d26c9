@NullMarked
package aloft.server;

import org.jspecify.annotations.NullMarked;
