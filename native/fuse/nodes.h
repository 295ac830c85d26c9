/*
 * The entries of the drive that the kernel knows. The kernel names them by number, the drive by
 * path: this table has the name and folder of each. A number is the address of a node; the kernel
 * uses none that it has given back.
 *
 * All functions may be called from any thread. A node that the kernel named in a request stays until
 * the request is answered.
 */
#ifndef ALOFT_NODES_H
#define ALOFT_NODES_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct node;

struct nodes {
    pthread_mutex_t lock; /* guards the table and all nodes; no other lock is taken under it */
    pthread_cond_t quiet; /* some folder has no open request any more */
    struct node *root;
    struct node **buckets;
    size_t capacity; /* a power of two */
    size_t count;    /* nodes with a name */
    struct node *unnamed;
};

/* 0, or an errno. */
int nodes_init(struct nodes *nodes);

/* Frees all nodes, whoever still holds them. */
void nodes_destroy(struct nodes *nodes);

struct node *nodes_get(const struct nodes *nodes, uint64_t number);
uint64_t node_number(const struct nodes *nodes, const struct node *node);

/*
 * Writes the path of a node, or of an entry in it when name is not NULL, to the end of the buffer.
 * Returns where it begins; NULL when the node has no name any more (*error is ESTALE) or the path
 * does not fit (ENAMETOOLONG).
 */
char *node_path(struct nodes *nodes, struct node *node, const char *name, char *buffer, size_t size, int *error);

/*
 * Requests that look at or change the entries of a folder are bracketed by these two, the second
 * after the answer has been sent.
 */
void node_begin(struct nodes *nodes, struct node *folder);
void node_end(struct nodes *nodes, struct node *folder);

/* Counts how often entries of the folder went away or changed places. */
uint64_t node_version(struct nodes *nodes, struct node *folder);

/* Waits until no request is open on the folder, for the time given at most. */
void node_await_quiet(struct nodes *nodes, struct node *folder, unsigned milliseconds);

/*
 * The node of an entry as the drive has just described it: the one that is known by that name if its
 * inode number is still the same, else a new one. The kernel is about to hear of it once more.
 * NULL with *error EAGAIN when the folder has another version by now: ask the drive again.
 * ENOMEM when there is no memory.
 */
struct node *node_enter(struct nodes *nodes, struct node *folder, const char *name, uint64_t inode,
                        uint64_t version, int *error);

/* The kernel has forgotten that it heard of the node so many times. */
void node_forget(struct nodes *nodes, struct node *node, uint64_t times);

/* The entry is gone. Whoever has the node open goes on without a name. */
void node_remove(struct nodes *nodes, struct node *folder, const char *name);

/* The entry has moved, over what was there, or both have changed places. */
void node_rename(struct nodes *nodes, struct node *folder, const char *name, struct node *new_folder,
                 const char *new_name, bool exchange);

/* Remembers a handle of the file, by which it can be asked for when it has no name. 0 or ENOMEM. */
int node_opened(struct nodes *nodes, struct node *node, uint64_t handle);

/* Some open handle of the file, kept open until node_handle_done; false when there is none. */
bool node_handle(struct nodes *nodes, struct node *node, uint64_t *handle);

/*
 * Ends the use of a handle, by node_handle or by the kernel. True for the last: the handle can be
 * released now.
 */
bool node_handle_done(struct nodes *nodes, struct node *node, uint64_t handle);

/* Whether the node has a name. */
bool node_is_named(struct nodes *nodes, struct node *node);

/* Whether the drive's inode is the one that the node stands for. */
bool node_is_for(const struct nodes *nodes, const struct node *node, uint64_t inode);

/* Takes its name away: the drive has something else by that name now. */
void node_lose_name(struct nodes *nodes, struct node *node);

/* What the kernel has to be told of a change. Nodes are kept until node_drop; each may be NULL. */
struct change {
    struct node *folder; /* NULL: the kernel knows nothing of it */
    struct node *node;   /* what the kernel knows by that name */
    bool entry;          /* the name leads elsewhere now, or nowhere */
};

/* Finds out who is concerned when the path now leads to the inode, 0: nowhere. */
struct change nodes_change(struct nodes *nodes, const char *path, uint64_t inode);
void nodes_change_done(struct nodes *nodes, struct change *change);

#endif
