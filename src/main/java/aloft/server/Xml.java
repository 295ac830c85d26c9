package aloft.server;

import static aloft.server.Refusal.BAD_REQUEST;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/** Reads XML of strangers: bounded in size, depth and count, no document types, no entities but XML's own. */
final class Xml {

    static final String DAV = "DAV:";
    /** Bytes of a request's body. */
    static final int MAX_BODY = 256 * 1024;

    private static final int MAX_DEPTH = 32;
    private static final int MAX_NODES = 10_000;
    private static final XMLInputFactory FACTORY = factory();

    private final XMLStreamReader reader;
    private int nodes;

    private Xml(XMLStreamReader reader) {
        this.reader = reader;
    }

    sealed interface Node {}

    record Text(String text) implements Node {}

    /** @param attributes without those that declare namespaces */
    record Element(QName name, Map<QName, String> attributes, List<Node> content) implements Node {

        boolean is(String davName) {
            return name.getNamespaceURI().equals(DAV) && name.getLocalPart().equals(davName);
        }

        List<Element> children() {
            return content.stream().filter(Element.class::isInstance).map(Element.class::cast).toList();
        }

        Optional<Element> child(String davName) {
            return children().stream().filter(child -> child.is(davName)).findFirst();
        }

        /** The text of it and of all below it. */
        String text() {
            var text = new StringBuilder();
            for (Node node : content) {
                text.append(switch (node) {
                    case Text t -> t.text();
                    case Element e -> e.text();
                });
            }
            return text.toString();
        }

        Element with(QName attribute, String value) {
            var all = new LinkedHashMap<>(attributes);
            all.put(attribute, value);
            return new Element(name, all, content);
        }
    }

    static QName dav(String name) {
        return new QName(DAV, name, "D");
    }

    static Element parse(byte[] document) throws Refusal {
        try {
            XMLStreamReader reader = FACTORY.createXMLStreamReader(new ByteArrayInputStream(document));
            Element root = new Xml(reader).document();
            reader.close();
            return root;
        } catch (XMLStreamException e) {
            throw new Refusal(BAD_REQUEST, "The body is not well-formed XML.");
        }
    }

    private Element document() throws XMLStreamException, Refusal {
        Element root = null;
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> root = element(0);
                case XMLStreamConstants.DTD ->
                    throw new Refusal(BAD_REQUEST, "A document type is not taken.");
                default -> {
                }
            }
        }
        return require(root);
    }

    private Element element(int depth) throws XMLStreamException, Refusal {
        bound(depth < MAX_DEPTH);
        QName name = reader.getName();
        checkNamespaces();
        Map<QName, String> attributes = attributes();
        var content = new ArrayList<Node>();
        while (true) {
            nodes++;
            bound(nodes <= MAX_NODES);
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> content.add(element(depth + 1));
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE ->
                    content.add(new Text(reader.getText()));
                case XMLStreamConstants.END_ELEMENT -> {
                    return new Element(name, attributes, List.copyOf(content));
                }
                case XMLStreamConstants.ENTITY_REFERENCE ->
                    throw new Refusal(BAD_REQUEST, "An entity is not taken.");
                default -> {
                    // comments and processing instructions say nothing
                }
            }
        }
    }

    private Map<QName, String> attributes() {
        var attributes = new LinkedHashMap<QName, String>();
        for (int i = 0; i < reader.getAttributeCount(); i++) {
            attributes.put(reader.getAttributeName(i), reader.getAttributeValue(i));
        }
        return attributes;
    }

    /** XML 1.0 names: a prefix cannot be bound to no namespace. */
    private void checkNamespaces() throws Refusal {
        for (int i = 0; i < reader.getNamespaceCount(); i++) {
            String uri = reader.getNamespaceURI(i);
            if (reader.getNamespacePrefix(i) != null && (uri == null || uri.isEmpty())) {
                throw new Refusal(BAD_REQUEST, "A prefix has no namespace.");
            }
        }
    }

    private static void bound(boolean holds) throws Refusal {
        if (!holds) {
            throw new Refusal(BAD_REQUEST, "The body has too many elements.");
        }
    }

    private static Element require(@Nullable Element root) throws Refusal {
        if (root == null) {
            throw new Refusal(BAD_REQUEST, "The body has no element.");
        }
        return root;
    }

    private static XMLInputFactory factory() {
        var factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setProperty(XMLInputFactory.IS_NAMESPACE_AWARE, true);
        factory.setProperty(XMLConstants.ACCESS_EXTERNAL_DTD, "");
        factory.setXMLResolver(
                (publicId, systemId, base, namespace) -> new ByteArrayInputStream(new byte[0]));
        return factory;
    }
}
