package aloft.cli.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Typed access to a JSON object; what is missing or of another type is an IllegalArgumentException. */
public record Fields(Map<String, @Nullable Object> values) {

    public static Fields read(String line) {
        return new Fields(Json.read(line));
    }

    public boolean has(String key) {
        return values.get(key) != null;
    }

    public String text(String key) {
        return need(key, String.class);
    }

    public @Nullable String textOrNull(String key) {
        return has(key) ? text(key) : null;
    }

    public long number(String key) {
        return need(key, Long.class);
    }

    public boolean flag(String key) {
        return has(key) && need(key, Boolean.class);
    }

    public List<String> texts(String key) {
        var texts = new ArrayList<String>();
        for (Object each : need(key, List.class)) {
            texts.add(String.valueOf(each));
        }
        return texts;
    }

    public Fields object(String key) {
        return new Fields(asObject(need(key, Map.class)));
    }

    /** JSON objects have text for keys. */
    @SuppressWarnings("unchecked")
    private static Map<String, @Nullable Object> asObject(Map<?, ?> map) {
        return (Map<String, @Nullable Object>) map;
    }

    private <T> T need(String key, Class<T> type) {
        Object value = values.get(key);
        if (!type.isInstance(value)) {
            throw new IllegalArgumentException("no usable '" + key + "'");
        }
        return type.cast(value);
    }
}
