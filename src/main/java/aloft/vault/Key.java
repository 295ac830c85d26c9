package aloft.vault;

import aloft.failure.Failure;
import aloft.format.Name;
import java.util.Base64;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * What the rows of a checkpoint's table are sorted by: devices (i); nodes (p, n); blocks (f, b); history
 * (until, p, n) and (until, f, b), so that new history comes last and leaves older pages as they are. Numbers
 * are unsigned.
 *
 * @param first  -1 when the table has no such number; likewise last
 * @param middle p or f where until is first, else -1
 */
record Key(long first, long middle, @Nullable Name name, long last) implements Comparable<Key> {

    private static final long NONE = -1;
    private static final Comparator<Key> ORDER = Comparator.comparing(Key::first, Long::compareUnsigned)
            .thenComparing(Key::middle, Long::compareUnsigned)
            .thenComparing(Key::name, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Key::last, Long::compareUnsigned);

    static Key device(int id) {
        return new Key(id, NONE, null, NONE);
    }

    static Key node(long parent, Name name) {
        return new Key(parent, NONE, name, NONE);
    }

    static Key block(long file, long index) {
        return new Key(file, NONE, null, index);
    }

    static Key oldNode(long until, long parent, Name name) {
        return new Key(until, parent, name, NONE);
    }

    static Key oldBlock(long until, long file, long index) {
        return new Key(until, file, null, index);
    }

    @Override
    public int compareTo(Key other) {
        return ORDER.compare(this, other);
    }

    /** A list of what there is, names in base64. */
    void write(JsonGenerator json) {
        json.writeStartArray();
        json.writeNumber(Long.toUnsignedString(first));
        if (middle != NONE) {
            json.writeNumber(Long.toUnsignedString(middle));
        }
        if (name != null) {
            json.writeString(Base64.getEncoder().encodeToString(name.bytes()));
        }
        if (last != NONE) {
            json.writeNumber(last);
        }
        json.writeEndArray();
    }

    static Key read(Json json, Table table) throws Failure.Damaged {
        json.enterList();
        long first = number(json);
        Key key = switch (table) {
            case DEVICES -> new Key(first, NONE, null, NONE);
            case NODES -> node(first, name(json));
            case BLOCKS -> block(first, number(json));
            case OLD_NODES -> oldNode(first, number(json), name(json));
            case OLD_BLOCKS -> oldBlock(first, number(json), number(json));
        };
        json.check(!json.nextElement());
        return key;
    }

    private static long number(Json json) throws Failure.Damaged {
        json.check(json.nextElement());
        return json.unsigned();
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
