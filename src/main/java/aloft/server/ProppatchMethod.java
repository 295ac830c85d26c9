package aloft.server;

import static aloft.server.Refusal.BAD_REQUEST;
import static aloft.server.Refusal.FAILED_DEPENDENCY;
import static aloft.server.Refusal.FORBIDDEN;
import static aloft.server.Refusal.NOT_FOUND;

import aloft.server.Xml.Element;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;

/** PROPPATCH: all of its changes are made, or none. */
final class ProppatchMethod implements Method {

    private static final QName LANGUAGE = new QName(XMLConstants.XML_NS_URI, "lang", "xml");

    private final Cloud cloud;

    ProppatchMethod(Cloud cloud) {
        this.cloud = cloud;
    }

    /** @param property its name, and its value when it is set */
    private record Step(boolean set, Element property) {

        boolean isAllowed() {
            return LiveProperty.orNull(property.name()) == null;
        }
    }

    @Override
    public void answer(Exchange exchange) throws IOException, Refusal {
        DavPath path = exchange.path();
        List<Step> steps = parse(exchange.body(Xml.MAX_BODY));
        boolean allowed = steps.stream().allMatch(Step::isAllowed);
        Entry entry;
        try (var _ = cloud.locks().write(path)) {
            entry = cloud.disk()
                    .entry(path)
                    .orElseThrow(() -> new Refusal(NOT_FOUND, "There is nothing here."));
            cloud.check(exchange, path, Optional.of(entry));
            cloud.requireUnlocked(exchange, path, Optional.of(entry), Cloud.Change.CONTENT);
            if (allowed) {
                apply(path, steps);
            }
        }
        var byStatus = new TreeMap<Integer, String>();
        for (Step step : steps) {
            int status = allowed ? 200 : step.isAllowed() ? FAILED_DEPENDENCY : FORBIDDEN;
            byStatus.merge(status, XmlText.empty(step.property().name()), String::concat);
        }
        try (var answer = new Multistatus(exchange)) {
            answer.add(path.href(entry.folder()), byStatus);
        }
    }

    private void apply(DavPath path, List<Step> steps) throws IOException, Refusal {
        Map<QName, Element> properties = new LinkedHashMap<>(cloud.properties().of(path));
        for (Step step : steps) {
            if (step.set()) {
                properties.put(step.property().name(), step.property());
            } else {
                properties.remove(step.property().name());
            }
        }
        cloud.properties().set(path, properties);
    }

    private static List<Step> parse(byte[] body) throws Refusal {
        Element root = Xml.parse(body);
        var steps = new ArrayList<Step>();
        for (Element update : root.children()) {
            if (!update.is("set") && !update.is("remove")) {
                continue;
            }
            for (Element prop : update.children()) {
                for (Element property : prop.is("prop") ? prop.children() : List.<Element>of()) {
                    steps.add(new Step(update.is("set"), inLanguageOf(property, prop, update, root)));
                }
            }
        }
        if (!root.is("propertyupdate") || steps.isEmpty()) {
            throw new Refusal(BAD_REQUEST, "The body is not a property update.");
        }
        return steps;
    }

    /** The language in scope is a part of the value (RFC 4918, section 4.3). */
    private static Element inLanguageOf(Element property, Element... scope) {
        if (!property.attributes().containsKey(LANGUAGE)) {
            for (Element outer : scope) {
                String language = outer.attributes().get(LANGUAGE);
                if (language != null) {
                    return property.with(LANGUAGE, language);
                }
            }
        }
        return property;
    }
}
