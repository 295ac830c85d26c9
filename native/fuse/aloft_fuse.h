/*
 * What this library has beside libfuse 2's interface, for aloft.mount.
 *
 * The library speaks to the kernel itself, in the protocol of <linux/fuse.h>, which the kernel keeps
 * compatible in both directions. So it depends on no version of libfuse, and can do what libfuse 2
 * cannot: readdirplus, requests of 1 MiB, caches that last and are corrected, flags of rename.
 */
#ifndef ALOFT_FUSE_H
#define ALOFT_FUSE_H

#include <stdint.h>

#define ALOFT_FUSE_MAGIC 0x616c6f66742d3101 /* changes with the layout below */

struct aloft_session;

/* Handed to fuse_main_real as its user data. */
struct aloft_fuse {
    uint64_t magic;
    /* renameat2(2): with RENAME_NOREPLACE or RENAME_EXCHANGE. NULL: such calls fail with EINVAL. */
    int (*rename_with_flags)(const char *from, const char *to, unsigned flags);
    /* Set before the callback init, and valid until the callback destroy returns. */
    struct aloft_session *session;
};

/*
 * Tells the kernel that a path leads to another inode than before (0: to none), or that the inode's
 * content or attributes have changed, by something else than a call of the kernel. Not to be called
 * from a callback: it may wait for requests to be answered.
 */
__attribute__((visibility("default"))) void aloft_fuse_changed(struct aloft_session *session, const char *path, uint64_t inode);

/* What the user is told of this library. */
__attribute__((visibility("default"))) const char *aloft_fuse_version(void);

#endif
