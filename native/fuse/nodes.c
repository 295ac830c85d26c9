#include "node.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { ROOT_NUMBER = 1, FIRST_CAPACITY = 1024 };

static size_t bucket_of(const struct nodes *nodes, const struct node *folder, const char *name, size_t length) {
    uint64_t hash = 14695981039346656037u ^ (uint64_t)(uintptr_t)folder; /* FNV-1a */
    for (size_t i = 0; i < length; i++) {
        hash = (hash ^ (unsigned char)name[i]) * 1099511628211u;
    }
    return (size_t)(hash ^ hash >> 32) & (nodes->capacity - 1);
}

int nodes_init(struct nodes *nodes) {
    memset(nodes, 0, sizeof *nodes);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&nodes->quiet, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&nodes->lock, NULL);
    nodes->capacity = FIRST_CAPACITY;
    nodes->buckets = calloc(nodes->capacity, sizeof *nodes->buckets);
    nodes->root = calloc(1, sizeof *nodes->root);
    return nodes->buckets == NULL || nodes->root == NULL ? ENOMEM : 0;
}

static void free_node(struct node *node) {
    for (struct handle *handle = node->handles, *next; handle != NULL; handle = next) {
        next = handle->next;
        free(handle);
    }
    free(node->name);
    free(node);
}

void nodes_destroy(struct nodes *nodes) {
    for (size_t i = 0; nodes->buckets != NULL && i < nodes->capacity; i++) {
        for (struct node *node = nodes->buckets[i], *next; node != NULL; node = next) {
            next = node->next;
            free_node(node);
        }
    }
    for (struct node *node = nodes->unnamed, *next; node != NULL; node = next) {
        next = node->next;
        free_node(node);
    }
    free(nodes->buckets);
    free(nodes->root);
    pthread_mutex_destroy(&nodes->lock);
    pthread_cond_destroy(&nodes->quiet);
}

struct node *nodes_get(const struct nodes *nodes, uint64_t number) {
    return number == ROOT_NUMBER ? nodes->root : (struct node *)(uintptr_t)number;
}

uint64_t node_number(const struct nodes *nodes, const struct node *node) {
    return node == nodes->root ? ROOT_NUMBER : (uint64_t)(uintptr_t)node;
}

/* Puts the piece and a slash before it in front of what is at *start. */
static bool prepend(char *buffer, size_t *start, const char *piece) {
    size_t length = strlen(piece);
    if (*start < length + 1) {
        return false;
    }
    *start -= length;
    memcpy(buffer + *start, piece, length);
    buffer[--*start] = '/';
    return true;
}

char *node_path(struct nodes *nodes, struct node *node, const char *name, char *buffer, size_t size, int *error) {
    size_t start = size - 1;
    buffer[start] = '\0';
    bool fits = name == NULL || prepend(buffer, &start, name);
    pthread_mutex_lock(&nodes->lock);
    while (fits && node != nodes->root && node->folder != NULL) {
        fits = prepend(buffer, &start, node->name);
        node = node->folder;
    }
    pthread_mutex_unlock(&nodes->lock);
    *error = fits ? ESTALE : ENAMETOOLONG;
    if (!fits || node != nodes->root) {
        return NULL;
    }
    if (buffer[start] == '\0') {
        buffer[--start] = '/';
    }
    return buffer + start;
}

uint64_t node_version(struct nodes *nodes, struct node *folder) {
    pthread_mutex_lock(&nodes->lock);
    uint64_t version = folder->version;
    pthread_mutex_unlock(&nodes->lock);
    return version;
}

struct node **node_slot(struct nodes *nodes, const struct node *folder, const char *name, size_t length) {
    struct node **slot = &nodes->buckets[bucket_of(nodes, folder, name, length)];
    while (*slot != NULL && ((*slot)->folder != folder || strncmp((*slot)->name, name, length) != 0
                             || (*slot)->name[length] != '\0')) {
        slot = &(*slot)->next;
    }
    return slot;
}

static struct node *find(struct nodes *nodes, const struct node *folder, const char *name) {
    return *node_slot(nodes, folder, name, strlen(name));
}

static void grow(struct nodes *nodes) {
    size_t old = nodes->capacity;
    struct node **wider = calloc(old * 2, sizeof *wider);
    if (wider == NULL) {
        return; /* slower, not wrong */
    }
    struct node **narrow = nodes->buckets;
    nodes->buckets = wider;
    nodes->capacity = old * 2;
    for (size_t i = 0; i < old; i++) {
        for (struct node *node = narrow[i], *next; node != NULL; node = next) {
            next = node->next;
            size_t bucket = bucket_of(nodes, node->folder, node->name, strlen(node->name));
            node->next = wider[bucket];
            wider[bucket] = node;
        }
    }
    free(narrow);
}

static void link_unnamed(struct nodes *nodes, struct node *node) {
    node->previous = NULL;
    node->next = nodes->unnamed;
    if (nodes->unnamed != NULL) {
        nodes->unnamed->previous = node;
    }
    nodes->unnamed = node;
}

static void unlink_unnamed(struct nodes *nodes, struct node *node) {
    if (node->next != NULL) {
        node->next->previous = node->previous;
    }
    if (node->previous != NULL) {
        node->previous->next = node->next;
    } else {
        nodes->unnamed = node->next;
    }
}

