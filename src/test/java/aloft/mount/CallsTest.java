package aloft.mount;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import aloft.tree.Drive.Space;
import aloft.tree.FsException;
import aloft.tree.FsException.Reason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The callbacks, called as a FUSE library would but without one. */
class CallsTest {

    private static final long FLAGS = 0;
    private static final long WRITEPAGE = 16;
    private static final int EPERM = -1;
    private static final int EEXIST = 17;
    private static final long OMIT = (1L << 30) - 2;
    private static final long NOW = (1L << 30) - 1;

    private final Arena arena = Arena.ofConfined();
    private final MemoryDrive drive = new MemoryDrive(InstantSource.fixed(Instant.ofEpochSecond(1000)));
    private final Structs structs = new Structs(new Owner(12, 34));
    private final PathCalls paths = new PathCalls(drive, structs,
            InstantSource.fixed(Instant.ofEpochSecond(2000, 5)));
    private final FileCalls files = new FileCalls(drive, structs, () -> 0);
    private final XattrCalls xattrs = new XattrCalls(drive);
    private final MemorySegment info = arena.allocate(64, 8);
    private final MemorySegment buffer = arena.allocate(1 << 16, 8);

    @AfterEach
    void freeMemory() {
        arena.close();
    }

    private long c(String string) {
        return arena.allocateFrom(string, StandardCharsets.ISO_8859_1).address();
    }

