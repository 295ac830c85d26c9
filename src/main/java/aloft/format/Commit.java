package aloft.format;

import java.util.List;
import java.util.Map;

/**
 * One entry of the log of changes.
 *
 * @param seq         1, 2, 3 … without gaps
 * @param device      who wrote it, 1 to 65,535
 * @param time        milliseconds since 1970 by the writer's clock
 * @param keyRevision revision of vault.json that it was written under
 * @param slot        what the store needs for the next slot, empty for most
 * @param actions     at most {@link #MAX_ACTIONS}
 */
public record Commit(long seq, int device, long time, long keyRevision, Map<String, String> slot,
        List<Action> actions) {

    public static final int MAX_ACTIONS = 5_000;

    public Commit {
        slot = Map.copyOf(slot);
        actions = List.copyOf(actions);
    }

    /** Whether the blocks that it puts hold the same bytes as those that they replace: no content changes. */
    public boolean moves() {
        return actions.stream()
                .anyMatch(action -> action instanceof Action.Collect collect && collect.moves());
    }
}
