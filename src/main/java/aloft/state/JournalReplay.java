package aloft.state;

import aloft.failure.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads a journal from its first record to its last when it is opened, and decides what a bad spot means. */
final class JournalReplay {
    /*-
     * All heads are read; bodies only from "durable" on, the others authenticate when they are read. A bad
     * spot is a checksum or tag that does not fit, or a file that is missing.
     *
     * It was torn when nothing behind it is good: the process or the machine ended while it was written. The power may
     * also end with later bytes on the disk and earlier ones not; that is so when no later record says "durable" of
     * the bad spot and the machine was started anew since. In both cases the log ends before the bad spot: nobody was
     * told that what follows is safe from the loss of power. Any other bad spot is damage.
     */

    /**
     * A file that stays.
     *
     * @param log  null when its header cannot be read, so that nothing in it can
     * @param base ref of its first record
     * @param end  ref that follows its last record
     */
    record Kept(Path path, @Nullable LogFile log, long base, long end, long size) {}

    /**
     * @param end  ref of the next record
     * @param next number of the next file
     */
    record Result(List<Kept> files, long end, long next, List<String> findings) {}

    private final Disk disk;
    private final Path folder;
    private final byte[] key;
    private final Journal.OnDamage onDamage;
    private final List<String> findings = new ArrayList<>();
    private final List<Candidate> candidates = new ArrayList<>();
    /** Every record before this ref was on the disk once, as later ones say. */
    private long durable;

    private final List<Kept> kept = new ArrayList<>();
    /** Ref that follows what was read so far. */
    private long end;

    /**
     * @param log     null when the header is torn or foreign
     * @param foreign whether the header is whole, but not of this journal
     */
    private record Candidate(Path path, long number, @Nullable LogFile log, boolean foreign, long size) {}

    /** @param position in the file, 0 when its header was not looked at yet */
    private record Spot(int file, long position) {}

    JournalReplay(Disk disk, Path folder, byte[] key, Journal.OnDamage onDamage) {
        this.disk = disk;
        this.folder = folder;
        this.key = key;
        this.onDamage = onDamage;
    }

    Result run(Journal.Replay to) throws IOException {
        List<Path> paths = disk.list(folder)
                .stream()
                .filter(path -> LogFile.number(path).isPresent())
                .sorted(Comparator.comparing(path -> path.getFileName().toString()))
                .toList();
        for (Path path : paths) {
            candidates.add(candidate(path));
        }
        if (!candidates.isEmpty() && candidates.stream().allMatch(Candidate::foreign)) {
            throw foreign(candidates.getFirst().path());
        }
        for (Candidate candidate : candidates) {
            survey(candidate);
        }
        Spot spot = new Spot(0, 0);
        while (spot != null && spot.file() < candidates.size()) {
            spot = replay(spot, to);
        }
        makeDurable();
        long next = candidates.isEmpty() ? 1 : candidates.getLast().number() + 1;
        return new Result(List.copyOf(kept), end, next, List.copyOf(findings));
    }

    private Candidate candidate(Path path) throws IOException {
        try (Disk.OpenFile file = disk.open(path)) {
            byte[] header = new byte[LogFile.HEADER];
            int length = file.read(0, header, 0, header.length);
            LogFile log = LogFile.read(path, header, length, disk.boot(), key).orElse(null);
            return new Candidate(path, LogFile.number(path).orElseThrow(), log, false, file.size());
        } catch (LogFile.NotAuthentic e) {
            if (onDamage == Journal.OnDamage.FAIL) {
                throw foreign(path);
            }
            return new Candidate(path, LogFile.number(path).orElseThrow(), null, true, 0);
        }
    }

    private static Failure foreign(Path path) {
        return new Failure.Damaged("The journal file " + path + " was written under another key.", null);
    }

    /** Learns how far the records say that those before them are durable. */
    private void survey(Candidate candidate) throws IOException {
        if (candidate.log() == null) {
            return;
        }
        try (LogReader reader = LogReader.open(disk, candidate.log())) {
            long position = LogFile.HEADER;
            while (position < reader.size()) {
                RecordHeader header = reader.headerOrNull(position);
                if (header == null) {
                    LogReader.Found found = reader.nextOrNull(position + 1);
                    if (found == null) {
                        return;
                    }
                    position = found.position();
                    header = found.header();
                }
                durable = Math.max(durable, header.durable());
                position += header.size();
            }
        }
    }

