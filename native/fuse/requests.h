/* The kinds of requests, and what they share. Each handler sends the answer itself. */
#ifndef ALOFT_REQUESTS_H
#define ALOFT_REQUESTS_H

#include "session.h"

typedef void handler(struct worker *worker);

handler answer_getattr, answer_setattr; /* attributes.c */
handler answer_open, answer_create, answer_read, answer_write, answer_flush, answer_fsync, answer_release,
    answer_fallocate; /* files.c */
handler answer_opendir, answer_readdir, answer_readdirplus, answer_fsyncdir, answer_releasedir; /* folders.c */
handler answer_setxattr, answer_getxattr, answer_listxattr, answer_removexattr;                 /* xattrs.c */

/* The node that the request is about. */
struct node *subject(const struct worker *worker);

/* Answers with an error, or that it is done. */
void reply_result(struct worker *worker, int result);

/*
 * The path of the node, or of an entry in it, in worker->path. It stays true until path_done. NULL
 * with a negative *error when there is none; path_done is not called then.
 */
const char *path_begin(struct worker *worker, struct node *node, const char *name, int *error);
void path_done(struct worker *worker);

/* The string that begins so far into the body; NULL when the body does not hold it. */
const char *string_at(const struct worker *worker, size_t offset);

/* Asks the drive; tells also of files without a name, by a handle. */
int attributes_of(struct worker *worker, struct node *node, struct stat *to);

void put_attributes(struct fuse_attr *to, const struct stat *from);

/* What the kernel is told of an entry that it may keep. */
void put_entry(const struct aloft_session *session, struct fuse_entry_out *to, const struct node *node,
               const struct stat *from);

/* Lets a handle go that node_handle or the kernel has used. */
int handle_done(struct worker *worker, struct node *node, uint64_t handle, int flags);

/* Takes the set-user-ID and set-group-ID bits away, as a write by somebody without privileges does. */
void drop_privileges(struct worker *worker, struct node *node);

#endif
