/** What belongs to the desktop: where secrets are kept. */
@NullMarked
package aloft.desktop;

import org.jspecify.annotations.NullMarked;
