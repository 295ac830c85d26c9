package aloft.store;

import aloft.failure.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Who is trusted to vouch for a host: the authorities of Java and of the system, and the certificates in
 * a file of the user's. A host that shows one of the latter itself needs no fitting name in it.
 */
final class Trust implements X509TrustManager {

    /** Where systems keep their authorities: Debian and Arch, Fedora, openSUSE. */
    private static final List<Path> SYSTEM = List.of(Path.of("/etc/ssl/certs/ca-certificates.crt"),
            Path.of("/etc/pki/tls/certs/ca-bundle.crt"), Path.of("/etc/ssl/ca-bundle.pem"));

    private static final int MAX_FILE = 16 << 20;

    private final X509TrustManager anchors;
    private final Set<Certificate> named;
    private final SSLSocketFactory sockets;

    private Trust(X509TrustManager anchors, Set<Certificate> named) throws GeneralSecurityException {
        this.anchors = anchors;
        this.named = named;
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[]{this}, null);
        this.sockets = context.getSocketFactory();
    }

    /**
     * @param file certificates in PEM or DER, null for none
     * @throws Failure.Refused when the file cannot be used
     */
    static Trust with(@Nullable Path file) throws Failure {
        try {
            var certificates = new ArrayList<Certificate>(Arrays.asList(manager(null).getAcceptedIssuers()));
            for (Path system : SYSTEM) {
                if (Files.isReadable(system)) {
                    certificates.addAll(readOrNone(system));
                }
            }
            List<? extends Certificate> named = file == null ? List.of() : read(file);
            certificates.addAll(named);
            return new Trust(manager(holding(certificates)), Set.copyOf(named));
        } catch (NoSuchFileException e) {
            throw new Failure.Refused("There is no file " + e.getFile() + " with certificates.", e);
        } catch (GeneralSecurityException | IOException e) {
            throw new Failure.Refused("The certificates in " + file + " cannot be used: " + e.getMessage()
                    + ".", e);
        }
    }

    private static KeyStore holding(List<Certificate> certificates)
            throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        for (int i = 0; i < certificates.size(); i++) {
            store.setCertificateEntry(Integer.toString(i), certificates.get(i));
        }
        return store;
    }

    private static X509TrustManager manager(@Nullable KeyStore store) throws GeneralSecurityException {
        var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        for (TrustManager manager : factory.getTrustManagers()) {
            if (manager instanceof X509TrustManager found) {
                return found;
            }
        }
        throw new GeneralSecurityException("no trust manager");
    }

    private static List<? extends Certificate> readOrNone(Path file) {
        try {
            return read(file);
        } catch (GeneralSecurityException | IOException e) {
            return List.of();
        }
    }

    private static List<? extends Certificate> read(Path file) throws GeneralSecurityException, IOException {
        if (Files.size(file) > MAX_FILE) {
            throw new IOException("the file is too large");
        }
        try (InputStream in = Files.newInputStream(file)) {
            var found = List.copyOf(CertificateFactory.getInstance("X.509").generateCertificates(in));
            if (found.isEmpty()) {
                throw new CertificateException("there is no certificate in it");
            }
            return found;
        }
    }

    SSLSocketFactory sockets() {
        return sockets;
    }

    /** Whether the host showed a certificate that the user named. */
    boolean isNamed(SSLSession session) {
        try {
            return named.contains(session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            return false;
        }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
        anchors.checkClientTrusted(chain, type);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
        anchors.checkServerTrusted(chain, type);
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return anchors.getAcceptedIssuers();
    }
}
