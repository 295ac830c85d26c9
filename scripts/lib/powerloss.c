/*
 * A file system in memory that can lose its power. What it shows is what was written; what it keeps at a loss is what
 * was synced, and by chance some of the rest. Build: cc -D_FILE_OFFSET_BITS=64 powerloss.c $(pkg-config --cflags --libs fuse3)
 *
 *   setfattr -n user.power -v SEED FOLDER     the power is lost; programs that had files open should have ended
 *   getfattr -n user.power FOLDER             what the last loss took
 *
 * The model, which is harsher than ext4 and gentler than POSIX allows:
 *  - fsync and fdatasync of a file make its bytes, size, mode and times durable, and nothing else.
 *  - Names are made, removed and moved in one order, each as a whole. fsync of a folder makes durable what happened to
 *    its names, along with what came before that in the folders which are concerned. fsync of a file names nothing.
 *  - At a loss half of the times no name outlives it that was not synced, else the first few changes of them do. Of each file
 *    that was not synced nothing outlives it, or the first pages, or any pages, of the size before or of a larger one;
 *    pages that are missing read as before or as zeros.
 */
#define FUSE_USE_VERSION 31
#include <errno.h>
#include <fuse.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { PAGE = 4096 };

/* One of two states of a file: as it is, and as it is after a loss. */
struct content {
    char *bytes;
    size_t size, room;
    struct timespec time;
    mode_t mode;
};

struct name {
    char *text;
    struct inode *inode;
    struct name *next;
};

struct inode {
    struct content live, safe;
    bool *dirty; /* a flag for each page */
    size_t pages;
    struct name *names, *safe_names; /* of a folder */
    unsigned links, opens;
    ino_t number;
    bool seen;
    struct inode *next; /* of all */
};

/* A change of names that is not durable: sets one name, and another one when it moves. */
struct change {
    struct { struct inode *folder, *inode; char *text; } set[2];
    struct change *next;
    bool wanted;
};

static struct inode *all, *root;
static struct change *changes;
static ino_t last_number;
static unsigned long dice = 1;
static char report[200];

static unsigned roll(unsigned sides) {
    dice = dice * 6364136223846793005UL + 1442695040888963407UL;
    return (unsigned)(dice >> 33) % sides;
}

static void *get(void *old, size_t size) {
    void *memory = realloc(old, size ? size : 1);
    if (!memory)
        abort();
    return memory;
}

/* ---- names */

static struct name **find(struct name **names, const char *text, size_t length) {
    while (*names && (strlen((*names)->text) != length || memcmp((*names)->text, text, length) != 0))
        names = &(*names)->next;
    return names;
}

static void set(struct name **names, const char *text, struct inode *inode) {
    struct name **at = find(names, text, strlen(text));
    if (inode && !*at) {
        *at = get(NULL, sizeof **at);
        **at = (struct name){strdup(text), inode, NULL};
    } else if (inode) {
        (*at)->inode = inode;
    } else if (*at) {
        struct name *gone = *at;
        *at = gone->next;
        free(gone->text);
        free(gone);
    }
}

static struct inode *look_up(const char *path) {
    struct inode *inode = root;
    while (inode && *(path += strspn(path, "/"))) {
        size_t length = strcspn(path, "/");
        struct name *found = *find(&inode->names, path, length);
        inode = found ? found->inode : NULL;
        path += length;
    }
    return inode;
}

/* The folder of a path; its last name is put into text. */
static struct inode *folder_of(const char *path, const char **text) {
    *text = strrchr(path, '/') + 1;
    char *above = strndup(path, (size_t)(*text - path));
    struct inode *folder = look_up(above);
    free(above);
    return folder;
}

static void touch(struct inode *inode) { clock_gettime(CLOCK_REALTIME, &inode->live.time); }

static struct change *change(void) {
    struct change **at = &changes;
    while (*at)
        at = &(*at)->next;
    *at = get(NULL, sizeof **at);
    memset(*at, 0, sizeof **at);
    return *at;
}

static void note(struct change *to, int which, struct inode *folder, const char *text, struct inode *inode) {
    struct name *old = *find(&folder->names, text, strlen(text));
    if (inode)
        inode->links++;
    if (old)
        old->inode->links--;
    set(&folder->names, text, inode);
    touch(folder);
    to->set[which].folder = folder;
    to->set[which].inode = inode;
    to->set[which].text = strdup(text);
}

/* Makes the first change of the list durable, or drops it. */
static void take(struct change **at, bool durable) {
    struct change *first = *at;
    *at = first->next;
    for (int i = 0; i < 2 && first->set[i].folder; i++) {
        if (durable)
            set(&first->set[i].folder->safe_names, first->set[i].text, first->set[i].inode);
        free(first->set[i].text);
    }
    free(first);
}

