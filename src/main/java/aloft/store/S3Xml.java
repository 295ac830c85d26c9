package aloft.store;

import java.io.IOException;
import java.io.InputStream;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/** The XML of S3's answers: told element by element, with bounds. */
final class S3Xml {

    private static final int MAX_DEPTH = 16;
    private static final int MAX_TEXT = 8 * 1024;

    private S3Xml() {}

    /** Is told of every element at its end. */
    @FunctionalInterface
    interface Elements {
        /**
         * @param path names from the root's child on, parted by '/'
         * @param text without the space around it
         */
        void ended(String path, String text) throws IOException;
    }

    /**
     * @param limit bytes of the whole
     * @param root name of the outermost element
     */
    static void read(InputStream in, long limit, String root, Elements to) throws IOException {
        XmlGuard.parse(in, limit, xml -> elements(xml, root, to));
    }

    private static void elements(XMLStreamReader xml, String root, Elements to)
            throws XMLStreamException, IOException {
        var path = new StringBuilder();
        var text = new StringBuilder();
        int depth = 0;
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.START_ELEMENT -> {
                    if (++depth > MAX_DEPTH || depth == 1 && !xml.getLocalName().equals(root)) {
                        throw new XmlGuard.Malformed(null);
                    }
                    if (depth > 1) {
                        path.append('/').append(xml.getLocalName());
                    }
                    text.setLength(0);
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    if (depth-- > 1) {
                        to.ended(path.substring(1), text.toString().strip());
                        path.setLength(path.length() - xml.getLocalName().length() - 1);
                    }
                    text.setLength(0);
                }
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.SPACE -> {
                    if (text.length() + xml.getTextLength() > MAX_TEXT) {
                        throw new XmlGuard.Malformed(null);
                    }
                    text.append(xml.getTextCharacters(), xml.getTextStart(), xml.getTextLength());
                }
                default -> {
                    // declarations and instructions say nothing to us
                }
            }
        }
    }
}
