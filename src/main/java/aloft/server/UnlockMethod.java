package aloft.server;

import static aloft.server.Refusal.BAD_REQUEST;

import java.io.IOException;

/** UNLOCK. */
final class UnlockMethod implements Method {

    private final Cloud cloud;

    UnlockMethod(Cloud cloud) {
        this.cloud = cloud;
    }

    @Override
    public void answer(Exchange exchange) throws IOException, Refusal {
        DavPath path = exchange.path();
        String token = exchange.header("Lock-Token");
        if (token == null || !token.strip().matches("<[^<>]+>")) {
            throw new Refusal(BAD_REQUEST, "The lock's token is missing or malformed.");
        }
        String uri = token.strip().substring(1, token.strip().length() - 1);
        cloud.writeLocks().unlock(path, uri);
        exchange.finish(204);
    }
}
