"""What scripts/bench measures: the same folder on each, and the server and the line that they share."""
import os, pathlib, shutil, signal, socket, subprocess, time

PASSWORD = "benchmark"
PATIENCE = 1800  # seconds for anything that is waited for


def free_port():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return taken.getsockname()[1]


def kept_port(work):
    """The same for all who work in the folder: a drive that is filled there remembers it."""
    note = work / "port"
    if not note.exists():
        note.write_text(str(free_port()))
    return int(note.read_text())


def wait_for(what, is_so, seconds=60):
    end = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit(f"bench: {what} did not come about in {seconds} s")
        time.sleep(0.01)


def answers(port):
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    except OSError:
        return False


def end(process):
    if process and process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def kilobytes(pid, what):
    found = [line.split()[1] for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
             if line.startswith(what + ":")]
    return int(found[0])


def processor_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Cloud:
    """`aloft serve` on a folder, and a line to it whose speed can be changed."""

    def __init__(self, home, java, work):
        self.home, self.java = home, java
        self.folder = work / "served"
        self.server_port, self.port, self.line = free_port(), kept_port(work), None
        (work / "password").write_text(PASSWORD)
        environment = dict(os.environ, HOME=str(work), XDG_RUNTIME_DIR=str(work))
        self.server = subprocess.Popen(
            [home / "scripts/aloft", "serve", "--address", f"127.0.0.1:{self.server_port}",
             "--password-file", work / "password", self.folder], env=environment,
            stdout=subprocess.DEVNULL, stderr=open(work / "server.log", "w"))
        wait_for("the server", lambda: answers(self.server_port))
        self.url = f"http://aloft@127.0.0.1:{self.port}/"

    def connect(self, milliseconds, megabits):
        end(self.line)
        self.line = subprocess.Popen(
            [self.java, "-Xmx128m", self.home / "src/test/java/aloft/network/SlowNetworkProgram.java",
             f"127.0.0.1:{self.server_port}", "--listen", str(self.port), "--round-trip", str(milliseconds),
             "--mbit", str(megabits)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.line.stdout.readline()
        wait_for("the line", lambda: answers(self.port))

    def sent(self):
        """Bytes that went up the line so far, and requests."""
        stats = self.stats()
        return stats["uploaded"], stats["requests"]

    def moved(self):
        """Bytes that went up and down the line so far."""
        stats = self.stats()
        return stats["uploaded"], stats["downloaded"]

    def stats(self):
        self.line.stdin.write("stats\n")
        self.line.stdin.flush()
        words = self.line.stdout.readline().split()
        return dict(zip(words[::2], map(int, words[1::2])))

    def close(self):
        end(self.line)
        end(self.server)


class Peer:
    """Something that is mounted at a folder. These do nothing where there is nothing to do."""
    remote = True  # whether it has a cloud

    def __init__(self, work):
        self.work = work / self.name
        self.root = self.work / "mount"
        self.root.mkdir(parents=True, exist_ok=True)
        self.cpu, self.memory, self.process = 0, 0, None

    def prepare(self): pass
    def mount(self): pass
    def unmount(self): pass
    def forget(self): pass
    def settle(self): pass
    def pid(self): pass

    def fill(self, data):
        """With what is measured; takes its time."""
        self.mount()
        self.run("cp", "-r", *data.iterdir(), self.root)
        self.unmount()

    def abandon(self):
        """Unmounts without waiting for what is to go up, where that can be."""
        self.unmount()

    def used(self):
        """Seconds of the processor since the mount."""
        pid = self.pid()
        return processor_seconds(pid) if pid else 0

    def resident(self):
        """Megabytes."""
        return kilobytes(self.pid(), "VmRSS") >> 10

    def note_use(self):
        pid = self.pid()
        self.cpu, self.memory = self.cpu + processor_seconds(pid), max(self.memory, kilobytes(pid, "VmHWM") >> 10)

    def run(self, *command, **options):
        subprocess.run([str(part) for part in command], check=True, timeout=PATIENCE, stdout=subprocess.DEVNULL,
                       **options)


class Aloft(Peer):
    name, title = "aloft", "Aloft"

    def __init__(self, work, cloud):
        super().__init__(work)
        self.cloud, self.place = cloud, cloud.url + "vault-of-aloft"
        self.environment = dict(os.environ, HOME=str(self.work), XDG_RUNTIME_DIR=str(self.work / "run"))
        for name in [name for name in self.environment if name.startswith("XDG_") and name != "XDG_RUNTIME_DIR"]:
            del self.environment[name]
        (self.work / "run").mkdir(mode=0o700, exist_ok=True)
        (self.work / "passphrase").write_text("benchmark")

    def aloft(self, *arguments):
        self.run(self.cloud.home / "scripts/aloft", *arguments, env=self.environment)

    def secrets(self):
        return "--passphrase-file", self.work / "passphrase", "--password-file", self.work.parent / "password"

    def prepare(self):
        self.aloft("create", self.place, "--name", "bench", *self.secrets())

    def mount(self):
        self.aloft("mount", "bench", self.root, *self.secrets())
        self.process = self.find()

    def find(self):
        for folder in pathlib.Path("/proc").glob("[0-9]*"):
            try:
                words = (folder / "cmdline").read_bytes().split(b"\0")
                if b"drive" in words and os.fsencode(self.work) in (folder / "environ").read_bytes():
                    return int(folder.name)
            except OSError:
                pass
        raise SystemExit("bench: the process of the drive is not to be found")

    def pid(self):
        return self.process

    def unmount(self):
        self.aloft("wait")
        self.note_use()
        self.aloft("unmount", "bench")

    def forget(self):
        for folder in ".cache", ".local/state":
            shutil.rmtree(self.work / folder / "aloft/bench", ignore_errors=True)

    def settle(self):
        self.aloft("wait")


class Rclone(Peer):
    name, title = "rclone", "rclone mount (crypt)"

    def __init__(self, work, cloud):
        super().__init__(work)
        obscured = [subprocess.run(["rclone", "obscure", secret], capture_output=True, text=True, check=True)
                    .stdout.strip() for secret in (PASSWORD, "benchmark")]
        self.config = self.work / "rclone.conf"
        self.config.write_text(
            f"[cloud]\ntype = webdav\nurl = http://127.0.0.1:{cloud.port}/\nvendor = other\nuser = aloft\n"
            f"pass = {obscured[0]}\n[secret]\ntype = crypt\nremote = cloud:of-rclone\npassword = {obscured[1]}\n"
            f"[beside]\ntype = crypt\nremote = {cloud.folder}/of-rclone\npassword = {obscured[1]}\n")
        self.port, self.process = free_port(), None
        self.cloud, self.seen = cloud, None

    def rclone(self, *arguments):
        return ["rclone", "--config", self.config, *arguments]

    def fill(self, data):
        """By the server's folder: through the server it takes longer than everything that is measured."""
        self.run(*self.rclone("copy", "--transfers", "8", data, "beside:"))

    def mount(self):
        self.process = subprocess.Popen(
            self.rclone("mount", "secret:", self.root, "--vfs-cache-mode", "full", "--cache-dir",
                        self.work / "cache", "--vfs-write-back", "1s", "--dir-cache-time", "24h", "--attr-timeout",
                        "1h", "--transfers", "8", "--rc", "--rc-no-auth", "--rc-addr", f"127.0.0.1:{self.port}"),
            stderr=open(self.work / "log", "a"))
        wait_for("rclone's mount", lambda: os.path.ismount(self.root))

    def pid(self):
        return self.process.pid

    def pending(self):
        said = subprocess.run(["rclone", "rc", "--rc-addr", f"127.0.0.1:{self.port}", "vfs/stats"],
                              capture_output=True, text=True, check=True).stdout
        # before it queues a file of which it has a part, it brings the rest down
        before, self.seen = self.seen, self.cloud.moved()
        return before != self.seen or any(f'"{name}": 0' not in said for name in ("uploadsInProgress", "uploadsQueued"))

    def settle(self):
        """Returns how long it watched that nothing more comes: a file that was closed is queued a moment later."""
        quiet = time.monotonic()
        while time.monotonic() - quiet < 2:
            time.sleep(0.01)
            if self.pending():
                wait_for("the end of rclone's uploads", lambda: not self.pending(), PATIENCE)
                quiet = time.monotonic()
        return time.monotonic() - quiet

    def unmount(self):
        self.settle()
        self.abandon()

    def abandon(self):
        self.note_use()
        self.run("fusermount3", "-u", self.root)
        self.process.wait(60)

    def forget(self):
        shutil.rmtree(self.work / "cache", ignore_errors=True)


class Below(Peer):
    """A file system of files on the disk."""
    remote = False

    def mount(self):
        (self.work / "below").mkdir(exist_ok=True)
        self.process = subprocess.Popen([str(part) for part in self.command()], stdout=subprocess.DEVNULL)
        wait_for(self.name, lambda: os.path.ismount(self.root))

    def pid(self):
        return self.process.pid

    def unmount(self):
        self.note_use()
        self.run("fusermount3", "-u", self.root)
        self.process.wait(60)


class Gocryptfs(Below):
    name, title = "gocryptfs", "gocryptfs"

    def prepare(self):
        (self.work / "below").mkdir()
        (self.work / "passphrase").write_text("benchmark")
        self.run("gocryptfs", "-q", "-init", "-passfile", self.work / "passphrase", self.work / "below")

    def command(self):
        return "gocryptfs", "-q", "-fg", "-passfile", self.work / "passphrase", self.work / "below", self.root


class Passthrough(Below):
    name, title = "bindfs", "C passthrough (bindfs)"

    def command(self):
        return "bindfs", "-f", self.work / "below", self.root


class Disk(Peer):
    name, title, remote = "disk", "the disk", False

    def note_use(self): pass
