/* The kernel's part in the tests. */
#include <pthread.h>
#include <stdarg.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "drive.h"
#include "test.h"

enum { MOST_PIECES = 8 };

struct aloft_session session;
static int kernel; /* its end of the socket */
static pthread_t server;
static uint64_t last_unique;

static void *serve(void *unused) {
    session_serve(&session);
    return unused;
}

bool drive_begin_as(uint32_t major, uint32_t minor, uint32_t flags, struct answer *answer) {
    drive_clear();
    int ends[2];
    CHECK(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0);
    kernel = ends[0];
    CHECK(session_init(&session, ends[1], &DRIVE_CALLS) == 0);
    session.times = (struct cache_times){60, 50, 40};
    session.extras.rename_with_flags = drive_rename_with_flags;
    CHECK(pthread_create(&server, NULL, serve, NULL) == 0);
    struct fuse_init_in in = {.major = major, .minor = minor, .max_readahead = 131072, .flags = flags};
    ASK(answer, FUSE_INIT, 0, STRUCT(in));
    return answer->header.error == 0;
}

void drive_begin(void) {
    struct answer answer;
    CHECK(drive_begin_as(7, 99, UINT32_MAX, &answer));
}

void drive_end(void) {
    close(kernel);
    pthread_join(server, NULL);
    close(session.device);
    session_destroy(&session);
}

uint64_t request(uint32_t opcode, uint64_t node, ...) {
    struct fuse_in_header header = {.opcode = opcode, .unique = ++last_unique, .nodeid = node};
    struct iovec parts[MOST_PIECES] = {{&header, sizeof header}};
    size_t count = 1;
    va_list pieces;
    va_start(pieces, node);
    for (void *piece = va_arg(pieces, void *); piece != NULL; piece = va_arg(pieces, void *)) {
        parts[count] = (struct iovec){piece, va_arg(pieces, size_t)};
        header.len += (uint32_t)parts[count++].iov_len;
    }
    va_end(pieces);
    header.len += (uint32_t)sizeof header;
    CHECK(writev(kernel, parts, (int)count) == (ssize_t)header.len);
    return header.unique;
}

void receive(struct answer *answer) {
    struct iovec parts[] = {{&answer->header, sizeof answer->header}, {answer->bytes, sizeof answer->bytes}};
    ssize_t size = readv(kernel, parts, 2);
    CHECK(size >= (ssize_t)sizeof answer->header && (size_t)size == answer->header.len);
    answer->size = (size_t)size - sizeof answer->header;
}

int error_of(const struct answer *answer) {
    return -answer->header.error;
}

uint64_t look_up(uint64_t folder, const char *name) {
    struct answer answer;
    ASK(&answer, FUSE_LOOKUP, folder, NAME(name));
    CHECK(error_of(&answer) == 0);
    return answer.entry.nodeid;
}

struct fuse_open_out open_file(uint64_t node, uint32_t flags) {
    struct answer answer;
    struct fuse_open_in in = {.flags = flags};
    ASK(&answer, FUSE_OPEN, node, STRUCT(in));
    CHECK(error_of(&answer) == 0);
    return answer.open;
}
