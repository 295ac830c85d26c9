package aloft.mount;

import static org.assertj.core.api.Assertions.assertThat;

import aloft.tree.Drive;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ChangesTest {

    private final MemoryDrive drive = new MemoryDrive(InstantSource.system());
    private final BlockingQueue<String> told = new ArrayBlockingQueue<>(10);
    private final Changes changes = new Changes(drive, (path, inode) -> told.add(path + " " + inode));

    @AfterEach
    void end() {
        changes.end();
    }

    @Test
    void eachPathIsToldWithWhatItLeadsTo() throws Exception {
        drive.release(drive.create("/a", 0644, Drive.Access.READ));
        changes.start();
        changes.add(List.of("/a", "/gone"));
        assertThat(told.take()).isEqualTo("/a " + drive.stat("/a").id());
        assertThat(told.take()).isEqualTo("/gone 0");
    }

    @Test
    void aPathThatWaitsIsToldOnce() throws Exception {
        changes.add(List.of("/a", "/b", "/a"));
        changes.add(List.of("/b", "/c"));
        changes.start();
        assertThat(List.of(told.take(), told.take(), told.take())).containsExactly("/a 0", "/b 0", "/c 0");
        assertThat(told).isEmpty();
    }

    @Test
    void theEndWaitsForWhatIsBeingTold() throws Exception {
        var telling = new CountDownLatch(1);
        var letGo = new CountDownLatch(1);
        var order = new ArrayBlockingQueue<String>(2);
        var slow = new Changes(drive, (path, inode) -> {
            telling.countDown();
            awaitUninterrupted(letGo);
            order.add("told");
        });
        slow.start();
        slow.add(List.of("/a"));
        telling.await();
        Thread ender = Thread.ofPlatform().start(() -> {
            slow.end();
            order.add("ended");
        });
        while (ender.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
        letGo.countDown();
        ender.join();
        assertThat(order).containsExactly("told", "ended");
    }

    private static void awaitUninterrupted(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
