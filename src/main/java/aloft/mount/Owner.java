package aloft.mount;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A user and group of the system, by number. */
record Owner(int uid, int gid) {

    private static final Path PROCESS = Path.of("/proc/self");

    static Owner ofThisProcess() throws IOException {
        return new Owner((Integer) Files.getAttribute(PROCESS, "unix:uid"),
                (Integer) Files.getAttribute(PROCESS, "unix:gid"));
    }

    boolean isRoot() {
        return uid == 0;
    }
}
