/** What survives a restart of the program on this device: the database, the journal, the drive's lock. */
@NullMarked
package aloft.state;

import org.jspecify.annotations.NullMarked;
