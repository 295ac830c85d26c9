"""How Aloft's times grow with the number of entries."""
import os

import bench_rows, bench_table, peers
from bench_rows import seconds, walk

QUICK = 0, 10_000
HEADING = "How it grows"


def measure(cloud, work, counts):
    """Runs each number of entries once, on a vault of its own; returns the section."""
    cloud.connect(*QUICK)
    columns = []
    for count in counts:
        folder = work / f"grown{count}"
        folder.mkdir()
        (folder / "password").write_text(peers.PASSWORD)
        peer = peers.Aloft(folder, cloud)
        peer.place += str(count)
        columns.append(rows(peer, cloud, count))
    lines = ["| entries | " + " | ".join(f"{count:,}" for count in counts) + " |", "|---" * (len(counts) + 1) + "|"]
    for title in columns[0]:
        lines.append(f"| {title} | " + " | ".join(column[title] for column in columns) + " |")
    return (f"## {HEADING}\n\n{bench_table.measured_on(['--growth'])} Aloft alone, 100 files in a folder, no delay in the "
            "line; one run.\n\n" + "\n".join(lines) + "\n")


def rows(peer, cloud, count):
    found = {}

    def note(title, value, unit):
        found[title] = f"{bench_table.number(value)} {unit}".strip()
        print(f"{count}: {title}: {found[title]}", flush=True)

    peer.prepare()
    peer.mount()
    spent = seconds(bench_rows.make_entries, peer.root, count)
    note("creating them", count / spent, "/s")
    note("until all are in the cloud", seconds(peer.settle), "s")
    note("memory then", peer.resident(), "MB")
    peer.unmount()
    for title, begin in (("mount with all of them here", peer.mount),
                         ("mount with nothing here", lambda: bench_rows.anew(peer))):
        note(title, seconds(begin), "s")
        note(title + ", first walk", seconds(walk, peer.root / "many", count), "s")
        note(title + ", the walk again", seconds(walk, peer.root / "many", count), "s")
        note(title + ", memory", peer.resident(), "MB")
        paths = [str(path) for path in sorted((peer.root / "many/folder0007").iterdir())]
        note(title + ", open, read, close", len(paths) / seconds(bench_rows.open_read_close, paths), "/s")
        before = cloud.sent()[1]
        os.rename(peer.root / "many", peer.root / "renamed")
        note(title + ", rename of the folder until it is in the cloud", seconds(peer.settle), "s")
        note(title + ", its requests", cloud.sent()[1] - before, "")
        os.rename(peer.root / "renamed", peer.root / "many")
        peer.unmount()
    return found
