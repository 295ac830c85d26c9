#include "drive.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>

#include "test.h"

enum { MOST_ENTRIES = 64, FIRST_HANDLE = 100 };

struct entry {
    char path[64]; /* empty: removed, or no entry at all */
    struct stat stat;
    unsigned opened; /* its handle is FIRST_HANDLE and its index */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static struct entry entries[MOST_ENTRIES];
static uint64_t last_inode;
static char called[256];
static unsigned stuck;
static bool let_go;

/* The inside, with the lock held. */

static struct entry *find(const char *path) {
    for (int i = 0; i < MOST_ENTRIES; i++) {
        if (strcmp(entries[i].path, path) == 0) {
            return &entries[i];
        }
    }
    return NULL;
}

static struct entry *opened(const struct fuse2_file_info *info) {
    CHECK(info->fh >= FIRST_HANDLE && info->fh < FIRST_HANDLE + MOST_ENTRIES);
    struct entry *entry = &entries[info->fh - FIRST_HANDLE];
    CHECK(entry->opened > 0);
    return entry;
}

static struct entry *add(const char *path, mode_t mode) {
    for (int i = 0; i < MOST_ENTRIES; i++) {
        if (entries[i].path[0] == '\0' && entries[i].opened == 0) {
            memset(&entries[i], 0, sizeof entries[i]);
            snprintf(entries[i].path, sizeof entries[i].path, "%s", path);
            entries[i].stat.st_mode = mode;
            entries[i].stat.st_nlink = 1;
            entries[i].stat.st_ino = ++last_inode;
            return &entries[i];
        }
    }
    abort();
}

__attribute__((format(printf, 1, 2))) static void call(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(called, sizeof called, format, arguments);
    va_end(arguments);
}

static int unlocked(int result) {
    pthread_mutex_unlock(&lock);
    return result;
}

static struct entry *locked_find(const char *path) {
    pthread_mutex_lock(&lock);
    return find(path);
}

/* The callbacks. */

static int drive_getattr(const char *path, struct stat *to) {
    struct entry *entry = locked_find(path);
    if (entry != NULL) {
        *to = entry->stat;
    }
    return unlocked(entry == NULL ? -ENOENT : 0);
}

static int drive_fgetattr(const char *path, struct stat *to, struct fuse2_file_info *info) {
    CHECK(path == NULL);
    pthread_mutex_lock(&lock);
    *to = opened(info)->stat;
    return unlocked(0);
}

static int make(const char *path, mode_t mode) {
    struct entry *entry = locked_find(path);
    if (entry == NULL) {
        add(path, mode);
    }
    return unlocked(entry == NULL ? 0 : -EEXIST);
}

static int drive_mknod(const char *path, mode_t mode, dev_t device) {
    (void)device;
    return make(path, mode);
}

static int drive_mkdir(const char *path, mode_t mode) {
    return make(path, S_IFDIR | mode);
}

static int drive_symlink(const char *target, const char *path) {
    int result = make(path, S_IFLNK | 0777);
    pthread_mutex_lock(&lock);
    call("symlink %s %s", target, path);
    return unlocked(result);
}

static int drive_readlink(const char *path, char *to, size_t size) {
    snprintf(to, size, "target of %s", path);
    return 0;
}

static int drive_unlink(const char *path) {
    struct entry *entry = locked_find(path);
    if (entry != NULL) {
        entry->path[0] = '\0';
    }
    return unlocked(entry == NULL ? -ENOENT : 0);
}

static int drive_rename(const char *from, const char *to) {
    struct entry *entry = locked_find(from);
    struct entry *over = find(to);
    call("rename %s %s", from, to);
    if (entry != NULL) {
        if (over != NULL) {
            over->path[0] = '\0';
        }
        snprintf(entry->path, sizeof entry->path, "%s", to);
    }
    return unlocked(entry == NULL ? -ENOENT : 0);
}

int drive_rename_with_flags(const char *from, const char *to, unsigned flags) {
    pthread_mutex_lock(&lock);
    call("rename %s %s %u", from, to, flags);
    return unlocked(0);
}

static int drive_chmod(const char *path, mode_t mode) {
    struct entry *entry = locked_find(path);
    entry->stat.st_mode = (entry->stat.st_mode & S_IFMT) | mode;
    call("chmod %s %o", path, (unsigned)mode);
    return unlocked(0);
}

static int drive_chown(const char *path, uid_t uid, gid_t gid) {
    pthread_mutex_lock(&lock);
    call("chown %s %d %d", path, (int)uid, (int)gid);
    return unlocked(0);
}

static int drive_truncate(const char *path, off_t size) {
    locked_find(path)->stat.st_size = size;
    return unlocked(0);
}

static int drive_ftruncate(const char *path, off_t size, struct fuse2_file_info *info) {
    CHECK(path == NULL);
    pthread_mutex_lock(&lock);
    opened(info)->stat.st_size = size;
    return unlocked(0);
}

static int drive_utimens(const char *path, const struct timespec times[2]) {
    pthread_mutex_lock(&lock);
    call("utimens %s %lld %ld %lld %ld", path, (long long)times[0].tv_sec, times[0].tv_nsec,
         (long long)times[1].tv_sec, times[1].tv_nsec);
    return unlocked(0);
}

static int drive_open(const char *path, struct fuse2_file_info *info) {
    struct entry *entry = locked_find(path);
    if (entry == NULL) {
        return unlocked(-ENOENT);
    }
    entry->opened++;
    info->fh = FIRST_HANDLE + (uint64_t)(entry - entries);
    return unlocked(0);
}

static int drive_create(const char *path, mode_t mode, struct fuse2_file_info *info) {
    int result = make(path, mode);
    return result < 0 ? result : drive_open(path, info);
}

static int drive_read(const char *path, char *to, size_t size, off_t offset, struct fuse2_file_info *info) {
    CHECK(path == NULL);
    pthread_mutex_lock(&lock);
    if (strcmp(opened(info)->path, "/stuck") == 0) {
        stuck++;
        pthread_cond_broadcast(&changed);
        while (!let_go) {
            pthread_cond_wait(&changed, &lock);
        }
    }
    return unlocked(snprintf(to, size, "from %lld", (long long)offset));
}

static int drive_write(const char *path, const char *from, size_t size, off_t offset, struct fuse2_file_info *info) {
    CHECK(path == NULL);
    pthread_mutex_lock(&lock);
    call("write %.*s at %lld%s", (int)size, from, (long long)offset, info->writepage ? " from the cache" : "");
    return unlocked((int)size);
}

static int drive_statfs(const char *path, struct statvfs *to) {
    (void)path;
    *to = (struct statvfs){.f_bsize = 4096, .f_frsize = 4096, .f_blocks = 10, .f_bavail = 7, .f_namemax = 255};
    return 0;
}

static int drive_flush(const char *path, struct fuse2_file_info *info) {
    (void)path;
    (void)info;
    return -EIO;
}

static int drive_release(const char *path, struct fuse2_file_info *info) {
    CHECK(path == NULL);
    pthread_mutex_lock(&lock);
    opened(info)->opened--;
    return unlocked(0);
}

static int drive_fsync(const char *path, int data_only, struct fuse2_file_info *info) {
    (void)info;
    pthread_mutex_lock(&lock);
    call("fsync %s %d", path == NULL ? "handle" : path, data_only);
    return unlocked(0);
}

static int drive_setxattr(const char *path, const char *name, const char *value, size_t size, int flags) {
    pthread_mutex_lock(&lock);
    call("setxattr %s %s %.*s %d", path, name, (int)size, value, flags);
    return unlocked(0);
}

static int drive_getxattr(const char *path, const char *name, char *to, size_t size) {
    (void)path;
    if (strcmp(name, "user.x") != 0) {
        return -ENODATA;
    }
    if (size > 0) {
        memcpy(to, "value", 5);
    }
    return 5;
}

static int drive_listxattr(const char *path, char *to, size_t size) {
    return drive_getxattr(path, "user.x", to, size);
}

static int drive_removexattr(const char *path, const char *name) {
    return drive_getxattr(path, name, NULL, 0) < 0 ? -ENODATA : 0;
}

static int drive_readdir(const char *path, void *to, fuse2_fill fill, off_t offset, struct fuse2_file_info *info) {
    (void)path;
    pthread_mutex_lock(&lock);
    struct stat self = opened(info)->stat;
    pthread_mutex_unlock(&lock);
    int full = 0;
    for (off_t at = offset; at < 2 + MOST_ENTRIES && full == 0; at++) {
        const struct entry *entry = at < 2 ? NULL : &entries[at - 2];
        if (entry == NULL) {
            full = fill(to, at == 0 ? "." : "..", &self, at + 1);
        } else if (entry->path[0] == '/' && entry->path[1] != '\0') {
            full = fill(to, entry->path + 1, &entry->stat, at + 1);
        }
    }
    return 0;
}

static int drive_fallocate(const char *path, int mode, off_t offset, off_t length, struct fuse2_file_info *info) {
    (void)path;
    (void)info;
    pthread_mutex_lock(&lock);
    call("fallocate %d %lld %lld", mode, (long long)offset, (long long)length);
    return unlocked(0);
}

static void *drive_init(struct fuse2_conn_info *connection) {
    CHECK(connection->proto_major == 7);
    return NULL;
}

const struct fuse2_operations DRIVE_CALLS = {
    .getattr = drive_getattr,
    .readlink = drive_readlink,
    .mknod = drive_mknod,
    .mkdir = drive_mkdir,
    .unlink = drive_unlink,
    .rmdir = drive_unlink,
    .symlink = drive_symlink,
    .rename = drive_rename,
    .chmod = drive_chmod,
    .chown = drive_chown,
    .truncate = drive_truncate,
    .open = drive_open,
    .read = drive_read,
    .write = drive_write,
    .statfs = drive_statfs,
    .flush = drive_flush,
    .release = drive_release,
    .fsync = drive_fsync,
    .setxattr = drive_setxattr,
    .getxattr = drive_getxattr,
    .listxattr = drive_listxattr,
    .removexattr = drive_removexattr,
    .opendir = drive_open,
    .readdir = drive_readdir,
    .releasedir = drive_release,
    .fsyncdir = drive_fsync,
    .init = drive_init,
    .create = drive_create,
    .ftruncate = drive_ftruncate,
    .fgetattr = drive_fgetattr,
    .utimens = drive_utimens,
    .fallocate = drive_fallocate,
};

void drive_clear(void) {
    memset(entries, 0, sizeof entries);
    last_inode = 0;
    stuck = 0;
    let_go = false;
    add("/", S_IFDIR | 0755);
}

uint64_t drive_add(const char *path, mode_t mode) {
    pthread_mutex_lock(&lock);
    uint64_t inode = add(path, mode)->stat.st_ino;
    pthread_mutex_unlock(&lock);
    return inode;
}

void drive_remove(const char *path) {
    CHECK(drive_unlink(path) == 0);
}

void drive_set_inode(const char *path, uint64_t inode) {
    locked_find(path)->stat.st_ino = inode;
    pthread_mutex_unlock(&lock);
}

const char *last_call(void) {
    return called;
}

unsigned drive_handles(void) {
    pthread_mutex_lock(&lock);
    unsigned count = 0;
    for (int i = 0; i < MOST_ENTRIES; i++) {
        count += entries[i].opened;
    }
    pthread_mutex_unlock(&lock);
    return count;
}

void drive_let_go(void) {
    pthread_mutex_lock(&lock);
    let_go = true;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

void drive_await_stuck(unsigned count) {
    pthread_mutex_lock(&lock);
    while (stuck < count) {
        pthread_cond_wait(&changed, &lock);
    }
    pthread_mutex_unlock(&lock);
}
