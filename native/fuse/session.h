/* One connection with the kernel, and the threads that answer on it. */
#ifndef ALOFT_SESSION_H
#define ALOFT_SESSION_H

#include <linux/fuse.h>
#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "aloft_fuse.h"
#include "libfuse2.h"
#include "nodes.h"

enum {
    PAGE = 4096,
    LARGEST_DATA = 1 << 20,              /* of one read or write */
    BUFFER_SIZE = LARGEST_DATA + PAGE,   /* a request, or an answer behind its question */
    PATH_SIZE = 1 << 16,
};

/* How long the kernel may keep what it hears, in seconds. */
struct cache_times {
    uint64_t attributes;
    uint64_t entries;
    uint64_t absent; /* that there is no such entry */
};

struct aloft_session {
    int device; /* /dev/fuse, or the end of a socket in tests */
    struct fuse2_operations calls;
    struct aloft_fuse extras;
    struct cache_times times;
    struct nodes nodes;
    /* Paths stay true while it is held for reading; a rename holds it for writing. */
    pthread_rwlock_t paths;
    uint32_t minor; /* version of the protocol, 0 before FUSE_INIT */

    pthread_mutex_t lock; /* guards what follows */
    pthread_cond_t needed;   /* for threads: a reader is */
    pthread_cond_t finished; /* for session_serve: a thread has */
    unsigned threads;
    unsigned readers; /* threads that wait for a request */
    unsigned waiting; /* threads that wait until one is needed */
    bool ended;
    bool has_ended; /* some thread */
    pthread_t last_ended;
};

/* A thread and the request that it has in hand. */
struct worker {
    struct aloft_session *session;
    int device; /* of its own, with a queue of its own in the kernel, where there can be one */
    struct fuse_in_header header;
    const char *body; /* what follows the header */
    size_t length;    /* of the body */
    char *buffer;
    char *path;  /* PATH_SIZE, for the first path of a request */
    char *path2; /* for the second */
};

/* 0 or an errno. */
int session_init(struct aloft_session *session, int device, const struct fuse2_operations *calls);

/* Answers requests until the kernel ends the connection. */
void session_serve(struct aloft_session *session);

void session_destroy(struct aloft_session *session);

/* Answers the request that the worker has in hand (requests.c). */
void answer_request(struct worker *worker);

/* The caller whose request this thread has in hand. */
struct fuse2_context *current_context(void);

/*
 * Sends an answer. A negative error is the whole answer. False when nobody waits for it any more, so
 * that what the answer gives away has to be taken back.
 */
bool reply(struct worker *worker, int error, const void *data, size_t size);

#endif
