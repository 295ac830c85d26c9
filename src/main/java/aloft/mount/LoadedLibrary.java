package aloft.mount;

import aloft.mount.MountException.Reason;
import jnr.ffi.LibraryLoader;
import ru.serce.jnrfuse.LibFuse;

/** The FUSE library of this process. */
final class LoadedLibrary {

    private final LibFuse functions;
    private final String description;

    private LoadedLibrary(LibFuse functions, String description) {
        this.functions = functions;
        this.description = description;
    }

    static LoadedLibrary load() throws MountException {
        String file = "libfuse.so.2";
        try {
            return new LoadedLibrary(LibraryLoader.create(LibFuse.class).failImmediately().load(file), file);
        } catch (UnsatisfiedLinkError e) {
            throw new MountException(Reason.NO_LIBRARY,
                    "There is no FUSE library: install libfuse2 (Debian 13 and Ubuntu: libfuse2t64).", e);
        }
    }

    LibFuse functions() {
        return functions;
    }

    /** For the user: which library runs. */
    String description() {
        return description;
    }
}
