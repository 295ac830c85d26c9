package aloft.server;

import static aloft.server.Refusal.CONFLICT;
import static aloft.server.Refusal.ERROR;
import static aloft.server.Refusal.NOT_IMPLEMENTED;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.NoSuchFileException;
import java.util.Map;
import java.util.TreeSet;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Lets in who may, calls the method asked for, and turns failures into answers. */
final class DavHandler extends Handler.Abstract {

    private static final System.Logger LOG = System.getLogger(DavHandler.class.getName());

    private final Map<String, Method> methods;
    private final @Nullable Login login;

    DavHandler(Map<String, Method> methods, @Nullable Login login) {
        this.methods = Map.copyOf(methods);
        this.login = login;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        var exchange = new Exchange(request, response);
        try {
            answer(exchange);
            callback.succeeded();
        } catch (IOException | RuntimeException e) {
            callback.failed(e);
        }
        return true;
    }

    private void answer(Exchange exchange) throws IOException {
        try {
            setOptions(exchange);
            if (login != null && !login.accepts(exchange.header("Authorization"))) {
                exchange.setHeader("WWW-Authenticate", "Basic realm=\"Aloft\", charset=\"UTF-8\"");
                throw new Refusal(401, "This cloud wants a user name and a password.");
            }
            if (exchange.method().equals("OPTIONS")) {
                exchange.finish(200);
                return;
            }
            Method method = methods.get(exchange.method());
            if (method == null) {
                throw new Refusal(NOT_IMPLEMENTED, "This method is not known here.");
            }
            method.answer(exchange);
        } catch (Refusal e) {
            refuse(exchange, e.status(), e.getMessage());
        } catch (NoSuchFileException | DirectoryNotEmptyException e) {
            refuse(exchange, CONFLICT, "Something changed meanwhile.");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            refuse(exchange, 503, "The server is stopping.");
        } catch (Exchange.ClientGone e) {
            throw e;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.WARNING, "A request failed: " + exchange.method(), e);
            refuse(exchange, ERROR, "The server's disk failed.");
        }
    }

    private void setOptions(Exchange exchange) {
        if (exchange.method().equals("OPTIONS")) {
            var allowed = new TreeSet<>(methods.keySet());
            allowed.add("OPTIONS");
            exchange.setHeader("Allow", String.join(", ", allowed));
            exchange.setHeader("DAV", "1, 2");
            exchange.setHeader("MS-Author-Via", "DAV");
            exchange.setHeader("Aloft-Server", "1");
        }
    }

    private static void refuse(Exchange exchange, int status, @Nullable String message) throws IOException {
        if (exchange.isCommitted()) {
            throw new IOException("failed in the middle of an answer: " + message);
        }
        exchange.drain();
        if (status == Refusal.NOT_MODIFIED) {
            exchange.finish(status);
        } else {
            exchange.finish(status, "text/plain; charset=utf-8", message + "\n");
        }
    }
}
