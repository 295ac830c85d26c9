/* The inside of the table of nodes, for its two halves. Everything here is called with the lock held. */
#ifndef ALOFT_NODE_H
#define ALOFT_NODE_H

#include "nodes.h"

/* A handle that the kernel or a request of ours uses. */
struct handle {
    struct handle *next;
    uint64_t value;
    unsigned users;
};

struct node {
    struct node *next;      /* in the same bucket, or without a name too */
    struct node *previous;  /* of those without a name */
    struct node *folder;    /* NULL: the root, or a node without a name */
    char *name;             /* NULL like the folder */
    uint64_t inode;         /* the drive's number of what it stands for; never changes */
    uint64_t heard;         /* how often the kernel was told of it, less what it has forgotten */
    uint64_t version;       /* of a folder: how often an entry went away */
    struct handle *handles; /* of a file */
    unsigned kept;          /* nodes in it, handles of it, and notices about it on their way */
    unsigned requests;      /* open requests about its entries */
};

/* Where the node of that name is linked in, or would be. */
struct node **node_slot(struct nodes *nodes, const struct node *folder, const char *name, size_t length);

/* Takes the name away; frees the folder when this node alone has kept it. */
void node_detach(struct nodes *nodes, struct node *node);

/* Ends one use that node->kept counts; frees the node when it was the last. The node may be NULL. */
void node_drop(struct nodes *nodes, struct node *node);

#endif
