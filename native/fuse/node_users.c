/* Who uses a node: requests about its entries, open handles, and notices of changes. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "node.h"

void node_begin(struct nodes *nodes, struct node *folder) {
    pthread_mutex_lock(&nodes->lock);
    folder->requests++;
    folder->kept++; /* the kernel may forget it as soon as it has the answer */
    pthread_mutex_unlock(&nodes->lock);
}

void node_end(struct nodes *nodes, struct node *folder) {
    pthread_mutex_lock(&nodes->lock);
    if (--folder->requests == 0) {
        pthread_cond_broadcast(&nodes->quiet);
    }
    node_drop(nodes, folder);
    pthread_mutex_unlock(&nodes->lock);
}

void node_await_quiet(struct nodes *nodes, struct node *folder, unsigned milliseconds) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += milliseconds / 1000;
    until.tv_nsec += (long)(milliseconds % 1000) * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&nodes->lock);
    int late = 0;
    while (folder->requests > 0 && late == 0) {
        late = pthread_cond_timedwait(&nodes->quiet, &nodes->lock, &until);
    }
    pthread_mutex_unlock(&nodes->lock);
}

int node_opened(struct nodes *nodes, struct node *node, uint64_t value) {
    struct handle *handle = malloc(sizeof *handle);
    if (handle == NULL) {
        return ENOMEM;
    }
    handle->value = value;
    handle->users = 1;
    pthread_mutex_lock(&nodes->lock);
    handle->next = node->handles;
    node->handles = handle;
    node->kept++;
    pthread_mutex_unlock(&nodes->lock);
    return 0;
}

bool node_handle(struct nodes *nodes, struct node *node, uint64_t *value) {
    pthread_mutex_lock(&nodes->lock);
    struct handle *handle = node->handles;
    if (handle != NULL) {
        handle->users++;
        *value = handle->value;
    }
    pthread_mutex_unlock(&nodes->lock);
    return handle != NULL;
}

bool node_handle_done(struct nodes *nodes, struct node *node, uint64_t value) {
    bool last = false;
    pthread_mutex_lock(&nodes->lock);
    struct handle **slot = &node->handles;
    while (*slot != NULL && (*slot)->value != value) {
        slot = &(*slot)->next;
    }
    struct handle *handle = *slot;
    if (handle != NULL && --handle->users == 0) {
        *slot = handle->next;
        free(handle);
        node_drop(nodes, node);
        last = true;
    }
    pthread_mutex_unlock(&nodes->lock);
    return last;
}

bool node_is_named(struct nodes *nodes, struct node *node) {
    pthread_mutex_lock(&nodes->lock);
    bool named = node == nodes->root || node->folder != NULL;
    pthread_mutex_unlock(&nodes->lock);
    return named;
}

struct change nodes_change(struct nodes *nodes, const char *path, uint64_t inode) {
    struct change change = {NULL, NULL, false};
    pthread_mutex_lock(&nodes->lock);
    struct node *node = nodes->root;
    while (node != NULL && *path != '\0') {
        path += strspn(path, "/");
        size_t length = strcspn(path, "/");
        if (length > 0) {
            change.folder = node;
            node = *node_slot(nodes, node, path, length);
        } else {
            change.folder = NULL;
        }
        if (node == NULL && path[length] != '\0') {
            change.folder = NULL; /* not even its folder is known */
        }
        path += length;
    }
    change.node = node;
    if (change.folder != NULL) {
        change.entry = node == NULL || node->inode != inode;
        change.folder->version++;
        change.folder->kept++;
    }
    if (node != NULL) {
        node->kept++;
        if (change.entry) {
            node_detach(nodes, node);
        }
    }
    pthread_mutex_unlock(&nodes->lock);
    return change;
}

void nodes_change_done(struct nodes *nodes, struct change *change) {
    pthread_mutex_lock(&nodes->lock);
    node_drop(nodes, change->node);
    node_drop(nodes, change->folder);
    pthread_mutex_unlock(&nodes->lock);
}
