#include "requests.h"

#include <errno.h>
#include <string.h>

enum {
    OLDEST_MINOR = 23, /* Linux 3.15 */
    SMALL_DATA = 128 << 10,
    MOST_BACKGROUND = 64, /* readers ahead wait for the network: let many of them wait */
    MOST_TRIES = 16,
};

#ifndef FUSE_HANDLE_KILLPRIV_V2
#define FUSE_HANDLE_KILLPRIV_V2 (1 << 28)
#endif

static const uint32_t WANTED = FUSE_ASYNC_READ | FUSE_ATOMIC_O_TRUNC | FUSE_BIG_WRITES | FUSE_DO_READDIRPLUS
    | FUSE_READDIRPLUS_AUTO | FUSE_ASYNC_DIO | FUSE_PARALLEL_DIROPS | FUSE_MAX_PAGES | FUSE_CACHE_SYMLINKS
    | FUSE_EXPLICIT_INVAL_DATA | FUSE_HANDLE_KILLPRIV_V2;

struct node *subject(const struct worker *worker) {
    return nodes_get(&worker->session->nodes, worker->header.nodeid);
}

void reply_result(struct worker *worker, int result) {
    reply(worker, result < 0 ? result : 0, NULL, 0);
}

const char *string_at(const struct worker *worker, size_t offset) {
    if (offset >= worker->length || memchr(worker->body + offset, '\0', worker->length - offset) == NULL) {
        return NULL;
    }
    return worker->body + offset;
}

const char *path_begin(struct worker *worker, struct node *node, const char *name, int *error) {
    pthread_rwlock_rdlock(&worker->session->paths);
    int why;
    const char *path = node_path(&worker->session->nodes, node, name, worker->path, PATH_SIZE, &why);
    if (path == NULL) {
        pthread_rwlock_unlock(&worker->session->paths);
        *error = -why;
    }
    return path;
}

void path_done(struct worker *worker) {
    pthread_rwlock_unlock(&worker->session->paths);
}

int handle_done(struct worker *worker, struct node *node, uint64_t handle, int flags) {
    if (!node_handle_done(&worker->session->nodes, node, handle)) {
        return 0;
    }
    struct fuse2_file_info info = {.fh = handle, .flags = flags};
    return worker->session->calls.release(NULL, &info);
}

/* Answers with the entry as it is now; gives it back when nobody waits for the answer. */
static void reply_entry(struct worker *worker, struct node *folder, const char *name) {
    struct aloft_session *session = worker->session;
    struct stat stat;
    struct node *node = NULL;
    int result = -EAGAIN;
    for (int i = 0; i < MOST_TRIES && result == -EAGAIN; i++) {
        uint64_t version = node_version(&session->nodes, folder);
        const char *path = path_begin(worker, folder, name, &result);
        if (path == NULL) {
            break;
        }
        result = session->calls.getattr(path, &stat);
        if (result == 0) {
            int why;
            node = node_enter(&session->nodes, folder, name, stat.st_ino, version, &why);
            result = node == NULL ? -why : 0;
        }
        path_done(worker);
    }
    struct fuse_entry_out out;
    if (result == 0) {
        put_entry(session, &out, node, &stat);
        if (!reply(worker, 0, &out, sizeof out)) {
            node_forget(&session->nodes, node, 1);
        }
    } else if (result == -ENOENT && worker->header.opcode == FUSE_LOOKUP && session->times.absent > 0) {
        memset(&out, 0, sizeof out);
        out.entry_valid = session->times.absent;
        reply(worker, 0, &out, sizeof out);
    } else {
        reply_result(worker, result == -EAGAIN ? -EIO : result);
    }
}

static void answer_lookup(struct worker *worker) {
    reply_entry(worker, subject(worker), worker->body);
}

/* Makes an entry in the folder with one callback, and answers with it. */
static void make(struct worker *worker, const char *name, int (*call)(const char *path, const void *body)) {
    struct node *folder = subject(worker);
    int result;
    const char *path = path_begin(worker, folder, name, &result);
    if (path != NULL) {
        result = call(path, worker);
        path_done(worker);
    }
    if (result < 0) {
        reply_result(worker, result);
    } else {
        reply_entry(worker, folder, name);
    }
}

