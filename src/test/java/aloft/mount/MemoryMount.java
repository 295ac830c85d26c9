package aloft.mount;

import aloft.tree.Drive;
import aloft.tree.FsException;
import aloft.tree.FsException.Reason;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/**
 * Mounts a drive in memory until it is unmounted, in a process of its own: for measurements, and for
 * tests of what only the kernel shows. A process cannot map files of a drive that it serves itself.
 *
 * <p>
 * The stat of "/fails-REASON" fails for that reason, that of "/throws" by a bug; to read "/stuck" takes
 * for ever, and begins with a line on the standard output. "/many" has {@value #MANY} files.
 */
public final class MemoryMount {

    static final int MANY = 100_000;

    private static final String FAILS = "/fails-";

    private MemoryMount() {}

    /** @param arguments the folder, a folder for marks, and optionally "plain" for libfuse 2 */
    public static void main(String[] arguments) throws Exception {
        var options = new MountOptions("memory", false, Path.of(arguments[1]));
        try (var mount = Mount.start(drive(), Path.of(arguments[0]), options)) {
            System.out.println("ready " + mount.library());
            mount.awaitEnd();
        }
    }

    private static Drive drive() throws FsException {
        var memory = new MemoryDrive(InstantSource.system());
        memory.makeFolder("/many", 0755);
        for (int i = 0; i < MANY; i++) {
            memory.release(memory.create("/many/file-" + i, 0644, Drive.Access.READ));
        }
        memory.release(memory.create("/stuck", 0644, Drive.Access.READ));
        memory.setSize("/stuck", 1);
        long stuck = memory.stat("/stuck").id();
        return (Drive) Proxy.newProxyInstance(Drive.class.getClassLoader(), new Class<?>[]{Drive.class},
                (proxy, method, values) -> {
                    if (method.getName().equals("stat") && values[0] instanceof String path) {
                        failFor(path);
                    } else if (method.getName().equals("read")
                            && memory.stat((Long) values[0]).id() == stuck) {
                        System.out.println("reading");
                        new CountDownLatch(1).await();
                    }
                    try {
                        return method.invoke(memory, values);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static void failFor(String path) throws FsException {
        if (path.startsWith(FAILS)) {
            throw new FsException(Reason.valueOf(path.substring(FAILS.length())), "asked for");
        }
        if (path.equals("/throws")) {
            throw new IllegalStateException("asked for");
        }
    }
}
