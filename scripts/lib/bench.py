"""The work of scripts/bench: the same on every peer in turn, medians of several runs."""
import argparse, datetime, os, pathlib, platform, random, re, shutil, statistics, subprocess, sys, tarfile, tempfile, time

import peers

ROWS, MEASURED = [], {}  # (part, title, unit) in order; (title, peer) to values


def note(part, title, unit, peer, value):
    if (part, title, unit) not in ROWS:
        ROWS.append((part, title, unit))
    MEASURED.setdefault((part, title, peer.name), []).append(value)
    print(f"{peer.name:8} {title}: {value:.4g} {unit}", file=sys.stderr, flush=True)


def seconds(work, *arguments):
    begin = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - begin


# ---- the work

def make_data(work, size):
    chance = random.Random(7)
    words = [bytes(chance.choices(b"abcdefghijklmnopqrstuvwxyz", k=chance.randrange(2, 10))) for _ in range(5000)]
    for i in range(size.files):
        file = work / f"data/tree/folder{i // 25:03}/file{i:05}.c"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b" ".join(chance.choices(words, k=chance.randrange(50, 2500))))
    for i in range(size.entries):
        file = work / f"data/many/folder{i // 100:04}/entry{i:06}"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"%d" % i)
    (work / "data/big").write_bytes(chance.randbytes(size.megabytes << 20))
    with tarfile.open(work / "tree.tar", "w") as tar:
        tar.add(work / "data/tree", "tree")


def program(*command):
    subprocess.run([str(part) for part in command], check=True, stdout=subprocess.DEVNULL, timeout=peers.PATIENCE)


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
        while source.read(1 << 20):
            pass


def read_at(file, offsets):
    source = os.open(file, os.O_RDONLY)
    for offset in offsets:
        if len(os.pread(source, 4096, offset)) != 4096:
            raise SystemExit(f"bench: {file} is too short")
    os.close(source)


def create(folder, count):
    folder.mkdir()
    for i in range(count):
        with open(folder / f"n{i:06}", "wb") as file:
            file.write(b"small")


# ---- the rows

def fill(peer, work):
    """By the quick line; what is measured comes after it."""
    peer.mount()
    program("cp", "-r", *(work / "data").iterdir(), peer.root)
    peer.unmount()


def anew(peer):
    peer.forget()
    peer.mount()


def slow_rows(peer, work, size, run):
    part, megabytes = "slow", size.megabytes
    chance = random.Random(run)
    offsets = [chance.randrange(0, (megabytes << 20) - 4096) for _ in range(size.reads)]
    note(part, "mount with nothing on this device", "s", peer, seconds(anew, peer))
    note(part, f"first walk of {size.entries:,} entries after it", "s", peer,
         seconds(walk, peer.root / "many", size.entries))
    note(part, "the same walk again", "s", peer, seconds(walk, peer.root / "many", size.entries))
    note(part, "first byte of the middle of a big file", "s", peer,
         seconds(read_at, peer.root / "big", [(megabytes << 19) + 12345]))
    peer.unmount()
    anew(peer)
    note(part, f"random reads of 4 KiB, {size.reads} in a big file", "/s", peer,
         size.reads / seconds(read_at, peer.root / "big", offsets))
    peer.unmount()
    anew(peer)
    note(part, f"reading a tree of {size.files:,} small files", "s", peer, seconds(read_all, peer.root / "tree"))
    note(part, f"reading a file of {megabytes} MiB from start to end", "MB/s", peer,
         (megabytes << 20) / 1e6 / seconds(read_through, peer.root / "big"))
    target = peer.root / f"untar{run}"
    target.mkdir()
    spent = seconds(program, "tar", "-xf", work / "tree.tar", "-C", target)
    note(part, f"untar of {size.files:,} files", "s", peer, spent)
    note(part, "untar, until all is in the cloud", "s", peer, spent + seconds(peer.settle))
    peer.unmount()


def local_rows(peer, work, size, run):
    part = "local"
    peer.mount()
    program("cp", work / "data/big", peer.root / "big2")
    read_through(peer.root / "big")
    peer.unmount()
    peer.mount()
    note(part, f"reading {size.megabytes} MiB that the device has, after a mount", "MB/s", peer,
         (size.megabytes << 20) / 1e6 / seconds(read_through, peer.root / "big"))
    note(part, "the same again", "MB/s", peer,
         (size.megabytes << 20) / 1e6 / seconds(read_through, peer.root / "big"))
    note(part, f"first walk of {size.entries:,} entries after a mount", "s", peer,
         seconds(walk, peer.root / "many", size.entries))
    note(part, "the same walk again", "s", peer, seconds(walk, peer.root / "many", size.entries))
    note(part, f"creating {size.created:,} small files", "/s", peer,
         size.created / seconds(create, peer.root / "created", size.created))
    target = peer.root / f"here{run}"
    target.mkdir()
    note(part, f"untar of {size.files:,} files", "s", peer,
         seconds(program, "tar", "-xf", work / "tree.tar", "-C", target))
    note(part, f"reading these {size.files:,} files", "s", peer, seconds(read_all, target))
    note(part, "rm -rf of both", "s", peer, seconds(program, "rm", "-rf", peer.root / "created", target))
    peer.unmount()