/* Marks what has to be durable so that the names of the folders that were seen are, from the newest change to the oldest. */
static void want(struct change *from) {
    if (!from)
        return;
    want(from->next);
    for (int i = 0; i < 2; i++)
        from->wanted |= from->set[i].folder && from->set[i].folder->seen;
    for (int i = 0; i < 2 && from->wanted; i++)
        if (from->set[i].folder)
            from->set[i].folder->seen = true;
}

static void sync_names(struct inode *folder) {
    folder->seen = true;
    want(changes);
    for (struct change *each = changes; each; each = each->next)
        for (int i = 0; i < 2; i++)
            if (each->set[i].folder)
                each->set[i].folder->seen = false;
    folder->seen = false;
    for (struct change **at = &changes; *at;)
        if ((*at)->wanted)
            take(at, true);
        else
            at = &(*at)->next;
}

/* ---- content */

static void resize(struct content *content, size_t size) {
    if (size > content->room) {
        content->room = size * 2;
        content->bytes = get(content->bytes, content->room);
    }
    if (size > content->size)
        memset(content->bytes + content->size, 0, size - content->size);
    content->size = size;
}

static void mark(struct inode *inode, size_t from, size_t to) {
    size_t pages = (to + PAGE - 1) / PAGE;
    if (pages > inode->pages) {
        inode->dirty = get(inode->dirty, pages * 2);
        memset(inode->dirty + inode->pages, 0, pages * 2 - inode->pages);
        inode->pages = pages * 2;
    }
    for (size_t page = from / PAGE; page < pages; page++)
        inode->dirty[page] = true;
}

static void keep_page(struct inode *inode, size_t page) {
    size_t from = page * PAGE;
    size_t end = inode->live.size < inode->safe.size ? inode->live.size : inode->safe.size;
    if (from < end)
        memcpy(inode->safe.bytes + from, inode->live.bytes + from, end - from < PAGE ? end - from : PAGE);
}

static void sync_content(struct inode *inode) {
    resize(&inode->safe, inode->live.size);
    for (size_t page = 0; page < inode->pages; page++)
        if (inode->dirty[page])
            keep_page(inode, page);
    if (inode->pages)
        memset(inode->dirty, 0, inode->pages);
    inode->safe.time = inode->live.time;
    inode->safe.mode = inode->live.mode;
}

/* ---- the loss */

static unsigned lose_content(struct inode *inode) {
    unsigned lost = 0;
    enum { NOTHING, FIRST, ANY } kept = roll(3);
    if (kept != NOTHING && inode->live.size > inode->safe.size)
        resize(&inode->safe, inode->safe.size + roll((unsigned)(inode->live.size - inode->safe.size) + 1));
    size_t first = inode->pages ? roll((unsigned)inode->pages) : 0;
    for (size_t page = 0; page < inode->pages; page++) {
        if (!inode->dirty[page])
            continue;
        if ((kept == FIRST && page < first) || (kept == ANY && roll(2)))
            keep_page(inode, page);
        else
            lost++;
        inode->dirty[page] = false;
    }
    resize(&inode->live, inode->safe.size);
    if (inode->safe.size)
        memcpy(inode->live.bytes, inode->safe.bytes, inode->safe.size);
    inode->live.time = inode->safe.time;
    inode->live.mode = inode->safe.mode;
    return lost;
}

static void keep_reachable(struct inode *folder) {
    while (folder->names)
        set(&folder->names, folder->names->text, NULL);
    for (struct name *name = folder->safe_names; name; name = name->next) {
        set(&folder->names, name->text, name->inode);
        name->inode->links++;
        if (!name->inode->seen) {
            name->inode->seen = true;
            keep_reachable(name->inode);
        }
    }
}

static void drop(struct inode *inode) {
    while (inode->names)
        set(&inode->names, inode->names->text, NULL);
    while (inode->safe_names)
        set(&inode->safe_names, inode->safe_names->text, NULL);
    free(inode->live.bytes);
    free(inode->safe.bytes);
    free(inode->dirty);
    free(inode);
}

static void lose_power(void) {
    unsigned count = 0, pages = 0, names = 0;
    for (struct change *each = changes; each; each = each->next)
        count++;
    unsigned kept = roll(2) ? roll(count + 1) : 0;
    for (unsigned i = 0; i < kept; i++)
        take(&changes, true);
    for (; changes; names++)
        take(&changes, false);
    for (struct inode *each = all; each; each = each->next) {
        each->seen = each == root;
        each->links = 0;
        pages += lose_content(each);
    }
    keep_reachable(root);
    for (struct inode **at = &all; *at;) {
        struct inode *inode = *at;
        if (inode->seen || inode->opens) {
            at = &inode->next;
        } else {
            *at = inode->next;
            drop(inode);
        }
    }
    snprintf(report, sizeof report, "%u pages and %u of %u changes of names", pages, names, count);
}

