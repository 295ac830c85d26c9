"""Programs that write through a drive until it is killed, each with its own idea of what must be there then."""

import errno
import os
import pickle
import random
import shutil
import signal
import sqlite3
import subprocess
import tempfile
import time

MOST_LINES = 100
DEAD = {errno.ENOTCONN, errno.ECONNABORTED, errno.EIO, errno.ENODEV}


class Wrong(Exception):
    """What is there is not what was acknowledged."""


class Writer:
    """One folder on the drive and one file beside it with what is known to be there. One process at a time."""

    # whether the computer may lose its power: then only what was synced is acknowledged
    power = False

    def __init__(self, drive, notes, name):
        self.folder = os.path.join(drive, name)
        self.notes = os.path.join(notes, name)
        self.drive = drive
        self.name = name
        self.state = None
        self.acknowledged = 0

    def load(self):
        try:
            with open(self.notes, 'rb') as file:
                self.state, self.acknowledged = pickle.load(file)
        except FileNotFoundError:
            self.state = None

    def save(self):
        with open(self.notes + '.next', 'wb') as file:
            pickle.dump((self.state, self.acknowledged), file)
        os.replace(self.notes + '.next', self.notes)

    def is_dead(self):
        """Asks the drive itself: names and attributes may come from the kernel."""
        try:
            os.statvfs(self.drive)
            return False
        except OSError:
            return True

    def run(self, seed, until):
        """Writes until then or until the drive is gone; anything else that goes wrong is an error."""
        rng = random.Random(seed)
        self.load()
        try:
            self.begin()
            while time.monotonic() < until:
                self.work(rng)
        except OSError as problem:
            if problem.errno not in DEAD or not self.is_dead():
                raise
        except (sqlite3.Error, subprocess.CalledProcessError) as problem:
            if not self.is_dead():
                raise Wrong('%s: %s %s' % (self.name, problem, getattr(problem, 'stderr', ''))) from problem
        finally:
            self.end()

    def begin(self):
        pass

    def end(self):
        self.save()

    def acknowledge(self):
        """All that was done is in the cloud."""

    @staticmethod
    def sync_folder(folder):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)

    def remove(self):
        """Deletes all of it and begins anew."""
        if os.path.lexists(self.folder):
            shutil.rmtree(self.folder)
        if os.path.lexists(self.folder):
            raise Wrong('%s cannot be deleted' % self.name)
        if self.power:
            self.sync_folder(self.drive)
        self.state = None
        self.save()


class Git(Writer):
    """Commits, each of them noted. The state is the last one acknowledged."""

    def git(self, *arguments):
        sync = ('-c', 'core.fsync=all') if self.power else ()
        command = ('git', '-C', self.folder, '-c', 'gc.auto=0') + sync + arguments
        environment = {**os.environ, 'GIT_CONFIG_GLOBAL': '/dev/null', 'GIT_CONFIG_NOSYSTEM': '1',
                       'GIT_AUTHOR_NAME': 'a', 'GIT_AUTHOR_EMAIL': 'a@b', 'GIT_COMMITTER_NAME': 'a',
                       'GIT_COMMITTER_EMAIL': 'a@b'}
        with tempfile.TemporaryFile('w+') as said, subprocess.Popen(
                command, stdout=said, stderr=subprocess.PIPE, text=True, env=environment,
                start_new_session=True) as process:
            errors = self.listen(process)
            if process.wait() != 0:
                raise subprocess.CalledProcessError(process.returncode, command, stderr=errors)
            said.seek(0)
            return said.read().strip()

    @staticmethod
    def listen(process):
        """What it has to complain of. A folder that cannot be read any more makes git ask for ever: it is ended then."""
        errors = []
        for line in process.stderr:
            if 'error reading directory' in line and line in errors:
                os.killpg(process.pid, signal.SIGKILL)
            errors.append(line)
            del errors[:-MOST_LINES]
        return ''.join(errors)

    def begin(self):
        if self.state is None:
            os.makedirs(self.folder, exist_ok=True)
            self.git('init', '-q')

    def work(self, rng):
        for _ in range(rng.randrange(1, 4)):
            with open(os.path.join(self.folder, 'f%d' % rng.randrange(20)), 'wb') as file:
                file.write(rng.randbytes(rng.randrange(20000)))
        self.git('add', '-A')
        self.git('commit', '-q', '--allow-empty', '-m', 'a commit')
        state = self.git('rev-parse', 'HEAD')
        if self.power:
            # git does not sync the name of what it has just written
            self.sync_folder(self.folder)
        self.state = state
        self.acknowledged += 1
        self.save()
        if rng.random() < 0.05:
            # without looking for deltas, which takes longer than a call may when the machine is busy
            self.git('-c', 'pack.window=0', 'gc', '-q', '--prune=now')

    def check(self):
        self.load()
        if self.state is None:
            self.remove()
            return
        for at, _, files in os.walk(os.path.join(self.folder, '.git')):
            for name in files:
                if name.endswith('.lock') or name == 'packed-refs.new':  # git leaves both to people
                    os.unlink(os.path.join(at, name))
        try:
            self.git('fsck', '--full', '--strict')
            head = self.git('rev-parse', 'HEAD')
            if self.state not in (head, self.git('rev-parse', '-q', '--verify', 'HEAD~1')
                                  if self.git('rev-list', '--count', 'HEAD') != '1' else head):
                raise Wrong('git: the last commit is %s, acknowledged was %s' % (head, self.state))
            self.git('reset', '-q', '--hard')
            status = self.git('status', '--porcelain')
        except subprocess.CalledProcessError as problem:
            raise Wrong('git: %s %s %s' % (problem, problem.stdout, problem.stderr)) from problem
        if any(not line.startswith('??') for line in status.splitlines()):
            raise Wrong('git: after a reset there is still: ' + status)
        self.state = head
        self.save()


