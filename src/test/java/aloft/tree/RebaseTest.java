package aloft.tree;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.Commit;
import aloft.format.Name;
import aloft.format.NodeRow;
import aloft.format.NodeType;
import aloft.format.ObjectId;
import aloft.tree.Rebase.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each cell of the table in docs/SEMANTICS.md. */
class RebaseTest {

    private static final long FOLDER = 10;
    private static final long OTHER = 11;
    private static final long FILE = 20;

    private final Namespace names = new Namespace(() -> 1);
    private final AtomicLong ids = new AtomicLong(1000);

    @BeforeEach
    void threeEntriesInTheLog() {
        names.load(List.of(folder(FOLDER, 1, "folder"), folder(OTHER, 1, "other"),
                file(FILE, FOLDER, "file", 5, 1)));
    }

    // ---- ours: content

    @Test
    void contentAndContentMakeACopy() {
        write(FILE, 7);
        Outcome outcome = theirs(put(file(FILE, FOLDER, "file", 9, 2)), block(FILE));
        assertThat(tree()).containsEntry("/folder/file", FILE)
                .containsEntry("/folder/file (conflicted copy us)", 1000L)
                .doesNotContainValue(1001L);
        assertThat(outcome.copies()).extracting(Rebase.Copy::from, Rebase.Copy::to)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(FILE, 1000L));
        assertThat(names.intentOrNull(FILE)).isNull();
        assertThat(base(1000)).isNull();
        assertThat(node(1000).written).isTrue();
    }

    @Test
    void contentAndAttributesAreBothKept() {
        write(FILE, 7);
        theirs(put(file(FILE, FOLDER, "file", 5, 1, 0600)));
        assertThat(node(FILE).mode).isEqualTo(0600);
        assertThat(node(FILE).size).isEqualTo(7);
        assertThat(node(FILE).written).isTrue();
    }

    @Test
    void contentFollowsTheirMove() {
        write(FILE, 7);
        theirs(remove(FOLDER, "file"), put(file(FILE, OTHER, "moved", 5, 1)));
        assertThat(tree()).containsEntry("/other/moved", FILE).doesNotContainKey("/folder/file");
        assertThat(node(FILE).size).isEqualTo(7);
        assertThat(base(FILE)).isNotNull();
    }

    @Test
    void contentOutlivesTheirRemoval() {
        write(FILE, 7);
        Outcome outcome = theirs(remove(FOLDER, "file"));
        assertThat(tree()).containsEntry("/folder/file", FILE);
        assertThat(base(FILE)).isNull();
        assertThat(outcome.revived()).containsExactly(FILE);
    }

    @Test
    void contentInARemovedFolderKeepsTheFolder() {
        write(FILE, 7);
        theirs(remove(FOLDER, "file"), remove(1, "folder"));
        assertThat(tree()).containsEntry("/folder/file", FILE).containsEntry("/folder", FOLDER);
        assertThat(base(FOLDER)).isNull();
        assertThat(names.intentOrNull(FOLDER)).isNotNull();
    }

    // ---- ours: attributes

    @Test
    void attributesStayOnTheirContent() {
        names.touch(node(FILE));
        node(FILE).mode = 0700;
        Outcome outcome = theirs(put(file(FILE, FOLDER, "file", 9, 2)), block(FILE));
        assertThat(node(FILE).mode).isEqualTo(0700);
        assertThat(node(FILE).size).isEqualTo(9);
        assertThat(outcome.replaced()).containsExactly(FILE);
    }

    @Test
    void attributesMergeOneByOne() {
        names.touch(node(FILE));
        node(FILE).xattrs = Map.of("user.ours", new byte[1]);
        NodeRow row = file(FILE, FOLDER, "file", 5, 1, 0600);
        theirs(put(new NodeRow(row.parent(), row.name(), row.id(), row.type(), row.size(), row.mtime(),
                row.mode(), 1, 22,
                null, Map.of("user.theirs", new byte[2]), 2, null)));
        assertThat(node(FILE).mode).isEqualTo(0600);
        assertThat(node(FILE).xattrs).containsOnlyKeys("user.ours", "user.theirs");
    }

    @Test
    void attributesDoNotHoldUpTheirRemoval() {
        names.touch(node(FILE));
        node(FILE).mode = 0700;
        Outcome outcome = theirs(remove(FOLDER, "file"));
        assertThat(tree()).doesNotContainValue(FILE);
        assertThat(names.intentOrNull(FILE)).isNull();
        assertThat(outcome.dropped()).containsOnlyKeys(FILE);
    }

    // ---- ours: moved

    @Test
    void ourMoveTakesTheirContentAlong() {
        names.move(node(FILE), folder(OTHER), Name.of("ours"), 5);
        theirs(put(file(FILE, FOLDER, "file", 9, 2)), block(FILE));
        assertThat(tree()).containsEntry("/other/ours", FILE);
        assertThat(node(FILE).size).isEqualTo(9);
    }

    @Test
    void theFirstMoveWins() {
        names.move(node(FILE), folder(OTHER), Name.of("ours"), 5);
        theirs(remove(FOLDER, "file"), put(file(FILE, 1, "theirs", 5, 1)));
        assertThat(tree()).containsEntry("/theirs", FILE).doesNotContainKey("/other/ours");
    }

    @Test
    void ourMoveOutlivesTheirRemoval() {
        names.move(node(FILE), folder(OTHER), Name.of("ours"), 5);
        Outcome outcome = theirs(remove(FOLDER, "file"));
        assertThat(tree()).containsEntry("/other/ours", FILE);
        assertThat(outcome.revived()).containsExactly(FILE);
    }

    @Test
    void ourMoveGivesWayToTheirName() {
        names.move(node(FILE), folder(OTHER), Name.of("name"), 5);
        theirs(put(file(30, OTHER, "name", 1, 1)));
        assertThat(tree()).containsEntry("/other/name", 30L)
                .containsEntry("/other/name (conflicted copy us)", FILE);
    }

    @Test
    void twoMovesThatMakeARingTakeOursBack() {
        names.move(node(FOLDER), folder(OTHER), Name.of("in"), 5);
        theirs(remove(1, "other"), put(folder(OTHER, FOLDER, "in")));
        assertThat(tree()).containsEntry("/folder", FOLDER).containsEntry("/folder/in", OTHER);
    }

    // ---- ours: removed

    @Test
    void theirContentBringsItBack() {
        names.remove(node(FILE), 5);
        theirs(put(file(FILE, FOLDER, "file", 9, 2)), block(FILE));
        assertThat(tree()).containsEntry("/folder/file", FILE);
        assertThat(names.intentOrNull(FILE)).isNull();
    }

    @Test
    void theirAttributesDoNot() {
        names.remove(node(FILE), 5);
        theirs(put(file(FILE, FOLDER, "file", 5, 1, 0600)));
        assertThat(tree()).doesNotContainValue(FILE);
        assertThat(base(FILE)).isNotNull();
    }

    @Test
    void theirMoveBringsItBack() {
        names.remove(node(FILE), 5);
        theirs(remove(FOLDER, "file"), put(file(FILE, OTHER, "moved", 5, 1)));
        assertThat(tree()).containsEntry("/other/moved", FILE);
    }

    @Test
    void removedOnBothSidesIsGone() {
        names.remove(node(FILE), 5);
        theirs(remove(FOLDER, "file"));
        assertThat(tree()).doesNotContainValue(FILE);
        assertThat(names.intentOrNull(FILE)).isNull();
    }

    @Test
    void somethingNewBringsBackTheFolderThatWasRemovedHere() {
        names.remove(node(FILE), 5);
        names.remove(node(FOLDER), 5);
        theirs(put(file(30, FOLDER, "new", 1, 1)));
        assertThat(tree()).containsEntry("/folder/new", 30L).doesNotContainValue(FILE);
    }

    // ---- ours: new

    @Test
    void twoNewFoldersBecomeOne() {
        add(new Folder(40), 1, "new");
        add(new Node(41, NodeType.FILE), 40, "inside");
        add(new Node(42, NodeType.FILE), 40, "both");
        theirs(put(folder(50, 1, "new")), put(file(51, 50, "both", 1, 1)));
        assertThat(tree()).containsEntry("/new", 50L)
                .containsEntry("/new/inside", 41L)
                .containsEntry("/new/both", 51L)
                .containsEntry("/new/both (conflicted copy us)", 42L)
                .doesNotContainValue(40L);
    }

    @Test
    void twoNewFilesAreBothKept() {
        add(new Node(41, NodeType.FILE), 1, "a.txt");
        theirs(put(file(51, 1, "a.txt", 1, 1)));
        assertThat(tree()).containsEntry("/a.txt", 51L).containsEntry("/a.txt (conflicted copy us)", 41L);
    }

    @Test
    void somethingNewKeepsAFolderThatTheyRemoved() {
        add(new Node(41, NodeType.FILE), FOLDER, "new");
        theirs(remove(FOLDER, "file"), remove(1, "folder"));
        assertThat(tree()).containsEntry("/folder/new", 41L).doesNotContainValue(FILE);
        assertThat(base(FOLDER)).isNull();
    }

    // ---- nothing of ours

    @Test
    void aSwapOfTwoNamesArrives() {
        theirs(put(folder(OTHER, 1, "folder")), put(folder(FOLDER, 1, "other")));
        assertThat(tree()).containsEntry("/other/file", FILE).containsEntry("/folder", OTHER);
        assertThat(names.intents()).isEmpty();
    }

    @Test
    void aFolderRemovedWithAllItHoldsIsGone() {
        theirs(remove(1, "folder"), remove(FOLDER, "file"));
        assertThat(tree()).containsOnlyKeys("/other");
        assertThat(names.intents()).isEmpty();
    }

    @Test
    void theSameCommitTwiceChangesNothingMore() {
        write(FILE, 7);
        Action[] actions = {put(file(FILE, FOLDER, "file", 5, 1, 0600)), put(folder(60, FOLDER, "new"))};
        theirs(actions);
        Map<String, Long> once = tree();
        theirs(actions);
        assertThat(tree()).isEqualTo(once);
    }

    // ---- words

    private Outcome theirs(Action... actions) {
        var commit = new Commit(7, 2, 0, 1, Map.of(), List.of(actions));
        return new Rebase(names, ids::getAndIncrement, name -> Name.of(name + " (conflicted copy us)"))
                .apply(commit);
    }

    private void write(long id, long size) {
        names.touchContent(node(id));
        node(id).size = size;
    }

    private void add(Node node, long parent, String name) {
        names.add(folder(parent), Name.of(name), node, 5);
    }

    private Node node(long id) {
        return Objects.requireNonNull(names.nodeOrNull(id));
    }

    private Folder folder(long id) {
        return (Folder) node(id);
    }

    private @Nullable NodeRow base(long id) {
        Intent intent = names.intentOrNull(id);
        return intent == null ? null : intent.base;
    }

    private static Action put(NodeRow row) {
        return new Action.PutNode(row);
    }

    private static Action remove(long parent, String name) {
        return new Action.DeleteNode(parent, Name.of(name));
    }

    private static Action block(long file) {
        return new Action.PutBlock(new BlockRow(file, 0, new ObjectId(1, 2), 0, 100, 1, new byte[40], null));
    }

    private static NodeRow folder(long id, long parent, String name) {
        return new NodeRow(parent, Name.of(name), id, NodeType.FOLDER, 0, 1, 0755, 1, 22, null, Map.of(), 1,
                null);
    }

    private static NodeRow file(long id, long parent, String name, long size, long mtime) {
        return file(id, parent, name, size, mtime, 0644);
    }

    private static NodeRow file(long id, long parent, String name, long size, long mtime, int mode) {
        return new NodeRow(parent, Name.of(name), id, NodeType.FILE, size, mtime, mode, 1, 22, null, Map.of(),
                1, null);
    }

    private Map<String, Long> tree() {
        Map<String, Long> paths = new TreeMap<>();
        List<Node> open = new ArrayList<>(List.of(names.root()));
        while (!open.isEmpty()) {
            Node node = open.removeLast();
            if (node != names.root()) {
                paths.put(node.path(), node.id);
            }
            if (node instanceof Folder folder) {
                folder.children().forEach(open::add);
            }
        }
        return paths;
    }
}
