"""Random operations on a folder that another device changes too. Every write has a mark of its own, so that it can be told what became of it."""

import errno
import os
import random
import re
import stat
import threading
import time
from contextlib import nullcontext

from places import Wrong

MARK = re.compile(rb'[a-z]{4}-[0-9]{12}\n')
LENGTH = 18
# what happens when the other device was quicker
TAKEN = {errno.ENOENT, errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR, errno.EISDIR, errno.ESTALE}
MOST_FILES = 150


class Book:
    """What a device has written, and what it has replaced or removed and had seen before."""

    def __init__(self, name):
        self.name = name
        self.written = {}
        self.replaced = {}
        self.errors = {}
        self.calls = {}
        # two programs of one device would overwrite what the other has just written, as on any disk
        self.turn = threading.Lock()
        self.count = 0

    def mark(self):
        self.count += 1
        return b'%s-%012d\n' % (self.name.encode(), self.count)

    def wrote(self, mark, path):
        self.written[mark] = path

    def knew(self, marks, how):
        for mark in marks:
            self.replaced.setdefault(mark, (self.name, how))


def marks_of(content, path):
    """The marks of a file's content; anything else in it is wrong."""
    found = set()
    for at in range(0, len(content), LENGTH):
        mark = content[at:at + LENGTH]
        if mark not in found:
            if not MARK.fullmatch(mark):
                raise Wrong('%s has at %d of %d what nobody wrote: %r' % (path, at, len(content), mark))
            found.add(mark)
    return found


