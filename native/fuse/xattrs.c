#include <errno.h>
#include <string.h>

#include "requests.h"

enum { LARGEST_XATTR = 1 << 16 };

/* A file without a name has lost them. */
static int without_name(int error) {
    return error == -ESTALE ? -ENODATA : error;
}

void answer_setxattr(struct worker *worker) {
    const struct fuse_setxattr_in *in = (const void *)worker->body;
    const char *name = string_at(worker, FUSE_COMPAT_SETXATTR_IN_SIZE);
    size_t value = FUSE_COMPAT_SETXATTR_IN_SIZE + (name == NULL ? 0 : strlen(name) + 1);
    if (name == NULL || in->size > worker->length - value) {
        reply_result(worker, -EIO);
        return;
    }
    int result;
    const char *path = path_begin(worker, subject(worker), NULL, &result);
    if (path != NULL) {
        result = worker->session->calls.setxattr(path, name, worker->body + value, in->size, (int)in->flags);
        path_done(worker);
    }
    reply_result(worker, without_name(result));
}

/* Answers with a value or, to who brings no room for it, with its length. */
static void reply_value(struct worker *worker, int result, const char *value, uint32_t room) {
    struct fuse_getxattr_out out = {.size = (uint32_t)result};
    if (result < 0) {
        reply_result(worker, without_name(result));
    } else if (room == 0) {
        reply(worker, 0, &out, sizeof out);
    } else {
        reply(worker, 0, value, (size_t)result);
    }
}

void answer_getxattr(struct worker *worker) {
    const struct fuse_getxattr_in *in = (const void *)worker->body;
    uint32_t room = in->size < LARGEST_XATTR ? in->size : LARGEST_XATTR;
    char *to = worker->buffer + PAGE;
    int result;
    const char *path = path_begin(worker, subject(worker), NULL, &result);
    if (path != NULL) {
        result = worker->session->calls.getxattr(path, (const char *)(in + 1), to, room);
        path_done(worker);
    }
    reply_value(worker, result, to, room);
}

void answer_listxattr(struct worker *worker) {
    const struct fuse_getxattr_in *in = (const void *)worker->body;
    uint32_t room = in->size < LARGEST_XATTR ? in->size : LARGEST_XATTR;
    char *to = worker->buffer + PAGE;
    int result;
    const char *path = path_begin(worker, subject(worker), NULL, &result);
    if (path != NULL) {
        result = worker->session->calls.listxattr(path, to, room);
        path_done(worker);
    }
    reply_value(worker, result == -ESTALE ? 0 : result, to, room);
}

void answer_removexattr(struct worker *worker) {
    int result;
    const char *path = path_begin(worker, subject(worker), NULL, &result);
    if (path != NULL) {
        result = worker->session->calls.removexattr(path, worker->body);
        path_done(worker);
    }
    reply_result(worker, without_name(result));
}
