"""The work of scripts/bench: the same on every peer in turn, medians of several runs."""
import argparse, os, pathlib, re, shutil, signal, subprocess, sys, tempfile, time

import bench_growth, bench_jmh, bench_rows, bench_table, peers

QUICK = 0, 10_000


def arguments(words):
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--short", action="store_true", help="small sizes")
    parser.add_argument("--growth", metavar="N,N", nargs="?", const="10000,100000,1000000",
                        help="only how Aloft's times grow with so many entries")
    parser.add_argument("--jmh", action="store_true", help="only the loops inside")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=600, help="begin no round that would not end by then")
    parser.add_argument("--line", default="50,100")
    parser.add_argument("--only", default="aloft,rclone,gocryptfs,bindfs,disk")
    parser.add_argument("--parts", default="far,near")
    parser.add_argument("--work", type=pathlib.Path)
    parser.add_argument("--keep", type=pathlib.Path, help="a folder that is filled once, and used again the next time")
    parser.add_argument("--print", action="store_true", dest="printed")
    for name, short, long in (("entries", 2000, 100_000), ("files", 200, 1000), ("megabytes", 32, 256),
                              ("huge", 128, 1024), ("reads", 20, 50), ("created", 500, 5000)):
        parser.add_argument(f"--{name}", type=int, default=short if "--short" in words else long)
    size = parser.parse_args(words)
    size.line = [int(word) for word in size.line.split(",")]
    size.command = re.sub(r"--(work|keep)[ =]\S+ ?|--print ?", "", " ".join(words)).split()
    return size


class Bench:
    """All rounds: each is one run of one part on one peer."""

    def __init__(self, home, work, size, cloud):
        self.home, self.work, self.size, self.cloud = home, work, size, cloud
        self.begin, self.lasted = time.monotonic(), {}
        self.table = bench_table.Table()
        kinds = {"aloft": lambda: peers.Aloft(work, cloud), "rclone": lambda: peers.Rclone(work, cloud),
                 "gocryptfs": lambda: peers.Gocryptfs(work), "bindfs": lambda: peers.Passthrough(work),
                 "disk": lambda: peers.Disk(work)}
        self.peers = [kinds[name]() for name in size.only.split(",")
                      if name in ("aloft", "disk") or shutil.which(name)]

    def fill(self):
        if (self.work / "filled").exists():
            return
        bench_rows.make_data(self.work, self.size)
        self.cloud.connect(*QUICK)
        for peer in self.peers:
            peer.prepare()
            spent = bench_rows.seconds(peer.fill, self.work / "data")
            print(f"{peer.name:9} filled in {spent:.0f} s", file=sys.stderr, flush=True)
        shutil.rmtree(self.work / "data")
        (self.work / "filled").touch()

    def measure(self):
        self.fill()
        for run in range(self.size.runs):
            for part, line in (("far", self.size.line), ("near", QUICK)):
                if part in self.size.parts:
                    self.cloud.connect(*line)
                    for peer in self.peers:
                        if part == "near" or peer.remote:
                            self.round(part, peer, run)

    def round(self, part, peer, run):
        now = time.monotonic()
        if now - self.begin + self.lasted.get((part, peer), 0) > self.size.minutes * 60:
            print(f"{peer.name:9} is left out: no time", file=sys.stderr, flush=True)
            return
        getattr(bench_rows.Rows(peer, self.cloud, self.work, self.size, run, self.table.note), part)()
        self.lasted[part, peer] = time.monotonic() - now
        print(f"{peer.name:9} {part} took {self.lasted[part, peer]:.0f} s", file=sys.stderr, flush=True)
        self.write()

    def write(self):
        text = self.table.text(self.peers, self.size)
        if not self.size.printed:
            bench_table.put(self.home / "docs/BENCHMARKS.md", text)
        return text


def show(section, home, size):
    print(section)
    if not size.printed:
        bench_table.put(home / "docs/BENCHMARKS.md", section)


def stop(*_):
    raise SystemExit("bench: was told to end; what was measured until then is written")


def main():
    home, java, size = pathlib.Path(sys.argv[1]), sys.argv[2], arguments(sys.argv[3:])
    signal.signal(signal.SIGTERM, stop)
    if size.jmh:
        show(bench_jmh.measure(home, java), home, size)
        return
    work = size.keep or pathlib.Path(tempfile.mkdtemp(prefix="bench-", dir=size.work))
    work.mkdir(exist_ok=True)
    cloud = None
    try:
        cloud = peers.Cloud(home, java, work)
        if size.growth:
            show(bench_growth.measure(cloud, work, [int(count) for count in size.growth.split(",")]), home, size)
        else:
            bench = Bench(home, work, size, cloud)
            bench.measure()
            print(bench.write())
    finally:
        for mount in work.glob("*/mount"):
            if os.path.ismount(mount):
                subprocess.run(["umount", "-l", mount])
        if cloud:
            cloud.close()
        if not size.keep:
            shutil.rmtree(work, ignore_errors=True)


main()
