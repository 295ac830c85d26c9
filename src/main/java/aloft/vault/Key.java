package aloft.vault;

import aloft.failure.Failure;
import aloft.format.Name;
import java.util.Base64;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * What the rows of a checkpoint's table are sorted by: devices (i); nodes (p, n); blocks (f, b); history
 * (p, n, until) and (f, b, until). Numbers are compared
 * as signed ones, names as bytes.
 *
 * @param index 0 where the table has none, likewise until
 */
record Key(long first, @Nullable Name name, long index, long until) implements Comparable<Key> {

    private static final Comparator<Key> ORDER = Comparator.comparingLong(Key::first)
            .thenComparing(Key::name, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparingLong(Key::index)
            .thenComparingLong(Key::until);

    static Key device(int id) {
        return new Key(id, null, 0, 0);
    }

    static Key node(long parent, Name name, long until) {
        return new Key(parent, name, 0, until);
    }

    static Key block(long file, long index, long until) {
        return new Key(file, null, index, until);
    }

    @Override
    public int compareTo(Key other) {
        return ORDER.compare(this, other);
    }

    /** A list of what the table's keys have, the name in base64. */
    void write(JsonGenerator json, Table table) {
        json.writeStartArray();
        json.writeNumber(Long.toUnsignedString(first));
        if (name != null) {
            json.writeString(Base64.getEncoder().encodeToString(name.bytes()));
        }
        if (table == Table.BLOCKS || table == Table.OLD_BLOCKS) {
            json.writeNumber(index);
        }
        if (table.isHistory()) {
            json.writeNumber(until);
        }
        json.writeEndArray();
    }

    static Key read(Json json, Table table) throws Failure.Damaged {
        json.enterList();
        json.check(json.nextElement());
        long first = json.unsigned();
        Key key = switch (table) {
            case DEVICES -> new Key(first, null, 0, 0);
            case NODES -> node(first, name(json), 0);
            case BLOCKS -> block(first, number(json), 0);
            case OLD_NODES -> node(first, name(json), number(json));
            case OLD_BLOCKS -> block(first, number(json), number(json));
        };
        json.check(!json.nextElement());
        return key;
    }

    private static long number(Json json) throws Failure.Damaged {
        json.check(json.nextElement());
        return json.number(0, Long.MAX_VALUE);
    }

    private static Name name(Json json) throws Failure.Damaged {
        json.check(json.nextElement());
        try {
            return Name.ofBytes(json.base64());
        } catch (IllegalArgumentException e) {
            throw json.damaged(e);
        }
    }
}
