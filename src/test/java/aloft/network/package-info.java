/** A network between two programs of one computer, as slow and as bad as wished, for tests and benchmarks. */
@NullMarked
package aloft.network;

import org.jspecify.annotations.NullMarked;
