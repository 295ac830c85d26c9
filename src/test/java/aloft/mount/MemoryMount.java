package aloft.mount;

import aloft.tree.Drive;
import aloft.tree.FsException;
import aloft.tree.FsException.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * Mounts a drive in memory until it is unmounted, in a process of its own: for measurements, and for
 * tests of what only the kernel shows. A process cannot map files of a drive that it serves itself.
 *
 * <p>
 * The stat of "/fails-REASON" fails for that reason, that of "/throws" by a bug; to read or remove
 * "/stuck" takes for ever, and begins with a line on the standard output. "/many" has {@value #MANY} files.
 *
 * <p>
 * A line "write PATH TEXT", "remove PATH" or "rename PATH PATH" on the standard input does that to the
 * drive as another device would, and tells the mount; "untold PATH PATH" renames and tells nobody.
 */
public final class MemoryMount {

    static final int MANY = 100_000;

    private static final String FAILS = "/fails-";

    private MemoryMount() {}

    /** @param arguments the folder, a folder for marks, then "plain" for libfuse 2, "other" to let other users in */
    public static void main(String[] arguments) throws Exception {
        List<String> words = List.of(arguments);
        var options = new MountOptions("memory", words.contains("other"), Path.of(arguments[1]),
                words.contains("plain"));
        var memory = memory();
        try (var mount = Mount.start(drive(memory), Path.of(arguments[0]), options)) {
            System.out.println("ready " + mount.library());
            Thread.ofPlatform().daemon().start(() -> obey(memory, mount));
            mount.awaitEnd();
        }
    }

    private static void obey(MemoryDrive memory, Mount mount) {
        try (var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                obey(memory, mount, line.split(" ", 3));
            }
        } catch (IOException | FsException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void obey(MemoryDrive memory, Mount mount, String[] words) throws FsException {
        switch (words[0]) {
            case "write" -> {
                write(memory, words[1], words[2].getBytes(StandardCharsets.UTF_8));
                mount.changed(List.of(words[1]));
            }
            case "remove" -> {
                memory.removeFile(words[1]);
                mount.changed(List.of(words[1]));
            }
            case "rename" -> {
                memory.rename(words[1], words[2], Drive.RenameMode.REPLACE);
                mount.changed(List.of(words[1], words[2]));
            }
            case "untold" -> memory.rename(words[1], words[2], Drive.RenameMode.REPLACE);
            default -> throw new IllegalArgumentException(words[0]);
        }
    }

    private static void write(MemoryDrive memory, String path, byte[] text) throws FsException {
        long handle;
        try {
            handle = memory.open(path, Drive.Access.WRITE, true, 0);
        } catch (FsException e) {
            handle = memory.create(path, 0644, Drive.Access.WRITE);
        }
        memory.write(handle, 0, text, 0, text.length, false);
        memory.release(handle);
    }

    private static MemoryDrive memory() throws FsException {
        var memory = new MemoryDrive(InstantSource.system());
        memory.makeFolder("/many", 0755);
        for (int i = 0; i < MANY; i++) {
            memory.release(memory.create("/many/file-" + i, 0644, Drive.Access.READ));
        }
        memory.release(memory.create("/stuck", 0644, Drive.Access.READ));
        memory.setSize("/stuck", 1);
        return memory;
    }

    private static Drive drive(MemoryDrive memory) throws FsException {
        long stuck = memory.stat("/stuck").id();
        return (Drive) Proxy.newProxyInstance(Drive.class.getClassLoader(), new Class<?>[]{Drive.class},
                (proxy, method, values) -> {
                    if (method.getName().equals("stat") && values[0] instanceof String path) {
                        failFor(path);
                    } else if (method.getName().equals("read")
                            && memory.stat((Long) values[0]).id() == stuck) {
                        waitForEver("reading");
                    } else if (method.getName().equals("removeFile") && values[0].equals("/stuck")) {
                        waitForEver("removing");
                    }
                    try {
                        return method.invoke(memory, values);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    private static void waitForEver(String why) throws InterruptedException {
        System.out.println(why);
        new CountDownLatch(1).await();
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
