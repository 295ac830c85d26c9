#include <errno.h>

#include "nodes.h"
#include "test.h"

enum { ROOM = 4096, MANY = 5000 };

static struct nodes nodes;

static struct node *enter(struct node *folder, const char *name, uint64_t inode) {
    int error;
    struct node *node = node_enter(&nodes, folder, name, inode, node_version(&nodes, folder), &error);
    CHECK(node != NULL);
    return node;
}

static const char *path_of(struct node *node) {
    static char buffer[ROOM];
    int error;
    return node_path(&nodes, node, NULL, buffer, sizeof buffer, &error);
}

static void paths_lead_through_folders(void) {
    struct node *folder = enter(nodes.root, "folder", 2);
    struct node *file = enter(folder, "file", 3);
    CHECK_STRING("/", path_of(nodes.root));
    CHECK_STRING("/folder/file", path_of(file));
    CHECK(nodes_get(&nodes, node_number(&nodes, file)) == file);
    CHECK(node_number(&nodes, nodes.root) == 1);

    char buffer[ROOM];
    int error;
    CHECK_STRING("/folder/x", node_path(&nodes, folder, "x", buffer, sizeof buffer, &error));
    CHECK_STRING("/x", node_path(&nodes, nodes.root, "x", buffer, sizeof buffer, &error));
    CHECK_STRING("/folder/file", node_path(&nodes, file, NULL, buffer, sizeof "/folder/file", &error));
    CHECK(node_path(&nodes, file, NULL, buffer, sizeof "/folder/file" - 1, &error) == NULL);
    CHECK(error == ENAMETOOLONG);
}

static void a_name_keeps_its_node_while_it_leads_to_the_same_inode(void) {
    struct node *first = enter(nodes.root, "a", 2);
    CHECK(enter(nodes.root, "a", 2) == first);
    struct node *second = enter(nodes.root, "a", 9);
    CHECK(second != first);
    CHECK(path_of(first) == NULL && !node_is_named(&nodes, first));
    CHECK_STRING("/a", path_of(second));
    node_forget(&nodes, first, 2);
    node_forget(&nodes, second, 1);
    CHECK(nodes.count == 0 && nodes.unnamed == NULL);
}

static void an_answer_from_before_a_change_is_not_entered(void) {
    uint64_t version = node_version(&nodes, nodes.root);
    node_remove(&nodes, nodes.root, "a");
    int error;
    CHECK(node_enter(&nodes, nodes.root, "a", 2, version, &error) == NULL);
    CHECK(error == EAGAIN);
    enter(nodes.root, "b", 3);
    version = node_version(&nodes, nodes.root);
    enter(nodes.root, "c", 4); /* no change that another name need care about */
    CHECK(node_version(&nodes, nodes.root) == version);
}

static void a_folder_stays_as_long_as_something_in_it(void) {
    struct node *folder = enter(nodes.root, "folder", 2);
    struct node *file = enter(folder, "file", 3);
    node_forget(&nodes, folder, 1);
    CHECK_STRING("/folder/file", path_of(file));
    node_forget(&nodes, file, 1);
    CHECK(nodes.count == 0);
}

static void a_node_moves_with_all_below(void) {
    struct node *a = enter(nodes.root, "a", 2);
    struct node *file = enter(a, "file", 3);
    struct node *b = enter(nodes.root, "b", 4);
    struct node *replaced = enter(b, "new", 5);
    node_rename(&nodes, nodes.root, "a", b, "new", false);
    CHECK_STRING("/b/new/file", path_of(file));
    CHECK(path_of(replaced) == NULL);
    node_rename(&nodes, b, "unknown", nodes.root, "elsewhere", false);
    node_rename(&nodes, b, "new", b, "new", false);
    CHECK_STRING("/b/new/file", path_of(file));
}

