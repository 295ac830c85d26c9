#include "mounting.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static int mount_as_root(const char *folder, const struct mount_options *options) {
    struct stat stat;
    if (lstat(folder, &stat) != 0) {
        return -errno;
    }
    int device = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (device < 0) {
        return -errno;
    }
    char type[64];
    char data[256];
    snprintf(type, sizeof type, "fuse.%s", options->subtype);
    snprintf(data, sizeof data, "fd=%d,rootmode=%o,user_id=%u,group_id=%u,default_permissions%s", device,
             (unsigned)(stat.st_mode & S_IFMT), (unsigned)getuid(), (unsigned)getgid(),
             options->allow_other ? ",allow_other" : "");
    if (mount(options->source, folder, type, MS_NOSUID | MS_NODEV, data) != 0) {
        int error = -errno;
        close(device);
        return error;
    }
    return device;
}

/* The program sends the descriptor over the socket. */
static int receive_descriptor(int socket) {
    char byte;
    struct iovec part = {&byte, 1};
    union {
        struct cmsghdr header;
        char room[CMSG_SPACE(sizeof(int))];
    } control;
    struct msghdr message = {
        .msg_iov = &part, .msg_iovlen = 1, .msg_control = control.room, .msg_controllen = sizeof control.room};
    ssize_t size;
    do {
        size = recvmsg(socket, &message, MSG_CMSG_CLOEXEC);
    } while (size < 0 && errno == EINTR);
    struct cmsghdr *header = size > 0 ? CMSG_FIRSTHDR(&message) : NULL;
    if (header == NULL || header->cmsg_type != SCM_RIGHTS) {
        return -EPERM; /* it has said why on the standard error */
    }
    int device;
    memcpy(&device, CMSG_DATA(header), sizeof device);
    return device;
}

/* The environment with the number of the socket's end, which the program looks for. */
static char **environment_with(char *variable) {
    size_t count = 0;
    while (environ[count] != NULL) {
        count++;
    }
    char **copy = calloc(count + 2, sizeof *copy);
    if (copy != NULL) {
        copy[0] = variable;
        memcpy(copy + 1, environ, count * sizeof *copy);
    }
    return copy;
}

static int mount_by(const char *program, const char *folder, const struct mount_options *options) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return -errno;
    }
    char words[512];
    snprintf(words, sizeof words, "fsname=%s,subtype=%s,nosuid,nodev,default_permissions%s", options->source,
             options->subtype, options->allow_other ? ",allow_other" : "");
    char variable[] = "_FUSE_COMMFD=3";
    char *arguments[] = {(char *)program, "-o", words, "--", (char *)folder, NULL};
    char **environment = environment_with(variable);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 3); /* which the program inherits */
    pid_t child;
    int result = environment == NULL
        ? -ENOMEM
        : -posix_spawnp(&child, program, &actions, NULL, arguments, environment);
    posix_spawn_file_actions_destroy(&actions);
    free(environment);
    close(ends[1]);
    if (result == 0) {
        result = receive_descriptor(ends[0]);
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {
        }
    }
    close(ends[0]);
    return result;
}

int mount_folder(const char *folder, const struct mount_options *options) {
    int device = geteuid() == 0 ? mount_as_root(folder, options) : -EPERM;
    if (device == -EPERM) {
        device = mount_by("fusermount3", folder, options);
    }
    if (device == -ENOENT) {
        device = mount_by("fusermount", folder, options);
    }
    return device;
}