class Sqlite(Writer):
    """Transactions, each of them noted. The state is how many rows are acknowledged, and how many were on the way."""

    def __init__(self, drive, notes, name, mode):
        super().__init__(drive, notes, name)
        self.mode = mode

    def database(self):
        return sqlite3.connect(os.path.join(self.folder, 'rows.db'), isolation_level=None, timeout=20)

    def begin(self):
        os.makedirs(self.folder, exist_ok=True)
        self.db = self.database()
        self.db.execute('pragma journal_mode=' + self.mode)
        self.db.execute('pragma cache_size=20')
        if self.power:
            # with a sync of the folder too: else the last transaction may be undone
            self.db.execute('pragma synchronous=extra')
        self.db.execute('create table if not exists rows(id integer primary key, text)')
        if self.state is None:
            self.state = (0, 0)

    def work(self, rng):
        acknowledged = self.state[0]
        count = rng.choice((1, 3, 200))
        self.state = (acknowledged, count)
        self.save()
        self.db.execute('begin')
        for row in range(acknowledged + 1, acknowledged + count + 1):
            self.db.execute('insert into rows values (?, ?)', (row, self.text(row)))
        self.db.execute('commit')
        self.state = (acknowledged + count, 0)
        self.acknowledged += 1
        self.save()

    @staticmethod
    def text(row):
        return random.Random(row).randbytes(row % 300).hex()

    def check(self):
        self.load()
        acknowledged, pending = self.state or (0, 0)
        if self.state is None or not acknowledged and not os.path.isdir(self.folder):
            self.remove()
            return
        db = self.database()
        try:
            answer = db.execute('pragma integrity_check').fetchone()[0]
            if answer != 'ok':
                raise Wrong('%s: %s' % (self.name, answer))
            if acknowledged or db.execute('select count(*) from sqlite_master').fetchone()[0]:
                rows = db.execute('select id, text from rows order by id').fetchall()
            else:
                rows = []
        except sqlite3.Error as problem:
            raise Wrong('%s: %s' % (self.name, problem)) from problem
        finally:
            db.close()
        if len(rows) not in (acknowledged, acknowledged + pending):
            raise Wrong('%s: %d rows, acknowledged %d, under way %d' % (self.name, len(rows), acknowledged, pending))
        for number, (row, text) in enumerate(rows, 1):
            if row != number or text != self.text(row):
                raise Wrong('%s: row %d is wrong' % (self.name, number))
        self.state = (len(rows), 0)
        self.save()