static void two_nodes_change_places(void) {
    struct node *a = enter(nodes.root, "a", 2);
    struct node *file = enter(a, "file", 3);
    struct node *b = enter(nodes.root, "b", 4);
    node_rename(&nodes, nodes.root, "a", nodes.root, "b", true);
    CHECK_STRING("/b/file", path_of(file));
    CHECK_STRING("/a", path_of(b));
    node_rename(&nodes, nodes.root, "a", nodes.root, "unknown", true);
    CHECK_STRING("/unknown", path_of(b));
    node_rename(&nodes, nodes.root, "unseen", nodes.root, "unknown", true);
    CHECK_STRING("/unseen", path_of(b));
}

static void a_removed_file_is_reached_by_a_handle(void) {
    struct node *file = enter(nodes.root, "a", 2);
    uint64_t handle;
    CHECK(!node_handle(&nodes, file, &handle));
    CHECK(node_opened(&nodes, file, 7) == 0);
    CHECK(node_opened(&nodes, file, 8) == 0);
    node_remove(&nodes, nodes.root, "a");
    CHECK(node_handle_done(&nodes, file, 8));
    CHECK(node_handle(&nodes, file, &handle) && handle == 7);
    CHECK(!node_handle_done(&nodes, file, 7)); /* the kernel's use */
    CHECK(node_handle_done(&nodes, file, 7));  /* ours */
    CHECK(!node_handle_done(&nodes, file, 7));
    node_forget(&nodes, file, 1);
    CHECK(nodes.unnamed == NULL);
}

static void many_names_are_found(void) {
    char name[16];
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "n%u", i);
        enter(nodes.root, name, i + 2);
    }
    CHECK(nodes.count == MANY && nodes.capacity > 1024);
    for (unsigned i = 0; i < MANY; i++) {
        snprintf(name, sizeof name, "n%u", i);
        struct node *node = enter(nodes.root, name, i + 2);
        CHECK_STRING(name, path_of(node) + 1);
        node_forget(&nodes, node, 2);
    }
    CHECK(nodes.count == 0);
}

static void a_change_names_who_is_concerned(void) {
    struct node *folder = enter(nodes.root, "folder", 2);
    struct node *file = enter(folder, "file", 3);

    struct change content = nodes_change(&nodes, "/folder/file", 3);
    CHECK(content.node == file && content.folder == folder && !content.entry);
    nodes_change_done(&nodes, &content);

    struct change created = nodes_change(&nodes, "/folder/new", 9);
    CHECK(created.node == NULL && created.folder == folder && created.entry);
    nodes_change_done(&nodes, &created);

    struct change gone = nodes_change(&nodes, "/folder/file", 0);
    CHECK(gone.node == file && gone.entry && path_of(file) == NULL);
    nodes_change_done(&nodes, &gone);

    struct change root = nodes_change(&nodes, "/", 1);
    CHECK(root.node == nodes.root && root.folder == NULL && !root.entry);
    nodes_change_done(&nodes, &root);

    struct change unknown = nodes_change(&nodes, "/nowhere/at/all", 5);
    CHECK(unknown.node == NULL && unknown.folder == NULL && !unknown.entry);
    nodes_change_done(&nodes, &unknown);
}

static void a_quiet_folder_is_waited_for(void) {
    node_begin(&nodes, nodes.root);
    node_await_quiet(&nodes, nodes.root, 1); /* gives up */
    node_end(&nodes, nodes.root);
    node_await_quiet(&nodes, nodes.root, 1000000); /* returns at once */
}

void test_nodes(void) {
    void (*tests[])(void) = {
        paths_lead_through_folders,
        a_name_keeps_its_node_while_it_leads_to_the_same_inode,
        an_answer_from_before_a_change_is_not_entered,
        a_folder_stays_as_long_as_something_in_it,
        a_node_moves_with_all_below,
        two_nodes_change_places,
        a_removed_file_is_reached_by_a_handle,
        many_names_are_found,
        a_change_names_who_is_concerned,
        a_quiet_folder_is_waited_for,
    };
    for (size_t i = 0; i < sizeof tests / sizeof *tests; i++) {
        CHECK(nodes_init(&nodes) == 0);
        tests[i]();
        nodes_destroy(&nodes);
    }
}
