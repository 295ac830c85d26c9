package aloft.server;

import aloft.server.Xml.Element;
import aloft.server.Xml.Text;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;

/** Writes elements so that they can stand anywhere: each declares the namespaces that it uses. */
final class XmlText {

    private final StringBuilder out = new StringBuilder();

    private XmlText() {}

    static String of(Element element) {
        var text = new XmlText();
        text.write(element, Map.of());
        return text.out.toString();
    }

    /** An element without content. */
    static String empty(QName name) {
        return of(new Element(name, Map.of(), List.of()));
    }

    static String escape(String text) {
        var escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\r' -> escaped.append("&#13;");
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private void write(Element element, Map<String, String> outer) {
        var scope = new HashMap<>(outer);
        String tag = tag(element.name());
        out.append('<').append(tag);
        declare(element.name(), scope);
        element.attributes().forEach((name, value) -> {
            QName known = withPrefix(name, scope);
            declare(known, scope);
            out.append(' ').append(tag(known)).append("=\"").append(attribute(value)).append('"');
        });
        if (element.content().isEmpty()) {
            out.append("/>");
            return;
        }
        out.append('>');
        for (Xml.Node node : element.content()) {
            switch (node) {
                case Text text -> out.append(escape(text.text()));
                case Element child -> write(child, scope);
            }
        }
        out.append("</").append(tag).append('>');
    }

    private void declare(QName name, Map<String, String> scope) {
        String prefix = name.getPrefix();
        String uri = name.getNamespaceURI();
        if (prefix.equals(XMLConstants.XML_NS_PREFIX) || uri.equals(scope.getOrDefault(prefix, ""))) {
            return;
        }
        scope.put(prefix, uri);
        out.append(prefix.isEmpty() ? " xmlns" : " xmlns:" + prefix)
                .append("=\"")
                .append(attribute(uri))
                .append('"');
    }

    /** One element cannot bind a prefix twice. */
    private static QName withPrefix(QName attribute, Map<String, String> scope) {
        String uri = attribute.getNamespaceURI();
        if (uri.isEmpty() || !scope.containsKey(attribute.getPrefix())
                || uri.equals(scope.get(attribute.getPrefix()))) {
            return attribute;
        }
        int number = 0;
        while (scope.containsKey("a" + number)) {
            number++;
        }
        return new QName(uri, attribute.getLocalPart(), "a" + number);
    }

    private static String tag(QName name) {
        return name.getPrefix().isEmpty()
                ? name.getLocalPart()
                : name.getPrefix() + ":" + name.getLocalPart();
    }

    private static String attribute(String value) {
        return escape(value).replace("\n", "&#10;").replace("\t", "&#9;");
    }
}