static int call_mknod(const char *path, const void *argument) {
    const struct worker *worker = argument;
    const struct fuse_mknod_in *in = (const void *)worker->body;
    return worker->session->calls.mknod(path, in->mode, in->rdev);
}

static void answer_mknod(struct worker *worker) {
    make(worker, string_at(worker, sizeof(struct fuse_mknod_in)), call_mknod);
}

static int call_mkdir(const char *path, const void *argument) {
    const struct worker *worker = argument;
    const struct fuse_mkdir_in *in = (const void *)worker->body;
    return worker->session->calls.mkdir(path, in->mode);
}

static void answer_mkdir(struct worker *worker) {
    make(worker, string_at(worker, sizeof(struct fuse_mkdir_in)), call_mkdir);
}

static int call_symlink(const char *path, const void *argument) {
    const struct worker *worker = argument;
    return worker->session->calls.symlink(worker->body + strlen(worker->body) + 1, path);
}

static void answer_symlink(struct worker *worker) {
    if (string_at(worker, strlen(worker->body) + 1) == NULL) {
        reply_result(worker, -EINVAL);
        return;
    }
    make(worker, worker->body, call_symlink);
}

static void remove_with(struct worker *worker, int (*call)(const char *path)) {
    int result;
    const char *path = path_begin(worker, subject(worker), worker->body, &result);
    if (path != NULL) {
        result = call(path);
        if (result == 0) {
            node_remove(&worker->session->nodes, subject(worker), worker->body);
        }
        path_done(worker);
    }
    reply_result(worker, result);
}

static void answer_unlink(struct worker *worker) {
    remove_with(worker, worker->session->calls.unlink);
}

static void answer_rmdir(struct worker *worker) {
    remove_with(worker, worker->session->calls.rmdir);
}

static void rename_to(struct worker *worker, uint64_t new_folder_number, size_t names, unsigned flags) {
    struct aloft_session *session = worker->session;
    struct nodes *nodes = &session->nodes;
    struct node *folder = subject(worker);
    struct node *new_folder = nodes_get(nodes, new_folder_number);
    const char *name = string_at(worker, names);
    const char *new_name = name == NULL ? NULL : string_at(worker, names + strlen(name) + 1);
    bool knows_flags = flags == 0 || session->extras.rename_with_flags != NULL;
    if (new_name == NULL || !knows_flags) {
        reply_result(worker, -EINVAL);
        return;
    }
    node_begin(nodes, new_folder);
    pthread_rwlock_wrlock(&session->paths);
    int why = 0;
    char *from = node_path(nodes, folder, name, worker->path, PATH_SIZE, &why);
    char *to = from == NULL ? NULL : node_path(nodes, new_folder, new_name, worker->path2, PATH_SIZE, &why);
    int result = -why;
    if (to != NULL) {
        result = flags == 0 ? session->calls.rename(from, to) : session->extras.rename_with_flags(from, to, flags);
    }
    if (result == 0) {
        node_rename(nodes, folder, name, new_folder, new_name, (flags & 2) != 0 /* RENAME_EXCHANGE */);
    }
    pthread_rwlock_unlock(&session->paths);
    reply_result(worker, result);
    node_end(nodes, new_folder);
}

static void answer_rename(struct worker *worker) {
    const struct fuse_rename_in *in = (const void *)worker->body;
    rename_to(worker, in->newdir, sizeof *in, 0);
}

static void answer_rename2(struct worker *worker) {
    const struct fuse_rename2_in *in = (const void *)worker->body;
    rename_to(worker, in->newdir, sizeof *in, in->flags);
}

static void answer_link(struct worker *worker) {
    reply_result(worker, -EPERM); /* a node has one name */
}

