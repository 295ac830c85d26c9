package aloft.store;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/** JSON told value by value as it comes, with bounds on all that it may hold. */
final class JsonFields {

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(32)
                    .maxStringLength(16 * 1024)
                    .maxNameLength(1024)
                    .maxNumberLength(32)
                    .maxDocumentLength(64L << 20)
                    .build())
            .build();

    private JsonFields() {}

    /** Is told of every value. */
    @FunctionalInterface
    interface Values {
        /**
         * @param path names from the outermost object on, parted by '/'; an element of an array has the
         *        array's path
         * @param text of the value; empty at the end of an object
         * @param end whether this is the end of an object
         */
        void value(String path, String text, boolean end) throws IOException;
    }

    /** @throws Malformed when it is no JSON, or larger than it may be */
    static void read(InputStream in, Values to) throws IOException {
        try (JsonParser json = FACTORY.createParser(ObjectReadContext.empty(), in)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw new Malformed(null);
            }
            object(json, "", to);
        } catch (JacksonIOException e) {
            throw e.getCause();
        } catch (JacksonException e) {
            throw new Malformed(e);
        }
    }

    /** The last value at a path; empty when there is none. */
    static Optional<String> text(InputStream in, String wanted) throws IOException {
        var found = new AtomicReference<@Nullable String>();
        read(in, (path, text, end) -> {
            if (path.equals(wanted) && !end) {
                found.set(text);
            }
        });
        return Optional.ofNullable(found.get());
    }

    private static void object(JsonParser json, String path, Values to) throws IOException {
        while (json.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = json.currentName();
            json.nextToken();
            value(json, path.isEmpty() ? name : path + "/" + name, to);
        }
        to.value(path, "", true);
    }

    private static void value(JsonParser json, String path, Values to) throws IOException {
        switch (json.currentToken()) {
            case START_OBJECT -> object(json, path, to);
            case START_ARRAY -> {
                while (json.nextToken() != JsonToken.END_ARRAY) {
                    value(json, path, to);
                }
            }
            case VALUE_NULL -> {
                // as good as missing
            }
            case null -> throw new Malformed(null);
            default -> to.value(path, json.getString(), false);
        }
    }

    /** It is no JSON, or not what it should be. */
    static final class Malformed extends IOException {
        private static final long serialVersionUID = 1L;

        Malformed(@Nullable Throwable cause) {
            super("not the JSON that was asked for", cause);
        }
    }
}
