#include <errno.h>
#include <string.h>

#include "requests.h"

#ifndef FATTR_KILL_SUIDGID
#define FATTR_KILL_SUIDGID (1 << 11)
#endif

int attributes_of(struct worker *worker, struct node *node, struct stat *to) {
    struct aloft_session *session = worker->session;
    int result;
    const char *path = path_begin(worker, node, NULL, &result);
    if (path != NULL) {
        result = session->calls.getattr(path, to);
        path_done(worker);
    }
    if (result == 0 && !node_is_for(&session->nodes, node, to->st_ino)) {
        node_lose_name(&session->nodes, node);
        result = -ESTALE; /* the kernel looks the name up again */
    }
    uint64_t handle;
    bool may_be_open = result == -ESTALE || result == -ENOENT;
    if (may_be_open && node_handle(&session->nodes, node, &handle)) {
        struct fuse2_file_info info = {.fh = handle};
        result = session->calls.fgetattr(NULL, to, &info);
        handle_done(worker, node, handle, 0);
    }
    if (result == 0 && !node_is_named(&session->nodes, node)) {
        to->st_nlink = 0;
    }
    return result;
}

void put_attributes(struct fuse_attr *to, const struct stat *from) {
    *to = (struct fuse_attr){
        .ino = from->st_ino,
        .size = (uint64_t)from->st_size,
        .blocks = (uint64_t)from->st_blocks,
        .atime = (uint64_t)from->st_atim.tv_sec,
        .mtime = (uint64_t)from->st_mtim.tv_sec,
        .ctime = (uint64_t)from->st_ctim.tv_sec,
        .atimensec = (uint32_t)from->st_atim.tv_nsec,
        .mtimensec = (uint32_t)from->st_mtim.tv_nsec,
        .ctimensec = (uint32_t)from->st_ctim.tv_nsec,
        .mode = from->st_mode,
        .nlink = (uint32_t)from->st_nlink,
        .uid = from->st_uid,
        .gid = from->st_gid,
        .blksize = (uint32_t)from->st_blksize,
    };
}

void put_entry(const struct aloft_session *session, struct fuse_entry_out *to, const struct node *node,
               const struct stat *from) {
    memset(to, 0, sizeof *to);
    to->nodeid = node_number(&session->nodes, node);
    to->entry_valid = session->times.entries;
    to->attr_valid = session->times.attributes;
    put_attributes(&to->attr, from);
}

static void reply_attributes(struct worker *worker, int result, const struct stat *stat) {
    struct fuse_attr_out out = {.attr_valid = worker->session->times.attributes};
    put_attributes(&out.attr, stat);
    reply(worker, result, &out, sizeof out);
}

void answer_getattr(struct worker *worker) {
    struct stat stat = {0};
    int result = attributes_of(worker, subject(worker), &stat);
    reply_attributes(worker, result, &stat);
}

void drop_privileges(struct worker *worker, struct node *node) {
    struct stat stat;
    int error;
    const char *path = path_begin(worker, node, NULL, &error);
    if (path == NULL) {
        return;
    }
    if (worker->session->calls.getattr(path, &stat) == 0 && S_ISREG(stat.st_mode)) {
        mode_t group = (stat.st_mode & S_IXGRP) != 0 ? S_ISGID : 0;
        mode_t drop = stat.st_mode & (S_ISUID | group);
        if (drop != 0) {
            worker->session->calls.chmod(path, stat.st_mode & 07777 & ~drop);
        }
    }
    path_done(worker);
}

static struct timespec time_of(const struct fuse_setattr_in *in, unsigned set, unsigned now, uint64_t seconds,
                               uint32_t nanoseconds) {
    if ((in->valid & now) != 0) {
        return (struct timespec){.tv_nsec = UTIME_NOW};
    }
    if ((in->valid & set) == 0) {
        return (struct timespec){.tv_nsec = UTIME_OMIT};
    }
    return (struct timespec){.tv_sec = (time_t)seconds, .tv_nsec = nanoseconds};
}

static int set_by_path(const struct fuse2_operations *calls, const char *path, const struct fuse_setattr_in *in) {
    int result = 0;
    if ((in->valid & FATTR_MODE) != 0) {
        result = calls->chmod(path, in->mode & 07777);
    }
    if (result == 0 && (in->valid & (FATTR_UID | FATTR_GID)) != 0) {
        uid_t uid = (in->valid & FATTR_UID) != 0 ? in->uid : (uid_t)-1;
        gid_t gid = (in->valid & FATTR_GID) != 0 ? in->gid : (gid_t)-1;
        result = calls->chown(path, uid, gid);
    }
    if (result == 0 && (in->valid & FATTR_SIZE) != 0 && (in->valid & FATTR_FH) == 0) {
        result = calls->truncate(path, (off_t)in->size);
    }
    if (result == 0 && (in->valid & (FATTR_ATIME | FATTR_MTIME)) != 0) {
        struct timespec times[2] = {
            time_of(in, FATTR_ATIME, FATTR_ATIME_NOW, in->atime, in->atimensec),
            time_of(in, FATTR_MTIME, FATTR_MTIME_NOW, in->mtime, in->mtimensec),
        };
        result = calls->utimens(path, times);
    }
    return result;
}

void answer_setattr(struct worker *worker) {
    struct fuse_setattr_in in;
    memcpy(&in, worker->body, sizeof in);
    struct node *node = subject(worker);
    int result = 0;
    if ((in.valid & FATTR_SIZE) != 0 && (in.valid & FATTR_FH) != 0) {
        struct fuse2_file_info info = {.fh = in.fh};
        result = worker->session->calls.ftruncate(NULL, (off_t)in.size, &info);
    }
    if (result == 0) {
        const char *path = path_begin(worker, node, NULL, &result);
        if (path != NULL) {
            result = set_by_path(&worker->session->calls, path, &in);
            path_done(worker);
        } else if (result == -ESTALE) {
            result = 0; /* of a file without a name nobody but its openers will ever see mode and times */
        }
    }
    bool drops = (in.valid & FATTR_KILL_SUIDGID) != 0 || (in.valid & (FATTR_UID | FATTR_GID)) != 0;
    if (result == 0 && drops && (in.valid & FATTR_MODE) == 0) {
        drop_privileges(worker, node);
    }
    struct stat stat = {0};
    if (result == 0) {
        result = attributes_of(worker, node, &stat);
    }
    reply_attributes(worker, result, &stat);
}
