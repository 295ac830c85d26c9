/* What jnr-fuse finds here: the functions of libfuse 2 that it looks for. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mounting.h"
#include "session.h"

#define EXPORT __attribute__((visibility("default")))

/* Those of libfuse: 3 for the arguments, 4 for the mount. */
enum { DONE = 0, BAD_ARGUMENTS = 3, NOT_MOUNTED = 4, FAILED = 5 };

struct arguments {
    const char *folder;
    struct mount_options mount;
    struct cache_times times;
};

/* The value of a word "key=value"; NULL when it has another key. */
static const char *value_of(const char *word, const char *key) {
    size_t length = strlen(key);
    return strncmp(word, key, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

static void read_seconds(const char *word, const char *key, uint64_t *to) {
    const char *value = value_of(word, key);
    if (value != NULL) {
        *to = strtoull(value, NULL, 10);
    }
}

/* Words that this library has no use for are those that say to libfuse 2 what is a matter of course here. */
static void read_word(const char *word, struct arguments *to) {
    const char *source = value_of(word, "fsname");
    const char *subtype = value_of(word, "subtype");
    to->mount.source = source != NULL ? source : to->mount.source;
    to->mount.subtype = subtype != NULL ? subtype : to->mount.subtype;
    to->mount.allow_other |= strcmp(word, "allow_other") == 0;
    read_seconds(word, "attr_timeout", &to->times.attributes);
    read_seconds(word, "entry_timeout", &to->times.entries);
    read_seconds(word, "negative_timeout", &to->times.absent);
}

/* All words of all -o, with a comma between each two; NULL without memory. */
static char *join_words(int count, char **values) {
    size_t size = 1;
    for (int i = 1; i < count; i++) {
        size += strlen(values[i]) + 1;
    }
    char *words = calloc(size, 1);
    char *end = words;
    for (int i = 1; i + 1 < count && words != NULL; i++) {
        if (strcmp(values[i], "-o") == 0) {
            end = stpcpy(stpcpy(end, values[++i]), ",");
        }
    }
    return words;
}

/* program folder [-f] [-o word,word...]...; the result keeps pointers into words, which it cuts up. */
static void read_arguments(int count, char **values, char *words, struct arguments *to) {
    for (int i = 1; i < count; i++) {
        if (strcmp(values[i], "-o") == 0) {
            i++;
        } else if (values[i][0] != '-') {
            to->folder = values[i];
        }
    }
    char *rest = NULL;
    for (char *word = strtok_r(words, ",", &rest); word != NULL; word = strtok_r(NULL, ",", &rest)) {
        read_word(word, to);
    }
}

static int serve(const struct arguments *arguments, const struct fuse2_operations *calls, struct aloft_fuse *extras) {
    struct aloft_session *session = calloc(1, sizeof *session);
    int device = session == NULL ? -ENOMEM : mount_folder(arguments->folder, &arguments->mount);
    if (device < 0) {
        free(session);
        return NOT_MOUNTED;
    }
    int result = FAILED;
    if (session_init(session, device, calls) == 0) {
        session->times = arguments->times;
        if (extras != NULL && extras->magic == ALOFT_FUSE_MAGIC) {
            session->extras = *extras;
            extras->session = session;
        }
        session_serve(session);
        if (calls->destroy != NULL) {
            calls->destroy(NULL);
        }
        result = DONE;
    }
    session_destroy(session);
    close(device);
    free(session);
    return result;
}

/* Mounts, answers requests until the folder is unmounted, and returns 0. */
EXPORT int fuse_main_real(int count, char **values, const struct fuse2_operations *operations, size_t size,
                          void *user_data) {
    struct arguments arguments = {.mount = {.source = "aloft", .subtype = "aloft"}, .times = {1, 1, 0}};
    struct fuse2_operations calls = {0};
    memcpy(&calls, operations, size < sizeof calls ? size : sizeof calls);
    char *words = join_words(count, values);
    if (words == NULL) {
        return FAILED;
    }
    read_arguments(count, values, words, &arguments);
    int result = arguments.folder == NULL ? BAD_ARGUMENTS : serve(&arguments, &calls, user_data);
    free(words);
    return result;
}

/* The caller of the callback that runs on this thread. */
EXPORT struct fuse2_context *fuse_get_context(void) {
    return current_context();
}

const char *aloft_fuse_version(void) {
    return "Aloft's own FUSE library";
}

/* jnr-fuse looks for these too; who uses no buffers, no poll and unmounts to end calls none of them. */
EXPORT size_t fuse_buf_size(const void *buffers) {
    (void)buffers;
    return 0;
}

EXPORT ssize_t fuse_buf_copy(void *to, void *from, int flags) {
    (void)to;
    (void)from;
    (void)flags;
    return -ENOSYS;
}

EXPORT void fuse_exit(void *fuse) {
    (void)fuse;
}

EXPORT void fuse_pollhandle_destroy(void *handle) {
    (void)handle;
}

EXPORT int fuse_notify_poll(void *handle) {
    (void)handle;
    return -ENOSYS;
}
