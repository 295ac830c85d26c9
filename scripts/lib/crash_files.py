"""Single calls of all kinds on a drive, and the tree that must be there after each of them."""

import errno
import mmap
import os
import stat
from typing import NamedTuple, Optional

from crash_writers import Writer, Wrong

PAGE = 4096
MOST_STEPS = 200


def look(folder):
    """Everything below the folder: path to what it is."""
    found = {}
    if not os.path.lexists(folder):
        return found
    found['.'] = ('folder', stat.S_IMODE(os.lstat(folder).st_mode))
    for at, folders, files in os.walk(folder):
        for name in folders + files:
            path = os.path.join(at, name)
            info = os.lstat(path)
            mode = stat.S_IMODE(info.st_mode)
            if stat.S_ISLNK(info.st_mode):
                what = ('link', os.readlink(path))
            elif stat.S_ISDIR(info.st_mode):
                what = ('folder', mode)
            else:
                with open(path, 'rb') as file:
                    what = ('file', mode, file.read(), info.st_mtime_ns)
                if len(what[2]) != info.st_size:
                    raise Wrong('%s: size %d, read %d' % (path, info.st_size, len(what[2])))
            found[os.path.relpath(path, folder)] = what
    return found


def same(expected, actual):
    """A time of None may be any."""
    if expected[:3] != actual[:3]:
        return False
    return expected[0] != 'file' or expected[3] is None or expected[3] == actual[3]


def difference(expected, actual):
    """The first few differences in words; empty when there is none."""
    found = []
    for path in sorted(set(expected) | set(actual)):
        if path not in actual:
            found.append('%s is missing' % path)
        elif path not in expected:
            found.append('%s should not be there' % path)
        elif not same(expected[path], actual[path]):
            found.append('%s is %s instead of %s' % (path, short(actual[path]), short(expected[path])))
    return '; '.join(found[:5])


def short(what):
    if what[0] != 'file':
        return repr(what)
    return 'file %o of %d bytes %s… at %s' % (what[1], len(what[2]), what[2][:8].hex(), what[3])


def is_torn(before, after, actual):
    """Whether each page is one of the two: a write that was under way may be there in part."""
    if (before[:2] != after[:2] or after[:2] != actual[:2]
            or not len(before[2]) <= len(actual[2]) <= len(after[2])):
        return False
    for at in range(0, len(actual[2]), PAGE):
        page = actual[2][at:at + PAGE]
        if page not in (after[2][at:at + len(page)], before[2][at:at + len(page)].ljust(len(page), b'\0')):
            return False
    return True


class Step(NamedTuple):
    """One call: the tree after it, and the file that may be there in part while it is under way."""
    what: str
    tree: dict
    torn: Optional[str] = None


