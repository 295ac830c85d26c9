#include "powerloss_disk.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct inode *root;
char report[200];
static struct inode *all;
static struct change *changes;
static ino_t last_number;
static unsigned long dice = 1;

static unsigned roll(unsigned sides) {
    dice = dice * 6364136223846793005UL + 1442695040888963407UL;
    return (unsigned)(dice >> 33) % sides;
}

static void *get(void *old, size_t size) {
    void *memory = realloc(old, size ? size : 1);
    if (!memory)
        abort();
    return memory;
}

/* ---- names */

struct name **find(struct name **names, const char *text, size_t length) {
    while (*names && (strlen((*names)->text) != length || memcmp((*names)->text, text, length) != 0))
        names = &(*names)->next;
    return names;
}

static void set(struct name **names, const char *text, struct inode *inode) {
    struct name **at = find(names, text, strlen(text));
    if (inode && !*at) {
        *at = get(NULL, sizeof **at);
        **at = (struct name){strdup(text), inode, NULL};
    } else if (inode) {
        (*at)->inode = inode;
    } else if (*at) {
        struct name *gone = *at;
        *at = gone->next;
        free(gone->text);
        free(gone);
    }
}

struct inode *look_up(const char *path) {
    struct inode *inode = root;
    while (inode && *(path += strspn(path, "/"))) {
        size_t length = strcspn(path, "/");
        struct name *found = *find(&inode->names, path, length);
        inode = found ? found->inode : NULL;
        path += length;
    }
    return inode;
}

struct inode *folder_of(const char *path, const char **text) {
    *text = strrchr(path, '/') + 1;
    char *above = strndup(path, (size_t)(*text - path));
    struct inode *folder = look_up(above);
    free(above);
    return folder;
}

void touch(struct inode *inode) { clock_gettime(CLOCK_REALTIME, &inode->live.time); }

struct change *change(void) {
    struct change **at = &changes;
    while (*at)
        at = &(*at)->next;
    *at = get(NULL, sizeof **at);
    memset(*at, 0, sizeof **at);
    return *at;
}

void note(struct change *to, int which, struct inode *folder, const char *text, struct inode *inode) {
    struct name *old = *find(&folder->names, text, strlen(text));
    if (inode)
        inode->links++;
    if (old)
        old->inode->links--;
    set(&folder->names, text, inode);
    touch(folder);
    to->set[which].folder = folder;
    to->set[which].inode = inode;
    to->set[which].text = strdup(text);
}

/* Makes the first change of the list durable, or drops it. */
static void take(struct change **at, bool durable) {
    struct change *first = *at;
    *at = first->next;
    for (int i = 0; i < 2 && first->set[i].folder; i++) {
        if (durable)
            set(&first->set[i].folder->safe_names, first->set[i].text, first->set[i].inode);
        free(first->set[i].text);
    }
    free(first);
}

/* Marks what has to be durable so that the names of the folders that were seen are, from the newest change to the oldest. */
static void want(struct change *from) {
    if (!from)
        return;
    want(from->next);
    for (int i = 0; i < 2; i++)
        from->wanted |= from->set[i].folder && from->set[i].folder->seen;
    for (int i = 0; i < 2 && from->wanted; i++)
        if (from->set[i].folder)
            from->set[i].folder->seen = true;
}

void sync_names(struct inode *folder) {
    folder->seen = true;
    want(changes);
    for (struct change *each = changes; each; each = each->next)
        for (int i = 0; i < 2; i++)
            if (each->set[i].folder)
                each->set[i].folder->seen = false;
    folder->seen = false;
    for (struct change **at = &changes; *at;)
        if ((*at)->wanted)
            take(at, true);
        else
            at = &(*at)->next;
}

/* ---- content */

void resize(struct content *content, size_t size) {
    if (size > content->room) {
        content->room = size * 2;
        content->bytes = get(content->bytes, content->room);
    }
    if (size > content->size)
        memset(content->bytes + content->size, 0, size - content->size);
    content->size = size;
}

