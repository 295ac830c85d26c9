"""The work that scripts/bench measures, the same on every peer."""
import os, pathlib, random, subprocess, tarfile, time

import peers

PIECE = 1 << 20
PICTURES = 20
OFTEN = 10  # a program that has run for a while
GIT = ("git", "-c", "gc.auto=0", "-c", "maintenance.auto=false")


def seconds(work, *arguments):
    begin = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - begin


def settled(peer):
    begin = time.perf_counter()
    idle = peer.settle() or 0
    return time.perf_counter() - begin - idle


def make_data(work, size):
    """What every peer is filled with, and the archive."""
    chance = random.Random(7)
    words = [bytes(chance.choices(b"abcdefghijklmnopqrstuvwxyz", k=chance.randrange(2, 10))) for _ in range(5000)]
    data = work / "data"
    for i in range(size.files):
        file = data / f"tree/folder{i // 25:03}/file{i:05}.c"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b" ".join(chance.choices(words, k=chance.randrange(50, 2500))))
    with tarfile.open(work / "tree.tar", "w") as tar:
        tar.add(data / "tree", "tree")
    make_entries(data, size.entries)
    (data / "flat").mkdir()
    for i in range(size.entries // 10):
        (data / f"flat/entry{i:06}").write_bytes(b"%d" % i)
    (data / "pictures").mkdir()
    for i in range(PICTURES):
        write(data / f"pictures/picture{i:02}.jpg", 3)
    write(data / "big", size.megabytes)
    write(data / "huge", size.huge)


def make_entries(folder, count):
    for i in range(count):
        if i % 100 == 0:
            (folder / f"many/folder{i // 100:04}").mkdir(parents=True)
        (folder / f"many/folder{i // 100:04}/entry{i:06}").write_bytes(b"%d" % i)


def write(path, megabytes, sync=False):
    """What no compression makes smaller."""
    pieces = [os.urandom(PIECE) for _ in range(8)]
    with open(path, "wb", buffering=0) as file:
        for i in range(megabytes):
            file.write(i.to_bytes(8, "big") + pieces[i % 8][8:])
        if sync:
            os.fsync(file.fileno())


def program(*command):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, timeout=peers.PATIENCE)


def git(folder, *command):
    program(*GIT, "-C", folder, *command)


def walk(folder, expected):
    said = subprocess.run(["find", folder, "-type", "f", "-size", "-1000G"], check=True, capture_output=True,
                          timeout=peers.PATIENCE).stdout
    if said.count(b"\n") != expected:
        raise SystemExit(f"bench: {folder} has {said.count(10)} files and should have {expected}")


def read_all(folder):
    for path in sorted(file for file in folder.rglob("*") if file.is_file()):
        path.read_bytes()


def read_through(file):
    with open(file, "rb", buffering=0) as source:
        while source.read(PIECE):
            pass


def drop(file):
    """Lets the kernel forget the file's pages."""
    source = os.open(file, os.O_RDONLY)
    os.posix_fadvise(source, 0, 0, os.POSIX_FADV_DONTNEED)
    os.close(source)


def read_at(file, offsets):
    source = os.open(file, os.O_RDONLY)
    os.posix_fadvise(source, 0, 0, os.POSIX_FADV_RANDOM)
    for offset in offsets:
        if len(os.pread(source, 4096, offset)) != 4096:
            raise SystemExit(f"bench: {file} is too short")
    os.close(source)


def look_at(folder):
    """As a file manager looks for what a file is and how large its picture is."""
    for path in sorted(folder.iterdir()):
        path.stat()
        with open(path, "rb", buffering=0) as file:
            file.read(4096)
            file.seek(0)
            file.read(65536)


def open_read_close(paths):
    for path in paths:
        source = os.open(path, os.O_RDONLY)
        os.read(source, 4096)
        os.close(source)


def create(folder, count):
    folder.mkdir()
    for i in range(count):
        with open(folder / f"n{i:06}", "wb") as file:
            file.write(b"small")