class Files(Writer):
    """Single calls of all kinds. The state is the steps since the last one that was acknowledged, and the one under way."""

    def begin(self):
        self.steps = self.state[0] if self.state else [Step('nothing', {})]
        self.pending = None
        self.open = []
        if not self.tree:
            self.step('mkdir', {'.': ('folder', 0o755)}, os.mkdir, self.folder, 0o755)

    @property
    def tree(self):
        return self.steps[-1].tree

    def end(self):
        self.state = (self.steps, self.pending)
        self.save()
        for handle in self.open:
            try:
                os.close(handle)
            except OSError:
                pass
        self.open = []

    def path(self, name):
        return os.path.join(self.folder, name)

    def step(self, what, after, call, *arguments, torn=None):
        self.pending = Step(what, after, torn)
        result = call(*arguments)
        self.done()
        return result

    def done(self):
        """What returns is acknowledged, if only its program may end and not the power."""
        self.steps = (self.steps if self.power else []) + [self.pending]
        self.pending = None
        self.acknowledged += 1

    def sync(self, handle):
        os.fsync(handle)
        self.synced()

    def synced(self):
        """All that was done before is acknowledged now, in other files too."""
        self.steps = self.steps[-1:]

    def acknowledge(self):
        self.load()
        if self.state:
            steps, pending = self.state
            self.state = (steps[-1:], pending)
            self.save()

    def noted(self, name):
        """The drive has told the time of the file: it must not change any more."""
        kind, mode, content, _ = self.tree[name]
        tree = {**self.tree, name: (kind, mode, content, os.lstat(self.path(name)).st_mtime_ns)}
        self.steps[-1] = self.steps[-1]._replace(tree=tree)

    def with_content(self, name, content):
        return {**self.tree, name: ('file', self.tree[name][1], content, None)}

    def names(self, kind):
        return [name for name, what in self.tree.items() if what[0] == kind]

    def new_name(self, rng):
        folder = rng.choice(self.names('folder'))
        while True:
            name = os.path.normpath(os.path.join(folder, 'n%d' % rng.randrange(500)))
            if name not in self.tree:
                return name

    def without(self, top):
        return {name: what for name, what in self.tree.items() if name != top and not name.startswith(top + '/')}

    def moved(self, top, to):
        tree = self.without(to)
        return {(to + name[len(top):] if name == top or name.startswith(top + '/') else name): what
                for name, what in tree.items()}

    # ---- calls on a handle

    def create(self, name, mode):
        handle = self.step('create ' + name, {**self.tree, name: ('file', mode, b'', None)}, os.open,
                           self.path(name), os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        self.open.append(handle)
        return handle

    def opened(self, name, flags):
        handle = os.open(self.path(name), flags)
        self.open.append(handle)
        return handle

    def close(self, handle):
        self.open.remove(handle)
        os.close(handle)

    def write(self, handle, name, offset, data):
        content = self.tree[name][2]
        after = content[:offset].ljust(offset, b'\0') + data + content[offset + len(data):]
        self.step('write %s %d+%d' % (name, offset, len(data)), self.with_content(name, after), self.write_all,
                  handle, data, offset, torn=name)

    def write_all(self, handle, data, offset):
        count = os.pwrite(handle, data, offset)
        if count != len(data):
            self.fail_alive('a write took %d of %d bytes' % (count, len(data)))

    def fail_alive(self, problem):
        """What was cut short by the end of the drive is its end; else it is wrong."""
        if self.is_dead():
            raise OSError(errno.ENOTCONN, problem)
        raise Wrong('%s: %s' % (self.name, problem))

    def fill(self, rng, handle, name):
        size = rng.choice((0, 1, 100, 5000, 70000)) if rng.random() < 0.95 else rng.randrange(4 << 20)
        data = rng.randbytes(size)
        at = 0
        while at < size:
            part = data[at:at + rng.randrange(1, max(2, size))]
            self.write(handle, name, at, part)
            at += len(part)
        if rng.random() < 0.5:
            self.sync(handle)

    # ---- what programs do

    def work(self, rng):
        if len(self.steps) > MOST_STEPS:
            self.sync_folder(self.folder)
            self.synced()
        files = self.names('file')
        if len(self.tree) > 60:
            choice = self.unlink
        elif len(files) < 3:
            choice = self.new
        else:
            choice = rng.choice((self.new, self.new, self.replace, self.replace, self.backup, self.overwrite,
                                 self.overwrite, self.append, self.truncate, self.unlink, self.unlink_open,
                                 self.mkdir, self.rmdir, self.rename, self.rename, self.rename_folder,
                                 self.symlink, self.chmod, self.utime, self.mapped))
        choice(rng, rng.choice(files) if files else None)

    def new(self, rng, _):
        name = self.new_name(rng)
        handle = self.create(name, rng.choice((0o600, 0o644, 0o755)))
        self.fill(rng, handle, name)
        self.close(handle)
        self.noted(name)

    def replace(self, rng, name):
        temporary = self.new_name(rng)
        handle = self.create(temporary, self.tree[name][1])
        self.fill(rng, handle, temporary)
        self.sync(handle)
        self.close(handle)
        self.step('replace %s by %s' % (name, temporary), self.moved(temporary, name), os.rename,
                  self.path(temporary), self.path(name))
        self.noted(name)

    def backup(self, rng, name):
        copy = self.new_name(rng)
        mode = self.tree[name][1]
        self.step('back up', self.moved(name, copy), os.rename, self.path(name), self.path(copy))
        handle = self.create(name, mode)
        self.fill(rng, handle, name)
        self.sync(handle)
        self.close(handle)
        self.noted(name)
        self.step('unlink backup', self.without(copy), os.unlink, self.path(copy))

    def overwrite(self, rng, name):
        handle = self.opened(name, os.O_RDWR)
        size = len(self.tree[name][2])
        for _ in range(rng.randrange(1, 5)):
            self.write(handle, name, rng.randrange(size + 10000), rng.randbytes(rng.choice((1, 300, 9000))))
        self.sync(handle)
        self.close(handle)
        self.noted(name)

    def append(self, rng, name):
        handle = self.opened(name, os.O_WRONLY | os.O_APPEND)
        for _ in range(rng.randrange(1, 9)):
            self.write(handle, name, len(self.tree[name][2]), rng.randbytes(rng.randrange(1, 400)))
        self.close(handle)
        self.noted(name)

    def truncate(self, rng, name):
        content = self.tree[name][2]
        size = rng.randrange(len(content) + 5000)
        self.step('truncate %s to %d' % (name, size), self.with_content(name, content[:size].ljust(size, b'\0')),
                  os.truncate, self.path(name), size)
        self.noted(name)

    def unlink(self, rng, _):
        name = rng.choice(self.names('file') + self.names('link'))
        self.step('unlink ' + name, self.without(name), os.unlink, self.path(name))

    def unlink_open(self, rng, name):
        handle = self.opened(name, os.O_RDWR)
        content = self.tree[name][2]
        self.step('unlink open ' + name, self.without(name), os.unlink, self.path(name))
        os.pwrite(handle, b'more', len(content))
        if os.pread(handle, len(content) + 10, 0) != content + b'more':
            self.fail_alive('%s reads otherwise after its unlink' % name)
        self.close(handle)

    def mkdir(self, rng, _):
        name = self.new_name(rng)
        if name.count('/') < 5:
            self.step('mkdir ' + name, {**self.tree, name: ('folder', 0o750)}, os.mkdir, self.path(name), 0o750)

    def rmdir(self, rng, _):
        for name in self.names('folder'):
            if name != '.' and not any(other.startswith(name + '/') for other in self.tree):
                self.step('rmdir ' + name, self.without(name), os.rmdir, self.path(name))
                return

    def rename(self, rng, name):
        to = self.new_name(rng)
        self.step('rename %s %s' % (name, to), self.moved(name, to), os.rename, self.path(name), self.path(to))

    def rename_folder(self, rng, _):
        name = rng.choice(self.names('folder'))
        to = self.new_name(rng)
        if name != '.' and not to.startswith(name + '/') and to.count('/') < 5:
            self.rename_to(name, to)

    def rename_to(self, name, to):
        self.step('rename %s %s' % (name, to), self.moved(name, to), os.rename, self.path(name), self.path(to))

    def symlink(self, rng, name):
        link = self.new_name(rng)
        self.step('symlink ' + link, {**self.tree, link: ('link', name)}, os.symlink, name, self.path(link))

    def chmod(self, rng, name):
        mode = rng.choice((0o600, 0o640, 0o755))
        kind, _, content, time = self.tree[name]
        self.step('chmod ' + name, {**self.tree, name: (kind, mode, content, time)}, os.chmod, self.path(name), mode)

    def utime(self, rng, name):
        time = rng.randrange(1, 2 * 10 ** 18)
        kind, mode, content, _ = self.tree[name]
        self.step('utime ' + name, {**self.tree, name: (kind, mode, content, time)},
                  lambda: os.utime(self.path(name), ns=(time, time)))

    def mapped(self, rng, name):
        """A page that cannot be read or written any more is a signal that ends this process: all is noted before."""
        content = self.tree[name][2]
        if not content:
            return
        handle = self.opened(name, os.O_RDWR)
        at = rng.randrange(len(content))
        data = rng.randbytes(min(6000, len(content) - at))
        after = content[:at] + data + content[at + len(data):]
        self.steps.append(Step('open ' + name, self.with_content(name, content)))
        self.pending = Step('map ' + name, self.with_content(name, after), name)
        self.state = (self.steps, self.pending)
        self.save()
        memory = mmap.mmap(handle, len(content))
        memory[at:at + len(data)] = data
        memory.flush()
        memory.close()
        self.done()
        self.synced()
        self.close(handle)
        self.noted(name)

    def check(self):
        """Raises Wrong unless the tree is as after one of the steps that may have been the last."""
        self.load()
        steps, pending = self.state if self.state else ([Step('nothing', {})], None)
        steps = steps + ([pending] if pending else [])
        actual = look(self.folder)
        if not any(self.is_after(actual, *pair) for pair in zip([None] + steps, steps)):
            raise Wrong('%s: %s' % (self.name, '; or '.join(
                'after %s: %s' % (step.what, difference(step.tree, actual)) for step in steps[:1] + steps[1:][-2:])))
        self.state = ([Step('the start', actual)], None)
        self.save()

    @staticmethod
    def is_after(actual, before, step):
        if not difference(step.tree, actual):
            return True
        torn = before and step.torn
        return torn and torn in actual and is_torn(before.tree[torn], step.tree[torn], actual[torn]) \
            and not difference({**before.tree, torn: actual[torn]}, actual)
