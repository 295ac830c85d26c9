package aloft.server;

/** A request that ends with a status other than success; the message goes to the client. */
final class Refusal extends Exception {

    private static final long serialVersionUID = 1L;

    static final int NOT_MODIFIED = 304;
    static final int BAD_REQUEST = 400;
    static final int FORBIDDEN = 403;
    static final int NOT_FOUND = 404;
    static final int NOT_ALLOWED = 405;
    static final int CONFLICT = 409;
    static final int PRECONDITION_FAILED = 412;
    static final int TOO_LARGE = 413;
    static final int URI_TOO_LONG = 414;
    static final int UNSUPPORTED_MEDIA = 415;
    static final int RANGE_NOT_SATISFIABLE = 416;
    static final int UNPROCESSABLE = 422;
    static final int LOCKED = 423;
    static final int FAILED_DEPENDENCY = 424;
    static final int ERROR = 500;
    static final int NOT_IMPLEMENTED = 501;
    static final int BAD_GATEWAY = 502;
    static final int FULL = 507;

    private final int status;

    Refusal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    int status() {
        return status;
    }
}
