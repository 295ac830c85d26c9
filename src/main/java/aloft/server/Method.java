package aloft.server;

import java.io.IOException;

/** What one HTTP method does. Thread safe; may block. */
@FunctionalInterface
interface Method {
    void answer(Exchange exchange) throws IOException, Refusal, InterruptedException;
}