    /** @return where to go on, null when nothing follows */
    private @Nullable Spot replay(Spot spot, Journal.Replay to) throws IOException {
        Candidate candidate = candidates.get(spot.file());
        LogFile log = candidate.log();
        if (log == null) {
            return judge(spot, end);
        }
        if (spot.position() == 0 && !kept.isEmpty() && log.base() != end) {
            return judge(spot, end);
        }
        try (LogReader reader = LogReader.open(disk, log)) {
            long position = Math.max(spot.position(), LogFile.HEADER);
            end = log.ref(position);
            while (position < reader.size()) {
                LogReader.Found found = reader.recordOrNull(position);
                if (found == null || end >= durable && !reader.bodyAuthenticates(found)) {
                    return judge(new Spot(spot.file(), position), end);
                }
                if (found.header().kind() == RecordHeader.RECORD) {
                    to.record(end, found.head(), found.header().body());
                }
                position += found.header().size();
                end = log.ref(position);
            }
        }
        keep(candidate, candidate.size());
        return new Spot(spot.file() + 1, 0);
    }

    /** Decides about a bad spot: torn by the end of the process or of the power, or damaged. */
    private @Nullable Spot judge(Spot bad, long ref) throws IOException {
        Candidate candidate = candidates.get(bad.file());
        Spot next = nextGood(bad);
        boolean wasThere = candidate.foreign() || ref < durable || next != null && isOfThisBoot(next);
        if (!wasThere) {
            cut(bad);
            return null;
        }
        String finding = "The journal of unsent changes is damaged: " + candidate.path() + " is not what was"
                + " written at byte " + bad.position() + ".";
        if (onDamage == Journal.OnDamage.FAIL) {
            throw new Failure.Damaged(finding, null);
        }
        findings.add(finding);
        int until = next == null ? candidates.size() : next.file();
        for (int i = bad.file(); i < until; i++) {
            keep(candidates.get(i), candidates.get(i).size());
        }
        return next;
    }

    private boolean isOfThisBoot(Spot spot) {
        LogFile log = candidates.get(spot.file()).log();
        return log != null && log.sameBoot();
    }

    /** The first record behind a bad spot. */
    private @Nullable Spot nextGood(Spot bad) throws IOException {
        for (int i = bad.file(); i < candidates.size(); i++) {
            LogFile log = candidates.get(i).log();
            if (log == null) {
                continue;
            }
            boolean sameFile = i == bad.file() && bad.position() > 0;
            try (LogReader reader = LogReader.open(disk, log)) {
                LogReader.Found found = reader.nextOrNull(sameFile ? bad.position() + 1 : LogFile.HEADER);
                if (found != null) {
                    return new Spot(i, found.position());
                }
            }
        }
        return null;
    }

    /** Ends the journal before a bad spot. */
    private void cut(Spot bad) throws IOException {
        long lost = 0;
        for (int i = candidates.size() - 1; i > bad.file(); i--) {
            lost += candidates.get(i).size();
            disk.delete(candidates.get(i).path());
        }
        Candidate last = candidates.get(bad.file());
        lost += last.size() - bad.position();
        if (bad.position() == 0) {
            disk.delete(last.path());
        } else {
            try (Disk.OpenFile file = disk.open(last.path())) {
                file.truncate(bad.position());
                file.sync();
            }
            keep(last, bad.position());
        }
        findings.add(
                "The last " + lost + " bytes of the journal were not written to their end and were cut.");
    }

    private void keep(Candidate file, long size) {
        LogFile log = file.log();
        long base = log == null ? end : log.base();
        end = log == null ? end : log.ref(size);
        kept.add(new Kept(file.path(), log, base, end, size));
    }

    /** A killed process may have left records that are not on the disk; those who ask again think they are. */
    private void makeDurable() throws IOException {
        for (Kept file : kept) {
            if (file.end() > durable || file.equals(kept.getLast())) {
                try (Disk.OpenFile open = disk.open(file.path())) {
                    open.sync();
                }
            }
        }
        disk.syncFolder(folder);
    }
}
