"""What scripts/clouds looks at, part by part. Each returns figures in words, or raises Wrong."""

import errno
import hashlib
import os
import re
import sqlite3
import time

from cloud_look import MEGABYTE, call, content, expect, fill, put, ranged, read, tree
from places import HOME, Device, Wrong
from twins_line import Line

BIG = 64 * MEGABYTE


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
    took = look.await_up(150)
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
    look.place.tell('token-uses', 10)
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


def single(look):
    """Where only one device may write, the other says so, takes over, and what was not sent survives."""
    one = look.device
    two = Device('bert', look.folder, look.place, Line(('127.0.0.1', look.place.port), 0))
    try:
        put(os.path.join(one.at, 'first'), 'by anna')
        one.aloft('wait')
        two.mount()
        await_text(os.path.join(two.at, 'first'), 'by anna')
        said = two.aloft('status')
        expect('--take-over' in said, 'the second device does not say that it only reads: ' + said)
        expect(errno.EROFS == failing(os.path.join(two.at, 'second')), 'the second device can write')
        one.line.cut()
        put(os.path.join(one.at, 'unsent'), 'by anna, not sent')
        two.unmount()
        two.mount('--take-over')
        put(os.path.join(two.at, 'second'), 'by bert')
        two.aloft('wait')
        one.line.mend()
        look.await_in_status('.*--take-over.*', 150)
        expect(errno.EROFS == failing(os.path.join(one.at, 'third')), 'the first device can still write')
        await_text(os.path.join(one.at, 'unsent'), 'by anna, not sent')
        one.unmount()
        one.mount('--take-over')
        one.aloft('wait')
        await_text(os.path.join(one.at, 'second'), 'by bert')
        await_text(os.path.join(two.at, 'unsent'), 'by anna, not sent')
        expect(not [name for name in os.listdir(one.at) if 'conflicted' in name], 'conflicted copies')
        two.unmount()
    finally:
        two.leave()
    return 'the second device only reads; it took over, the first one only read, and its unsent change went up when it took over again'


def failing(path):
    try:
        put(path, 'no')
        return 0
    except OSError as problem:
        return problem.errno


def await_text(path, text):
    end = time.monotonic() + 150
    while not os.path.exists(path) or read(path) != text.encode():
        expect(time.monotonic() < end, '%s is not there' % path)
        time.sleep(0.5)


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


# each with where it can be looked at
PARTS = {'programs': (programs, 'any'), 'again': (again, 'any'), 'laziness': (laziness, 'any'), 'offline': (offline, 'any'),
         'away': (away, 'any'), 'limited': (limited, 'fake'), 'expiring': (expiring, 'fake'), 'full': (full, 'fake'),
         'revoked': (revoked, 'fake'), 'single': (single, 'single'), 'secrets': (secrets, 'any'), 'hour': (hour, 'any')}
