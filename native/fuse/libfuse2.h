/*
 * The part of libfuse 2's binary interface (FUSE_USE_VERSION 26, 64 bits) that jnr-fuse speaks:
 * what a file system hands in, and what its callbacks are handed.
 */
#ifndef ALOFT_LIBFUSE2_H
#define ALOFT_LIBFUSE2_H

#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/types.h>

struct fuse2_file_info {
    int flags;               /* of open(2), as they are at the time of the call */
    unsigned long fh_old;    /* without use */
    int writepage;           /* the data comes from the page cache: the offset counts, O_APPEND does not */
    unsigned direct_io : 1;
    unsigned keep_cache : 1;
    unsigned flush : 1;
    unsigned nonseekable : 1;
    unsigned flock_release : 1;
    unsigned padding : 27;
    uint64_t fh;             /* the file system's handle */
    uint64_t lock_owner;
};

struct fuse2_conn_info {
    unsigned proto_major, proto_minor, async_read, max_write, max_readahead, capable, want;
    unsigned max_background, congestion_threshold, reserved[23];
};

struct fuse2_context {
    void *fuse;
    uid_t uid;
    gid_t gid;
    pid_t pid;
    void *private_data;
    mode_t umask;
};

/* Returns 1 when there is no room for the entry; next is the offset of the one after it. */
typedef int (*fuse2_fill)(void *to, const char *name, const struct stat *stat, off_t next);

struct fuse2_operations {
    int (*getattr)(const char *path, struct stat *to);
    int (*readlink)(const char *path, char *to, size_t size);
    void *getdir;
    int (*mknod)(const char *path, mode_t mode, dev_t device);
    int (*mkdir)(const char *path, mode_t mode);
    int (*unlink)(const char *path);
    int (*rmdir)(const char *path);
    int (*symlink)(const char *target, const char *path);
    int (*rename)(const char *from, const char *to);
    int (*link)(const char *from, const char *to);
    int (*chmod)(const char *path, mode_t mode);
    int (*chown)(const char *path, uid_t uid, gid_t gid);
    int (*truncate)(const char *path, off_t size);
    void *utime;
    int (*open)(const char *path, struct fuse2_file_info *info);
    int (*read)(const char *path, char *to, size_t size, off_t offset, struct fuse2_file_info *info);
    int (*write)(const char *path, const char *from, size_t size, off_t offset, struct fuse2_file_info *info);
    int (*statfs)(const char *path, struct statvfs *to);
    int (*flush)(const char *path, struct fuse2_file_info *info);
    int (*release)(const char *path, struct fuse2_file_info *info);
    int (*fsync)(const char *path, int data_only, struct fuse2_file_info *info);
    int (*setxattr)(const char *path, const char *name, const char *value, size_t size, int flags);
    int (*getxattr)(const char *path, const char *name, char *to, size_t size);
    int (*listxattr)(const char *path, char *to, size_t size);
    int (*removexattr)(const char *path, const char *name);
    int (*opendir)(const char *path, struct fuse2_file_info *info);
    int (*readdir)(const char *path, void *to, fuse2_fill fill, off_t offset, struct fuse2_file_info *info);
    int (*releasedir)(const char *path, struct fuse2_file_info *info);
    int (*fsyncdir)(const char *path, int data_only, struct fuse2_file_info *info);
    void *(*init)(struct fuse2_conn_info *connection);
    void (*destroy)(void *private_data);
    void *access;
    int (*create)(const char *path, mode_t mode, struct fuse2_file_info *info);
    int (*ftruncate)(const char *path, off_t size, struct fuse2_file_info *info);
    int (*fgetattr)(const char *path, struct stat *to, struct fuse2_file_info *info);
    void *lock;
    int (*utimens)(const char *path, const struct timespec times[2]);
    void *bmap;
    unsigned flags;
    void *ioctl;
    void *poll;
    void *write_buf;
    void *read_buf;
    void *flock;
    int (*fallocate)(const char *path, int mode, off_t offset, off_t length, struct fuse2_file_info *info);
};

_Static_assert(offsetof(struct fuse2_file_info, fh) == 24, "jnr-fuse's FuseFileInfo");
_Static_assert(offsetof(struct fuse2_operations, flags) == 304, "jnr-fuse's FuseOperations");
_Static_assert(sizeof(struct fuse2_operations) == 360, "jnr-fuse's FuseOperations");

#endif
