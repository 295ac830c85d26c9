#include "session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum {
    MOST_THREADS = 512, /* as many calls may wait for the network at the same time */
    MOST_READERS = 2,   /* one takes a request, the other stands by */
    MOST_IDLE_SECONDS = 60,
    STACK_SIZE = 2 << 20, /* callbacks run Java */
};

static _Thread_local struct fuse2_context context;

struct fuse2_context *current_context(void) {
    return &context;
}

int session_init(struct aloft_session *session, int device, const struct fuse2_operations *calls) {
    memset(session, 0, sizeof *session);
    session->device = device;
    session->calls = *calls;
    session->times = (struct cache_times){1, 1, 0};
    pthread_mutex_init(&session->lock, NULL);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&session->needed, &monotonic);
    pthread_cond_init(&session->finished, NULL);
    pthread_condattr_destroy(&monotonic);
    pthread_rwlockattr_t kind;
    pthread_rwlockattr_init(&kind);
    pthread_rwlockattr_setkind_np(&kind, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    pthread_rwlock_init(&session->paths, &kind);
    pthread_rwlockattr_destroy(&kind);
    return nodes_init(&session->nodes);
}

void session_destroy(struct aloft_session *session) {
    nodes_destroy(&session->nodes);
    pthread_rwlock_destroy(&session->paths);
    pthread_cond_destroy(&session->needed);
    pthread_cond_destroy(&session->finished);
    pthread_mutex_destroy(&session->lock);
}

bool reply(struct worker *worker, int error, const void *data, size_t size) {
    struct fuse_out_header header = {
        .len = (uint32_t)(sizeof header + (error == 0 ? size : 0)), .error = error, .unique = worker->header.unique};
    struct iovec parts[] = {{&header, sizeof header}, {(void *)data, size}};
    ssize_t written = writev(worker->device, parts, error == 0 && size > 0 ? 2 : 1);
    return written >= 0;
}

/* A thread's own descriptor of the connection spares it the others' lock in the kernel. */
static int own_device(int device) {
    int own = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (own >= 0) {
        uint32_t source = (uint32_t)device;
        if (ioctl(own, FUSE_DEV_IOC_CLONE, &source) == 0) {
            return own;
        }
        close(own);
    }
    return device;
}

static void end(struct aloft_session *session) {
    pthread_mutex_lock(&session->lock);
    session->ended = true;
    pthread_cond_broadcast(&session->needed);
    pthread_mutex_unlock(&session->lock);
}

/* False when the connection has ended. */
static bool receive(struct worker *worker) {
    for (;;) {
        ssize_t size = read(worker->device, worker->buffer, BUFFER_SIZE);
        if (size >= (ssize_t)sizeof worker->header) {
            memcpy(&worker->header, worker->buffer, sizeof worker->header);
            worker->body = worker->buffer + sizeof worker->header;
            worker->length = (size_t)size - sizeof worker->header;
            return true;
        }
        /* ENOENT: the caller went away meanwhile */
        if (size >= 0 || (errno != EINTR && errno != EAGAIN && errno != ENOENT)) {
            return false;
        }
    }
}

static void start_thread(struct aloft_session *session);

/* Waits until this thread is needed as a reader. False when it may end. */
static bool become_reader(struct aloft_session *session) {
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += MOST_IDLE_SECONDS;
    pthread_mutex_lock(&session->lock);
    int late = 0;
    session->waiting++;
    while (!session->ended && session->readers >= MOST_READERS && late == 0) {
        late = pthread_cond_timedwait(&session->needed, &session->lock, &until);
    }
    session->waiting--;
    bool needed = !session->ended && session->readers < MOST_READERS;
    if (needed) {
        session->readers++;
    }
    pthread_mutex_unlock(&session->lock);
    return needed;
}

/* This thread has got a request: sees to it that somebody waits for the next. */
static void stop_reading(struct aloft_session *session) {
    pthread_mutex_lock(&session->lock);
    bool last = --session->readers == 0;
    bool more = last && session->waiting == 0 && session->threads < MOST_THREADS && !session->ended;
    if (more) {
        session->threads++;
    } else if (last) {
        pthread_cond_signal(&session->needed);
    }
    pthread_mutex_unlock(&session->lock);
    if (more) {
        start_thread(session);
    }
}

/* This thread is the last to end so far: joins the one that was before. session_serve joins the very last. */
static void thread_ends(struct aloft_session *session) {
    pthread_mutex_lock(&session->lock);
    bool joins = session->has_ended;
    pthread_t before = session->last_ended;
    session->has_ended = true;
    session->last_ended = pthread_self();
    session->threads--;
    pthread_cond_signal(&session->finished);
    pthread_mutex_unlock(&session->lock);
    if (joins) {
        pthread_join(before, NULL);
    }
}

static void no_thread(struct aloft_session *session) {
    pthread_mutex_lock(&session->lock);
    session->threads--;
    pthread_cond_signal(&session->finished);
    pthread_mutex_unlock(&session->lock);
}

static void *work(void *argument) {
    struct aloft_session *session = argument;
    struct worker worker = {.session = session, .device = own_device(session->device)};
    worker.buffer = malloc(BUFFER_SIZE);
    worker.path = malloc(PATH_SIZE);
    worker.path2 = malloc(PATH_SIZE);
    if (worker.buffer != NULL && worker.path != NULL && worker.path2 != NULL) {
        while (become_reader(session)) {
            bool received = receive(&worker);
            if (!received) {
                end(session);
            }
            stop_reading(session);
            if (received) {
                context = (struct fuse2_context){
                    .uid = worker.header.uid, .gid = worker.header.gid, .pid = (pid_t)worker.header.pid};
                answer_request(&worker);
            }
        }
    }
    free(worker.buffer);
    free(worker.path);
    free(worker.path2);
    if (worker.device != session->device) {
        close(worker.device);
    }
    thread_ends(session);
    return NULL;
}

/* The thread has been counted already. */
static void start_thread(struct aloft_session *session) {
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    pthread_t thread;
    if (pthread_create(&thread, &attributes, work, session) != 0) {
        no_thread(session);
    }
    pthread_attr_destroy(&attributes);
}

void session_serve(struct aloft_session *session) {
    session->threads = 1;
    start_thread(session);
    pthread_mutex_lock(&session->lock);
    while (session->threads > 0) {
        pthread_cond_wait(&session->finished, &session->lock);
    }
    pthread_mutex_unlock(&session->lock);
    if (session->has_ended) {
        pthread_join(session->last_ended, NULL);
    }
}
