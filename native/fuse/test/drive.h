/*
 * A small drive in memory, and the kernel's part: a socket in place of /dev/fuse, over which the tests
 * send requests and read answers and notices.
 */
#ifndef ALOFT_TEST_DRIVE_H
#define ALOFT_TEST_DRIVE_H

#include <linux/fuse.h>
#include <stdbool.h>

#include "session.h"

/* An answer or a notice. */
struct answer {
    struct fuse_out_header header;
    union {
        struct fuse_init_out init;
        struct fuse_entry_out entry;
        struct fuse_attr_out attributes;
        struct fuse_open_out open;
        struct fuse_write_out write;
        struct fuse_statfs_out statfs;
        struct fuse_getxattr_out xattr;
        char bytes[65536];
    };
    size_t size; /* without the header */
};

/* A file that has just been created and is open. */
struct created {
    struct fuse_entry_out entry;
    struct fuse_open_out open;
};

extern struct aloft_session session;

/* Begins a session with an empty drive, and does FUSE_INIT with the newest protocol. */
void drive_begin(void);

/* The same with what the kernel offers; false when the session refuses. */
bool drive_begin_as(uint32_t major, uint32_t minor, uint32_t flags, struct answer *answer);

void drive_end(void);

/* Sends a request about a node. Its body comes in pieces, each a pointer and a size_t; NULL ends them. */
uint64_t request(uint32_t opcode, uint64_t node, ...);

/* The next message of the session. */
void receive(struct answer *answer);

/* 0 or an errno. */
int error_of(const struct answer *answer);

/* Request and answer in one. */
#define ASK(answer, opcode, node, ...)                               \
    do {                                                             \
        uint64_t unique_ = request(opcode, node, __VA_ARGS__, NULL); \
        receive(answer);                                             \
        CHECK((answer)->header.unique == unique_);                   \
    } while (0)

/* Pieces of a body: a name with its NUL, a structure, nothing. */
#define NAME(text) (text), strlen(text) + 1
#define STRUCT(value) &(value), sizeof(value)
#define NOTHING "", (size_t)0

/* The drive's callbacks. */
extern const struct fuse2_operations DRIVE_CALLS;
int drive_rename_with_flags(const char *from, const char *to, unsigned flags);

/* Leaves nothing but the root. */
void drive_clear(void);

/* Makes an entry in the drive, not through the session; its inode number. */
uint64_t drive_add(const char *path, mode_t mode);
void drive_remove(const char *path);
void drive_set_inode(const char *path, uint64_t inode);

/* Looks a name up, and returns its node. */
uint64_t look_up(uint64_t folder, const char *name);

/* The same, and opens it. */
struct fuse_open_out open_file(uint64_t node, uint32_t flags);

/* What the drive was asked for last: callback and arguments. */
const char *last_call(void);

/* Handles that are open in the drive. */
unsigned drive_handles(void);

/* Until it is called, reads of "/stuck" do not return. */
void drive_let_go(void);

/* Waits until so many reads of "/stuck" have begun. */
void drive_await_stuck(unsigned count);

#endif
