/** The embedded cloud: a WebDAV server over a folder. Stands apart; knows nothing of vaults. */
@NullMarked
package aloft.server;

import org.jspecify.annotations.NullMarked;
