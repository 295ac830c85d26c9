#include <errno.h>
#include <fcntl.h>
#include <pthread.h>

#include "drive.h"
#include "test.h"

enum { ROOT = 1 };

static void expect_inode(uint64_t node) {
    struct answer answer;
    receive(&answer);
    CHECK(answer.header.unique == 0 && answer.header.error == FUSE_NOTIFY_INVAL_INODE);
    struct fuse_notify_inval_inode_out out;
    CHECK(answer.size == sizeof out);
    memcpy(&out, answer.bytes, sizeof out);
    CHECK(out.ino == node && out.off == 0 && out.len == 0);
}

static void expect_entry(uint64_t folder, const char *name, uint32_t flags) {
    struct answer answer;
    receive(&answer);
    CHECK(answer.header.unique == 0 && answer.header.error == FUSE_NOTIFY_INVAL_ENTRY);
    struct fuse_notify_inval_entry_out out;
    CHECK(answer.size == sizeof out + strlen(name) + 1);
    memcpy(&out, answer.bytes, sizeof out);
    CHECK(out.parent == folder && out.namelen == strlen(name));
    CHECK(memcmp(answer.bytes + 12, &flags, sizeof flags) == 0);
    CHECK_STRING(name, answer.bytes + sizeof out);
}

static void expect_nothing_more(void) {
    struct answer answer;
    ASK(&answer, FUSE_STATFS, ROOT, NOTHING);
}

static void the_kernel_is_told_what_is_not_true_any_more(void) {
    drive_begin();
    uint64_t inode = drive_add("/a", S_IFREG | 0644);
    uint64_t node = look_up(ROOT, "a");

    aloft_fuse_changed(&session, "/a", inode); /* content */
    expect_inode(node);
    aloft_fuse_changed(&session, "/", 1);
    expect_inode(ROOT);
    aloft_fuse_changed(&session, "/new", 99);
    expect_inode(ROOT);
    expect_entry(ROOT, "new", session.minor >= 38);
    aloft_fuse_changed(&session, "/unknown/folder/file", 98);
    expect_nothing_more();

    drive_set_inode("/a", 97); /* another file by the same name */
    aloft_fuse_changed(&session, "/a", 97);
    expect_inode(node);
    expect_inode(ROOT);
    expect_entry(ROOT, "a", session.minor >= 38);
    uint64_t other = look_up(ROOT, "a");
    CHECK(other != node);

    drive_remove("/a");
    aloft_fuse_changed(&session, "/a", 0);
    expect_inode(other);
    expect_inode(ROOT);
    expect_entry(ROOT, "a", session.minor >= 38);
    drive_end();
}

static void an_older_kernel_hears_it_in_its_own_words(void) {
    struct answer answer;
    CHECK(drive_begin_as(7, 31, UINT32_MAX, &answer));
    aloft_fuse_changed(&session, "/new", 99);
    expect_inode(ROOT);
    expect_entry(ROOT, "new", 0);
    drive_end();
}

static void what_took_a_name_over_is_not_taken_for_what_had_it(void) {
    struct answer answer;
    drive_begin();
    drive_add("/a", S_IFREG | 0644);
    uint64_t node = look_up(ROOT, "a");
    struct fuse_open_out open = open_file(node, O_RDONLY);
    drive_set_inode("/a", 99);
    struct fuse_open_in in = {.flags = O_RDONLY};
    ASK(&answer, FUSE_OPEN, node, STRUCT(in));
    CHECK(error_of(&answer) == ESTALE && drive_handles() == 1);
    CHECK(look_up(ROOT, "a") != node);
    struct fuse_release_in release = {.fh = open.fh};
    ASK(&answer, FUSE_RELEASE, node, STRUCT(release));
    drive_set_inode("/a", 100);
    ASK(&answer, FUSE_GETATTR, look_up(ROOT, "a"), NOTHING);
    CHECK(error_of(&answer) == 0);
    drive_end();
}

static void *tell(void *path) {
    aloft_fuse_changed(&session, path, 99);
    return NULL;
}

static void an_entry_is_told_of_when_no_request_on_its_folder_is_open(void) {
    drive_begin();
    struct node *root = nodes_get(&session.nodes, ROOT);
    node_begin(&session.nodes, root);
    pthread_t teller;
    char path[] = "/new";
    CHECK(pthread_create(&teller, NULL, tell, path) == 0);
    expect_inode(ROOT);
    expect_nothing_more();
    node_end(&session.nodes, root);
    expect_entry(ROOT, "new", session.minor >= 38);
    pthread_join(teller, NULL);
    drive_end();
}

void test_changes(void) {
    the_kernel_is_told_what_is_not_true_any_more();
    what_took_a_name_over_is_not_taken_for_what_had_it();
    an_older_kernel_hears_it_in_its_own_words();
    an_entry_is_told_of_when_no_request_on_its_folder_is_open();
}
