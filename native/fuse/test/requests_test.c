#include <errno.h>
#include <fcntl.h>

#include "drive.h"
#include "test.h"

enum { ROOT = 1, ENOUGH = 20 };

static void the_newest_protocol_that_both_know_is_spoken(void) {
    struct answer answer;
    CHECK(drive_begin_as(7, 99, UINT32_MAX, &answer));
    CHECK(answer.init.major == 7 && answer.init.minor == FUSE_KERNEL_MINOR_VERSION);
    CHECK(answer.init.max_write == 1 << 20 && answer.init.max_pages == 256);
    CHECK((answer.init.flags & FUSE_WRITEBACK_CACHE) == 0);
    drive_end();
    CHECK(drive_begin_as(7, 27, FUSE_ASYNC_READ, &answer));
    CHECK(answer.init.minor == 27 && answer.init.flags == FUSE_ASYNC_READ && answer.init.max_write == 128 << 10);
    drive_end();
    CHECK(drive_begin_as(8, 0, 0, &answer));
    CHECK(answer.init.major == 7 && session.minor == 0);
    drive_end();
    CHECK(!drive_begin_as(7, 12, 0, &answer));
    CHECK(error_of(&answer) == EPROTO);
    drive_end();
}

static void what_is_not_whole_or_not_known_is_refused(void) {
    struct answer answer;
    drive_begin();
    ASK(&answer, 999, ROOT, NOTHING);
    CHECK(error_of(&answer) == ENOSYS);
    ASK(&answer, FUSE_IOCTL, ROOT, NOTHING);
    CHECK(error_of(&answer) == ENOSYS);
    ASK(&answer, FUSE_LOOKUP, ROOT, NOTHING);
    CHECK(error_of(&answer) == EIO);
    ASK(&answer, FUSE_LOOKUP, ROOT, "abc", (size_t)3);
    CHECK(error_of(&answer) == EIO);
    ASK(&answer, FUSE_SYMLINK, ROOT, NAME("only one"));
    CHECK(error_of(&answer) == EINVAL);
    struct fuse_write_in write = {.size = 100};
    ASK(&answer, FUSE_WRITE, ROOT, STRUCT(write), "short", (size_t)5);
    CHECK(error_of(&answer) == EIO);
    uint32_t xattr[] = {100, 0};
    ASK(&answer, FUSE_SETXATTR, ROOT, STRUCT(xattr), NAME("user.x"));
    CHECK(error_of(&answer) == EIO);
    drive_end();
}

static void an_entry_is_looked_up(void) {
    struct answer answer;
    drive_begin();
    uint64_t inode = drive_add("/a", S_IFREG | 0644);
    ASK(&answer, FUSE_LOOKUP, ROOT, NAME("a"));
    CHECK(answer.size == sizeof answer.entry && answer.entry.nodeid != 0);
    CHECK(answer.entry.attr.ino == inode && answer.entry.attr.mode == (S_IFREG | 0644));
    CHECK(answer.entry.attr_valid == 60 && answer.entry.entry_valid == 50);
    ASK(&answer, FUSE_LOOKUP, ROOT, NAME("none"));
    CHECK(error_of(&answer) == 0 && answer.entry.nodeid == 0 && answer.entry.entry_valid == 40);
    session.times.absent = 0;
    ASK(&answer, FUSE_LOOKUP, ROOT, NAME("none"));
    CHECK(error_of(&answer) == ENOENT && answer.size == 0);
    drive_end();
}

