#include <errno.h>
#include <string.h>

#include "requests.h"

/* An answer to readdir or readdirplus that grows by one entry after the other. */
struct listing {
    struct worker *worker;
    struct node *folder;
    uint64_t version;
    char *to;
    size_t size;
    size_t used;
    bool plus;
};

void answer_opendir(struct worker *worker) {
    const struct fuse_open_in *in = (const void *)worker->body;
    struct fuse2_file_info info = {.flags = (int)in->flags};
    int result;
    const char *path = path_begin(worker, subject(worker), NULL, &result);
    if (path != NULL) {
        result = worker->session->calls.opendir(path, &info);
        path_done(worker);
    }
    /* the kernel keeps the list until an entry changes: it sees local changes, and is told of others */
    struct fuse_open_out out = {.fh = info.fh, .open_flags = FOPEN_KEEP_CACHE | FOPEN_CACHE_DIR};
    if (!reply(worker, result, &out, sizeof out) && result == 0) {
        worker->session->calls.releasedir(NULL, &info);
    }
}

void answer_releasedir(struct worker *worker) {
    const struct fuse_release_in *in = (const void *)worker->body;
    struct fuse2_file_info info = {.fh = in->fh, .flags = (int)in->flags};
    reply_result(worker, worker->session->calls.releasedir(NULL, &info));
}

void answer_fsyncdir(struct worker *worker) {
    const struct fuse_fsync_in *in = (const void *)worker->body;
    struct fuse2_file_info info = {.fh = in->fh};
    bool data_only = (in->fsync_flags & 1) != 0;
    int result;
    const char *path = path_begin(worker, subject(worker), NULL, &result);
    if (path != NULL) {
        result = worker->session->calls.fsyncdir(path, data_only, &info);
        path_done(worker);
    } else if (result == -ESTALE) {
        result = worker->session->calls.fsyncdir(NULL, data_only, &info);
    }
    reply_result(worker, result);
}

static bool is_dots(const char *name) {
    return strcmp(name, ".") == 0 || strcmp(name, "..") == 0;
}

/* fuse2_fill */
static int fill(void *argument, const char *name, const struct stat *stat, off_t next) {
    struct listing *listing = argument;
    struct aloft_session *session = listing->worker->session;
    size_t length = strlen(name);
    size_t fixed = listing->plus ? FUSE_NAME_OFFSET_DIRENTPLUS : FUSE_NAME_OFFSET;
    size_t whole = FUSE_DIRENT_ALIGN(fixed + length);
    if (listing->used + whole > listing->size) {
        return 1;
    }
    char *at = listing->to + listing->used;
    memset(at, 0, whole);
    struct fuse_dirent *entry = (void *)at;
    if (listing->plus) {
        struct fuse_direntplus *with_attributes = (void *)at;
        entry = &with_attributes->dirent;
        int why;
        struct node *node = is_dots(name)
            ? NULL
            : node_enter(&session->nodes, listing->folder, name, stat->st_ino, listing->version, &why);
        if (node != NULL) { /* else the kernel takes the name alone */
            put_entry(session, &with_attributes->entry_out, node, stat);
        }
    }
    entry->ino = stat->st_ino;
    entry->off = (uint64_t)next;
    entry->namelen = (uint32_t)length;
    entry->type = (stat->st_mode & S_IFMT) >> 12;
    memcpy(at + fixed, name, length);
    listing->used += whole;
    return 0;
}

/* Nobody has heard of the entries. */
static void take_back(struct listing *listing) {
    struct nodes *nodes = &listing->worker->session->nodes;
    for (size_t at = 0; listing->plus && at < listing->used;) {
        const struct fuse_direntplus *entry = (const void *)(listing->to + at);
        if (entry->entry_out.nodeid != 0) {
            node_forget(nodes, nodes_get(nodes, entry->entry_out.nodeid), 1);
        }
        at += FUSE_DIRENT_ALIGN(FUSE_NAME_OFFSET_DIRENTPLUS + entry->dirent.namelen);
    }
}

static void list(struct worker *worker, bool plus) {
    const struct fuse_read_in *in = (const void *)worker->body;
    struct listing listing = {
        .worker = worker,
        .folder = subject(worker),
        .version = node_version(&worker->session->nodes, subject(worker)),
        .to = worker->buffer + PAGE,
        .size = in->size < LARGEST_DATA ? in->size : LARGEST_DATA,
        .plus = plus,
    };
    struct fuse2_file_info info = {.fh = in->fh};
    int result = worker->session->calls.readdir(NULL, &listing, fill, (off_t)in->offset, &info);
    if (listing.used > 0) {
        result = 0; /* an error comes with the next call */
    }
    if (!reply(worker, result, listing.to, listing.used)) {
        take_back(&listing);
    }
}

void answer_readdir(struct worker *worker) {
    list(worker, false);
}

void answer_readdirplus(struct worker *worker) {
    list(worker, true);
}
