#include <string.h>
#include <sys/uio.h>

#include "session.h"

#ifndef FUSE_EXPIRE_ONLY
#define FUSE_EXPIRE_ONLY (1 << 0)
#endif

enum {
    EXPIRE_MINOR = 38,       /* of the protocol that knows FUSE_EXPIRE_ONLY */
    QUIET_MILLISECONDS = 2000,
};

/* struct fuse_notify_inval_entry_out, whose last member older headers call padding. */
struct inval_entry {
    uint64_t parent;
    uint32_t namelen;
    uint32_t flags;
};

/* Fails only for what the kernel does not know, which is as good. */
static void notify(struct aloft_session *session, int kind, struct iovec *parts, int count) {
    size_t size = 0;
    for (int i = 0; i < count; i++) {
        size += parts[i].iov_len;
    }
    struct fuse_out_header header = {.len = (uint32_t)size, .error = kind};
    parts[0] = (struct iovec){&header, sizeof header};
    header.len += (uint32_t)sizeof header;
    ssize_t ignored = writev(session->device, parts, count);
    (void)ignored;
}

/* Attributes, and all pages: of a file its content, of a folder its list. */
static void forget_inode(struct aloft_session *session, const struct node *node) {
    struct fuse_notify_inval_inode_out out = {.ino = node_number(&session->nodes, node)};
    struct iovec parts[] = {{NULL, 0}, {&out, sizeof out}};
    notify(session, FUSE_NOTIFY_INVAL_INODE, parts, 2);
}

/*
 * The kernel takes the folder's lock for this, which a call that waits for an answer of ours may hold.
 * That ends well as long as other threads answer; but were this process killed in between, both would
 * wait for ever. So the moment is chosen when no such request is open.
 */
static void forget_entry(struct aloft_session *session, struct node *folder, const char *name) {
    node_await_quiet(&session->nodes, folder, QUIET_MILLISECONDS);
    /* "expire": asks again at the next use, and so leaves alone who works in a folder of that name */
    struct inval_entry out = {
        .parent = node_number(&session->nodes, folder),
        .namelen = (uint32_t)strlen(name),
        .flags = session->minor >= EXPIRE_MINOR ? FUSE_EXPIRE_ONLY : 0,
    };
    struct iovec parts[] = {{NULL, 0}, {&out, sizeof out}, {(void *)name, strlen(name) + 1}};
    notify(session, FUSE_NOTIFY_INVAL_ENTRY, parts, 3);
}

void aloft_fuse_changed(struct aloft_session *session, const char *path, uint64_t inode) {
    struct change change = nodes_change(&session->nodes, path, inode);
    if (change.node != NULL) {
        forget_inode(session, change.node);
    }
    if (change.folder != NULL && change.entry) {
        forget_inode(session, change.folder);
        forget_entry(session, change.folder, strrchr(path, '/') + 1);
    }
    nodes_change_done(&session->nodes, &change);
}
