package aloft.vault;

import org.jspecify.annotations.Nullable;

/** Tables of a checkpoint, in the order in which they are written and read. */
enum Table {
    DEVICES("dev"), NODES("n"), BLOCKS("b"), OLD_NODES("hn"), OLD_BLOCKS("hb");

    private final String code;

    Table(String code) {
        this.code = code;
    }

    String code() {
        return code;
    }

    /** Whether its rows do not hold any more. */
    boolean isHistory() {
        return this == OLD_NODES || this == OLD_BLOCKS;
    }

    static @Nullable Table parseOrNull(String code) {
        for (Table table : values()) {
            if (table.code.equals(code)) {
                return table;
            }
        }
        return null;
    }
}