static void answer_readlink(struct worker *worker) {
    char *target = worker->buffer;
    int result;
    const char *path = path_begin(worker, subject(worker), NULL, &result);
    if (path != NULL) {
        result = worker->session->calls.readlink(path, target, PAGE);
        path_done(worker);
    }
    if (result < 0) {
        reply_result(worker, result);
    } else {
        reply(worker, 0, target, strnlen(target, PAGE));
    }
}

static void answer_statfs(struct worker *worker) {
    struct statvfs from = {0};
    int result = worker->session->calls.statfs("/", &from);
    struct fuse_statfs_out out = {.st = {
        .blocks = from.f_blocks,
        .bfree = from.f_bfree,
        .bavail = from.f_bavail,
        .files = from.f_files,
        .ffree = from.f_ffree,
        .bsize = (uint32_t)from.f_bsize,
        .frsize = (uint32_t)from.f_frsize,
        .namelen = (uint32_t)from.f_namemax,
    }};
    reply(worker, result, &out, sizeof out);
}

static void answer_forget(struct worker *worker) {
    const struct fuse_forget_in *in = (const void *)worker->body;
    node_forget(&worker->session->nodes, subject(worker), in->nlookup);
}

static void answer_batch_forget(struct worker *worker) {
    const struct fuse_batch_forget_in *in = (const void *)worker->body;
    const struct fuse_forget_one *one = (const void *)(in + 1);
    for (uint32_t i = 0; i < in->count && (const char *)(one + i + 1) <= worker->body + worker->length; i++) {
        struct nodes *nodes = &worker->session->nodes;
        node_forget(nodes, nodes_get(nodes, one[i].nodeid), one[i].nlookup);
    }
}

static void answer_init(struct worker *worker) {
    struct aloft_session *session = worker->session;
    const struct fuse_init_in *in = (const void *)worker->body;
    if (in->major < FUSE_KERNEL_VERSION || (in->major == FUSE_KERNEL_VERSION && in->minor < OLDEST_MINOR)) {
        reply_result(worker, -EPROTO);
        return;
    }
    bool newer = in->major > FUSE_KERNEL_VERSION || in->minor > FUSE_KERNEL_MINOR_VERSION;
    uint32_t minor = newer ? FUSE_KERNEL_MINOR_VERSION : in->minor;
    struct fuse_init_out out = {
        .major = FUSE_KERNEL_VERSION,
        .minor = minor,
        .max_readahead = in->max_readahead,
        .flags = WANTED & in->flags,
        .max_background = MOST_BACKGROUND,
        .congestion_threshold = MOST_BACKGROUND * 3 / 4,
        .max_write = (in->flags & FUSE_MAX_PAGES) != 0 ? LARGEST_DATA : SMALL_DATA,
        .time_gran = 1,
        .max_pages = LARGEST_DATA / PAGE,
    };
    if (in->major == FUSE_KERNEL_VERSION) { /* else the kernel asks again, in our version */
        session->minor = minor;
        struct fuse2_conn_info connection = {
            .proto_major = FUSE_KERNEL_VERSION, .proto_minor = minor, .max_write = out.max_write};
        session->calls.init(&connection);
    }
    reply(worker, 0, &out, sizeof out);
}

static void answer_nothing(struct worker *worker) {
    reply_result(worker, 0);
}

enum {
    ENTRIES = 1, /* is about the entries of the folder that it names */
    NAMED = 2,   /* ends with a name, and so with a NUL */
};