class Worker:
    """One program on one device. It works in all folders but the one that is its own."""

    def __init__(self, root, book, seed):
        self.root = root
        self.book = book
        self.random = random.Random(seed)
        self.since = None
        self.problem = None

    def run(self, until):
        try:
            while time.monotonic() < until:
                self.step()
                time.sleep(self.random.random() ** 3 * 0.3)
        except Exception as problem:  # whatever it is, it is wrong
            self.problem = problem

    def step(self):
        """All but reading alone is done by one at a time."""
        choice = self.random.choice((
            self.create, self.create, self.create, self.append, self.append, self.overwrite, self.overwrite, self.part, self.cut,
            self.replace, self.remove, self.move, self.move, self.move_folder, self.make_folder, self.make_folder,
            self.remove_folder, self.link, self.chmod, self.read, self.read))
        turn = nullcontext() if choice == self.read else self.book.turn
        try:
            with turn:
                self.since = time.monotonic()
                self.book.calls[choice.__name__] = self.book.calls.get(choice.__name__, 0) + 1
                choice()
        except OSError as problem:
            name = errno.errorcode.get(problem.errno, '?')
            self.book.errors[name] = self.book.errors.get(name, 0) + 1
            if problem.errno not in TAKEN | {errno.EIO}:
                raise Wrong('%s: %s' % (choice.__name__, problem)) from problem
        finally:
            self.since = None

    # ---- choosing

    def entries(self):
        files, folders = [], [self.root]
        for at, below, here in os.walk(self.root):
            folders += [os.path.join(at, name) for name in below if not os.path.islink(os.path.join(at, name))]
            files += [os.path.join(at, name) for name in here if not os.path.islink(os.path.join(at, name))]
        return files, folders

    def file(self):
        files, _ = self.entries()
        if not files:
            raise FileNotFoundError(errno.ENOENT, 'no files')
        return self.random.choice(files)

    def name(self):
        """Few names, so that both devices choose the same."""
        _, folders = self.entries()
        folders = [each for each in folders if each.count('/') - self.root.count('/') < 4]
        return os.path.join(self.random.choice(folders), 'n%d' % self.random.randrange(40))

    def text(self):
        mark = self.book.mark()
        times = 1 if self.random.random() < 0.8 else self.random.randrange(1, 60000)
        return mark, mark * times

    # ---- what programs do

    def known(self, handle, path):
        content = b''
        while True:
            part = os.pread(handle, 1 << 20, len(content))
            if not part:
                return marks_of(content, path)
            content += part

    def write(self, handle, path, mark, text, offset):
        done = 0
        while done < len(text):
            # the mark counts from the first call that returns
            done += os.pwrite(handle, text[done:], offset + done)
            self.book.wrote(mark, path)
        if self.random.random() < 0.2:
            os.fsync(handle)

    def create(self):
        files, _ = self.entries()
        if len(files) > MOST_FILES:
            self.remove()
            return
        path = self.name()
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(handle, 'rb', 0):
            self.write(handle, path, *self.text(), 0)

    def append(self):
        path = self.file()
        mark, text = self.text()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_APPEND), 'wb', 0) as file:
            done = 0
            while done < len(text):
                done += file.write(text[done:])
                self.book.wrote(mark, path)

    def overwrite(self):
        path = self.file()
        with os.fdopen(os.open(path, os.O_RDWR), 'rb', 0) as file:
            known = self.known(file.fileno(), path)
            os.ftruncate(file.fileno(), 0)
            self.book.knew(known, 'overwrote ' + path)
            self.write(file.fileno(), path, *self.text(), 0)

    def part(self):
        """Replaces one place in the middle."""
        path = self.file()
        with os.fdopen(os.open(path, os.O_RDWR), 'rb', 0) as file:
            known = self.known(file.fileno(), path)
            size = os.fstat(file.fileno()).st_size
            at = self.random.randrange(size // LENGTH + 1) * LENGTH
            mark, text = self.text()
            self.write(file.fileno(), path, mark, text, at)
            self.book.knew(known - self.known(file.fileno(), path), 'overwrote a part of ' + path)

    def cut(self):
        path = self.file()
        with os.fdopen(os.open(path, os.O_RDWR), 'rb', 0) as file:
            known = self.known(file.fileno(), path)
            size = os.fstat(file.fileno()).st_size
            os.ftruncate(file.fileno(), self.random.randrange(size // LENGTH + 1) * LENGTH)
            self.book.knew(known - self.known(file.fileno(), path), 'cut ' + path)

    def looked_at(self, path):
        with os.fdopen(os.open(path, os.O_RDONLY), 'rb', 0) as file:
            return self.known(file.fileno(), path)

    def replace(self):
        path = self.file()
        fresh = os.path.join(os.path.dirname(path), '.%s-%d' % (self.book.name, self.random.randrange(1 << 40)))
        handle = os.open(fresh, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o644)
        with os.fdopen(handle, 'rb', 0):
            self.write(handle, fresh, *self.text(), 0)
            os.fsync(handle)
        known = self.looked_at(path)
        os.rename(fresh, path)
        self.book.knew(known, 'replaced ' + path)

    def remove(self):
        path = self.file()
        known = self.looked_at(path)
        os.unlink(path)
        self.book.knew(known, 'removed ' + path)

    def move(self):
        path, to = self.file(), self.name()
        if not os.path.lexists(to):
            os.rename(path, to)

    def move_folder(self):
        _, folders = self.entries()
        path, to = self.random.choice(folders), self.name()
        if path != self.root and not (to + '/').startswith(path + '/') and not os.path.lexists(to):
            os.rename(path, to)

    def make_folder(self):
        os.mkdir(self.name())

    def remove_folder(self):
        _, folders = self.entries()
        path = self.random.choice(folders)
        if path == self.root:
            return
        if self.random.random() < 0.2:
            for at, _, files in os.walk(path, topdown=False):
                for name in files:
                    below = os.path.join(at, name)
                    known = set() if os.path.islink(below) else self.looked_at(below)
                    os.unlink(below)
                    self.book.knew(known, 'removed with its folder ' + below)
                os.rmdir(at)
        else:
            os.rmdir(path)

    def link(self):
        os.symlink('somewhere/%d' % self.random.randrange(1000), self.name())

    def chmod(self):
        os.chmod(self.file(), self.random.choice((0o600, 0o644, 0o755)))

    def read(self):
        self.looked_at(self.file())


def look(root):
    """Everything below the root: path to what it is, and all marks with the path of one that has it."""
    tree, marks = {}, {}
    for at, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(at, name)
            info = os.lstat(path)
            mode = stat.S_IMODE(info.st_mode)
            what = ('folder', mode)
            if stat.S_ISLNK(info.st_mode):
                what = ('link', os.readlink(path))
            elif stat.S_ISREG(info.st_mode):
                with open(path, 'rb') as file:
                    content = file.read()
                if len(content) != info.st_size:
                    raise Wrong('%s: size %d, read %d' % (path, info.st_size, len(content)))
                what = ('file', mode, info.st_mtime_ns, content)
                for mark in marks_of(content, path):
                    marks[mark] = path
            tree[os.path.relpath(path, root)] = what
    return tree, marks


def short(what):
    return what and (what[:-1] + (len(what[-1]), what[-1][:LENGTH]) if what[0] == 'file' else what)


def difference(one, other):
    return ['%s: %s and %s' % (path, short(one.get(path)), short(other.get(path)))
            for path in sorted(set(one) | set(other)) if one.get(path) != other.get(path)]