/* ---- calls */

static struct inode *make_inode(mode_t mode) {
    struct inode *inode = get(NULL, sizeof *inode);
    memset(inode, 0, sizeof *inode);
    inode->number = ++last_number;
    inode->live.mode = mode;
    touch(inode);
    inode->safe = inode->live;
    inode->next = all;
    return all = inode;
}

static struct inode *of(const char *path, const struct fuse_file_info *info) {
    return info ? (struct inode *)info->fh : look_up(path);
}

static void *on_init(struct fuse_conn_info *connection, struct fuse_config *config) {
    (void)connection;
    config->use_ino = config->hard_remove = config->nullpath_ok = 1;
    config->entry_timeout = config->attr_timeout = config->negative_timeout = 0;
    return NULL;
}

static int on_getattr(const char *path, struct stat *stat, struct fuse_file_info *info) {
    struct inode *inode = of(path, info);
    if (!inode)
        return -ENOENT;
    *stat = (struct stat){.st_ino = inode->number, .st_mode = inode->live.mode, .st_nlink = inode->links + 1U,
        .st_size = (off_t)inode->live.size, .st_blocks = (blkcnt_t)((inode->live.size + 511) / 512),
        .st_uid = getuid(), .st_gid = getgid(), .st_mtim = inode->live.time, .st_ctim = inode->live.time,
        .st_atim = inode->live.time};
    if (S_ISREG(inode->live.mode))
        stat->st_nlink = inode->links;
    return 0;
}

static int make(const char *path, mode_t mode, struct fuse_file_info *info) {
    const char *text;
    struct inode *folder = folder_of(path, &text);
    if (!folder)
        return -ENOENT;
    if (*find(&folder->names, text, strlen(text)))
        return -EEXIST;
    struct inode *inode = make_inode(mode);
    note(change(), 0, folder, text, inode);
    if (info) {
        inode->opens++;
        info->fh = (uint64_t)inode;
    }
    return 0;
}

static int on_create(const char *path, mode_t mode, struct fuse_file_info *info) {
    return make(path, S_IFREG | (mode & 07777), info);
}

static int on_mknod(const char *path, mode_t mode, dev_t device) {
    (void)device;
    return S_ISREG(mode) ? make(path, mode, NULL) : -EPERM;
}

static int on_mkdir(const char *path, mode_t mode) { return make(path, S_IFDIR | (mode & 07777), NULL); }

static int on_open(const char *path, struct fuse_file_info *info) {
    struct inode *inode = look_up(path);
    if (!inode)
        return -ENOENT;
    inode->opens++;
    info->fh = (uint64_t)inode;
    return 0;
}

static int on_release(const char *path, struct fuse_file_info *info) {
    (void)path;
    ((struct inode *)info->fh)->opens--;
    return 0;
}

static int on_readdir(const char *path, void *to, fuse_fill_dir_t fill, off_t offset, struct fuse_file_info *info,
    enum fuse_readdir_flags flags) {
    (void)path, (void)offset, (void)flags;
    fill(to, ".", NULL, 0, 0);
    fill(to, "..", NULL, 0, 0);
    for (struct name *name = ((struct inode *)info->fh)->names; name; name = name->next)
        fill(to, name->text, NULL, 0, 0);
    return 0;
}

static int on_read(const char *path, char *to, size_t size, off_t offset, struct fuse_file_info *info) {
    struct content *from = &of(path, info)->live;
    if ((size_t)offset >= from->size)
        return 0;
    size_t left = from->size - (size_t)offset;
    memcpy(to, from->bytes + offset, size = size < left ? size : left);
    return (int)size;
}

static int on_write(const char *path, const char *from, size_t size, off_t offset, struct fuse_file_info *info) {
    struct inode *inode = of(path, info);
    size_t start = (size_t)offset, end = start + size, before = inode->live.size;
    if (end > before)
        resize(&inode->live, end);
    memcpy(inode->live.bytes + start, from, size);
    mark(inode, start < before ? start : before, end);
    touch(inode);
    return (int)size;
}

static int on_truncate(const char *path, off_t size, struct fuse_file_info *info) {
    struct inode *inode = of(path, info);
    if (!inode)
        return -ENOENT;
    size_t before = inode->live.size;
    resize(&inode->live, (size_t)size);
    mark(inode, before < (size_t)size ? before : (size_t)size, before > (size_t)size ? before : (size_t)size);
    touch(inode);
    return 0;
}

