package aloft.mount;

import java.nio.file.Path;

/**
 * How a drive is mounted.
 *
 * @param source      what {@code df} shows as the file system, such as the place
 * @param allowOther  whether other users may use the drive
 * @param marksFolder private to the user and empty after a restart of the system, such as
 *                    {@code $XDG_RUNTIME_DIR/aloft}; made when missing. Holds a small file for each mount,
 *                    which says what process serves it, for the next mount and unmount there
 * @param plainLibrary take libfuse 2 of the system, not the library that Aloft brings along
 */
public record MountOptions(String source, boolean allowOther, Path marksFolder, boolean plainLibrary) {}
