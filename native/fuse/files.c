#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "requests.h"

#ifndef FOPEN_NOFLUSH
#define FOPEN_NOFLUSH (1 << 5)
#endif
#ifndef FUSE_WRITE_KILL_SUIDGID
#define FUSE_WRITE_KILL_SUIDGID (1 << 2)
#endif
#ifndef FUSE_OPEN_KILL_SUIDGID
#define FUSE_OPEN_KILL_SUIDGID (1 << 0)
#endif

/* The kernel keeps pages of earlier opens: it is told of changes. Who cannot write has nothing to flush. */
static uint32_t open_flags(uint32_t flags) {
    return FOPEN_KEEP_CACHE | ((flags & O_ACCMODE) == O_RDONLY ? FOPEN_NOFLUSH : 0);
}

/*
 * Opens what the node stands for. Another device may have put something else there, of which the kernel
 * has not been told yet: it must not end up among the node's pages.
 */
static int open_node(struct worker *worker, struct node *node, struct fuse2_file_info *info) {
    struct aloft_session *session = worker->session;
    int result;
    const char *path = path_begin(worker, node, NULL, &result);
    if (path == NULL) {
        return result;
    }
    result = session->calls.open(path, info);
    path_done(worker);
    struct stat stat;
    if (result == 0) {
        result = session->calls.fgetattr(NULL, &stat, info);
        if (result == 0 && !node_is_for(&session->nodes, node, stat.st_ino)) {
            node_lose_name(&session->nodes, node);
            result = -ESTALE; /* the kernel looks the name up again */
        }
        if (result == 0 && node_opened(&session->nodes, node, info->fh) != 0) {
            result = -ENOMEM;
        }
        if (result < 0) {
            session->calls.release(NULL, info);
        }
    }
    return result;
}

void answer_open(struct worker *worker) {
    struct fuse_open_in in;
    memcpy(&in, worker->body, sizeof in);
    struct node *node = subject(worker);
    struct fuse2_file_info info = {.flags = (int)in.flags};
    int result = open_node(worker, node, &info);
    if (result == 0 && (in.open_flags & FUSE_OPEN_KILL_SUIDGID) != 0) {
        drop_privileges(worker, node);
    }
    struct fuse_open_out out = {.fh = info.fh, .open_flags = open_flags(in.flags)};
    if (!reply(worker, result, &out, sizeof out) && result == 0) {
        handle_done(worker, node, info.fh, (int)in.flags);
    }
}

/* The entry of a file that has just been made under the handle. */
static int enter_created(struct worker *worker, struct node *folder, const char *name, struct fuse2_file_info *info,
                         struct node **node, struct stat *stat) {
    struct aloft_session *session = worker->session;
    uint64_t version = node_version(&session->nodes, folder);
    int result = session->calls.fgetattr(NULL, stat, info);
    for (int why = 0; result == 0; version = node_version(&session->nodes, folder)) {
        *node = node_enter(&session->nodes, folder, name, stat->st_ino, version, &why);
        if (*node != NULL || why != EAGAIN) {
            result = *node == NULL ? -why : 0;
            break;
        }
    }
    if (result == 0 && node_opened(&session->nodes, *node, info->fh) != 0) {
        node_forget(&session->nodes, *node, 1);
        result = -ENOMEM;
    }
    return result;
}

void answer_create(struct worker *worker) {
    const struct fuse_create_in *in = (const void *)worker->body;
    struct aloft_session *session = worker->session;
    struct node *folder = subject(worker);
    const char *name = (const char *)(in + 1);
    struct fuse2_file_info info = {.flags = (int)in->flags};
    struct node *node = NULL;
    struct stat stat;
    int result;
    const char *path = path_begin(worker, folder, name, &result);
    if (path != NULL) {
        result = session->calls.create(path, in->mode, &info);
        if (result == 0) {
            result = enter_created(worker, folder, name, &info, &node, &stat);
            if (result < 0) {
                session->calls.release(NULL, &info);
            }
        }
        path_done(worker);
    }
    if (result < 0) {
        reply_result(worker, result);
        return;
    }
    struct {
        struct fuse_entry_out entry;
        struct fuse_open_out open;
    } out = {.open = {.fh = info.fh, .open_flags = open_flags(in->flags)}};
    put_entry(session, &out.entry, node, &stat);
    if (!reply(worker, 0, &out, sizeof out)) {
        handle_done(worker, node, info.fh, info.flags);
        node_forget(&session->nodes, node, 1);
    }
}

void answer_read(struct worker *worker) {
    const struct fuse_read_in *in = (const void *)worker->body;
    struct fuse2_file_info info = {.fh = in->fh, .flags = (int)in->flags};
    char *to = worker->buffer + PAGE; /* behind the question */
    size_t size = in->size < LARGEST_DATA ? in->size : LARGEST_DATA;
    int result = worker->session->calls.read(NULL, to, size, (off_t)in->offset, &info);
    reply(worker, result < 0 ? result : 0, to, result < 0 ? 0 : (size_t)result);
}

void answer_write(struct worker *worker) {
    const struct fuse_write_in *in = (const void *)worker->body;
    if (in->size > worker->length - sizeof *in) {
        reply_result(worker, -EIO);
        return;
    }
    struct fuse2_file_info info = {
        .fh = in->fh,
        .flags = (int)in->flags,
        .writepage = (in->write_flags & FUSE_WRITE_CACHE) != 0,
    };
    const char *from = (const char *)(in + 1);
    int result = worker->session->calls.write(NULL, from, in->size, (off_t)in->offset, &info);
    if (result >= 0 && (in->write_flags & FUSE_WRITE_KILL_SUIDGID) != 0) {
        drop_privileges(worker, subject(worker));
    }
    struct fuse_write_out out = {.size = (uint32_t)result};
    reply(worker, result < 0 ? result : 0, &out, sizeof out);
}

void answer_flush(struct worker *worker) {
    const struct fuse_flush_in *in = (const void *)worker->body;
    struct fuse2_file_info info = {.fh = in->fh, .flush = 1, .lock_owner = in->lock_owner};
    reply_result(worker, worker->session->calls.flush(NULL, &info));
}

void answer_fsync(struct worker *worker) {
    const struct fuse_fsync_in *in = (const void *)worker->body;
    struct fuse2_file_info info = {.fh = in->fh};
    reply_result(worker, worker->session->calls.fsync(NULL, (in->fsync_flags & 1) != 0, &info));
}

void answer_release(struct worker *worker) {
    const struct fuse_release_in *in = (const void *)worker->body;
    reply_result(worker, handle_done(worker, subject(worker), in->fh, (int)in->flags));
}

void answer_fallocate(struct worker *worker) {
    const struct fuse_fallocate_in *in = (const void *)worker->body;
    struct fuse2_file_info info = {.fh = in->fh};
    int result = worker->session->calls.fallocate(
        NULL, (int)in->mode, (off_t)in->offset, (off_t)in->length, &info);
    reply_result(worker, result);
}
