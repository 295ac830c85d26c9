#include <errno.h>

#include "drive.h"
#include "test.h"

enum { ROOT = 1, ENTRIES = 10 };

static uint64_t open_root(void) {
    struct answer answer;
    struct fuse_open_in in = {.flags = 0};
    ASK(&answer, FUSE_OPENDIR, ROOT, STRUCT(in));
    CHECK(error_of(&answer) == 0 && (answer.open.open_flags & FOPEN_CACHE_DIR) != 0);
    return answer.open.fh;
}

static void fill_drive(void) {
    for (int i = 0; i < ENTRIES; i++) {
        char path[32];
        snprintf(path, sizeof path, "/entry-%d", i);
        drive_add(path, S_IFREG | 0644);
    }
}

/* Reads a part of the list; returns the number of entries in it, and where to go on. */
static int list(uint32_t opcode, uint32_t size, uint64_t handle, uint64_t *offset) {
    struct answer answer;
    struct fuse_read_in in = {.fh = handle, .offset = *offset, .size = size};
    ASK(&answer, opcode, ROOT, STRUCT(in));
    CHECK(error_of(&answer) == 0 && answer.size <= size);
    int count = 0;
    for (size_t at = 0; at < answer.size; count++) {
        struct fuse_direntplus plus = {0};
        size_t fixed = opcode == FUSE_READDIRPLUS ? FUSE_NAME_OFFSET_DIRENTPLUS : FUSE_NAME_OFFSET;
        memcpy(opcode == FUSE_READDIRPLUS ? (void *)&plus : (void *)&plus.dirent, answer.bytes + at, fixed);
        const char *name = answer.bytes + at + fixed;
        bool is_dots = name[0] == '.';
        CHECK(plus.dirent.type == (unsigned)(is_dots ? S_IFDIR : S_IFREG) >> 12);
        if (opcode == FUSE_READDIRPLUS) {
            CHECK((plus.entry_out.nodeid == 0) == is_dots);
            CHECK(is_dots || plus.entry_out.attr.ino == plus.dirent.ino);
        }
        *offset = plus.dirent.off;
        at += FUSE_DIRENT_ALIGN(fixed + plus.dirent.namelen);
    }
    return count;
}

static int list_all(uint32_t opcode, uint32_t size) {
    uint64_t handle = open_root();
    uint64_t offset = 0;
    int count = 0;
    for (int part = 1; part > 0; count += part) {
        part = list(opcode, size, handle, &offset);
    }
    struct answer answer;
    struct fuse_fsync_in fsync = {.fh = handle};
    ASK(&answer, FUSE_FSYNCDIR, ROOT, STRUCT(fsync));
    CHECK_STRING("fsync / 0", last_call());
    struct fuse_release_in release = {.fh = handle};
    ASK(&answer, FUSE_RELEASEDIR, ROOT, STRUCT(release));
    CHECK(error_of(&answer) == 0 && drive_handles() == 0);
    return count;
}

static void a_folder_is_listed_in_parts_of_any_size(void) {
    drive_begin();
    fill_drive();
    uint32_t sizes[] = {200, 500, 4096};
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        CHECK(list_all(FUSE_READDIR, sizes[i]) == 2 + ENTRIES);
        CHECK(list_all(FUSE_READDIRPLUS, sizes[i]) == 2 + ENTRIES);
    }
    CHECK(session.nodes.count == ENTRIES);
    drive_end();
}

static void a_listed_entry_has_the_node_that_a_lookup_finds(void) {
    drive_begin();
    fill_drive();
    uint64_t node = look_up(ROOT, "entry-3");
    list_all(FUSE_READDIRPLUS, 4096);
    CHECK(look_up(ROOT, "entry-3") == node);
    drive_end();
}

void test_folders(void) {
    a_folder_is_listed_in_parts_of_any_size();
    a_listed_entry_has_the_node_that_a_lookup_finds();
}
