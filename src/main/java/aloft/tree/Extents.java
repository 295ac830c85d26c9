package aloft.tree;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Which bytes of a file were changed since its committed content, and where they lie in the journal.
 * Extents never overlap; later ones cut or replace earlier ones. Pure arithmetic, not thread safe.
 */
final class Extents {

    private final NavigableMap<Long, Extent> byOffset;

    Extents() {
        byOffset = new TreeMap<>();
    }

    private Extents(NavigableMap<Long, Extent> byOffset) {
        this.byOffset = byOffset;
    }

    /**
     * Bytes of a file.
     *
     * @param ref  the journal record that made them
     * @param skip where in the record's body they begin
     * @param zero whether they are zeros rather than the record's body
     */
    record Extent(long offset, long length, long ref, int skip, boolean zero) {

        long end() {
            return offset + length;
        }

        Extent cut(long from, long to) {
            return new Extent(from, to - from, ref, zero ? 0 : Math.toIntExact(skip + (from - offset)), zero);
        }
    }

    boolean isEmpty() {
        return byOffset.isEmpty();
    }

    Extents copy() {
        return new Extents(new TreeMap<>(byOffset));
    }

    void put(Extent extent) {
        if (extent.length() > 0) {
            clear(extent.offset(), extent.end());
            byOffset.put(extent.offset(), extent);
        }
    }

    private void clear(long from, long to) {
        Map.Entry<Long, Extent> before = byOffset.lowerEntry(from);
        if (before != null && before.getValue().end() > from) {
            Extent extent = before.getValue();
            byOffset.put(extent.offset(), extent.cut(extent.offset(), from));
            if (extent.end() > to) {
                byOffset.put(to, extent.cut(to, extent.end()));
            }
        }
        for (Extent extent : List.copyOf(byOffset.subMap(from, to).values())) {
            byOffset.remove(extent.offset());
            if (extent.end() > to) {
                byOffset.put(to, extent.cut(to, extent.end()));
            }
        }
    }

    /** Forgets what records before {@code ref} made in a range: the committed content has it. */
    void forgetBefore(long ref, long from, long to) {
        for (Extent extent : in(from, to)) {
            if (extent.ref() < ref) {
                clear(extent.offset(), extent.end());
            }
        }
    }

    /** The parts of extents that lie in a range, in order. */
    List<Extent> in(long from, long to) {
        List<Extent> found = new ArrayList<>();
        Map.Entry<Long, Extent> before = byOffset.lowerEntry(from);
        if (before != null && before.getValue().end() > from) {
            Extent extent = before.getValue();
            found.add(extent.cut(from, Math.min(to, extent.end())));
        }
        for (Extent extent : byOffset.subMap(from, to).values()) {
            found.add(extent.end() > to ? extent.cut(extent.offset(), to) : extent);
        }
        return found;
    }

    /** Whether a record from {@code ref} on changed the range. */
    boolean changedSince(long ref, long from, long to) {
        return in(from, to).stream().anyMatch(extent -> extent.ref() >= ref);
    }

    /** The blocks of {@code 2^bits} bytes that have changes, in order. */
    List<Long> blocks(int bits) {
        List<Long> blocks = new ArrayList<>();
        long next = 0;
        for (Extent extent : byOffset.values()) {
            for (long block = Math.max(next,
                    extent.offset() >> bits); block <= (extent.end() - 1) >> bits; block++) {
                blocks.add(block);
                next = block + 1;
            }
        }
        return blocks;
    }

    /** Those that records before {@code ref} made, in order. */
    List<Extent> before(long ref) {
        return byOffset.values().stream().filter(extent -> extent.ref() < ref).toList();
    }

    /** Bytes that are not zeros by a hole. */
    long dataBytes() {
        return byOffset.values().stream().filter(extent -> !extent.zero()).mapToLong(Extent::length).sum();
    }

    /** The oldest record that made any of the bytes; {@link Long#MAX_VALUE} when there are none. */
    long oldestRef() {
        return byOffset.values().stream().mapToLong(Extent::ref).min().orElse(Long.MAX_VALUE);
    }
}