def change(file, offset):
    with open(file, "r+b", buffering=0) as target:
        target.seek(offset)
        target.write(os.urandom(4096))
        os.fsync(target.fileno())


def anew(peer):
    peer.forget()
    peer.mount()


class Rows:
    """One run of one peer. What it finds goes to note(part, title, unit, peer, value)."""

    def __init__(self, peer, cloud, work, size, run, note):
        self.peer, self.cloud, self.work, self.size = peer, cloud, work, size
        self.run = f"{os.getpid()}-{run}"  # in names of what a run leaves behind
        self.root = peer.root
        self.into, self.part = note, None
        self.chance = random.Random(run)

    def note(self, title, unit, value, part=None):
        self.into(part or self.part, title, unit, self.peer, value)

    def offsets(self, count):
        return [self.chance.randrange(0, (self.size.megabytes << 20) - 4096) for _ in range(count)]

    def rate(self, megabytes, work, *arguments):
        return (megabytes << 20) / 1e6 / seconds(work, *arguments)

    # ---- over the line, nothing on this device

    def far(self):
        self.part = "far"
        self.note("mount with nothing on this device", "s", seconds(anew, self.peer))
        self.far_names()
        self.note("first byte of a big file", "s", seconds(read_at, self.root / "big", [0]))
        self.note("first byte of its middle", "s",
                  seconds(read_at, self.root / "big", [(self.size.megabytes << 19) + 12345]))
        self.note(f"heads of {PICTURES} pictures, as a file manager reads them", "s",
                  seconds(look_at, self.root / "pictures"))
        self.peer.unmount()
        anew(self.peer)
        self.note(f"random reads of 4 KiB, {self.size.reads} in a big file", "/s",
                  self.size.reads / seconds(read_at, self.root / "big", self.offsets(self.size.reads)))
        self.peer.unmount()
        anew(self.peer)
        self.note(f"reading a tree of {self.size.files:,} small files", "s", seconds(read_all, self.root / "tree"))
        self.note(f"reading a file of {self.size.megabytes} MiB from start to end", "MB/s",
                  self.rate(self.size.megabytes, read_through, self.root / "big"))
        self.far_writes()
        self.peer.abandon()

    def far_names(self):
        entries = self.size.entries
        self.note(f"first walk of {entries:,} entries after it", "s", seconds(walk, self.root / "many", entries))
        self.note("the same walk again", "s", seconds(walk, self.root / "many", entries))
        before = self.cloud.sent()[1]
        spent = seconds(os.rename, self.root / "many", self.root / "renamed") + settled(self.peer)
        self.note(f"rename of the folder with {entries:,} entries, until it is in the cloud", "s", spent)
        self.note("the same rename: requests", "", self.cloud.sent()[1] - before)
        os.rename(self.root / "renamed", self.root / "many")
        self.peer.settle()

    def far_writes(self):
        target = self.root / f"untar{self.run}"
        target.mkdir()
        spent = seconds(program, "tar", "-xf", self.work / "tree.tar", "-C", target)
        self.note(f"untar of {self.size.files:,} files", "s", spent)
        self.note("untar, until all is in the cloud", "s", spent + settled(self.peer))
        git(target, "init", "-q")
        self.note("git add of them", "s", seconds(git, target, "add", "."))
        self.note("git status", "s", seconds(git, target, "status", "--short"))
        count = self.size.created // 5
        self.note(f"creating {count:,} small files", "/s", count / seconds(create, self.root / f"few{self.run}", count))

    # ---- on this device

    def near(self):
        self.part = "near"
        self.bring_here()
        self.near_bytes()
        if self.peer.remote:
            self.near_change()
        self.peer.unmount()
        self.peer.mount()
        self.near_names()
        self.near_writes()
        if self.peer.pid():
            self.note("memory when all of it is done", "MB", self.peer.resident(), "cost")
        self.peer.unmount()

    def bring_here(self):
        """So that what is read later lies on this device; the kernel knows nothing of it after the mount."""
        self.peer.mount()
        read_all(self.root / "tree")
        read_through(self.root / "big")
        self.peer.unmount()
        self.note("mount with all of it on this device", "s", seconds(self.peer.mount))

    def near_bytes(self):
        big, megabytes = self.root / "big", self.size.megabytes
        self.note(f"reading {megabytes} MiB, the first after a mount", "MB/s", self.rate(megabytes, read_through, big))
        drop(big)
        before = self.peer.used()
        self.note("the same, once more cold in the kernel", "MB/s", self.rate(megabytes, read_through, big))
        self.cost("read", before, megabytes)
        for _ in range(OFTEN - 3):
            drop(big)
            read_through(big)
        drop(big)
        self.note(f"the same, cold in the kernel for the {OFTEN}th time", "MB/s", self.rate(megabytes, read_through, big))
        self.note("the same, warm in the kernel", "MB/s", self.rate(megabytes, read_through, big))
        reads = 20 * self.size.reads
        rates = []
        for _ in range(OFTEN):
            drop(big)
            rates.append(reads / seconds(read_at, big, self.offsets(reads)))
        self.note(f"random reads of 4 KiB, {reads:,}, cold in the kernel", "/s", rates[0])
        self.note(f"the same for the {OFTEN}th time", "/s", rates[-1])
        before = self.peer.used()
        self.note(f"writing {megabytes} MiB with fsync", "MB/s",
                  self.rate(megabytes, write, self.root / "written", megabytes, True))
        self.cost("written, with fsync", before, megabytes)
        self.peer.settle()
        self.cost("written, until it is in the cloud", before, megabytes)
        os.unlink(self.root / "written")

    def cost(self, what, before, megabytes):
        if self.peer.pid():
            self.note(f"processor, per GB {what}", "s", (self.peer.used() - before) / ((megabytes << 20) / 1e9),
                      "cost")

    def near_change(self):
        self.peer.settle()
        size = f"{self.size.huge >> 10} GiB" if self.size.huge >= 1024 else f"{self.size.huge} MiB"
        title = f"4 KiB changed in a file of {size}, until it is in the cloud"
        sent, asked = self.cloud.sent()
        spent = seconds(change, self.root / "huge", self.size.huge << 19) + settled(self.peer)
        after, count = self.cloud.sent()
        self.note(title + ": sent", "MB", (after - sent) / 1e6, "far")
        self.note("the same change: requests", "", count - asked, "far")
        self.note("the same change: time, without delay in the line", "s", spent, "far")

    def near_names(self):
        entries, flat = self.size.entries, self.size.entries // 10
        self.note(f"first walk of {entries:,} entries after a mount", "s", seconds(walk, self.root / "many", entries))
        self.note("the same walk again", "s", seconds(walk, self.root / "many", entries))
        self.note(f"ls -l of {flat:,}", "s", seconds(program, "ls", "-l", self.root / "flat"))
        self.note("the same ls -l again", "s", seconds(program, "ls", "-l", self.root / "flat"))
        paths = [str(path) for path in sorted((self.root / "tree").glob("*/*"))]
        self.note("open, read 4 KiB, close of small files", "/s", len(paths) / seconds(open_read_close, paths))
        rates = [len(paths) / seconds(open_read_close, paths) for _ in range(OFTEN)]
        self.note("the same again", "/s", rates[0])
        self.note(f"the same for the {OFTEN + 1}th time", "/s", rates[-1])

    def near_writes(self):
        count, target = self.size.created, self.root / f"here{self.run}"
        self.note(f"creating {count:,} small files", "/s", count / seconds(create, self.root / "created", count))
        target.mkdir()
        self.note(f"untar of {self.size.files:,} files", "s",
                  seconds(program, "tar", "-xf", self.work / "tree.tar", "-C", target))
        git(target, "init", "-q")
        self.note("git add of them", "s", seconds(git, target, "add", "."))
        self.note("git status", "s", seconds(git, target, "status", "--short"))
        self.note("rm -rf of all these", "s", seconds(program, "rm", "-rf", self.root / "created", target))
