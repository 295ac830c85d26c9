/** Where things are: the folders of the user, the places known, the drives mounted, what the system tells. */
@NullMarked
package aloft.cli.home;

import org.jspecify.annotations.NullMarked;
