package aloft.sync;

import aloft.failure.Failure;
import aloft.format.Action;
import aloft.format.BlockRow;
import aloft.format.ObjectId;
import aloft.state.Database;
import aloft.state.StoredObjects.Placed;
import aloft.vault.Pack;
import aloft.vault.Segments;
import aloft.vault.Vault;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Moves what is still needed of sparse packs into new ones, so that the old ones can go. What the blocks hold does
 * not change. For one thread.
 */
final class Repacker {

    private static final System.Logger LOG = System.getLogger(Repacker.class.getName());
    /** Bytes that one run moves at most: nobody waits for them. */
    private static final long MOST_BYTES = 256 << 20;

    private final Vault vault;
    private final Database database;
    private final SyncEngine engine;
    private final Downloader downloader;
    private final Uploader uploader;
    private final InstantSource clock;

    /** A block and where it goes. */
    private record Move(BlockRow from, BlockRow to) {
        boolean isFrom(BlockRow row) {
            return row.index() == from.index() && row.object().equals(from.object())
                    && row.offset() == from.offset();
        }
    }

    Repacker(Vault vault, Database database, SyncEngine engine, Downloader downloader, Uploader uploader,
            InstantSource clock) {
        this.vault = vault;
        this.database = database;
        this.engine = engine;
        this.downloader = downloader;
        this.uploader = uploader;
        this.clock = clock;
    }

    /** @return whether anything was moved */
    boolean repack(Collection<ObjectId> sparse) throws IOException {
        var run = new Run();
        for (ObjectId object : sparse) {
            if (run.bytes < MOST_BYTES) {
                for (BlockRow block : database.objects().blocksIn(object)) {
                    run.move(block);
                }
            }
        }
        run.publish();
        return run.bytes > 0;
    }

    /** One call of {@link #repack}. */
    private final class Run {
        private final List<Move> moves = new ArrayList<>();
        private @Nullable Pack pack;
        private long bytes;

        void move(BlockRow block) throws IOException {
            int length = Segments.plainLength(block.length());
            Optional<Placed> file = database.objects().file(block.file());
            byte[] plain = new byte[length];
            if (file.isEmpty() || !isRead(block, plain)) {
                return;
            }
            if (pack != null && !pack.fits(length)) {
                publish();
            }
            if (pack == null) {
                pack = vault.newPack(clock.millis());
            }
            moves.add(new Move(block,
                    pack.add(file.get().row(), file.get().path(), block.index(), plain, 0, length)));
            bytes += length;
        }

        private boolean isRead(BlockRow block, byte[] to) throws IOException {
            try {
                downloader.read(block, 0, to, 0, to.length);
                return true;
            } catch (Failure.Damaged | Failure.Missing e) {
                LOG.log(Level.WARNING, "A block of object {0} stays where it is: {1}", block.object(),
                        e.getMessage());
                return false;
            }
        }

        /** Only blocks that are where they were: another device may have changed or moved them. */
        void publish() throws IOException {
            if (pack != null) {
                uploader.put(pack.id(), pack.finish());
                engine.publish(this::actions);
                moves.clear();
                pack = null;
            }
        }

        private List<Action> actions() throws Failure {
            Set<Long> files = moves.stream().map(move -> move.from().file()).collect(Collectors.toSet());
            Map<Long, List<BlockRow>> now = database.blocks(files);
            List<Action> actions = new ArrayList<>();
            Set<ObjectId> left = new HashSet<>();
            for (Move move : moves) {
                if (now.getOrDefault(move.from().file(), List.of()).stream().anyMatch(move::isFrom)) {
                    actions.add(new Action.PutBlock(move.to()));
                    left.add(move.from().object());
                }
            }
            if (!actions.isEmpty()) {
                actions.addFirst(new Action.Collect(0, true, List.copyOf(left), List.of()));
            }
            return actions;
        }
    }
}
