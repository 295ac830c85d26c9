package aloft.state;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.store.fs.FilePath;

/**
 * Names of encrypted files for H2: "aloft:7/name" is the file of that name in the folder that was added as 7. So no
 * quirk of a folder's name gets into H2's addresses, and no key.
 */
final class SealedPath extends FilePath {

    private static final String SCHEME = "aloft";
    private static final Map<Long, Place> PLACES = new ConcurrentHashMap<>();
    private static final AtomicLong NEXT = new AtomicLong(1);

    static {
        FilePath.register(new SealedPath("", 0, ""));
    }

    private record Place(Disk disk, Path folder, byte[] key, boolean ordered, SecureRandom random) {}

    private final long place;
    private final String file;

    private SealedPath(String name, long place, String file) {
        this.name = name;
        this.place = place;
        this.file = file;
    }

    /**
     * @param ordered see {@link SealedFile}
     * @return for {@link #address}
     */
    static long add(Disk disk, Path folder, byte[] key, boolean ordered, SecureRandom random) {
        long number = NEXT.getAndIncrement();
        PLACES.put(number, new Place(disk, folder, key.clone(), ordered, random));
        return number;
    }

    static void remove(long number) {
        PLACES.remove(number);
    }

    /** What H2 calls a file. */
    static String address(long number, String file) {
        return SCHEME + ":" + number + "/" + file;
    }

    private Place place() {
        Place found = PLACES.get(place);
        if (found == null) {
            throw new IllegalStateException("closed: " + name);
        }
        return found;
    }

    private Path path() {
        return place().folder().resolve(file);
    }

    @Override
    public SealedPath getPath(String path) {
        String rest = path.substring(SCHEME.length() + 1);
        int slash = rest.indexOf('/');
        return slash < 0
                ? new SealedPath(path, Long.parseLong(rest), "")
                : new SealedPath(path, Long.parseLong(rest, 0, slash, 10), rest.substring(slash + 1));
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        Place in = place();
        Disk.OpenFile opened;
        try {
            opened = in.disk().open(path());
        } catch (NoSuchFileException e) {
            if (mode.equals("r")) {
                throw e;
            }
            opened = in.disk().create(path());
        }
        try {
            return SealedFile.of(opened, in.key(), in.ordered(), in.random());
        } catch (IOException e) {
            opened.close();
            throw e;
        }
    }

    @Override
    public boolean exists() {
        try {
            return file.isEmpty() || place().disk().list(place().folder()).contains(path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long size() {
        try (FileChannel opened = open("r")) {
            return opened.size();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void delete() {
        try {
            place().disk().delete(path());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean createFile() {
        if (exists()) {
            return false;
        }
        try (FileChannel opened = open("rw")) {
            return opened.isOpen();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public SealedPath getParent() {
        return new SealedPath(SCHEME + ":" + place, place, "");
    }

    @Override
    public List<FilePath> newDirectoryStream() {
        try {
            return place().disk()
                    .list(place().folder())
                    .stream()
                    .<FilePath>map(path -> getPath(address(place, path.getFileName().toString())))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean isDirectory() {
        return file.isEmpty();
    }

    @Override
    public boolean isRegularFile() {
        return !file.isEmpty();
    }

    @Override
    public boolean isAbsolute() {
        return true;
    }

    @Override
    public SealedPath toRealPath() {
        return this;
    }

    @Override
    public boolean canWrite() {
        return true;
    }

    @Override
    public long lastModified() {
        return 0;
    }

    @Override
    public void createDirectory() {
        // the folder is there
    }

    @Override
    public boolean setReadOnly() {
        return false;
    }

    @Override
    public void moveTo(FilePath newName, boolean atomicReplace) {
        throw new UnsupportedOperationException("not needed");
    }
}
