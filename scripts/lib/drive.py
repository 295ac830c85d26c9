"""The process of a drive, with a home of its own."""

import os
import shutil
import subprocess
import time

from crash_writers import Wrong

ALOFT = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(__file__))), 'aloft')
MOUNT_SECONDS = 60
POWER_LOSSES = 0.7


class Drive:
    """The process of a drive and the folders around it."""

    def __init__(self, folder, disk=None, options=()):
        """A disk that can lose its power has what the drive keeps; the options are those of mount."""
        self.options = options
        self.folder = folder
        self.disk = disk
        self.home = os.path.join(folder, 'home')
        self.at = os.path.join(self.home, 'Aloft')
        self.log = os.path.join(folder, 'output')
        self.process = None
        runtime = os.path.join(folder, 'run')
        for each in (self.home, runtime):
            os.makedirs(each, 0o700, exist_ok=True)
        self.secret = os.path.join(folder, 'passphrase')
        with open(self.secret, 'w', encoding='utf-8') as file:
            file.write('only for this test\n')
        keep = {name: value for name, value in os.environ.items() if not name.startswith(('XDG_', 'DBUS_'))}
        own = disk.at if disk else os.path.join(folder, 'own')
        self.own = {'XDG_%s_HOME' % each.upper(): os.path.join(own, each) for each in ('config', 'state', 'cache', 'data')}
        self.environment = {**keep, **self.own, 'HOME': self.home, 'XDG_RUNTIME_DIR': runtime}

    def start(self):
        """The launcher becomes the drive's own process."""
        with open(self.log, 'ab') as log:
            self.process = subprocess.Popen((ALOFT, 'mount', '--foreground', '--passphrase-file', self.secret, *self.options),
                                            env=self.environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def await_mounted(self):
        end = time.monotonic() + MOUNT_SECONDS
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise Wrong('the drive ended by itself with %d, see %s' % (self.process.returncode, self.log))
            try:
                # in this order: a dead mount fails the first, the bare folder after it the second
                if os.statvfs(self.at) and os.path.ismount(self.at):
                    return
            except OSError:
                pass
            time.sleep(0.02)
        raise Wrong('not mounted after %d seconds' % MOUNT_SECONDS)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def lose_power(self, rng):
        """After a kill, when nobody has a file on the drive open any more."""
        if self.disk and rng.random() < POWER_LOSSES:
            self.disk.lose(rng.randrange(1 << 31))

    def aloft(self, *arguments):
        return subprocess.Popen((ALOFT,) + arguments, env=self.environment, stdin=subprocess.DEVNULL,
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def unmount(self):
        """Ends the drive in order: all of it is in the cloud then."""
        self.process.terminate()
        try:
            code = self.process.wait(MOUNT_SECONDS + 60)
        except subprocess.TimeoutExpired as problem:
            raise Wrong('the drive does not end') from problem
        if code not in (0, 143):
            raise Wrong('the drive ended with %d' % code)

    def wipe(self):
        """Another device, as it were: cache and state are gone, only the cloud is left."""
        for each in ('XDG_CACHE_HOME', 'XDG_STATE_HOME'):
            for path, _, files in os.walk(self.own[each]):
                for name in files:
                    if not path.endswith('log'):
                        os.unlink(os.path.join(path, name))

    def leave(self):
        if self.process and self.process.poll() is None:
            self.kill()
        unmount = ('umount', '-l') if os.geteuid() == 0 else ('fusermount3', '-uz')
        subprocess.run(unmount + (self.at,), stderr=subprocess.DEVNULL, check=False)
        if self.disk:
            shutil.copytree(self.disk.at, os.path.join(self.folder, 'own'), dirs_exist_ok=True)
            self.disk.leave()