# ---- the table

def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def table(part, contenders):
    lines = ["| | " + " | ".join(peer.title for peer in contenders) + " |", "|---" * (len(contenders) + 1) + "|"]
    for where, title, unit in ROWS:
        cells = []
        ours = MEASURED.get((part, title, "aloft"))
        for peer in contenders:
            values = MEASURED.get((part, title, peer.name))
            if where != part or not values:
                cells.append("–")
                continue
            value = statistics.median(values)
            cell = f"{number(value)} {unit}"
            if ours and peer.name != "aloft":
                ratio = statistics.median(ours) / value
                cell += f" ({number(ratio if unit.endswith('/s') else 1 / ratio)}×)"
            cells.append(cell)
        if where == part:
            lines.append(f"| {title} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def report(contenders, size, version):
    remote = [peer for peer in contenders if peer.remote]
    memory = sum(int(line.split()[1]) for line in pathlib.Path("/proc/meminfo").read_text().splitlines()[:1]) >> 20
    costs = "\n".join(f"| {peer.title} | {number(peer.cpu)} s | {peer.memory} MB |" for peer in contenders
                      if peer.memory)
    round_trip, megabits = size.line
    return f"""# Benchmarks

What `{' '.join(['scripts/bench', *size.command])}` measured on {datetime.date.today()}, on a machine with {os.cpu_count()} cores and {memory} GiB, Linux
{platform.release()}, load {os.getloadavg()[2]:.1f} over the last quarter of an hour. Everything runs on that machine: the server (`aloft serve`,
the same for all), a proxy that plays the line, and the peers, one at a time. Each figure is the median of {size.runs}; in
brackets how many times better Aloft is (below 1: worse). {version}
A load far above 1 means that the machine had other work meanwhile: times are then longer for all, and ratios uncertain.

## Over a line of {round_trip} ms and {megabits} Mbit/s, nothing on this device

{table("slow", remote)}

## On this device: what is read lies in the cache, the line has no delay

{table("local", contenders)}

A peer's file system is mounted anew before each run, so that the kernel knows nothing of it; the disk's is as it is. "The disk"
writes to the same disk without encryption, without a cloud, and without `fsync`.

## What it cost

| | CPU of the whole run | most memory |
|---|---|---|
{costs}

## How to repeat it

`scripts/bench` takes the sizes that matter (100,000 entries, 5,000 files, 256 MiB) and an hour or more; `--short` small
ones. `--line MS,MBIT`, `--runs`, `--entries`, `--files`, `--megabytes` and `--reads` set single ones, `--only` leaves
peers out, `--print` writes to standard output alone. rclone runs with `--vfs-cache-mode full --dir-cache-time 24h
--attr-timeout 1h --transfers 8 --vfs-write-back 1s`.
"""


def arguments(words):
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--short", action="store_true")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--line", default="50,100")
    parser.add_argument("--only", default="aloft,rclone,bindfs,disk")
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--print", action="store_true", dest="printed")
    for name, short, long in (("entries", 2000, 100_000), ("files", 200, 5000), ("megabytes", 32, 256),
                              ("reads", 20, 100), ("created", 500, 5000)):
        parser.add_argument(f"--{name}", type=int, default=short if "--short" in words else long)
    size = parser.parse_args(words)
    size.line = [int(word) for word in size.line.split(",")]
    size.command = re.sub(r"--work[ =]\S+ ?|--print ?", "", " ".join(words)).split()
    return size


def measure(cloud, work, size):
    kinds = {"aloft": lambda: peers.Aloft(work, cloud), "rclone": lambda: peers.Rclone(work, cloud),
             "bindfs": lambda: peers.Passthrough(work), "disk": lambda: peers.Disk(work)}
    contenders = [kinds[name]() for name in size.only.split(",")
                  if name in ("aloft", "disk") or shutil.which(name)]
    cloud.connect(0, 10_000)
    for peer in contenders:
        peer.prepare()
        fill(peer, work)
    cloud.connect(*size.line)
    for run in range(size.runs):
        for peer in (peer for peer in contenders if peer.remote):
            slow_rows(peer, work, size, run)
    cloud.connect(0, 10_000)
    for run in range(size.runs):
        for peer in contenders:
            local_rows(peer, work, size, run)
    return contenders


def main():
    home, java, size = pathlib.Path(sys.argv[1]), sys.argv[2], arguments(sys.argv[3:])
    work = pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=size.work))
    cloud, contenders = None, []
    try:
        make_data(work, size)
        cloud = peers.Cloud(home, java, work)
        contenders = measure(cloud, work, size)
        version = subprocess.run([home / "scripts/aloft", "--version"], capture_output=True, text=True).stdout
        text = report(contenders, size, version.splitlines()[0] + ".")
        print(text)
        if not size.printed:
            (home / "docs/BENCHMARKS.md").write_text(text)
    finally:
        for mount in work.glob("*/mount"):
            if os.path.ismount(mount):
                subprocess.run(["umount", "-l", mount])
        if cloud:
            cloud.close()
        shutil.rmtree(work, ignore_errors=True)


main()
