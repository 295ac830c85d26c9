package aloft.vault;

import aloft.failure.Failure;
import java.io.OutputStream;
import java.io.StringWriter;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * Reads JSON objects that follow each other, member by member. Whatever is wrong with them is
 * {@link Failure.Damaged}. Not thread safe.
 */
final class Json implements AutoCloseable {

    private static final int MAX_STRING = 1 << 20;
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(16)
                    .maxNumberLength(64)
                    .maxStringLength(MAX_STRING)
                    .maxNameLength(1024)
                    .build())
            .build();

    private final JsonParser parser;
    private final String what;

    /** @param what for messages, "Commit 17" */
    Json(byte[] bytes, String what) throws Failure.Damaged {
        this.what = what;
        try {
            this.parser = FACTORY.createParser(ObjectReadContext.empty(), bytes, 0, bytes.length);
        } catch (JacksonException e) {
            throw damaged(e); // the first bytes already are of no encoding
        }
    }

    static JsonGenerator writer(OutputStream to) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), to);
    }

    /** Steps into the next object; false at the end. */
    boolean nextObject() throws Failure.Damaged {
        JsonToken token = next();
        if (token == null) {
            return false;
        }
        check(token == JsonToken.START_OBJECT);
        return true;
    }

    /** Steps to the value of the next member and returns the member's name; null at the object's end. */
    @Nullable
    String nextMember() throws Failure.Damaged {
        if (next() != JsonToken.PROPERTY_NAME) {
            check(parser.currentToken() == JsonToken.END_OBJECT);
            return null;
        }
        String name = parser.currentName();
        check(next() != null);
        return name;
    }

    /** Steps into the object that is the value. */
    void enterObject() throws Failure.Damaged {
        check(parser.currentToken() == JsonToken.START_OBJECT);
    }

    /** Steps into the list that is the value. */
    void enterList() throws Failure.Damaged {
        check(parser.currentToken() == JsonToken.START_ARRAY);
    }

    /** Steps to the next element; false at the list's end. */
    boolean nextElement() throws Failure.Damaged {
        JsonToken token = next();
        check(token != null);
        return token != JsonToken.END_ARRAY;
    }

    String text() throws Failure.Damaged {
        check(parser.currentToken() == JsonToken.VALUE_STRING);
        try {
            return parser.getString();
        } catch (JacksonException e) {
            throw damaged(e);
        }
    }

    byte[] base64() throws Failure.Damaged {
        try {
            return Base64.getDecoder().decode(text());
        } catch (IllegalArgumentException e) {
            throw damaged(e);
        }
    }

    boolean flag() throws Failure.Damaged {
        check(parser.currentToken() == JsonToken.VALUE_TRUE
                || parser.currentToken() == JsonToken.VALUE_FALSE);
        return parser.currentToken() == JsonToken.VALUE_TRUE;
    }

    long number(long least, long most) throws Failure.Damaged {
        check(parser.currentToken() == JsonToken.VALUE_NUMBER_INT);
        try {
            long number = parser.getLongValue();
            check(number >= least && number <= most);
            return number;
        } catch (JacksonException e) {
            throw damaged(e);
        }
    }

    int integer(int least, int most) throws Failure.Damaged {
        return (int) number(least, most);
    }

    /** An unsigned 64-bit number; those from 2^63 on come out negative. */
    long unsigned() throws Failure.Damaged {
        check(parser.currentToken() == JsonToken.VALUE_NUMBER_INT);
        try {
            return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
                    ? Long.parseUnsignedLong(parser.getString())
                    : number(0, Long.MAX_VALUE);
        } catch (JacksonException | NumberFormatException e) {
            throw damaged(e);
        }
    }

    /** The value as JSON text on one line, exact to the digit. */
    String raw() throws Failure.Damaged {
        var text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            copy(out);
        } catch (JacksonException e) {
            throw damaged(e);
        }
        return text.toString();
    }

    /** Numbers as they are written: what makes numbers of them refuses some, and may take a while. */
    private void copy(JsonGenerator out) {
        int depth = 0;
        do {
            JsonToken token = parser.currentToken();
            if (token.isNumeric()) {
                out.writeNumber(parser.getString());
            } else {
                out.copyCurrentEvent(parser);
                depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
            }
        } while (depth > 0 && parser.nextToken() != null);
    }

    void skip() throws Failure.Damaged {
        try {
            parser.skipChildren();
        } catch (JacksonException e) {
            throw damaged(e);
        }
    }

    /** Appends the member to those that this version does not know. */
    String keep(@Nullable String unknown, String name) throws Failure.Damaged {
        String member = quoted(name) + ":" + raw();
        return unknown == null ? member : unknown + "," + member;
    }

    void check(boolean right) throws Failure.Damaged {
        if (!right) {
            throw damaged(null);
        }
    }

    Failure.Damaged damaged(@Nullable Exception cause) {
        return new Failure.Damaged(what + " holds something that no Aloft writes.", cause);
    }

    @Override
    public void close() {
        parser.close();
    }

    private static String quoted(String name) {
        var text = new StringWriter();
        try (JsonGenerator out = FACTORY.createGenerator(ObjectWriteContext.empty(), text)) {
            out.writeString(name);
        }
        return text.toString();
    }

    private @Nullable JsonToken next() throws Failure.Damaged {
        try {
            return parser.nextToken();
        } catch (JacksonException e) {
            throw damaged(e);
        }
    }
}
