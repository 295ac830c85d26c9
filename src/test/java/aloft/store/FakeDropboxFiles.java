package aloft.store;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** What lies in a fake Dropbox: names that differ in case alone are the same, folders come by themselves. */
final class FakeDropboxFiles {

    private final Map<String, Item> items = new TreeMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private final Runnable changed;

    /** @param content null for a folder */
    record Item(String display, @Nullable FakeContent content, String id, String rev, Instant modified) {}

    /** @param changed is told of each new file */
    FakeDropboxFiles(Runnable changed) {
        this.changed = changed;
    }

    @Nullable
    Item find(String path) {
        return items.get(lower(path));
    }

    void delete(Item gone) {
        String path = lower(gone.display());
        items.keySet().removeIf(each -> each.equals(path) || each.startsWith(path + "/"));
    }

    Item write(String argument, byte[] body, long quota) throws FakeCloud.Refusal {
        String at = FakeJson.has(argument, "commit/path") ? "commit/" : "";
        String path = path(FakeJson.text(argument, at + "path"));
        String mode = FakeJson.has(argument, at + "mode/.tag")
                ? FakeJson.text(argument, at + "mode/.tag")
                : FakeJson.textOr(argument, at + "mode", "add");
        boolean strict = FakeJson.textOr(argument, at + "strict_conflict", "false").equals("true");
        String hash = FakeJson.textOr(argument, at + "content_hash", "");
        if (!hash.isEmpty() && !hash.equals(Dropbox.contentHash(body))) {
            throw FakeDropbox.of(409, "content_hash_mismatch");
        }
        Item old = items.get(lower(path));
        if (old != null && old.content() == null) {
            throw FakeDropbox.of(409, "path/conflict/folder");
        }
        FakeContent before = old == null ? null : old.content();
        boolean same = before != null && Arrays.equals(before.bytes(), body);
        boolean conflict = switch (mode) {
            case "add" -> old != null;
            case "update" -> {
                String rev = FakeJson.text(argument, at + "mode/update");
                if (!rev.matches("[0-9a-f]{9,}")) {
                    throw new FakeCloud.Refusal(400,
                            "Error in call to API function: mode: rev does not match pattern");
                }
                yield old == null ? strict : !old.rev().equals(rev);
            }
            default -> false;
        };
        if (conflict && (strict || !same)) {
            throw FakeDropbox.of(409, "path/conflict/file");
        }
        if (old != null && (conflict || same && !mode.equals("overwrite"))) {
            return old;
        }
        if (used() + body.length - size(old) > quota) {
            throw FakeDropbox.of(409, "path/insufficient_space");
        }
        return put(path, body, old);
    }

    Item put(String path, byte @Nullable [] body, @Nullable Item old) throws FakeCloud.Refusal {
        for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
            String folder = path.substring(0, slash);
            Item above = items.get(lower(folder));
            if (above != null && above.content() != null) {
                throw FakeDropbox.of(409, "path/conflict/file_ancestor");
            }
            if (above == null) {
                items.put(lower(folder), new Item(folder, null, id(), "", now()));
            }
        }
        Item fresh = new Item(path, FakeContent.of(body), old == null ? id() : old.id(),
                String.format(Locale.ROOT, "%015x", numbers.incrementAndGet()), now());
        items.put(lower(path), fresh);
        changed.run();
        return fresh;
    }

    private String id() {
        return "id:" + numbers.incrementAndGet();
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.SECONDS);
    }

    static String path(String given) throws FakeCloud.Refusal {
        // rclone asks for "//folder" and "/folder/" too
        String path = given.replaceAll("/+", "/").replaceAll("/$", "");
        if (!path.isEmpty() && !path.matches("(/[^/]+)+") || path.endsWith(" ")) {
            throw FakeDropbox.of(409, "path/malformed_path");
        }
        return path;
    }

    private static String lower(String path) {
        return path.toLowerCase(Locale.ROOT);
    }

    long used() {
        return items.values().stream().mapToLong(FakeDropboxFiles::size).sum();
    }

    private static long size(@Nullable Item item) {
        return item == null || item.content() == null ? 0 : item.content().length();
    }

    Item there(String path, String kind) throws FakeCloud.Refusal {
        Item item = path.startsWith("id:")
                ? items.values().stream().filter(each -> each.id().equals(path)).findFirst().orElse(null)
                : items.get(lower(path(path)));
        if (item == null) {
            throw FakeDropbox.of(409, kind + "/not_found");
        }
        return item;
    }

    List<Item> below(String folder, boolean deep) {
        var found = new ArrayList<Item>();
        String start = lower(folder) + "/";
        items.forEach((path, item) -> {
            boolean inside = path.startsWith(start);
            if (inside && (deep || path.indexOf('/', start.length()) < 0)) {
                found.add(item);
            }
        });
        return found;
    }

    static String metadata(Item item, boolean tagged) {
        String name = item.display().substring(item.display().lastIndexOf('/') + 1);
        FakeContent content = item.content();
        String start = "{" + (tagged ? "\".tag\": \"" + (content == null ? "folder" : "file") + "\", " : "");
        String common = JsonText.object("name", name, "id", item.id(), "path_lower", lower(item.display()),
                "path_display", item.display()).json();
        String rest = content == null
                ? ""
                : ", " + JsonText.object("client_modified", item.modified(), "server_modified",
                        item.modified(), "rev", item.rev(), "size", content.length(), "is_downloadable", true,
                        "content_hash", Dropbox.contentHash(content.bytes())).json().substring(1);
        return start + common.substring(1, common.length() - 1) + (rest.isEmpty() ? "}" : rest);
    }
}