void mark(struct inode *inode, size_t from, size_t to) {
    size_t pages = (to + PAGE - 1) / PAGE;
    if (pages > inode->pages) {
        inode->dirty = get(inode->dirty, pages * 2);
        memset(inode->dirty + inode->pages, 0, pages * 2 - inode->pages);
        inode->pages = pages * 2;
    }
    for (size_t page = from / PAGE; page < pages; page++)
        inode->dirty[page] = true;
}

static void keep_page(struct inode *inode, size_t page) {
    size_t from = page * PAGE;
    size_t end = inode->live.size < inode->safe.size ? inode->live.size : inode->safe.size;
    if (from < end)
        memcpy(inode->safe.bytes + from, inode->live.bytes + from, end - from < PAGE ? end - from : PAGE);
}

void sync_content(struct inode *inode) {
    resize(&inode->safe, inode->live.size);
    for (size_t page = 0; page < inode->pages; page++)
        if (inode->dirty[page])
            keep_page(inode, page);
    if (inode->pages)
        memset(inode->dirty, 0, inode->pages);
    inode->safe.time = inode->live.time;
    inode->safe.mode = inode->live.mode;
}

/* ---- the loss */

static unsigned lose_content(struct inode *inode) {
    unsigned lost = 0;
    enum { NOTHING, FIRST, ANY } kept = roll(3);
    if (kept != NOTHING && inode->live.size > inode->safe.size)
        resize(&inode->safe, inode->safe.size + roll((unsigned)(inode->live.size - inode->safe.size) + 1));
    size_t first = inode->pages ? roll((unsigned)inode->pages) : 0;
    for (size_t page = 0; page < inode->pages; page++) {
        if (!inode->dirty[page])
            continue;
        if ((kept == FIRST && page < first) || (kept == ANY && roll(2)))
            keep_page(inode, page);
        else
            lost++;
        inode->dirty[page] = false;
    }
    resize(&inode->live, inode->safe.size);
    if (inode->safe.size)
        memcpy(inode->live.bytes, inode->safe.bytes, inode->safe.size);
    inode->live.time = inode->safe.time;
    inode->live.mode = inode->safe.mode;
    return lost;
}

static void keep_reachable(struct inode *folder) {
    while (folder->names)
        set(&folder->names, folder->names->text, NULL);
    for (struct name *name = folder->safe_names; name; name = name->next) {
        set(&folder->names, name->text, name->inode);
        name->inode->links++;
        if (!name->inode->seen) {
            name->inode->seen = true;
            keep_reachable(name->inode);
        }
    }
}

static void drop(struct inode *inode) {
    while (inode->names)
        set(&inode->names, inode->names->text, NULL);
    while (inode->safe_names)
        set(&inode->safe_names, inode->safe_names->text, NULL);
    free(inode->live.bytes);
    free(inode->safe.bytes);
    free(inode->dirty);
    free(inode);
}

void lose_power(unsigned long seed) {
    dice = seed;
    unsigned count = 0, pages = 0, names = 0;
    for (struct change *each = changes; each; each = each->next)
        count++;
    unsigned kept = roll(2) ? roll(count + 1) : 0;
    for (unsigned i = 0; i < kept; i++)
        take(&changes, true);
    for (; changes; names++)
        take(&changes, false);
    for (struct inode *each = all; each; each = each->next) {
        each->seen = each == root;
        each->links = 0;
        pages += lose_content(each);
    }
    keep_reachable(root);
    for (struct inode **at = &all; *at;) {
        struct inode *inode = *at;
        if (inode->seen || inode->opens) {
            at = &inode->next;
        } else {
            *at = inode->next;
            drop(inode);
        }
    }
    snprintf(report, sizeof report, "%u pages and %u of %u changes of names", pages, names, count);
}

struct inode *make_inode(mode_t mode) {
    struct inode *inode = get(NULL, sizeof *inode);
    memset(inode, 0, sizeof *inode);
    inode->number = ++last_number;
    inode->live.mode = mode;
    touch(inode);
    inode->safe = inode->live;
    inode->next = all;
    return all = inode;
}