/* What answers a kind of request, and how many bytes it cannot do without. */
static const struct {
    handler *answer;
    size_t least;
    int traits;
} KINDS[] = {
    [FUSE_LOOKUP] = {answer_lookup, 1, ENTRIES | NAMED},
    [FUSE_FORGET] = {answer_forget, sizeof(struct fuse_forget_in), 0},
    [FUSE_GETATTR] = {answer_getattr, 0, 0},
    [FUSE_SETATTR] = {answer_setattr, sizeof(struct fuse_setattr_in), 0},
    [FUSE_READLINK] = {answer_readlink, 0, 0},
    [FUSE_SYMLINK] = {answer_symlink, 2, ENTRIES | NAMED},
    [FUSE_MKNOD] = {answer_mknod, sizeof(struct fuse_mknod_in) + 1, ENTRIES | NAMED},
    [FUSE_MKDIR] = {answer_mkdir, sizeof(struct fuse_mkdir_in) + 1, ENTRIES | NAMED},
    [FUSE_UNLINK] = {answer_unlink, 1, ENTRIES | NAMED},
    [FUSE_RMDIR] = {answer_rmdir, 1, ENTRIES | NAMED},
    [FUSE_RENAME] = {answer_rename, sizeof(struct fuse_rename_in) + 2, ENTRIES | NAMED},
    [FUSE_LINK] = {answer_link, 0, ENTRIES},
    [FUSE_OPEN] = {answer_open, sizeof(struct fuse_open_in), 0},
    [FUSE_READ] = {answer_read, sizeof(struct fuse_read_in), 0},
    [FUSE_WRITE] = {answer_write, sizeof(struct fuse_write_in), 0},
    [FUSE_STATFS] = {answer_statfs, 0, 0},
    [FUSE_RELEASE] = {answer_release, sizeof(struct fuse_release_in), 0},
    [FUSE_FSYNC] = {answer_fsync, sizeof(struct fuse_fsync_in), 0},
    [FUSE_SETXATTR] = {answer_setxattr, FUSE_COMPAT_SETXATTR_IN_SIZE + 1, 0},
    [FUSE_GETXATTR] = {answer_getxattr, sizeof(struct fuse_getxattr_in) + 1, NAMED},
    [FUSE_LISTXATTR] = {answer_listxattr, sizeof(struct fuse_getxattr_in), 0},
    [FUSE_REMOVEXATTR] = {answer_removexattr, 1, NAMED},
    [FUSE_FLUSH] = {answer_flush, sizeof(struct fuse_flush_in), 0},
    [FUSE_INIT] = {answer_init, 16, 0},
    [FUSE_OPENDIR] = {answer_opendir, sizeof(struct fuse_open_in), 0},
    [FUSE_READDIR] = {answer_readdir, sizeof(struct fuse_read_in), ENTRIES},
    [FUSE_RELEASEDIR] = {answer_releasedir, sizeof(struct fuse_release_in), 0},
    [FUSE_FSYNCDIR] = {answer_fsyncdir, sizeof(struct fuse_fsync_in), 0},
    [FUSE_CREATE] = {answer_create, sizeof(struct fuse_create_in) + 1, ENTRIES | NAMED},
    [FUSE_DESTROY] = {answer_nothing, 0, 0},
    [FUSE_BATCH_FORGET] = {answer_batch_forget, sizeof(struct fuse_batch_forget_in), 0},
    [FUSE_FALLOCATE] = {answer_fallocate, sizeof(struct fuse_fallocate_in), 0},
    [FUSE_READDIRPLUS] = {answer_readdirplus, sizeof(struct fuse_read_in), ENTRIES},
    [FUSE_RENAME2] = {answer_rename2, sizeof(struct fuse_rename2_in) + 2, ENTRIES | NAMED},
};

void answer_request(struct worker *worker) {
    uint32_t opcode = worker->header.opcode;
    if (opcode >= sizeof KINDS / sizeof *KINDS || KINDS[opcode].answer == NULL) {
        /* the kernel does without and does not ask again; so of FUSE_INTERRUPT: every call ends soon */
        reply_result(worker, -ENOSYS);
        return;
    }
    bool complete = worker->length >= KINDS[opcode].least;
    bool ends = (KINDS[opcode].traits & NAMED) == 0 || worker->body[worker->length - 1] == '\0';
    bool early = worker->session->minor == 0 && opcode != FUSE_INIT;
    if (!complete || !ends || early) {
        reply_result(worker, -EIO);
        return;
    }
    struct node *folder = (KINDS[opcode].traits & ENTRIES) != 0 ? subject(worker) : NULL;
    if (folder != NULL) {
        node_begin(&worker->session->nodes, folder);
    }
    KINDS[opcode].answer(worker);
    if (folder != NULL) {
        node_end(&worker->session->nodes, folder);
    }
}
