/** Which programs may make a drive fetch content, and which get only what is on this device. */
@NullMarked
package aloft.desktop.hydration;

import org.jspecify.annotations.NullMarked;
