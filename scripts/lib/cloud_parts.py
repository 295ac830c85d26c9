"""What scripts/clouds looks at, part by part. Each returns figures in words, or raises Wrong."""

import errno
import hashlib
import os
import re
import shutil
import sqlite3
import subprocess
import time

from places import HOME, Wrong

MEGABYTE = 1 << 20
BIG = 64 * MEGABYTE


class Look:
    """At one device, and what it should hold."""

    def __init__(self, device, options):
        self.device = device
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


def programs(look):
    """git, cp, SQLite and rsync work as on a disk."""
    call('git', 'clone', '-q', '--no-local', HOME, look.path('clone'))
    call('git', '-C', look.path('clone'), 'fsck', '--full')
    expect(not call('git', '-C', look.path('clone'), 'status', '--porcelain'), 'git sees changes in a fresh clone')
    source = os.path.join(HOME, 'src')
    call('cp', '-r', source, look.path('copy'))
    call('diff', '-r', source, look.path('copy'))
    with sqlite3.connect(look.path('base.db')) as base:
        base.execute('create table t (n integer primary key, words text)')
        for part in range(20):
            base.executemany('insert into t values (?, ?)', [(part * 100 + n, 'x' * n) for n in range(100)])
            base.commit()
        expect(base.execute('pragma integrity_check').fetchone() == ('ok',), 'the database is damaged')
    base.close()
    call('rsync', '-a', source + '/', look.path('synced/'))
    again = call('rsync', '-ai', source + '/', look.path('synced/'))
    expect(not again, 'rsync finds differences: ' + again[:500])
    fill(look.path('big'), BIG // MEGABYTE)
    look.device.aloft('wait', seconds=600)
    return '%d entries' % len(tree(look.at))


def again(look):
    """A device that comes anew sees the same."""
    before = tree(look.at)
    look.remount()
    after = tree(look.at)
    different = [path for path in sorted(before.keys() | after.keys()) if before.get(path) != after.get(path)]
    expect(not different, '%d entries differ: %s' % (len(different), [(p, before.get(p), after.get(p)) for p in different[:3]]))
    return '%d entries with content, mode and time the same' % len(after)


def laziness(look):
    """Listing fetches nothing, and a small read little."""
    look.remount()
    look.await_quiet()
    seen = len(ranged(look.requests()))
    count = sum(len(folders) + len(files) for _, folders, files in os.walk(look.at))
    for at, _, files in os.walk(look.at):
        for name in files:
            os.lstat(os.path.join(at, name))
    expect(len(ranged(look.requests())) == seen, 'listing fetched')
    with open(look.path('big'), 'rb') as big:
        os.posix_fadvise(big.fileno(), 0, 0, os.POSIX_FADV_RANDOM)
        os.pread(big.fileno(), 4096, BIG // 2 + 12345)
    look.await_quiet()
    fetched = ranged(look.requests())[seen:]
    sizes = [1 + int(to) - int(start) for _, _, wanted, _, _ in fetched for start, to in [wanted[6:].split('-')]]
    expect(len(sizes) == 1 and sizes[0] <= 256 << 10, '4 KiB took %s' % fetched)
    return '%d entries listed with no download; 4 KiB of 64 MiB: one request of %d KiB' % (count, sizes[0] >> 10)


def offline(look):
    """What is pinned is there without the cloud, the rest says so, and comes back by itself."""
    device = look.device
    device.aloft('pin', look.path('synced'))
    look.await_quiet()
    end = time.monotonic() + 120
    while b'online-only' in (states := {os.getxattr(os.path.join(at, name), 'user.aloft.state')
                                        for at, _, files in os.walk(look.path('synced')) for name in files}):
        expect(time.monotonic() < end, 'a pin does not come down: %s' % states)
        time.sleep(0.5)
    device.line.cut()
    call('diff', '-r', os.path.join(HOME, 'src'), look.path('synced'))
    times = []
    for block in range(3):
        begun = time.monotonic()
        try:
            with open(look.path('big'), 'rb') as big:
                os.pread(big.fileno(), 4096, (4 + block) * 4 * MEGABYTE)
            raise Wrong('what is not here was read without the cloud')
        except OSError as problem:
            expect(problem.errno == errno.EIO, 'reading without the cloud: %s' % problem)
        times.append(time.monotonic() - begun)
    expect(times[-1] < 5, 'EIO took %s seconds' % times)
    for n in range(100):
        with open(look.path('offline%d' % n), 'w', encoding='utf-8') as file:
            file.write('written without a network %d' % n)
    expect(len(os.listdir(look.at)) > 100, 'the list is not whole')
    device.line.mend()
    begun = time.monotonic()
    while True:
        try:
            with open(look.path('big'), 'rb') as big:
                os.pread(big.fileno(), 4096, 48 * MEGABYTE)
            break
        except OSError:
            expect(time.monotonic() - begun < 60, 'reading does not come back')
            time.sleep(0.5)
    back = time.monotonic() - begun
    look.await_up(90)
    return 'pinned files read; EIO after %s s; reads again %.1f s after the cloud is back, all up after %.0f s' % (
        ', '.join('%.1f' % each for each in times), back, time.monotonic() - begun)


def away(look):
    """The cloud is away for minutes while files are written."""
    look.device.line.cut()
    end = time.monotonic() + look.options.minutes * 60
    os.makedirs(look.path('meanwhile'))
    count = 0
    while time.monotonic() < end:
        with open(look.path('meanwhile', 'f%d' % count), 'wb') as file:
            file.write(os.urandom(20_000))
        count += 1
        time.sleep(0.2)
    said = look.await_in_status(r'(?m)^.*(cannot be reached|could not be reached|broke).*$', 30).strip()
    look.device.line.mend()
    return '%d files in %g minutes; "%s"; all up %.0f s after it is back' % (count, look.options.minutes, said, look.await_up(150))


def hour(look):
    """The cloud is away for very long: half of it refuses, half of it is silent. What was changed before that is all that happens."""
    rest = look.options.outage * 30
    os.makedirs(look.path('work', 'kept'))
    for n in range(5):
        fill(look.path('work', 'f%d' % n), 2)
    look.device.aloft('wait', seconds=600)
    look.device.line.cut()
    for n in range(10):
        fill(look.path('work', 'kept', 'new%d' % n), 5)
    fill(look.path('work', 'f0'), 3)
    os.rename(look.path('work', 'f1'), look.path('work', 'kept', 'renamed'))
    os.remove(look.path('work', 'f2'))
    before = tree(look.at)
    time.sleep(30)
    used, logged = look.cpu(), look.logged()
    time.sleep(rest)
    look.device.line.may_flow.clear()
    look.device.line.mend()
    time.sleep(rest)
    used, logged = look.cpu() - used, look.logged() - logged
    said = look.status().strip().splitlines()
    look.device.line.may_flow.set()
    begun = time.monotonic()
    look.device.aloft('wait', seconds=600)
    took = time.monotonic() - begun
    expect(tree(look.at) == before, 'the drive is another one after the outage')
    look.remount()
    after = tree(look.at)
    different = [path for path in sorted(before.keys() | after.keys()) if before.get(path) != after.get(path)]
    expect(not different, '%d entries differ: %s' % (len(different), different[:5]))
    return '%g minutes without it: %.1f s of CPU, %d bytes of log; "%s"; all up %.0f s after it is back; mounted anew, %d entries are the same' % (
        look.options.outage, used, logged, ' | '.join(each.strip() for each in said), took, len(after))


def limited(look):
    """2,000 small files at two writes a second."""
    look.place.tell('writes-per-second', 2)
    seen = len(look.requests())
    begun = time.monotonic()
    os.makedirs(look.path('small'))
    for n in range(2000):
        with open(look.path('small', 'f%d' % n), 'wb') as file:
            file.write(os.urandom(500 + n))
    written = time.monotonic() - begun
    look.device.aloft('wait', seconds=600)
    took = time.monotonic() - begun
    asked = look.requests()[seen:]
    look.place.tell('writes-per-second', 0)
    refused = [each for each in asked if each[3] in (429, 403)]
    packs = [each for each in asked if each[3] in (200, 201) and each[4] > 1_000_000]
    return '2,000 files (3 MB) written in %.1f s, in the cloud after %.1f s, by %d requests, of which %d were told to come later and %d carry packs' % (
        written, took, len(asked), len(refused), len(packs))


def expiring(look):
    """Tokens end again and again while a large file goes up."""
    look.place.tell('token-uses', 40)
    seen = len(look.requests())
    begun = time.monotonic()
    digest = hashlib.sha256()
    with open(look.path('large'), 'wb') as file:
        for _ in range(look.options.megabytes):
            data = os.urandom(MEGABYTE)
            digest.update(data)
            file.write(data)
    look.device.aloft('wait', seconds=600)
    took = time.monotonic() - begun
    asked = look.requests()[seen:]
    look.place.tell('token-uses', 0)
    tokens = [each for each in asked if each[1].split('?')[0].strip().endswith('/token')]
    ended = [each for each in asked if each[3] == 401]
    look.remount()
    expect(content(look.path('large')) == digest.hexdigest(), 'the large file is another one')
    os.remove(look.path('large'))
    look.device.aloft('wait', seconds=600)
    return '%d MiB up in %.0f s with %d tokens, %d requests were told that theirs had ended; read back the same' % (
        look.options.megabytes, took, len(tokens), len(ended))


def full(look):
    """The account is full for a while."""
    look.place.tell('quota', 1)
    with open(look.path('too much'), 'wb') as file:
        file.write(os.urandom(3_000_000))
    said = look.await_in_status(r'.*no space left.*', 60).strip()
    look.place.tell('quota', 2 << 30)
    return '"%s"; up by itself %.0f s after there is room' % (said, look.await_up(150))


def revoked(look):
    """The login is taken back, and the user logs in again."""
    look.place.tell('revoke')
    with open(look.path('later'), 'wb') as file:
        file.write(os.urandom(300_000))
    said = look.await_in_status(r'.*aloft login.*', 60).strip()
    look.place.login(look.device)
    return '"%s"; up by itself %.0f s after the login' % (said, look.await_up(150))


def secrets(look):
    """Passphrase, logins and tokens stand in no log, argument or environment, and the process leaves no core."""
    pid = look.device.process.pid
    places = {'arguments': read('/proc/%d/cmdline' % pid), 'environment': read('/proc/%d/environ' % pid),
              'status': look.status().encode()}
    for at, folders, files in os.walk(look.device.folder):
        folders[:] = [name for name in folders if name not in ('Aloft', 'secrets', '.cache')]
        for name in files:
            path = os.path.join(at, name)
            if os.path.isfile(path) and name not in ('passphrase', 'password', 'client'):
                places[path] = read(path)
    patterns = [re.compile(b'only for this test'), re.compile(b'Bearer '), *look.place.secrets]
    if '\n' in (look.place.secret() or ''):
        patterns.append(re.compile(look.place.secret().replace('\n', r'\s+').encode()))
    for where, text in places.items():
        for pattern in patterns:
            expect(not pattern.search(text), '%s in %s' % (pattern.pattern, where))
    expect(re.search(rb'Max core file size +0 +0 ', read('/proc/%d/limits' % pid)), 'a crash leaves a core')
    return '%d files, arguments and environment hold none; no core' % len(places)


def read(path):
    with open(path, 'rb') as file:
        return file.read()


# each with whether it needs a fake
PARTS = {'programs': (programs, False), 'again': (again, False), 'laziness': (laziness, False), 'offline': (offline, False),
         'away': (away, False), 'limited': (limited, True), 'expiring': (expiring, True), 'full': (full, True),
         'revoked': (revoked, True), 'secrets': (secrets, False), 'hour': (hour, False)}
