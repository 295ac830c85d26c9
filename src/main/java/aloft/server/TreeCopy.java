package aloft.server;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A copy of an object or a folder in {@link Scratch}; deleted on close unless it was published from there. */
final class TreeCopy implements AutoCloseable {

    private final Disk disk;
    private final Path file;
    /** Each folder before what it holds. */
    private final List<Entry> entries = new ArrayList<>();

    /** Looks what there is to copy. */
    TreeCopy(Disk disk, Entry source, boolean deep) throws IOException {
        this.disk = disk;
        this.file = disk.scratch().fresh();
        add(source, deep);
    }

    Path file() {
        return file;
    }

    boolean isFolder() {
        return entries.getFirst().folder();
    }

    /** Bytes. */
    long size() {
        return entries.stream().mapToLong(Entry::size).sum();
    }

    List<DavPath> resources() {
        return entries.stream().map(Entry::path).toList();
    }

    /** Durable but for the place in {@link Scratch} itself. */
    void make(Space space) throws IOException, Refusal {
        DavPath top = entries.getFirst().path();
        for (Entry entry : entries) {
            Path to = file.resolve(String.join("/", entry.path().moved(top, DavPath.ROOT).names()));
            if (entry.folder()) {
                Private.folder(to);
            } else {
                copy(entry, to, space);
            }
        }
        for (Entry entry : entries.reversed()) {
            if (entry.folder()) {
                Private.sync(file.resolve(String.join("/", entry.path().moved(top, DavPath.ROOT).names())));
            }
        }
    }

    private void copy(Entry entry, Path to, Space space) throws IOException, Refusal {
        try (var upload = new Upload(disk, to)) {
            upload.copy(entry.file(), space);
            upload.keep();
        }
    }

    private void add(Entry entry, boolean deep) throws IOException {
        entries.add(entry);
        if (!entry.folder() || !deep) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(entry.file())) {
            for (Path member : files) {
                String name = member.getFileName().toString();
                if (DavPath.isCanonical(name)) {
                    Optional<Entry> found = disk.entryWithoutParents(entry.path().child(name));
                    if (found.isPresent()) {
                        add(found.get(), true);
                    }
                }
            }
        }
    }

    @Override
    public void close() throws IOException {
        Scratch.deleteTree(file);
    }
}
