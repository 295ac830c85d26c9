package aloft.tree;

import aloft.format.Name;
import aloft.format.NodeType;
import java.util.List;

/**
 * The drive as the kernel sees it, one method for each call of a file system.
 *
 * <p>
 * A path is absolute, begins with '/', and has one char (0 to 255) for each byte, as in
 * {@link Name#raw()}; the root is "/". Every method may be called from many threads at once and ends:
 * metadata without waiting for the network, reads and writes of content within a deadline. What a
 * method has done is in the journal when it returns, so that it survives the end of the process; it
 * survives the loss of power after {@link #fsync} or {@link #fsyncFolder}. A handle is a positive number that
 * is valid until {@link #release} or {@link #releaseFolder}.
 */
public interface Drive {

    Attributes stat(String path) throws FsException;

    /** The same of an open file, also when it has no name any more. */
    Attributes stat(long handle) throws FsException;

    String readLink(String path) throws FsException;

    /** @param mode permission bits, 0 to 07777 */
    Attributes makeFolder(String path, int mode) throws FsException;

    void removeFolder(String path) throws FsException;

    void removeFile(String path) throws FsException;

    /** @param target one char for each byte, 1 to 4,095 of them */
    Attributes makeLink(String path, String target) throws FsException;

    /** Replaces {@code to} where POSIX says so, unless {@code how} forbids it. */
    void rename(String from, String to, RenameMode how) throws FsException;

    void setMode(String path, int mode) throws FsException;

    /** @param mtime nanoseconds since 1970 */
    void setModified(String path, long mtime) throws FsException;

    void setSize(String path, long size) throws FsException;

    void setSize(long handle, long size) throws FsException;

    /**
     * Opens a file that exists.
     *
     * @param access what the handle is for
     * @param truncate O_TRUNC
     * @param caller process or thread that asks, as the kernel tells; 0 when it cannot be seen from here
     * @throws FsException ACCESS_DENIED when the caller gets only what is on this device, and this is not
     */
    long open(String path, Access access, boolean truncate, int caller) throws FsException;

    /** Makes a file and opens it for {@code access}; fails with EXISTS when the name is taken. */
    long create(String path, int mode, Access access) throws FsException;

    /** @return bytes read, fewer than {@code length} only at the end of the file */
    int read(long handle, long offset, byte[] to, int at, int length) throws FsException;

    /** Writes all of it, at the end of the file whatever {@code offset} says when {@code append}. */
    void write(long handle, long offset, byte[] from, int at, int length, boolean append) throws FsException;

    /** close(2) of one descriptor: reports what failed since the last report. */
    void flush(long handle) throws FsException;

    /** Returns when what was written through any handle of the file is on the disk for good. */
    void fsync(long handle) throws FsException;

    void fsyncFolder(String path) throws FsException;

    void release(long handle);

    /** fallocate(2) with mode 0 or FALLOC_FL_KEEP_SIZE. */
    void allocate(long handle, long offset, long length, boolean keepSize) throws FsException;

    /** Zeros for a range, as FALLOC_FL_PUNCH_HOLE does; the size stays. */
    void punchHole(long handle, long offset, long length) throws FsException;

    /** Freezes the list of a folder for {@link #list}. */
    long openFolder(String path) throws FsException;

    /**
     * The entries from a position on, without "." and "..", in one order that stays while the handle is
     * open; an entry that went since is left out.
     *
     * @param position 0 for the first
     */
    List<Entry> list(long handle, int position, int most) throws FsException;

    /** The folder that is open. */
    Attributes statFolder(long handle) throws FsException;

    void releaseFolder(long handle);

    /** @throws FsException NO_XATTR when there is none of that name */
    byte[] getXattr(String path, String name) throws FsException;

    /** @param mode whether it must, must not, or may exist */
    void setXattr(String path, String name, byte[] value, XattrMode mode) throws FsException;

    List<String> listXattrs(String path) throws FsException;

    void removeXattr(String path, String name) throws FsException;

    /** Space of the cloud's account. */
    Space space();

    /** What the user may do with an open file. */
    enum Access {
        READ, WRITE, READ_WRITE;

        public boolean reads() {
            return this != WRITE;
        }

        public boolean writes() {
            return this != READ;
        }
    }

    enum RenameMode {
        REPLACE, NO_REPLACE, EXCHANGE
    }

    enum XattrMode {
        ANY, CREATE, REPLACE
    }

    /**
     * @param id    inode number; another one when another device put other content there
     * @param mtime nanoseconds since 1970; also stands for atime
     * @param ctime nanoseconds since 1970
     * @param links names of it: 1, and 0 once it is removed; a folder has 2 and one for each folder in it
     * @param stored bytes that content takes, for st_blocks
     */
    record Attributes(long id, NodeType type, long size, long mtime, long ctime, int mode, int links,
            long stored) {
        Attributes withContent(long inode, long newSize, long newMtime) {
            return new Attributes(inode, type, newSize, newMtime, ctime, mode, links, newSize);
        }
    }

    /** @param next the position after it: entries that went are left out of a list, positions stay */
    record Entry(Name name, Attributes attributes, int next) {}

    /** Bytes; -1 when not known. */
    record Space(long total, long free, long entries) {}
}
