package aloft.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class XmlTest {

    private static Xml.Element parse(String text) throws Refusal {
        return Xml.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "<a xml:lang='de' b='1'>text<c xmlns='urn:x'><d xmlns=''/></c></a>",
            "<p:a xmlns:p='urn:p' p:x='1' xmlns:q='urn:q' q:x='&lt;&amp;&#10;\"'><q:b/>&lt;&#13;]]&gt;</p:a>",
            "<a xmlns='urn:a'><p:a xmlns:p='urn:1'><p:a xmlns:p='urn:2' p:y='z'/></p:a></a>",
            "<a xmlns:p='urn:1' p:x='1'><b xmlns:p='urn:2' p:x='2'/></a>",
            "<p:a xmlns:p='urn:1' xmlns:q='urn:2' q:x='1'/>",
            "<a>\uD83D\uDE00 <![CDATA[<&]]></a>"})
    void whatIsWrittenReadsTheSame(String text) throws Refusal {
        Xml.Element element = parse(text);
        String written = XmlText.of(element);
        Xml.Element again = parse(written);
        assertThat(again.text()).isEqualTo(element.text());
        assertThat(XmlText.of(again)).isEqualTo(written);
        assertThat(again.attributes()).isEqualTo(element.attributes());
        assertThat(again.children()).extracting(Xml.Element::name)
                .isEqualTo(element.children().stream().map(Xml.Element::name).toList());
    }

    @Test
    void entitiesLeadNowhere(@TempDir Path folder) throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        for (String text : new String[]{
                "<!DOCTYPE a [<!ENTITY x SYSTEM '" + secret.toUri() + "'>]><a>&x;</a>",
                "<!DOCTYPE a [<!ENTITY x 'xxxxxxxxxx'><!ENTITY y '&x;&x;&x;&x;&x;'>]><a>&y;</a>",
                "<!DOCTYPE a SYSTEM '" + secret.toUri() + "'><a/>",
                "<!DOCTYPE a [<!ENTITY % x SYSTEM '" + secret.toUri() + "'> %x;]><a/>",
                "<a>&x;</a>"}) {
            assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(Refusal.class);
        }
    }

    @Test
    void depthAndCountAreBounded() {
        assertThatThrownBy(() -> parse("<a>".repeat(40) + "</a>".repeat(40))).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> parse("<a>" + "<b/>".repeat(20_000) + "</a>")).isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "<a>", "<a></b>", "<a/><b/>", "<p:a/>", "<a xmlns:p=''/>", "text",
            "<a b='1' b='2'/>",
            "<a>\u0001</a>", "<a>\u0000</a>"})
    void whatIsNotXmlIsRefused(String text) {
        assertThatThrownBy(() -> parse(text)).isInstanceOf(Refusal.class);
    }

    @Test
    void requestsAreBounded(@TempDir Path root) throws Exception {
        try (var served = Served.at(root)) {
            String huge = "<propfind xmlns='DAV:'>" + " ".repeat(Xml.MAX_BODY) + "<allprop/></propfind>";
            assertThat(served.client().send("PROPFIND", "/", huge).statusCode()).isEqualTo(413);
            assertThat(served.client()
                    .send("PROPFIND", "/", "<!DOCTYPE a><propfind xmlns='DAV:'/>")
                    .statusCode())
                    .isEqualTo(400);
            assertThat(served.client().get("/", "X-Long", "x".repeat(20_000)).statusCode()).isEqualTo(431);
            assertThat(served.client().get("/" + "x".repeat(8_000)).statusCode()).isEqualTo(414);
        }
    }
}
