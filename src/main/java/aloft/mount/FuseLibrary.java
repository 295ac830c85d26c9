package aloft.mount;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import aloft.mount.MountException.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger.Level;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Pointer;
import jnr.ffi.Struct;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.LibFuse;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * The FUSE library of this process: Aloft's own, which this program brings along for some CPUs, or
 * libfuse 2 of the system. Once loaded it stays, because threads of it may end late.
 */
final class FuseLibrary {

    private static final System.Logger LOG = System.getLogger(FuseLibrary.class.getName());
    private static final String PLAIN = "libfuse.so.2";
    private static final String OWN = "libaloft-fuse.so";

    private final LibFuse functions;
    private final String description;
    private final @Nullable MethodHandle changed;

    private FuseLibrary(LibFuse functions, String description, @Nullable MethodHandle changed) {
        this.functions = functions;
        this.description = description;
        this.changed = changed;
    }

    /** Each is loaded when it is first asked for. */
    private static final class Own {
        static final Optional<FuseLibrary> LIBRARY = loadOwn();
    }

    private static final class Plain {
        static final Optional<FuseLibrary> LIBRARY = loadPlain();
    }

    /**
     * @param plain take libfuse 2 even if there is a better one
     * @throws MountException NO_LIBRARY
     */
    static FuseLibrary load(boolean plain) throws MountException {
        Optional<FuseLibrary> library = plain ? Plain.LIBRARY : Own.LIBRARY.or(() -> Plain.LIBRARY);
        return library.orElseThrow(() -> new MountException(Reason.NO_LIBRARY,
                "There is no FUSE library: install libfuse2 (on newer systems libfuse2t64)."));
    }

    private static Optional<FuseLibrary> loadPlain() {
        try {
            LibFuse functions = LibraryLoader.create(LibFuse.class).failImmediately().load(PLAIN);
            return Optional.of(new FuseLibrary(functions, "libfuse 2 of the system", null));
        } catch (UnsatisfiedLinkError e) {
            LOG.log(Level.DEBUG, PLAIN, e);
            return Optional.empty();
        }
    }

    private static Optional<FuseLibrary> loadOwn() {
        String resource = "/native/" + System.getProperty("os.arch") + "/" + OWN;
        try (InputStream bytes = FuseLibrary.class.getResourceAsStream(resource)) {
            if (bytes == null) {
                return Optional.empty();
            }
            Path folder = Files.createTempDirectory("aloft");
            Path file = folder.resolve(OWN);
            try {
                Files.copy(bytes, file);
                return Optional.of(own(file));
            } finally {
                Files.deleteIfExists(file);
                Files.delete(folder);
            }
        } catch (IOException | UnsatisfiedLinkError | IllegalArgumentException e) {
            LOG.log(Level.INFO, "Aloft''s own FUSE library cannot be loaded, taking libfuse 2: {0}",
                    e.getMessage());
            return Optional.empty();
        }
    }

    @SuppressWarnings("restricted") // functions of a library that this program brings along
    private static FuseLibrary own(Path file) {
        LibFuse functions = LibraryLoader.create(LibFuse.class).failImmediately().load(file.toString());
        SymbolLookup symbols = SymbolLookup.libraryLookup(file, Arena.global());
        MethodHandle changed = Linker.nativeLinker()
                .downcallHandle(symbols.find("aloft_fuse_changed").orElseThrow(UnsatisfiedLinkError::new),
                        FunctionDescriptor.ofVoid(JAVA_LONG, ADDRESS, JAVA_LONG));
        return new FuseLibrary(functions, "Aloft's own FUSE library", changed);
    }

    /**
     * Mounts, and returns when that has failed or the folder is unmounted again.
     *
     * @param extras of struct aloft_fuse
     * @return 0 when it was mounted
     */
    int serve(String[] arguments, FuseOperations callbacks, Pointer extras) {
        return functions.fuse_main_real(arguments.length, arguments, callbacks, Struct.size(callbacks),
                extras);
    }

    /** Process or thread whose call this thread answers; 0 when it is in no namespace that we see. */
    int caller() {
        return functions.fuse_get_context().pid.intValue();
    }

    /** For the user: which library runs. */
    String description() {
        return description;
    }

    /** Whether the library can be told of changes, and knows flags of rename. */
    boolean isOwn() {
        return changed != null;
    }

    /**
     * See {@code aloft_fuse_changed} in native/fuse/aloft_fuse.h.
     *
     * @param inode 0 when the path leads nowhere now
     */
    void changed(long session, String path, long inode) {
        if (changed == null) {
            throw new IllegalStateException("libfuse 2 cannot be told");
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(path, StandardCharsets.ISO_8859_1);
            changed.invokeExact(session, bytes, inode);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot call the FUSE library", e);
        }
    }
}
