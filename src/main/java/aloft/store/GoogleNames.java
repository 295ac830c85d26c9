package aloft.store;

import aloft.failure.Failure;
import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Which file at Google Drive has which name: there names are no addresses, several files may share one, and
 * a search may not show yet what was made just now. Thread safe.
 */
final class GoogleNames {

    private static final int MAX_KNOWN = 20_000;
    private static final int IDS = 50;

    private final GoogleDrive drive;
    private final List<String> path;
    private final ConcurrentLinkedQueue<String> ids = new ConcurrentLinkedQueue<>();
    private volatile @Nullable GoogleFile root;

    @GuardedBy("known")
    private final Map<String, GoogleFile> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, GoogleFile> eldest) {
            return size() > MAX_KNOWN;
        }
    };

    /** @param path of the place, from the outermost folder on; at least one */
    GoogleNames(GoogleDrive drive, List<String> path) {
        this.drive = drive;
        this.path = List.copyOf(path);
    }

    /** An id for a file that is to be made. */
    String newId() throws Failure, InterruptedIOException {
        String id = ids.poll();
        while (id == null) {
            ids.addAll(drive.newIds(IDS));
            id = ids.poll();
        }
        return id;
    }

    /** The place's own folder, empty when it was not made yet. */
    Optional<GoogleFile> root() throws Failure, InterruptedIOException {
        GoogleFile found = root;
        if (found == null) {
            String at = "root";
            for (String name : path) {
                Optional<GoogleFile> next = oldest(at, name);
                if (next.isEmpty()) {
                    return Optional.empty();
                }
                found = next.get();
                at = found.id();
            }
            root = found;
        }
        return Optional.ofNullable(found);
    }

    GoogleFile madeRoot() throws Failure, InterruptedIOException {
        GoogleFile at = root;
        if (at == null) {
            for (String name : path) {
                String parent = at == null ? "root" : at.id();
                Optional<GoogleFile> there = oldest(parent, name);
                at = there.isPresent() ? there.get() : makeOuter(parent, name);
            }
            root = at;
        }
        return Objects.requireNonNull(at);
    }

    private Optional<GoogleFile> oldest(String parent, String name) throws Failure, InterruptedIOException {
        return named(parent, name, "createdTime").stream().filter(GoogleFile::isFolder).findFirst();
    }

    /** All files of that name in a folder; folders too. */
    private List<GoogleFile> named(String parent, String name, String order)
            throws Failure, InterruptedIOException {
        String quoted = name.replace("\\", "\\\\").replace("'", "\\'");
        GoogleFile.Page page = search("name = '" + quoted + "' and '" + parent + "' in parents", order, 100,
                "");
        // Google compares names more loosely than we do
        return page.files().stream().filter(file -> file.name().equals(name)).toList();
    }

    GoogleFile.Page search(String query, String order, int count, String page)
            throws Failure, InterruptedIOException {
        try {
            return drive.search(query, order, count, page);
        } catch (Failure.Missing e) {
            forgetAll();
            throw new Failure.Busy("A folder at Google Drive is gone, or another one.", Duration.ZERO);
        }
    }

    /** Of several devices that make it in the same moment, all take the folder that was first. */
    private GoogleFile makeOuter(String parent, String name) throws Failure, InterruptedIOException {
        String id = newId();
        GoogleFile own = drive.make(JsonText.object("id", id, "name", name, "parents",
                new JsonText.Raw("[\"" + parent + "\"]"), "mimeType", GoogleFile.FOLDER, "appProperties",
                JsonText.object("next", newId())))
                .orElseThrow(() -> new Failure.Unreachable("Google Drive makes no folder.", null));
        GoogleFile first = oldest(parent, name).orElse(own);
        if (!first.id().equals(own.id())) {
            drive.delete(own.id());
        }
        return first;
    }

    void remember(GoogleFile file) {
        String key = file.parent() + "/" + file.name();
        synchronized (known) {
            GoogleFile before = known.get(key);
            if (before == null || before.id().equals(file.id()) || file.isNewerThan(before)) {
                known.put(key, file);
            }
        }
    }

    void forget(String parent, String name) {
        synchronized (known) {
            known.remove(parent + "/" + name);
        }
    }

    /** Everything may be another one from now on, the place's folder too. */
    void forgetAll() {
        synchronized (known) {
            known.clear();
        }
        root = null;
    }

    Optional<GoogleFile> known(String parent, String name) {
        synchronized (known) {
            return Optional.ofNullable(known.get(parent + "/" + name));
        }
    }

    /** As known, or as a search shows it. */
    Optional<GoogleFile> child(String parent, String name) throws Failure, InterruptedIOException {
        Optional<GoogleFile> file = known(parent, name);
        if (file.isEmpty()) {
            named(parent, name, "").forEach(this::remember);
            file = known(parent, name);
        }
        return file;
    }

    /** The file of that name as Google knows it now, also one that was claimed just before. */
    Optional<GoogleFile> current(String parent, String name) throws Failure, InterruptedIOException {
        Optional<GoogleFile> best = Optional.empty();
        for (GoogleFile file : all(parent, name)) {
            best = best.isEmpty() || file.isNewerThan(best.get()) ? Optional.of(file) : best;
        }
        forget(parent, name);
        best.ifPresent(this::remember);
        return best;
    }

    List<GoogleFile> all(String parent, String name) throws Failure, InterruptedIOException {
        List<GoogleFile> all = new ArrayList<>(named(parent, name, ""));
        Optional<GoogleFile> other = known(parent, name)
                .filter(file -> all.stream().noneMatch(each -> each.id().equals(file.id())));
        if (other.isPresent()) {
            drive.file(other.get().id())
                    .filter(file -> file.name().equals(name) && file.parent().equals(parent))
                    .ifPresent(all::add);
        }
        return all;
    }
}
