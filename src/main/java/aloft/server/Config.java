package aloft.server;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a cloud is served.
 *
 * @param root where the objects lie; made when it is missing
 * @param address port 0 takes a free one
 * @param login null lets in everybody, which only a loopback address may
 * @param certificate null for plain HTTP
 * @param quota bytes of objects, 0 for what the disk has
 * @param accessLog called after each request, from many threads
 */
public record Config(Path root, InetSocketAddress address, @Nullable Login login,
        @Nullable Certificate certificate, long quota, @Nullable Consumer<Access> accessLog) {

    /**
     * PEM files.
     *
     * @param chain the server's certificate first
     * @param key PKCS #8, not encrypted
     */
    public record Certificate(Path chain, Path key) {}

    public Config {
        if (quota < 0) {
            throw new IllegalArgumentException("quota");
        }
    }

    public static Config of(Path root, InetSocketAddress address) {
        return new Config(root, address, null, null, 0, null);
    }

    public Config withLogin(Login user) {
        return new Config(root, address, user, certificate, quota, accessLog);
    }

    public Config withCertificate(Certificate pem) {
        return new Config(root, address, login, pem, quota, accessLog);
    }

    public Config withQuota(long bytes) {
        return new Config(root, address, login, certificate, bytes, accessLog);
    }

    public Config withAccessLog(Consumer<Access> log) {
        return new Config(root, address, login, certificate, quota, log);
    }
}
