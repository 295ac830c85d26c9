"""What scripts/clouds and scripts/login look with."""

import hashlib
import os
import re
import shutil
import subprocess
import time

from places import Wrong

MEGABYTE = 1 << 20


class Look:
    """At one device, and what it should hold."""

    def __init__(self, device, options, folder):
        self.device = device
        self.folder = folder
        self.options = options
        self.at = device.at
        self.place = device.place

    def path(self, *names):
        return os.path.join(self.at, *names)

    def requests(self):
        return self.place.requests(self.device.line)

    def await_quiet(self):
        """Until nothing that is a part of an object is asked for any more."""
        before = -1
        while before != (before := len(ranged(self.requests()))):
            time.sleep(3)

    def status(self):
        return self.device.aloft('status')

    def await_in_status(self, pattern, seconds):
        end = time.monotonic() + seconds
        while True:
            status = self.status()
            found = re.search(pattern, status)
            if found:
                return found[0]
            if time.monotonic() > end:
                raise Wrong('status never says %r: %s' % (pattern, status))
            time.sleep(1)

    def await_up(self, seconds):
        """How many it took until everything is in the cloud, by itself."""
        begun = time.monotonic()
        self.await_in_status(r'\A(?![\s\S]*waiting to go up)', seconds)
        return time.monotonic() - begun

    def cpu(self):
        """Seconds that the drive's process computed so far."""
        with open('/proc/%d/stat' % self.device.process.pid, encoding='ascii') as file:
            fields = file.read().rsplit(')', 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')

    def logged(self):
        """Bytes of what the drive says and notes."""
        state = os.path.join(self.device.folder, '.local', 'state', 'aloft')
        logs = [os.path.join(at, name) for at, _, files in os.walk(state) for name in files if 'log' in name]
        return sum(os.path.getsize(each) for each in [os.path.join(self.device.folder, 'output'), *logs])

    def remount(self):
        """As a device that has never been there, but for its login."""
        self.device.unmount()
        for folder in ('.cache/aloft', '.local/state/aloft'):
            shutil.rmtree(os.path.join(self.device.folder, folder), ignore_errors=True)
        self.device.mount()


def ranged(requests):
    return [each for each in requests if each[2]]


def expect(is_so, words):
    if not is_so:
        raise Wrong(words)


def call(*command, **options):
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600, **options)
    if done.returncode:
        raise Wrong('%s: %s%s' % (' '.join(command), done.stdout, done.stderr))
    return done.stdout


def fill(path, megabytes):
    with open(path, 'wb') as file:
        for _ in range(megabytes):
            file.write(os.urandom(MEGABYTE))


def content(path):
    digest = hashlib.sha256()
    with open(path, 'rb') as file:
        while data := file.read(MEGABYTE):
            digest.update(data)
    return digest.hexdigest()


def tree(root):
    """Every path with its mode, and time and content where it is a file."""
    found = {}
    for at, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(at, name)
            info = os.lstat(path)
            if os.path.islink(path):
                rest = (info.st_mtime_ns, os.readlink(path))
            elif name in files:
                rest = (info.st_mtime_ns, content(path))
            else:
                rest = ()
            found[os.path.relpath(path, root)] = (info.st_mode, *rest)
    return found


def read(path):
    with open(path, 'rb') as file:
        return file.read()


def put(path, text):
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text)