static void entries_are_made(void) {
    struct answer answer;
    drive_begin();
    struct fuse_mkdir_in folder = {.mode = 0750};
    ASK(&answer, FUSE_MKDIR, ROOT, STRUCT(folder), NAME("d"));
    CHECK(error_of(&answer) == 0 && answer.entry.attr.mode == (S_IFDIR | 0750));
    uint64_t inside = answer.entry.nodeid;
    ASK(&answer, FUSE_MKDIR, ROOT, STRUCT(folder), NAME("d"));
    CHECK(error_of(&answer) == EEXIST);
    struct fuse_mknod_in file = {.mode = S_IFREG | 0600};
    ASK(&answer, FUSE_MKNOD, inside, STRUCT(file), NAME("f"));
    CHECK(error_of(&answer) == 0 && answer.entry.attr.mode == (S_IFREG | 0600));
    ASK(&answer, FUSE_SYMLINK, inside, NAME("l"), NAME("where to"));
    CHECK(error_of(&answer) == 0);
    CHECK_STRING("symlink where to /d/l", last_call());
    ASK(&answer, FUSE_READLINK, answer.entry.nodeid, NOTHING);
    CHECK(answer.size == strlen("target of /d/l") && memcmp(answer.bytes, "target of /d/l", answer.size) == 0);
    ASK(&answer, FUSE_LINK, inside, NOTHING);
    CHECK(error_of(&answer) == EPERM);
    drive_end();
}

static void renames_move_nodes(void) {
    struct answer answer;
    drive_begin();
    drive_add("/a", S_IFDIR | 0755);
    drive_add("/a/file", S_IFREG | 0644);
    uint64_t folder = look_up(ROOT, "a");
    uint64_t file = look_up(folder, "file");
    struct fuse_rename_in in = {.newdir = ROOT};
    ASK(&answer, FUSE_RENAME, folder, STRUCT(in), NAME("file"), NAME("b"));
    CHECK(error_of(&answer) == 0);
    CHECK_STRING("rename /a/file /b", last_call());
    ASK(&answer, FUSE_GETATTR, file, NOTHING);
    CHECK(error_of(&answer) == 0);
    struct fuse_rename2_in with_flags = {.newdir = folder, .flags = 2};
    ASK(&answer, FUSE_RENAME2, ROOT, STRUCT(with_flags), NAME("b"), NAME("c"));
    CHECK_STRING("rename /b /a/c 2", last_call());
    ASK(&answer, FUSE_RENAME, folder, STRUCT(in), NAME("only one"));
    CHECK(error_of(&answer) == EINVAL);
    session.extras.rename_with_flags = NULL;
    ASK(&answer, FUSE_RENAME2, ROOT, STRUCT(with_flags), NAME("b"), NAME("c"));
    CHECK(error_of(&answer) == EINVAL);
    drive_end();
}

static void a_removed_file_goes_on_by_its_handle(void) {
    struct answer answer;
    drive_begin();
    drive_add("/a", S_IFREG | 0644);
    uint64_t node = look_up(ROOT, "a");
    struct fuse_open_out open = open_file(node, O_RDWR);
    CHECK((open.open_flags & FOPEN_KEEP_CACHE) != 0);
    ASK(&answer, FUSE_UNLINK, ROOT, NAME("a"));
    CHECK(error_of(&answer) == 0);
    ASK(&answer, FUSE_GETATTR, node, NOTHING);
    CHECK(error_of(&answer) == 0 && answer.attributes.attr.nlink == 0);
    struct fuse_setattr_in size = {.valid = FATTR_SIZE | FATTR_FH, .fh = open.fh, .size = 9};
    ASK(&answer, FUSE_SETATTR, node, STRUCT(size));
    CHECK(error_of(&answer) == 0 && answer.attributes.attr.size == 9);
    struct fuse_setattr_in mode = {.valid = FATTR_MODE, .mode = 0600};
    ASK(&answer, FUSE_SETATTR, node, STRUCT(mode));
    CHECK(error_of(&answer) == 0);
    struct fuse_getxattr_in xattr = {.size = 10};
    ASK(&answer, FUSE_GETXATTR, node, STRUCT(xattr), NAME("user.x"));
    CHECK(error_of(&answer) == ENODATA);
    struct fuse_release_in release = {.fh = open.fh};
    ASK(&answer, FUSE_RELEASE, node, STRUCT(release));
    CHECK(error_of(&answer) == 0 && drive_handles() == 0);
    ASK(&answer, FUSE_GETATTR, node, NOTHING);
    CHECK(error_of(&answer) == ESTALE);
    drive_end();
}

