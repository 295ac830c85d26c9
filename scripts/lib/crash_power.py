"""A disk that loses its power: what a drive wrote and did not sync is thrown away, and the computer starts anew."""

import os
import subprocess
import sys
import uuid

from crash_writers import Wrong

HERE = os.path.dirname(os.path.realpath(__file__))
BOOT_ID = '/proc/sys/kernel/random/boot_id'
APART = 'ALOFT_CRASH_APART'


def apart():
    """Begins this program again where its mounts, and which start of the computer this is, are its own affair."""
    if APART in os.environ:
        return
    user = () if os.geteuid() == 0 else ('--user', '--map-root-user')
    os.environ[APART] = '1'
    os.execvp('unshare', ('unshare', '--mount') + user + (sys.executable, '-B') + tuple(sys.argv))


class Disk:
    """A folder whose content is in memory; see powerloss_disk.h for what a loss leaves."""

    def __init__(self, folder):
        self.at = os.path.join(folder, 'disk')
        self.boot = os.path.join(folder, 'boot')
        self.lost = ''
        os.makedirs(self.at, exist_ok=True)
        program = os.path.join(folder, 'powerloss')
        sources = [os.path.join(HERE, name) for name in ('powerloss.c', 'powerloss_disk.c')]
        try:
            flags = subprocess.run(('pkg-config', '--cflags', '--libs', 'fuse3'), check=True, capture_output=True,
                                   text=True).stdout.split()
            subprocess.run(('cc', '-O2', '-D_GNU_SOURCE', '-D_FILE_OFFSET_BITS=64', *sources, '-o', program, *flags), check=True)
        except (OSError, subprocess.CalledProcessError) as problem:
            raise SystemExit('%s\nThis takes a C compiler, pkg-config and libfuse3-dev.' % problem) from problem
        self.process = subprocess.Popen((program, '-f', '-s', self.at), stdin=subprocess.DEVNULL)
        while not os.path.ismount(self.at):
            if self.process.poll() is not None:
                raise SystemExit('the disk cannot be mounted')
        self.restart()

    def restart(self):
        """As if the computer was started anew."""
        with open(self.boot, 'w', encoding='ascii') as file:
            file.write('%s\n' % uuid.uuid4())
        if not os.path.ismount(BOOT_ID):
            subprocess.run(('mount', '--bind', self.boot, BOOT_ID), check=True)
        with open(BOOT_ID, encoding='ascii') as file, open(self.boot, encoding='ascii') as same:
            if file.read() != same.read():
                raise Wrong('the boot id cannot be changed')

    def lose(self, seed):
        os.setxattr(self.at, 'user.power', b'%d' % seed)
        self.lost = os.getxattr(self.at, 'user.power').decode()
        self.restart()

    def leave(self):
        subprocess.run(('umount', '-l', self.at), stderr=subprocess.DEVNULL, check=False)
        self.process.kill()
        self.process.wait()
