package aloft.vault;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.jspecify.annotations.Nullable;

/**
 * Argon2id (RFC 9106). By the reference library where the system has it, which is several times as fast as a JVM
 * that has just started and takes the memory from outside of the heap; else by Bouncy Castle.
 */
final class Argon2 {

    private static final @Nullable MethodHandle NATIVE = find();

    private Argon2() {}

    static byte[] id(byte[] passphrase, byte[] salt, Kdf kdf) {
        byte[] key = NATIVE == null ? null : nativeOrNull(NATIVE, passphrase, salt, kdf);
        return key != null ? key : java(passphrase, salt, kdf);
    }

    static byte[] java(byte[] passphrase, byte[] salt, Kdf kdf) {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(kdf.memoryKiB())
                .withIterations(kdf.passes())
                .withParallelism(kdf.lanes())
                .withSalt(salt)
                .build());
        byte[] out = new byte[Derive.KEY_BYTES];
        generator.generateBytes(passphrase, out);
        return out;
    }

    /** {@code argon2id_hash_raw} of argon2.h, which means version 1.3; null where the library is not there. */
    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle find() {
        try {
            return SymbolLookup.libraryLookup("libargon2.so.1", Arena.global())
                    .find("argon2id_hash_raw")
                    .map(function -> Linker.nativeLinker()
                            .downcallHandle(function,
                                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS,
                                            JAVA_LONG, ADDRESS, JAVA_LONG, ADDRESS, JAVA_LONG)))
                    .orElse(null);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** Null when it does not work, as when there is not enough memory. */
    private static byte @Nullable [] nativeOrNull(MethodHandle hash, byte[] passphrase, byte[] salt,
            Kdf kdf) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment secret = arena.allocateFrom(ValueLayout.JAVA_BYTE, passphrase);
            MemorySegment key = arena.allocate(Derive.KEY_BYTES);
            try {
                int outcome = (int) hash.invokeExact(kdf.passes(), kdf.memoryKiB(), kdf.lanes(), secret,
                        (long) passphrase.length, arena.allocateFrom(ValueLayout.JAVA_BYTE, salt),
                        (long) salt.length, key, key.byteSize());
                return outcome == 0 ? key.toArray(ValueLayout.JAVA_BYTE) : null;
            } finally {
                secret.fill((byte) 0);
                key.fill((byte) 0);
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