static void a_created_file_is_open(void) {
    struct answer answer;
    drive_begin();
    struct fuse_create_in in = {.flags = O_WRONLY | O_CREAT, .mode = S_IFREG | 0640};
    ASK(&answer, FUSE_CREATE, ROOT, STRUCT(in), NAME("a"));
    struct created created;
    CHECK(answer.size == sizeof created);
    memcpy(&created, answer.bytes, sizeof created);
    CHECK(created.entry.attr.mode == (S_IFREG | 0640) && drive_handles() == 1);

    struct fuse_write_in write = {.fh = created.open.fh, .offset = 5, .size = 4};
    ASK(&answer, FUSE_WRITE, created.entry.nodeid, STRUCT(write), "data", (size_t)4);
    CHECK(answer.write.size == 4);
    CHECK_STRING("write data at 5", last_call());
    write.write_flags = FUSE_WRITE_CACHE;
    ASK(&answer, FUSE_WRITE, created.entry.nodeid, STRUCT(write), "data", (size_t)4);
    CHECK_STRING("write data at 5 from the cache", last_call());

    struct fuse_read_in read = {.fh = created.open.fh, .offset = 7, .size = 100};
    ASK(&answer, FUSE_READ, created.entry.nodeid, STRUCT(read));
    CHECK(answer.size == 6 && memcmp(answer.bytes, "from 7", 6) == 0);
    struct fuse_flush_in flush = {.fh = created.open.fh};
    ASK(&answer, FUSE_FLUSH, created.entry.nodeid, STRUCT(flush));
    CHECK(error_of(&answer) == EIO);
    struct fuse_fsync_in fsync = {.fh = created.open.fh, .fsync_flags = 1};
    ASK(&answer, FUSE_FSYNC, created.entry.nodeid, STRUCT(fsync));
    CHECK_STRING("fsync handle 1", last_call());
    struct fuse_fallocate_in allocate = {.fh = created.open.fh, .offset = 1, .length = 2, .mode = 3};
    ASK(&answer, FUSE_FALLOCATE, created.entry.nodeid, STRUCT(allocate));
    CHECK_STRING("fallocate 3 1 2", last_call());
    drive_end();
}

static void attributes_are_set(void) {
    struct answer answer;
    drive_begin();
    drive_add("/a", S_IFREG | 06755);
    uint64_t node = look_up(ROOT, "a");
    struct fuse_setattr_in times = {.valid = FATTR_ATIME | FATTR_ATIME_NOW | FATTR_MTIME, .mtime = 5, .mtimensec = 6};
    ASK(&answer, FUSE_SETATTR, node, STRUCT(times));
    char expected[100];
    snprintf(expected, sizeof expected, "utimens /a 0 %ld 5 6", UTIME_NOW);
    CHECK_STRING(expected, last_call());
    times.valid = FATTR_ATIME;
    ASK(&answer, FUSE_SETATTR, node, STRUCT(times));
    snprintf(expected, sizeof expected, "utimens /a 0 0 0 %ld", UTIME_OMIT);
    CHECK_STRING(expected, last_call());
    struct fuse_setattr_in size = {.valid = FATTR_SIZE, .size = 11};
    ASK(&answer, FUSE_SETATTR, node, STRUCT(size));
    CHECK(answer.attributes.attr.size == 11 && answer.attributes.attr_valid == 60);
    struct fuse_setattr_in owner = {.valid = FATTR_UID, .uid = 12};
    ASK(&answer, FUSE_SETATTR, node, STRUCT(owner));
    CHECK(answer.attributes.attr.mode == (S_IFREG | 0755)); /* chown takes the privileges away */
    drive_end();
}