    private String inBuffer(int length) {
        return new String(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE),
                StandardCharsets.ISO_8859_1);
    }

    private long opened(String path, int flags) throws FsException {
        info.set(ValueLayout.JAVA_INT, FLAGS, flags);
        assertThat(files.open(c(path), info.address())).isZero();
        return Structs.handle(info.address());
    }

    private void make(String path) throws FsException {
        assertThat(paths.mknod(c(path), Modes.FILE | 0640, 0)).isZero();
    }

    private static void assertFails(ThrowingCallable call, Reason reason) {
        assertThatThrownBy(call).isInstanceOfSatisfying(FsException.class,
                e -> assertThat(e.reason()).isEqualTo(reason));
    }

    @Test
    void pathsKeepEveryByte() throws Exception {
        var name = new StringBuilder("/");
        for (char c = 1; c < 256; c++) {
            if (c != '/') {
                name.append(c);
            }
        }
        make(name.toString());
        assertThat(drive.stat(name.toString()).mode()).isEqualTo(0640);
        assertThat(paths.getattr(c(name.toString()), buffer.address())).isZero();
    }

    @Test
    void onlyFilesAreMadeByMknod() throws Exception {
        assertThat(paths.mknod(c("/fifo"), 0010000 | 0644, 0)).isEqualTo(EPERM);
        assertThat(paths.mknod(c("/file"), 0644, 0)).isZero();
        assertThat(drive.openHandles()).isZero();
    }

    @Test
    void ownersStay() {
        assertThat(paths.chown(0, -1, -1)).isZero();
        assertThat(paths.chown(0, 12, 34)).isZero();
        assertThat(paths.chown(0, 13, -1)).isEqualTo(EPERM);
        assertThat(paths.chown(0, -1, 35)).isEqualTo(EPERM);
        assertThat(paths.link(0, 0)).isEqualTo(EPERM);
    }

    @Test
    void timesAreSetKeptOrNow() throws Exception {
        make("/a");
        setTimes(7, 8, 1_000_000_000, 9);
        assertThat(drive.stat("/a").mtime()).isEqualTo(1_000_000_000_000_000_009L);
        setTimes(7, 8, 3, OMIT);
        assertThat(drive.stat("/a").mtime()).isEqualTo(1_000_000_000_000_000_009L);
        setTimes(7, OMIT, 0, NOW);
        assertThat(drive.stat("/a").mtime()).isEqualTo(2_000_000_000_005L);
        setTimes(0, 0, -1, 999_999_999);
        assertThat(drive.stat("/a").mtime()).isEqualTo(-1);
        setTimes(0, 0, Long.MAX_VALUE / 2, 0);
        assertThat(drive.stat("/a").mtime()).isEqualTo(Long.MAX_VALUE);
    }

    private void setTimes(long atime, long atimeNanos, long mtime, long mtimeNanos) throws FsException {
        MemorySegment times = arena.allocateFrom(ValueLayout.JAVA_LONG, atime, atimeNanos, mtime, mtimeNanos);
        assertThat(paths.utimens(c("/a"), times.address())).isZero();
    }

    @Test
    void linksAreReadAsFarAsThereIsRoom() throws Exception {
        assertThat(paths.symlink(c("target"), c("/l"))).isZero();
        assertThat(paths.readlink(c("/l"), buffer.address(), 100)).isZero();
        assertThat(inBuffer(7)).isEqualTo("target\0");
        assertThat(paths.readlink(c("/l"), buffer.address(), 4)).isZero();
        assertThat(inBuffer(4)).isEqualTo("tar\0");
    }

    @Test
    void renamesObeyTheirFlags() throws Exception {
        make("/a");
        make("/b");
        assertFails(() -> paths.renameWithFlags(c("/a"), c("/b"), 1), Reason.EXISTS);
        long a = drive.stat("/a").id();
        assertThat(paths.renameWithFlags(c("/a"), c("/b"), 2)).isZero();
        assertThat(drive.stat("/b").id()).isEqualTo(a);
        assertThat(paths.renameWithFlags(c("/a"), c("/b"), 4)).isEqualTo(-22);
        assertThat(paths.renameWithFlags(c("/b"), c("/a"), 0)).isZero();
        assertFails(() -> drive.stat("/b"), Reason.NOT_FOUND);
    }

    @Test
    void attributesAreLaidOutAsCExpects() throws Exception {
        make("/a");
        drive.setSize("/a", 5000);
        drive.setModified("/a", -1);
        paths.getattr(c("/a"), buffer.address());
        // struct stat of x86-64 and arm64: the same but for mode and number of links
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(drive.stat("/a").id());
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 48)).isEqualTo(5000);
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 88)).isEqualTo(-1);
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 96)).isEqualTo(999_999_999);
        boolean arm = System.getProperty("os.arch").equals("aarch64");
        assertThat(buffer.get(ValueLayout.JAVA_INT, arm ? 16 : 24)).isEqualTo(Modes.FILE | 0640);
        assertThat(buffer.get(ValueLayout.JAVA_INT, arm ? 24 : 28)).isEqualTo(12);
        assertThat(buffer.get(ValueLayout.JAVA_INT, arm ? 28 : 32)).isEqualTo(34);
    }

    @Test
    void spaceIsToldAsFarAsItIsKnown() {
        paths.statfs(c("/"), buffer.address());
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 8)).isEqualTo(4096);
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 16)).isZero();
        drive.setSpace(new Space(40_960, 8192, 10));
        paths.statfs(c("/"), buffer.address());
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 16)).isEqualTo(10);
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 24)).isEqualTo(2);
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 32)).isEqualTo(2);
        drive.setSpace(new Space(-1, 8192, -1));
        paths.statfs(c("/"), buffer.address());
        assertThat(buffer.get(ValueLayout.JAVA_LONG, 16)).isEqualTo(2);
    }

    @Test
    void bytesGoInAndOut() throws Exception {
        make("/a");
        long handle = opened("/a", Modes.O_RDWR);
        byte[] text = "some text".getBytes(StandardCharsets.UTF_8);
        MemorySegment.copy(text, 0, buffer, ValueLayout.JAVA_BYTE, 0, text.length);
        assertThat(files.write(0, buffer.address(), text.length, 3, info.address())).isEqualTo(text.length);
        buffer.fill((byte) 'x');
        assertThat(files.read(0, buffer.address(), 100, 5, info.address())).isEqualTo(7);
        assertThat(inBuffer(8)).isEqualTo("me textx");
        assertThat(files.read(0, buffer.address(), 1 << 16, 100, info.address())).isZero();
        assertThat(handle).isEqualTo(Structs.handle(info.address()));
        assertThat(files.ftruncate(0, 4, info.address())).isZero();
        assertThat(drive.stat("/a").size()).isEqualTo(4);
        assertThat(files.fgetattr(0, buffer.address(), info.address())).isZero();
        assertThat(files.flush(0, info.address()) + files.fsync(0, 0, info.address())).isZero();
        assertThat(files.release(0, info.address())).isZero();
        assertFails(() -> files.flush(0, info.address()), Reason.BAD_HANDLE);
    }

    @Test
    void anAppenderWritesAtTheEndButNotThePageCache() throws Exception {
        make("/a");
        opened("/a", Modes.O_WRONLY | Modes.O_APPEND);
        buffer.fill((byte) 'x');
        files.write(0, buffer.address(), 4, 0, info.address());
        files.write(0, buffer.address(), 4, 0, info.address());
        assertThat(drive.stat("/a").size()).isEqualTo(8);
        info.set(ValueLayout.JAVA_INT, WRITEPAGE, 1);
        files.write(0, buffer.address(), 4, 0, info.address());
        assertThat(drive.stat("/a").size()).isEqualTo(8);
    }

    @Test
    void anExistingFileIsOpenedByCreateUnlessItMustBeNew() throws Exception {
        make("/a");
        drive.setSize("/a", 10);
        info.set(ValueLayout.JAVA_INT, FLAGS, Modes.O_RDWR);
        assertThat(files.create(c("/a"), 0600, info.address())).isZero();
        assertThat(drive.stat("/a").size()).isEqualTo(10);
        info.set(ValueLayout.JAVA_INT, FLAGS, Modes.O_RDWR | Modes.O_TRUNC);
        assertThat(files.create(c("/a"), 0600, info.address())).isZero();
        assertThat(drive.stat("/a").size()).isZero();
        info.set(ValueLayout.JAVA_INT, FLAGS, Modes.O_RDWR | Modes.O_EXCL);
        assertFails(() -> files.create(c("/a"), 0600, info.address()), Reason.EXISTS);
        assertThat(files.create(c("/b"), Modes.FILE | 0600, info.address())).isZero();
        assertThat(drive.stat("/b").mode()).isEqualTo(0600);
    }

    @Test
    void spaceIsAllocatedInTheWaysThatADriveKnows() throws Exception {
        make("/a");
        opened("/a", Modes.O_RDWR);
        assertThat(files.fallocate(0, 1, 0, 10, info.address())).isZero();
        assertThat(drive.stat("/a").size()).isZero();
        assertThat(files.fallocate(0, 0, 0, 10, info.address())).isZero();
        assertThat(drive.stat("/a").size()).isEqualTo(10);
        assertThat(files.fallocate(0, 3, 2, 2, info.address())).isZero();
        assertThat(files.fallocate(0, 2, 2, 2, info.address())).isEqualTo(-Errno.EOPNOTSUPP);
        assertThat(files.fallocate(0, 16, 2, 2, info.address())).isEqualTo(-Errno.EOPNOTSUPP);
    }

    @Test
    void xattrsOfUsersAreKeptAndOthersAreNot() throws Exception {
        make("/a");
        long value = c("value");
        assertThat(xattrs.setxattr(c("/a"), c("user.x"), value, 5, 0)).isZero();
        assertFails(() -> xattrs.setxattr(c("/a"), c("user.x"), value, 5, 1), Reason.EXISTS);
        assertFails(() -> xattrs.setxattr(c("/a"), c("user.y"), value, 5, 2), Reason.NO_XATTR);
        assertThat(xattrs.getxattr(c("/a"), c("user.x"), 0, 0)).isEqualTo(5);
        assertThat(xattrs.getxattr(c("/a"), c("user.x"), buffer.address(), 4)).isEqualTo(-Errno.ERANGE);
        assertThat(xattrs.getxattr(c("/a"), c("user.x"), buffer.address(), 5)).isEqualTo(5);
        assertThat(inBuffer(5)).isEqualTo("value");
        assertThat(xattrs.listxattr(c("/a"), buffer.address(), 100)).isEqualTo(7);
        assertThat(inBuffer(7)).isEqualTo("user.x\0");
        assertThat(xattrs.removexattr(c("/a"), c("user.x"))).isZero();
        assertThat(xattrs.listxattr(c("/a"), 0, 0)).isZero();
        for (String other : new String[]{"security.capability", "trusted.x", "system.posix_acl_access"}) {
            assertThat(xattrs.getxattr(c("/a"), c(other), 0, 0)).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(xattrs.setxattr(c("/a"), c(other), value, 5, 0)).isEqualTo(-Errno.EOPNOTSUPP);
            assertThat(xattrs.removexattr(c("/a"), c(other))).isEqualTo(-Errno.EOPNOTSUPP);
        }
    }

    @Test
    void whateverIsThrownIsAnErrno() {
        assertThat(Callbacks.answer("open", new FsException(Reason.EXISTS, "there"))).isEqualTo(-EEXIST);
        assertThat(Callbacks.answer("open", new FsException(Reason.IO, "asked for"))).isEqualTo(-Errno.EIO);
        assertThat(Callbacks.answer("open", new IllegalStateException("asked for"))).isEqualTo(-Errno.EIO);
        assertThat(Callbacks.answer("open", new StackOverflowError("asked for"))).isEqualTo(-Errno.EIO);
        for (Reason reason : Reason.values()) {
            assertThat(Errno.of(reason)).isPositive();
        }
    }
}