/* Gives a node without a name one; takes ownership of it. */
static void attach(struct nodes *nodes, struct node *node, struct node *folder, char *name) {
    if (nodes->count >= nodes->capacity) {
        grow(nodes);
    }
    unlink_unnamed(nodes, node);
    size_t bucket = bucket_of(nodes, folder, name, strlen(name));
    node->folder = folder;
    node->name = name;
    node->next = nodes->buckets[bucket];
    nodes->buckets[bucket] = node;
    nodes->count++;
    folder->kept++;
}

static void free_if_unknown(struct nodes *nodes, struct node *node);

void node_detach(struct nodes *nodes, struct node *node) {
    struct node *folder = node->folder;
    struct node **slot = node_slot(nodes, folder, node->name, strlen(node->name));
    *slot = node->next;
    free(node->name);
    node->name = NULL;
    node->folder = NULL;
    link_unnamed(nodes, node);
    nodes->count--;
    folder->kept--;
    folder->version++;
    free_if_unknown(nodes, folder);
}

static void free_if_unknown(struct nodes *nodes, struct node *node) {
    if (node == nodes->root || node->heard > 0 || node->kept > 0) {
        return;
    }
    if (node->folder != NULL) {
        node_detach(nodes, node);
    }
    unlink_unnamed(nodes, node);
    free_node(node);
}

void node_drop(struct nodes *nodes, struct node *node) {
    if (node != NULL) {
        node->kept--;
        free_if_unknown(nodes, node);
    }
}

struct node *node_enter(struct nodes *nodes, struct node *folder, const char *name, uint64_t inode,
                        uint64_t version, int *error) {
    struct node *made = calloc(1, sizeof *made);
    char *copy = strdup(name);
    struct node *node = NULL;
    pthread_mutex_lock(&nodes->lock);
    if (folder->version != version) {
        *error = EAGAIN;
    } else {
        node = find(nodes, folder, name);
        if (node != NULL && node->inode != inode) {
            struct node *old = node;
            node = NULL;
            node_detach(nodes, old);
            free_if_unknown(nodes, old);
        }
        if (node == NULL && made != NULL && copy != NULL) {
            node = made;
            node->inode = inode;
            link_unnamed(nodes, node);
            attach(nodes, node, folder, copy);
            made = NULL;
            copy = NULL;
        }
        *error = ENOMEM;
    }
    if (node != NULL) {
        node->heard++;
    }
    pthread_mutex_unlock(&nodes->lock);
    free(made);
    free(copy);
    return node;
}

void node_forget(struct nodes *nodes, struct node *node, uint64_t times) {
    pthread_mutex_lock(&nodes->lock);
    if (node != nodes->root) {
        node->heard -= times < node->heard ? times : node->heard;
        free_if_unknown(nodes, node);
    }
    pthread_mutex_unlock(&nodes->lock);
}

/* Also counts as a change when the name is not known: a request under way may be about to enter it. */
static void remove_entry(struct nodes *nodes, struct node *folder, const char *name) {
    struct node *node = find(nodes, folder, name);
    folder->version++;
    if (node != NULL) {
        node->kept++;
        node_detach(nodes, node);
        node_drop(nodes, node);
    }
}

void node_remove(struct nodes *nodes, struct node *folder, const char *name) {
    pthread_mutex_lock(&nodes->lock);
    remove_entry(nodes, folder, name);
    pthread_mutex_unlock(&nodes->lock);
}

bool node_is_for(const struct nodes *nodes, const struct node *node, uint64_t inode) {
    return node == nodes->root || node->inode == inode;
}

void node_lose_name(struct nodes *nodes, struct node *node) {
    pthread_mutex_lock(&nodes->lock);
    if (node->folder != NULL) {
        node->kept++;
        node_detach(nodes, node);
        node_drop(nodes, node);
    }
    pthread_mutex_unlock(&nodes->lock);
}

void node_rename(struct nodes *nodes, struct node *folder, const char *name, struct node *new_folder,
                 const char *new_name, bool exchange) {
    char *copy = strdup(new_name);
    char *other_copy = exchange ? strdup(name) : NULL;
    pthread_mutex_lock(&nodes->lock);
    struct node *node = find(nodes, folder, name);
    struct node *other = exchange ? find(nodes, new_folder, new_name) : NULL;
    folder->kept++;
    folder->version++;
    new_folder->kept++;
    new_folder->version++;
    if (node != NULL) {
        node->kept++;
        node_detach(nodes, node);
    }
    if (other != NULL) {
        other->kept++;
        node_detach(nodes, other);
    } else {
        remove_entry(nodes, new_folder, new_name);
    }
    if (node != NULL) {
        if (copy != NULL) { /* without memory it has no name: the kernel asks for it again */
            attach(nodes, node, new_folder, copy);
            copy = NULL;
        }
        node_drop(nodes, node);
    }
    if (other != NULL) {
        if (other_copy != NULL) {
            attach(nodes, other, folder, other_copy);
            other_copy = NULL;
        }
        node_drop(nodes, other);
    }
    folder->kept--;
    new_folder->kept--;
    pthread_mutex_unlock(&nodes->lock);
    free(copy);
    free(other_copy);
}

