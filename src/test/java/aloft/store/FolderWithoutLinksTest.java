package aloft.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** As on FAT: a lock keeps the writers of this computer apart, and nothing is promised beyond it. */
class FolderWithoutLinksTest extends StoreContract {

    @TempDir
    Path folder;

    @Override
    protected Store open() {
        return new FolderStore(folder, false, false);
    }

    @Override
    protected Store.Promise promised() {
        return Store.Promise.NONE;
    }
}
