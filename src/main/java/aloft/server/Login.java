package aloft.server;

import aloft.failure.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The one user of a cloud: a name and a salted hash of the password, checked against Basic authentication
 * (RFC 7617). A file of it is one line, {@code NAME:pbkdf2-sha256:ROUNDS:SALT:HASH}. Thread safe.
 */
public final class Login {

    private static final int ROUNDS = 600_000;
    private static final int MAX_ROUNDS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BITS = 256;
    private static final int MAX_FILE = 4096;
    private static final int MAX_HEADER = 4096;
    private static final Pattern LINE = Pattern
            .compile("([^:\\p{Cntrl}]{1,255}):pbkdf2-sha256:(\\d{1,8}):([0-9a-f]{32}):([0-9a-f]{64})\\s*");

    private final String user;
    private final int rounds;
    private final byte[] salt;
    private final byte[] hash;

    /** Makes the marks of what was accepted worthless outside this process. */
    private final byte[] markKey = new byte[32];
    /** Mark of the last header that was right: the slow hash is computed once only. */
    private volatile byte @Nullable [] accepted;

    private Login(String user, int rounds, byte[] salt, byte[] hash) {
        this.user = user;
        this.rounds = rounds;
        this.salt = salt;
        this.hash = hash;
        new SecureRandom().nextBytes(markKey);
    }

    /**
     * For a password that a person chose. Takes a good part of a second.
     *
     * @param user 1 to 255 chars, no colon, no control characters
     * @param password stays the caller's
     */
    public static Login of(String user, char[] password, SecureRandom random) {
        return of(user, password, ROUNDS, random);
    }

    /** For a password of at least 128 random bits, which needs no slow hash. */
    public static Login ofRandom(String user, char[] password, SecureRandom random) {
        return of(user, password, 1, random);
    }

    private static Login of(String user, char[] password, int rounds, SecureRandom random) {
        if (!user.matches("[^:\\p{Cntrl}]{1,255}")) {
            throw new IllegalArgumentException("not a user name");
        }
        byte[] salt = new byte[SALT_BYTES];
        random.nextBytes(salt);
        return new Login(user, rounds, salt, hash(password, salt, rounds));
    }

    /** @throws Failure.Refused when it is not a file that {@link #write} made */
    public static Login read(Path file) throws IOException {
        if (Files.size(file) > MAX_FILE) {
            throw notALogin(file);
        }
        var line = LINE.matcher(Files.readString(file));
        if (!line.matches()) {
            throw notALogin(file);
        }
        int rounds = Integer.parseInt(line.group(2));
        if (rounds < 1 || rounds > MAX_ROUNDS) {
            throw notALogin(file);
        }
        var hex = HexFormat.of();
        return new Login(line.group(1), rounds, hex.parseHex(line.group(3)), hex.parseHex(line.group(4)));
    }

    /** Replaces the file, which only the owner may read. */
    public void write(Path file) throws IOException {
        var hex = HexFormat.of();
        String line = user + ":pbkdf2-sha256:" + rounds + ":" + hex.formatHex(salt) + ":"
                + hex.formatHex(hash) + "\n";
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        try (var channel = Private.newFile(temporary)) {
            channel.write(StandardCharsets.UTF_8.encode(line));
            channel.force(true);
        }
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    }

    public String user() {
        return user;
    }

    /** Without the hash. */
    @Override
    public String toString() {
        return "login of " + user;
    }

    boolean accepts(@Nullable String authorization) {
        if (authorization == null || authorization.length() > MAX_HEADER) {
            return false;
        }
        byte[] mark = mark(authorization);
        byte[] known = accepted;
        if (known != null && MessageDigest.isEqual(mark, known)) {
            return true;
        }
        if (!isRight(authorization)) {
            return false;
        }
        accepted = mark;
        return true;
    }

    /** One at a time: a storm of guesses takes one processor at most. */
    private synchronized boolean isRight(String authorization) {
        if (!authorization.regionMatches(true, 0, "Basic ", 0, 6)) {
            return false;
        }
        byte[] pair;
        try {
            pair = Base64.getDecoder().decode(authorization.substring(6).strip());
        } catch (IllegalArgumentException e) {
            return false;
        }
        CharBuffer text = StandardCharsets.UTF_8.decode(ByteBuffer.wrap(pair));
        int colon = text.toString().indexOf(':');
        if (colon < 0 || colon == text.length() - 1) {
            return false;
        }
        char[] password = new char[text.length() - colon - 1];
        text.subSequence(colon + 1, text.length()).get(password);
        byte[] given = hash(password, salt, rounds);
        Arrays.fill(password, '\0');
        byte[] name = text.subSequence(0, colon).toString().getBytes(StandardCharsets.UTF_8);
        return MessageDigest.isEqual(given, hash)
                && MessageDigest.isEqual(name, user.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] mark(String authorization) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(markKey, "HmacSHA256"));
            return mac.doFinal(authorization.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] hash(char[] password, byte[] salt, int rounds) {
        var spec = new PBEKeySpec(password, salt, rounds, HASH_BITS);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256").generateSecret(spec).getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        } finally {
            spec.clearPassword();
        }
    }

    private static Failure notALogin(Path file) {
        return new Failure.Refused(file + " does not hold a user name and a password's hash; make it again.",
                null);
    }
}
