"""What scripts/bench writes: tables, and the document that they are parts of."""
import datetime, os, pathlib, platform, re, statistics, sys

FAR, NEAR, COST = "Over the line", "On this device", "What it cost"
REPEAT = "How to repeat it"


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def measured_on(command):
    memory = int(pathlib.Path("/proc/meminfo").read_text().split()[1]) >> 20
    return (f"Measured by `{' '.join(['scripts/bench', *command])}` on {datetime.date.today()}: {os.cpu_count()} cores, "
            f"{memory} GiB, Linux {platform.release()}, load {os.getloadavg()[2]:.1f} over the last quarter of an hour.")


class Table:
    def __init__(self):
        self.rows, self.measured = [], {}  # (part, title, unit) in order; (part, title, peer) to values

    def note(self, part, title, unit, peer, value):
        if (part, title, unit) not in self.rows:
            self.rows.append((part, title, unit))
        self.measured.setdefault((part, title, peer.name), []).append(value)
        print(f"{peer.name:9} {title}: {value:.4g} {unit}", file=sys.stderr, flush=True)

    def cell(self, part, title, unit, peer):
        values = self.measured.get((part, title, peer.name))
        if not values:
            return "–"
        value = statistics.median(values)
        cell = f"{number(value)} {unit}".strip()
        ours = self.measured.get((part, title, "aloft"))
        if ours and peer.name != "aloft" and value and statistics.median(ours):
            ratio = statistics.median(ours) / value
            cell += f" ({number(ratio if unit.endswith('/s') else 1 / ratio)}×)"
        return cell

    def part(self, part, peers):
        lines = ["| | " + " | ".join(peer.title for peer in peers) + " |", "|---" * (len(peers) + 1) + "|"]
        for where, title, unit in self.rows:
            if where == part:
                lines.append(f"| {title} | " + " | ".join(self.cell(part, title, unit, peer) for peer in peers) + " |")
        return "\n".join(lines)

    def runs(self, part):
        """How often each peer ran, in words."""
        counts = {}
        for (where, _, peer), values in self.measured.items():
            if where == part:
                counts[peer] = max(counts.get(peer, 0), len(values))
        if len(set(counts.values())) == 1:
            return f"Medians of {next(iter(counts.values()))}."
        return "Medians of " + ", ".join(f"{count} ({peer})" for peer, count in counts.items()) + "."

    def text(self, peers, size):
        remote, served = [each for each in peers if each.remote], [each for each in peers if each.memory]
        whole = ["| processor, the whole run | " + " | ".join(f"{number(each.cpu)} s" for each in served) + " |",
                 "| memory, the most | " + " | ".join(f"{each.memory} MB" for each in served) + " |"]
        line = f"{size.line[0]} ms and {size.line[1]} Mbit/s"
        return f"""# Benchmarks

{measured_on(size.command)}
Everything runs on that machine: the server (`aloft serve`, the same for all), a proxy that plays the line, and the
peers, one at a time. In brackets how many times better Aloft is (below 1: worse). A load far above 1 means that the
machine had other work meanwhile: times are then longer for all, and ratios uncertain.

## {FAR}

{line}, and nothing on this device. {self.runs("far")}

{self.part("far", remote)}

## {NEAR}

What is read lies on this device, encrypted; the line has no delay. {self.runs("near")}

{self.part("near", peers)}

File systems are mounted anew, so that the kernel knows nothing of them; the disk is as it is, and the files that
the others keep on it are in the kernel's memory. The disk and the C passthrough encrypt nothing, and have no cloud.

## {COST}

Of the processes that serve the file systems.

{self.part("cost", served)}
{chr(10).join(whole)}

## {REPEAT}

`scripts/bench` takes the sizes that matter and about half an hour; `--short` small ones. `--line MS,MBIT`, `--runs`,
`--entries`, `--files`, `--megabytes`, `--huge`, `--reads` and `--created` set single ones, `--only` and `--parts` leave
peers and parts out, `--minutes` ends in time, `--print` writes to standard output alone. `--growth` and `--jmh` write
the parts of those names. rclone runs with `--vfs-cache-mode full --dir-cache-time 24h --attr-timeout 1h --transfers 8
--vfs-write-back 1s`.
"""


def sections(text):
    """Heading to text, in order; what stands above the first heading under the empty one."""
    parts = re.split(r"(?m)^(?=## )", text)
    return {part.split("\n", 1)[0] if part.startswith("## ") else "": part.rstrip("\n") + "\n" for part in parts if part}


def put(path, text):
    """Replaces the sections of the document that the text has; the others stay, before the last."""
    old, new = sections(path.read_text() if path.exists() else ""), sections(text)
    merged = {**old, **new} if "" not in new else {**new, **{name: part for name, part in old.items() if name not in new}}
    last = f"## {REPEAT}"
    ordered = [part for name, part in merged.items() if name != last] + [merged[last]] * (last in merged)
    path.write_text("\n".join(ordered))
