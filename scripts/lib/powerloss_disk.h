/*
 * The disk of powerloss.c: files, names and content in memory, each as it is and as it is after a loss. For one thread.
 *
 * The model, which is harsher than ext4 and gentler than POSIX allows:
 *  - fsync and fdatasync of a file make its bytes, size, mode and times durable, and nothing else.
 *  - Names are made, removed and moved in one order, each as a whole. fsync of a folder makes durable what happened to
 *    its names, along with what came before that in the folders which are concerned. fsync of a file names nothing.
 *  - At a loss half of the times no name outlives it that was not synced, else the first few changes of them do. Of each file
 *    that was not synced nothing outlives it, or the first pages, or any pages, of the size before or of a larger one;
 *    pages that are missing read as before or as zeros.
 */
#ifndef ALOFT_POWERLOSS_DISK_H
#define ALOFT_POWERLOSS_DISK_H

#include <stdbool.h>
#include <sys/stat.h>
#include <time.h>

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

extern struct inode *root;
/* What the last loss took. */
extern char report[200];

/* Where the name is in the list, or where it would be. */
struct name **find(struct name **names, const char *text, size_t length);
/* Null where there is none. */
struct inode *look_up(const char *path);
/* The folder of a path; its last name is put into text. */
struct inode *folder_of(const char *path, const char **text);
void touch(struct inode *inode);
/* A new one, the last of all. */
struct change *change(void);
/* Sets a name as a part of a change; no inode: removes it. */
void note(struct change *to, int which, struct inode *folder, const char *text, struct inode *inode);
void sync_names(struct inode *folder);
void resize(struct content *content, size_t size);
/* Bytes that are not durable. */
void mark(struct inode *inode, size_t from, size_t to);
void sync_content(struct inode *inode);
struct inode *make_inode(mode_t mode);
void lose_power(unsigned long seed);

#endif
