/* Mounts a folder: by mount(2), or with the help of fusermount3 or fusermount. */
#ifndef ALOFT_MOUNTING_H
#define ALOFT_MOUNTING_H

#include <stdbool.h>

struct mount_options {
    const char *source;  /* without commas */
    const char *subtype; /* the same */
    bool allow_other;
};

/* Returns a descriptor of /dev/fuse that serves the folder, or a negative errno. */
int mount_folder(const char *folder, const struct mount_options *options);

#endif
