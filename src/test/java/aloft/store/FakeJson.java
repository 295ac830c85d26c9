package aloft.store;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a client sent to a fake of ours. */
final class FakeJson {

    private FakeJson() {}

    /** @param path names parted by '/' */
    static String text(String json, String path) {
        String found = fields(json).get(path);
        if (found == null) {
            throw new IllegalArgumentException("no " + path + " in " + json);
        }
        return found;
    }

    static String textOr(String json, String path, String otherwise) {
        return fields(json).getOrDefault(path, otherwise);
    }

    static boolean has(String json, String path) {
        return fields(json).containsKey(path);
    }

    /** The objects in an array, each as JSON with texts for values that are none. */
    static List<String> elements(String json, String array) {
        var found = new ArrayList<String>();
        var members = new ArrayList<String[]>();
        each(json, (path, text, end) -> {
            if (path.equals(array) && end) {
                found.add(nested(members, "").json());
                members.clear();
            } else if (path.startsWith(array + "/") && !end) {
                members.add(new String[]{path.substring(array.length() + 1), text});
            }
        });
        return found;
    }

    private static JsonText.Raw nested(List<String[]> members, String under) {
        var values = new LinkedHashMap<String, Object>();
        for (String[] member : members) {
            if (!member[0].startsWith(under)) {
                continue;
            }
            String rest = member[0].substring(under.length());
            int slash = rest.indexOf('/');
            String name = slash < 0 ? rest : rest.substring(0, slash);
            values.putIfAbsent(name, slash < 0 ? member[1] : nested(members, under + name + "/"));
        }
        var all = new ArrayList<Object>();
        values.forEach((name, value) -> all.addAll(List.of(name, value)));
        return JsonText.object(all.toArray());
    }

    private static Map<String, String> fields(String json) {
        var fields = new HashMap<String, String>();
        each(json, (path, text, end) -> fields.put(path, text));
        return fields;
    }

    private static void each(String json, JsonFields.Values to) {
        try {
            JsonFields.read(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8)), to);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
