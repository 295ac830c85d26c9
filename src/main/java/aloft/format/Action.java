package aloft.format;

/** One change in a commit; the actions of a commit are applied in order, all or none. */
public sealed interface Action {

    record PutNode(NodeRow row) implements Action {}

    record DeleteNode(long parent, Name name) implements Action {}

    record PutBlock(BlockRow row) implements Action {}

    record DeleteBlock(long file, long index) implements Action {}

    /** @param device 1 to 65,535 */
    record RegisterDevice(int device, String name) implements Action {}

    /** A record of a collection; {@code json} is the whole action as it stands in the commit. */
    record Collect(String json) implements Action {}
}
