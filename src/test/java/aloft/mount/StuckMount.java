package aloft.mount;

import aloft.tree.Drive;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;

/** Mounts a drive whose reads never return, and says so when one begins: to be killed. */
public final class StuckMount {

    private StuckMount() {}

    /** @param arguments the folder, and a folder for marks */
    public static void main(String[] arguments) throws Exception {
        var memory = new MemoryDrive(InstantSource.system());
        memory.release(memory.create("/a", 0644, Drive.Access.READ));
        memory.setSize("/a", 100);
        var drive = (Drive) Proxy.newProxyInstance(Drive.class.getClassLoader(), new Class<?>[]{Drive.class},
                (proxy, method, values) -> {
                    if (method.getName().equals("read")) {
                        System.out.println("reading");
                        new CountDownLatch(1).await();
                    }
                    try {
                        return method.invoke(memory, values);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        try (var mount = Mount.start(drive, Path.of(arguments[0]),
                new MountOptions("memory", false, Path.of(arguments[1])))) {
            System.out.println("ready");
            mount.awaitEnd();
        }
    }
}
