package aloft.server;

import static aloft.server.Refusal.FULL;

import aloft.server.Xml.Element;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.xml.namespace.QName;

/**
 * The properties that clients set and the server does not understand (RFC 4918, section 4). Each resource that
 * has some has a folder in {@link Scratch#properties()}, at its own path, with one file of XML in it. Changes
 * to one path are made under its {@link PathLocks}; reading needs none.
 */
final class DeadProperties {

    /** Not canonical, so that it is never the folder of a resource. */
    private static final String FILE = ".%properties";
    /** Bytes of one resource's properties. */
    private static final int MAX = 64 * 1024;

    private final Scratch scratch;

    DeadProperties(Scratch scratch) {
        this.scratch = scratch;
    }

    /** Whether a resource directly in the folder may have any: spares a look for each of them. */
    boolean mayHaveWithin(DavPath folder) {
        return Files.isDirectory(folderOf(folder));
    }

    /** By name, in the order they were set. */
    Map<QName, Element> of(DavPath path) throws IOException {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(folderOf(path).resolve(FILE));
        } catch (NoSuchFileException e) {
            return Map.of();
        }
        try {
            var properties = new LinkedHashMap<QName, Element>();
            for (Element property : Xml.parse(bytes).children()) {
                properties.put(property.name(), property);
            }
            return properties;
        } catch (Refusal e) {
            throw new IOException("The properties of " + path + " are damaged.", e);
        }
    }

    /** Durable. */
    void set(DavPath path, Map<QName, Element> properties) throws IOException, Refusal {
        Path folder = folderOf(path);
        if (properties.isEmpty()) {
            Files.deleteIfExists(folder.resolve(FILE));
            return;
        }
        byte[] document = properties.values()
                .stream()
                .map(XmlText::of)
                .collect(Collectors.joining("", "<properties>", "</properties>"))
                .getBytes(StandardCharsets.UTF_8);
        if (document.length > MAX) {
            throw new Refusal(FULL, "These are too many properties for one resource.");
        }
        Path temporary = scratch.fresh();
        try (var channel = Private.newFile(temporary)) {
            channel.write(ByteBuffer.wrap(document));
            channel.force(true);
        }
        makeFolders(folder);
        Files.move(temporary, folder.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
        Private.sync(folder);
    }

    /** Forgets those of the resource and of all below it. */
    void remove(DavPath path) throws IOException {
        Path folder = folderOf(path);
        if (Files.exists(folder)) {
            Path gone = scratch.fresh();
            Files.move(folder, gone, StandardCopyOption.ATOMIC_MOVE);
            Scratch.deleteTree(gone);
        }
    }

    /** Moves those of the resource and of all below it, over any that are there. */
    void move(DavPath from, DavPath to) throws IOException {
        remove(to);
        Path folder = folderOf(from);
        if (Files.exists(folder)) {
            makeFolders(folderOf(to.parent()));
            Files.move(folder, folderOf(to), StandardCopyOption.ATOMIC_MOVE);
        }
    }

    /** Copies those of the given resources at or below {@code from}, in place of any at or below {@code to}. */
    void copy(DavPath from, DavPath to, List<DavPath> resources) throws IOException, Refusal {
        remove(to);
        if (!Files.exists(folderOf(from))) {
            return;
        }
        for (DavPath path : resources) {
            Map<QName, Element> properties = of(path);
            if (!properties.isEmpty()) {
                set(path.moved(from, to), properties);
            }
        }
    }

    private Path folderOf(DavPath path) {
        return scratch.properties().resolve(String.join("/", path.names()));
    }

    private void makeFolders(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        if (!folder.equals(scratch.properties())) {
            makeFolders(folder.resolveSibling(""));
        }
        Private.folder(folder);
        Private.sync(folder.resolveSibling(""));
    }
}
