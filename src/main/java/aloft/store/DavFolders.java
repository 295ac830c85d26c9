package aloft.store;

import aloft.failure.Failure;
import java.io.InterruptedIOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Makes the folders that objects need and remembers which are there. Thread safe. */
final class DavFolders {

    private final Dav dav;
    private final DavListing listing;
    private final boolean makeBase;
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** @param makeBase whether the place itself, too, is made when it is missing */
    DavFolders(Dav dav, boolean makeBase) {
        this.dav = dav;
        this.listing = new DavListing(dav);
        this.makeBase = makeBase;
    }

    /** The folder of a path, empty for the place itself. */
    static String of(String path) {
        return path.substring(0, Math.max(path.lastIndexOf('/'), 0));
    }

    /** The path of another name in the same folder. */
    static String beside(String path, String name) {
        return path.substring(0, path.lastIndexOf('/') + 1) + name;
    }

    /** @param folder without '/' at its end */
    void make(String folder) throws Failure, InterruptedIOException {
        if (known.contains(folder) || folder.isEmpty() && !makeBase) {
            return;
        }
        if (!isMade(folder)) {
            if (folder.isEmpty()) {
                throw noPlace();
            }
            make(of(folder));
            if (!isMade(folder)) {
                throw noPlace();
            }
        }
        known.add(folder);
    }

    /** Where two make it at the same time, some servers tell one of them nonsense. */
    private boolean isMade(String folder) throws Failure, InterruptedIOException {
        try {
            return dav.makeFolder(folder);
        } catch (Failure.NeedsLogin | Failure.Refused | Failure.Unreachable e) {
            if (e.getCause() == null && listing.isFolder(folder.isEmpty() ? "" : folder + "/")) {
                return true;
            }
            throw e;
        }
    }

    /** Puts the object, its folder first, and both once more when the folder went away. */
    void put(String path, byte[] body) throws Failure, InterruptedIOException {
        make(of(path));
        try {
            if (dav.put(path, body) == Dav.Outcome.DONE) {
                return;
            }
        } catch (Failure.Unreachable e) {
            // nginx says 500 when the folder is missing
            if (e.getCause() != null) {
                throw e;
            }
        }
        known.clear();
        make(of(path));
        if (dav.put(path, body) != Dav.Outcome.DONE) {
            throw noPlace();
        }
    }

    /**
     * Likewise for an object that is not there, which is sent again only if the server did nothing.
     *
     * @return false when it was there already, if the server honours conditions
     */
    boolean claim(String path, byte[] body) throws Failure, InterruptedIOException {
        make(of(path));
        Dav.Outcome outcome = dav.putIf(path, body, "If-None-Match", "*");
        if (outcome == Dav.Outcome.NOTHING_THERE) {
            known.clear();
            make(of(path));
            outcome = dav.putIf(path, body, "If-None-Match", "*");
        }
        if (outcome == Dav.Outcome.NOTHING_THERE) {
            throw noPlace();
        }
        return outcome == Dav.Outcome.DONE;
    }

    /** Whether it is one that this has made or found. */
    boolean isKnown(String folder) {
        return known.contains(folder);
    }

    private Failure noPlace() {
        return new Failure.Refused("There is no folder " + dav.base().encodedPath() + " at "
                + Troubles.host(dav.base()) + ", and none can be made: check the place.", null);
    }
}