static int on_chmod(const char *path, mode_t mode, struct fuse_file_info *info) {
    struct inode *inode = of(path, info);
    if (!inode)
        return -ENOENT;
    inode->live.mode = (inode->live.mode & S_IFMT) | (mode & 07777);
    return 0;
}

static int on_chown(const char *path, uid_t user, gid_t group, struct fuse_file_info *info) {
    (void)user, (void)group;
    return of(path, info) ? 0 : -ENOENT;
}

static int on_utimens(const char *path, const struct timespec times[2], struct fuse_file_info *info) {
    struct inode *inode = of(path, info);
    if (!inode)
        return -ENOENT;
    if (times[1].tv_nsec == UTIME_NOW)
        touch(inode);
    else if (times[1].tv_nsec != UTIME_OMIT)
        inode->live.time = times[1];
    return 0;
}

static int remove_name(const char *path, bool is_folder) {
    const char *text;
    struct inode *folder = folder_of(path, &text);
    struct name *name = folder ? *find(&folder->names, text, strlen(text)) : NULL;
    if (!name)
        return -ENOENT;
    if (is_folder && name->inode->names)
        return -ENOTEMPTY;
    note(change(), 0, folder, text, NULL);
    return 0;
}

static int on_unlink(const char *path) { return remove_name(path, false); }

static int on_rmdir(const char *path) { return remove_name(path, true); }

static int on_rename(const char *from, const char *to, unsigned flags) {
    const char *text, *old;
    struct inode *inode = look_up(from), *there = look_up(to);
    struct inode *above = folder_of(from, &old), *folder = folder_of(to, &text);
    if (flags & ~1U)
        return -EINVAL;
    if (!inode || !folder)
        return -ENOENT;
    if (there && flags)
        return -EEXIST;
    if (there && there->names)
        return -ENOTEMPTY;
    if (there == inode)
        return 0;
    struct change *move = change();
    note(move, 0, folder, text, inode);
    note(move, 1, above, old, NULL);
    return 0;
}

static int on_link(const char *from, const char *to) {
    const char *text;
    struct inode *inode = look_up(from), *folder = folder_of(to, &text);
    if (!inode || !folder)
        return -ENOENT;
    if (look_up(to))
        return -EEXIST;
    note(change(), 0, folder, text, inode);
    return 0;
}

static int on_fsync(const char *path, int data_only, struct fuse_file_info *info) {
    (void)data_only;
    sync_content(of(path, info));
    return 0;
}

static int on_fsyncdir(const char *path, int data_only, struct fuse_file_info *info) {
    (void)data_only;
    sync_names(of(path, info));
    return 0;
}

static int on_statfs(const char *path, struct statvfs *to) {
    (void)path;
    *to = (struct statvfs){.f_bsize = PAGE, .f_frsize = PAGE, .f_blocks = 4 << 20, .f_bfree = 3 << 20,
        .f_bavail = 3 << 20, .f_files = 1 << 20, .f_ffree = 1 << 20, .f_favail = 1 << 20, .f_namemax = 255};
    return 0;
}

static int on_setxattr(const char *path, const char *name, const char *value, size_t size, int flags) {
    (void)flags;
    char seed[32];
    if (strcmp(path, "/") != 0 || strcmp(name, "user.power") != 0 || size >= sizeof seed)
        return -ENOTSUP;
    snprintf(seed, sizeof seed, "%.*s", (int)size, value);
    dice = strtoul(seed, NULL, 10);
    lose_power();
    return 0;
}

static int on_getxattr(const char *path, const char *name, char *value, size_t size) {
    size_t length = strlen(report);
    if (strcmp(path, "/") != 0 || strcmp(name, "user.power") != 0)
        return -ENODATA;
    if (size && size < length)
        return -ERANGE;
    memcpy(value, report, size ? length : 0);
    return (int)length;
}

static const struct fuse_operations calls = {.init = on_init, .getattr = on_getattr, .create = on_create,
    .mknod = on_mknod, .mkdir = on_mkdir, .open = on_open, .opendir = on_open, .release = on_release,
    .releasedir = on_release, .readdir = on_readdir, .read = on_read, .write = on_write, .truncate = on_truncate,
    .chmod = on_chmod, .chown = on_chown, .utimens = on_utimens, .unlink = on_unlink, .rmdir = on_rmdir,
    .rename = on_rename, .link = on_link, .fsync = on_fsync, .fsyncdir = on_fsyncdir, .statfs = on_statfs,
    .setxattr = on_setxattr, .getxattr = on_getxattr};

int main(int count, char **arguments) {
    root = make_inode(S_IFDIR | 0700);
    return fuse_main(count, arguments, &calls, NULL);
}
