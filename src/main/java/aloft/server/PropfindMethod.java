package aloft.server;

import static aloft.server.Refusal.BAD_REQUEST;
import static aloft.server.Refusal.NOT_FOUND;

import aloft.server.Xml.Element;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.namespace.QName;
import org.jspecify.annotations.Nullable;

/** PROPFIND at any depth; the answer is sent while the folders are read, so its size does not matter. */
final class PropfindMethod implements Method {

    private final Cloud cloud;

    PropfindMethod(Cloud cloud) {
        this.cloud = cloud;
    }

    private enum Kind {
        NAMED, ALL, NAMES_ONLY
    }

    /** @param names what is asked for, for ALL what is asked for besides */
    private record Question(Kind kind, List<QName> names) {

        static Question parse(byte[] body) throws Refusal {
            if (body.length == 0) {
                return new Question(Kind.ALL, List.of());
            }
            Element root = Xml.parse(body);
            if (!root.is("propfind")) {
                throw new Refusal(BAD_REQUEST, "The body is not a propfind.");
            }
            Optional<Element> prop = root.child("prop");
            if (prop.isPresent()) {
                return new Question(Kind.NAMED, names(prop.get()));
            }
            if (root.child("propname").isPresent()) {
                return new Question(Kind.NAMES_ONLY, List.of());
            }
            if (root.child("allprop").isEmpty()) {
                throw new Refusal(BAD_REQUEST, "The propfind asks for nothing.");
            }
            return new Question(Kind.ALL, root.child("include").map(Question::names).orElse(List.of()));
        }

        private static List<QName> names(Element parent) {
            return parent.children().stream().map(Element::name).toList();
        }

        boolean needsDead() {
            return kind != Kind.NAMED || names.stream().anyMatch(name -> LiveProperty.orNull(name) == null);
        }
    }

    @Override
    public void answer(Exchange exchange) throws IOException, Refusal {
        DavPath path = exchange.path();
        Depth depth = Depth.of(exchange, EnumSet.allOf(Depth.class));
        var question = Question.parse(exchange.body(Xml.MAX_BODY));
        Entry entry = cloud.disk()
                .entry(path)
                .orElseThrow(() -> new Refusal(NOT_FOUND, "There is nothing here."));
        cloud.check(exchange, path, Optional.of(entry));
        var around = new Around();
        try (var answer = new Multistatus(exchange)) {
            add(answer, entry, question, around, cloud.properties().mayHaveWithin(path.parent()));
            if (entry.folder() && depth != Depth.ZERO) {
                addMembers(answer, entry, depth, question, around);
            }
        }
    }

    private void addMembers(Multistatus answer, Entry folder, Depth depth, Question question, Around around)
            throws IOException {
        boolean dead = question.needsDead() && cloud.properties().mayHaveWithin(folder.path());
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder.file())) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!DavPath.isCanonical(name)) {
                    continue;
                }
                Optional<Entry> entry = cloud.disk().entryWithoutParents(folder.path().child(name));
                if (entry.isEmpty()) {
                    continue;
                }
                add(answer, entry.get(), question, around, dead);
                if (entry.get().folder() && depth == Depth.INFINITY) {
                    addMembers(answer, entry.get(), depth, question, around);
                }
            }
        } catch (NoSuchFileException e) {
            // deleted meanwhile
        }
    }

    /** @param dead whether it may have dead properties */
    private void add(Multistatus answer, Entry entry, Question question, Around around, boolean dead)
            throws IOException {
        Map<QName, Element> own = dead && question.needsDead()
                ? cloud.properties().of(entry.path())
                : Map.of();
        var found = new StringBuilder();
        var missing = new StringBuilder();
        if (question.kind() != Kind.NAMED) {
            addAll(found, entry, question, around, own);
        }
        for (QName name : question.names()) {
            if (!addOne(found, entry, name, around, own)) {
                missing.append(XmlText.empty(name));
            }
        }
        var byStatus = new TreeMap<Integer, String>();
        if (!found.isEmpty() || missing.isEmpty()) {
            byStatus.put(200, found.toString());
        }
        if (!missing.isEmpty()) {
            byStatus.put(NOT_FOUND, missing.toString());
        }
        answer.add(entry.path().href(entry.folder()), byStatus);
    }

    private static void addAll(StringBuilder to, Entry entry, Question question, Around around,
            Map<QName, Element> own) throws IOException {
        boolean values = question.kind() == Kind.ALL;
        for (LiveProperty property : LiveProperty.values()) {
            boolean wanted = property.isGivenUnasked() && !question.names().contains(property.qname());
            String content = wanted ? property.contentOrNull(entry, around) : null;
            if (content != null) {
                append(to, property, values ? content : "");
            }
        }
        for (Element property : own.values()) {
            if (!question.names().contains(property.name())) {
                to.append(values ? XmlText.of(property) : XmlText.empty(property.name()));
            }
        }
    }

    private static boolean addOne(StringBuilder to, Entry entry, QName name, Around around,
            Map<QName, Element> own) throws IOException {
        LiveProperty live = LiveProperty.orNull(name);
        if (live == null) {
            Element value = own.get(name);
            to.append(value == null ? "" : XmlText.of(value));
            return value != null;
        }
        String content = live.contentOrNull(entry, around);
        if (content != null) {
            append(to, live, content);
        }
        return content != null;
    }

    private static void append(StringBuilder to, LiveProperty property, String content) {
        String tag = "D:" + property.qname().getLocalPart();
        to.append('<').append(tag);
        if (content.isEmpty()) {
            to.append("/>");
        } else {
            to.append('>').append(content).append("</").append(tag).append('>');
        }
    }

    /** Asks for the space once in a request. */
    private final class Around implements LiveProperty.Surroundings {
        private Space.@Nullable Report space;

        @Override
        public Space.Report space() throws IOException {
            Space.Report report = space;
            if (report == null) {
                report = cloud.space().report();
                space = report;
            }
            return report;
        }

        @Override
        public String locks(DavPath path) {
            var text = new StringBuilder();
            cloud.writeLocks().covering(path).forEach(lock -> text.append(lock.xml()));
            return text.toString();
        }
    }
}
