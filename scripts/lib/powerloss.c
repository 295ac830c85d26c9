/*
 * A file system in memory that can lose its power. What it shows is what was written; what it keeps at a loss is what
 * was synced, and by chance some of the rest (powerloss_disk.h).
 * Build: cc -D_FILE_OFFSET_BITS=64 powerloss.c powerloss_disk.c $(pkg-config --cflags --libs fuse3)
 *
 *   setfattr -n user.power -v SEED FOLDER     the power is lost; programs that had files open should have ended
 *   getfattr -n user.power FOLDER             what the last loss took
 */
#define FUSE_USE_VERSION 31
#include "powerloss_disk.h"
#include <errno.h>
#include <fuse.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
    lose_power(strtoul(seed, NULL, 10));
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
