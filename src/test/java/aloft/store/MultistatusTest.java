package aloft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MultistatusTest {

    private static final String START = "<?xml version=\"1.0\" encoding=\"utf-8\"?><D:multistatus xmlns:D=\"DAV:\">";

    private static List<Multistatus.Entry> read(String xml) throws IOException {
        var entries = new ArrayList<Multistatus.Entry>();
        Multistatus.read(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)), entries::add);
        return entries;
    }

    @Test
    void takesTheGoodPropertiesOfEachEntry() throws Exception {
        var entries = read(START + """
                <D:response xmlns:x="urn:x"><D:href>
                  /dav/a%20b/</D:href><D:propstat><D:prop><x:getcontentlength>7</x:getcontentlength>
                <D:resourcetype><D:collection/><x:other/></D:resourcetype></D:prop>
                <D:status>HTTP/1.1 200 OK</D:status></D:propstat>
                <D:propstat><D:prop><D:getcontentlength>99</D:getcontentlength></D:prop>
                <D:status>HTTP/1.1 404 Not Found</D:status></D:propstat></D:response>
                <D:response><D:href>/dav/a&amp;b</D:href><D:propstat><D:prop><D:resourcetype/>
                <D:getcontentlength>12345678901</D:getcontentlength>
                <D:getlastmodified>Mon, 23 Nov 2026 04:12:54 GMT</D:getlastmodified></D:prop>
                <D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>""");
        assertThat(entries).containsExactly(
                new Multistatus.Entry("/dav/a%20b/", new Multistatus.Properties(true, -1, "", -1, -1)),
                new Multistatus.Entry("/dav/a&b", new Multistatus.Properties(false, 12_345_678_901L,
                        "Mon, 23 Nov 2026 04:12:54 GMT", -1, -1)));
    }

    @Test
    void takesTheQuota() throws Exception {
        assertThat(read("""
                <multistatus xmlns="DAV:"><response><href>/</href><propstat><prop>
                <quota-available-bytes>-3</quota-available-bytes><quota-used-bytes>5</quota-used-bytes></prop>
                <status>HTTP/1.1 200 OK</status></propstat></response></multistatus>""")).singleElement()
                .satisfies(entry -> assertThat(entry.properties())
                        .isEqualTo(new Multistatus.Properties(false, -1, "", -1, 5)));
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "", "no xml", "<html xmlns='DAV:'/>", "<multistatus/>",
            "<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]><multistatus xmlns='DAV:'><response><href>&e;"
                    + "</href></response></multistatus>",
            "<multistatus xmlns='DAV:'><response><href>&e;</href></response></multistatus>",
            "<multistatus xmlns='DAV:'><!-- --></multistatus>",
            "<multistatus xmlns='DAV:'><![CDATA[x]]></multistatus>",
            "<multistatus xmlns='DAV:'><response><href>/</href></response>",
            "<multistatus xmlns='DAV:'><response></multistatus>"})
    void refusesWhatItIsNot(String xml) {
        assertThatThrownBy(() -> read(xml)).isInstanceOf(IOException.class);
    }

    @Test
    void refusesWhatNeverEnds() {
        assertThatThrownBy(() -> read(START + "<a>".repeat(100))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(START + "<D:response><D:href>" + "x".repeat(70_000)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(START + "<a b='" + ">".repeat(70_000))).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> read(START + "<" + "a".repeat(70_000))).isInstanceOf(IOException.class);
    }

    @Test
    void readsAFolderOfManyObjectsAsItComes() throws Exception {
        int count = 200_000;
        var seen = new int[1];
        Multistatus.read(new Parts(count), _ -> seen[0]++);
        assertThat(seen[0]).isEqualTo(count);
    }

    /** An answer about so many objects, made while it is read. */
    private static final class Parts extends InputStream {

        private final int count;
        private int next = -1;
        private InputStream part = InputStream.nullInputStream();

        Parts(int count) {
            this.count = count;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int at, int length) throws IOException {
            int n = part.read(to, at, length);
            while (n < 0 && next <= count) {
                part = new ByteArrayInputStream(text(next++).getBytes(StandardCharsets.UTF_8));
                n = part.read(to, at, length);
            }
            return n;
        }

        private String text(int i) {
            if (i < 0) {
                return START;
            }
            return i == count
                    ? "</D:multistatus>"
                    : "<D:response><D:href>/o/" + i
                            + "</D:href><D:propstat><D:prop><D:getcontentlength>1</D:getcontentlength></D:prop>"
                            + "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>";
        }
    }
}