static void a_write_takes_privileges_away(void) {
    struct answer answer;
    drive_begin();
    drive_add("/a", S_IFREG | 04711);
    uint64_t node = look_up(ROOT, "a");
    struct fuse_write_in write = {.fh = open_file(node, O_WRONLY).fh, .size = 1, .write_flags = 1 << 2};
    ASK(&answer, FUSE_WRITE, node, STRUCT(write), "x", (size_t)1);
    CHECK(answer.write.size == 1);
    CHECK_STRING("chmod /a 711", last_call());
    drive_end();
}

static void xattrs_and_space(void) {
    struct answer answer;
    drive_begin();
    struct fuse_getxattr_in in = {.size = 0};
    ASK(&answer, FUSE_GETXATTR, ROOT, STRUCT(in), NAME("user.x"));
    CHECK(answer.size == sizeof answer.xattr && answer.xattr.size == 5);
    ASK(&answer, FUSE_LISTXATTR, ROOT, STRUCT(in));
    CHECK(answer.xattr.size == 5);
    in.size = 100;
    ASK(&answer, FUSE_GETXATTR, ROOT, STRUCT(in), NAME("user.x"));
    CHECK(answer.size == 5 && memcmp(answer.bytes, "value", 5) == 0);
    ASK(&answer, FUSE_GETXATTR, ROOT, STRUCT(in), NAME("user.y"));
    CHECK(error_of(&answer) == ENODATA);
    uint32_t set[] = {3, 1};
    ASK(&answer, FUSE_SETXATTR, ROOT, STRUCT(set), NAME("user.y"), "abc", (size_t)3);
    CHECK_STRING("setxattr / user.y abc 1", last_call());
    ASK(&answer, FUSE_REMOVEXATTR, ROOT, NAME("user.x"));
    CHECK(error_of(&answer) == 0);
    ASK(&answer, FUSE_STATFS, ROOT, NOTHING);
    CHECK(answer.statfs.st.blocks == 10 && answer.statfs.st.bavail == 7 && answer.statfs.st.namelen == 255);
    drive_end();
}

static void calls_that_wait_hold_up_no_others(void) {
    struct answer answer;
    drive_begin();
    drive_add("/stuck", S_IFREG | 0644);
    uint64_t node = look_up(ROOT, "stuck");
    struct fuse_read_in read = {.fh = open_file(node, O_RDONLY).fh, .size = 100};
    for (unsigned i = 1; i <= ENOUGH; i++) {
        request(FUSE_READ, node, STRUCT(read), NULL);
        drive_await_stuck(i);
        ASK(&answer, FUSE_GETATTR, node, NOTHING);
        CHECK(error_of(&answer) == 0);
    }
    drive_let_go();
    for (unsigned i = 0; i < ENOUGH; i++) {
        receive(&answer);
        CHECK(answer.size == 6);
    }
    drive_end();
}

static void what_the_kernel_forgets_is_freed(void) {
    struct answer answer;
    drive_begin();
    drive_add("/a", S_IFREG | 0644);
    drive_add("/b", S_IFREG | 0644);
    uint64_t a = look_up(ROOT, "a");
    uint64_t b = look_up(ROOT, "b");
    look_up(ROOT, "b");
    struct fuse_forget_in one = {.nlookup = 1};
    request(FUSE_FORGET, a, STRUCT(one), NULL);
    struct fuse_batch_forget_in count = {.count = 2};
    struct fuse_forget_one many[] = {{.nodeid = b, .nlookup = 1}, {.nodeid = b, .nlookup = 1}};
    request(FUSE_BATCH_FORGET, 0, STRUCT(count), STRUCT(many), NULL);
    ASK(&answer, FUSE_STATFS, ROOT, NOTHING); /* forgetting has no answer */
    drive_end();
}

void test_requests(void) {
    the_newest_protocol_that_both_know_is_spoken();
    what_is_not_whole_or_not_known_is_refused();
    an_entry_is_looked_up();
    entries_are_made();
    renames_move_nodes();
    a_removed_file_goes_on_by_its_handle();
    a_created_file_is_open();
    attributes_are_set();
    a_write_takes_privileges_away();
    xattrs_and_space();
    calls_that_wait_hold_up_no_others();
    what_the_kernel_forgets_is_freed();
}
