package aloft.sync;

import aloft.failure.Failure;
import aloft.format.ObjectId;
import aloft.state.Database;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Objects that a commit of this device announced for deletion.
 *
 * @param seq  of that commit
 * @param time of the last look at it, milliseconds since 1970 by this device's clock
 */
record Announced(long seq, long time, List<ObjectId> packs, List<ObjectId> pages) {

    private static final String NAME = "announced";
    private static final int ID_BYTES = 16;

    /** Empty when there is none, or it was noted by another version. */
    static Optional<Announced> read(Database database) throws Failure {
        return database.value(NAME).map(bytes -> {
            ByteBuffer in = ByteBuffer.wrap(bytes);
            return new Announced(in.getLong(), in.getLong(), readIds(in), readIds(in));
        });
    }

    private static List<ObjectId> readIds(ByteBuffer in) {
        List<ObjectId> ids = new ArrayList<>();
        for (int left = in.getInt(); left > 0; left--) {
            ids.add(new ObjectId(in.getLong(), in.getLong()));
        }
        return ids;
    }

    void keep(Database database) throws Failure {
        ByteBuffer out = ByteBuffer.allocate(24 + ID_BYTES * (packs.size() + pages.size()));
        out.putLong(seq).putLong(time);
        write(out, packs);
        write(out, pages);
        database.setValue(NAME, out.array());
    }

    private static void write(ByteBuffer out, List<ObjectId> ids) {
        out.putInt(ids.size());
        ids.forEach(id -> out.putLong(id.high()).putLong(id.low()));
    }

    static void forget(Database database) throws Failure {
        database.removeValue(NAME);
    }

    Announced at(long now) {
        return new Announced(seq, now, packs, pages);
    }
}
