package aloft.server;

import aloft.failure.Failure;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.eclipse.jetty.util.ssl.SslContextFactory;

/**
 * TLS with a certificate and a key from PEM files. Takes them again when they are renewed: certificates of
 * today live for some weeks.
 */
final class Tls {

    private static final System.Logger LOG = System.getLogger(Tls.class.getName());
    private static final int MAX_FILE = 256 * 1024;
    private static final Pattern KEY = Pattern
            .compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private final Config.Certificate pem;
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private List<FileTime> seen;

    /** @throws Failure.Refused when the files are not what they should be, or do not belong together */
    Tls(Config.Certificate pem) throws IOException {
        this.pem = pem;
        this.seen = times();
        try {
            factory.setSslContext(context(pem));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new Failure.Refused("The certificate " + pem.chain() + " and the key " + pem.key()
                    + " cannot be used: " + e.getMessage(), e);
        }
        factory.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    /** Takes the files again if they have changed; the old ones stay in use when the new ones are not good. */
    synchronized void refresh() {
        try {
            List<FileTime> now = times();
            if (!now.equals(seen)) {
                SSLContext context = context(pem);
                factory.reload(same -> same.setSslContext(context));
                seen = now;
            }
        } catch (Exception e) {
            LOG.log(System.Logger.Level.WARNING, "The new certificate cannot be used: " + e.getMessage());
        }
    }

    private List<FileTime> times() throws IOException {
        return List.of(Files.getLastModifiedTime(pem.chain()), Files.getLastModifiedTime(pem.key()));
    }

    private static SSLContext context(Config.Certificate pem) throws IOException, GeneralSecurityException {
        Certificate[] chain = chain(pem.chain());
        PrivateKey key = key(pem.key(), chain[0].getPublicKey().getAlgorithm());
        requireMatch(key, chain[0]);
        var store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        char[] none = new char[0];
        store.setKeyEntry("server", key, none, chain);
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, none);
        var context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), null, null);
        return context;
    }

    private static Certificate[] chain(Path file) throws IOException, GeneralSecurityException {
        var in = new ByteArrayInputStream(read(file).getBytes(StandardCharsets.US_ASCII));
        Certificate[] chain = CertificateFactory.getInstance("X.509")
                .generateCertificates(in)
                .toArray(new Certificate[0]);
        if (chain.length == 0) {
            throw new GeneralSecurityException("there is no certificate in it");
        }
        ((X509Certificate) chain[0]).checkValidity();
        return chain;
    }

    private static PrivateKey key(Path file, String algorithm) throws IOException, GeneralSecurityException {
        var pem = KEY.matcher(read(file));
        if (!pem.find()) {
            throw new GeneralSecurityException(
                    "the key is not in PKCS #8 without a password (BEGIN PRIVATE KEY)");
        }
        byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der));
    }

    private static void requireMatch(PrivateKey key, Certificate certificate)
            throws GeneralSecurityException {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        var signature = Signature.getInstance(algorithm);
        signature.initSign(key);
        byte[] signed = signature.sign();
        signature.initVerify(certificate.getPublicKey());
        if (!signature.verify(signed)) {
            throw new GeneralSecurityException("the key is not that of the certificate");
        }
    }

    private static String read(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE) {
            throw new Failure.Refused(file + " is too large for a PEM file.", null);
        }
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }
}
