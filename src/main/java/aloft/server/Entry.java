package aloft.server;

import java.nio.file.Path;
import java.time.Instant;

/**
 * What lies at a path.
 *
 * @param size bytes, 0 for a folder
 * @param etag strong, with quotes; differs for any two contents a path ever had
 */
record Entry(DavPath path, Path file, boolean folder, long size, Instant modified, Instant created,
        String etag) {}
