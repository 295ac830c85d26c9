"""Clouds that run on this computer, as the place of a vault."""

import glob
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request

from twins_line import await_answer

SCRIPTS = os.path.dirname(os.path.dirname(os.path.realpath(__file__)))
HOME = os.path.dirname(SCRIPTS)
ALOFT = os.path.join(SCRIPTS, 'aloft')
HOSTS = ('api.dropboxapi.com', 'content.dropboxapi.com', 'notify.dropboxapi.com', 'graph.microsoft.com',
         'login.microsoftonline.com', 'www.googleapis.com', 'oauth2.googleapis.com', 'www.dropbox.com', 'accounts.google.com')


def free_port():
    with socket.socket() as taken:
        taken.bind(('127.0.0.1', 0))
        return taken.getsockname()[1]


class Server:
    """One that is reached at a port of this computer, in plain HTTP, with a password."""

    # what logs and arguments must not show
    secrets = ()
    # which parts of scripts/clouds: for any place, for a fake, for a place where only one device may write
    suits = ('any',)

    def __init__(self, kind, folder):
        self.kind = kind
        self.user, self.password, self.path = 'user', 'pass', '/dav/vault'
        port = free_port()
        command = (os.path.join(SCRIPTS, 'servers', 'start'), kind, str(port))
        if kind == 'aloft':
            self.user, self.password, self.path = 'aloft', 'password', '/'
            secret = os.path.join(folder, 'password')
            with open(secret, 'w', encoding='utf-8') as file:
                file.write(self.password)
            command = (ALOFT, 'serve', '--address', '127.0.0.1:%d' % port, '--password-file', secret,
                       os.path.join(folder, 'served'))
        self.port = port
        with open(os.path.join(folder, 'server'), 'ab') as log:
            self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=log, stderr=log)
        await_answer(port)

    def text(self, port):
        """The place, as it is reached over a line at the port."""
        return 'http://%s@127.0.0.1:%d%s' % (self.user, port, self.path)

    def options(self, port):
        return ()

    def secret(self):
        return self.password

    def environment(self, port):
        return {}

    def login(self, device):
        """Nothing but the password is needed."""

    def requests(self, line):
        """What a device asked for so far: method, what, range, status or None."""
        return list(line.heads)

    def leave(self):
        self.process.stdin.close()
        self.process.terminate()
        self.process.wait(60)


class Bucket(Server):
    """S3Proxy, s3rver, or an S3 that runs already."""

    def __init__(self, kind, folder, endpoint=None, keys=None):
        self.process = None
        if endpoint:
            self.kind = 's3'
            self.port = urllib.parse.urlsplit(endpoint).port
            with open(keys, encoding='utf-8') as file:
                self.password = file.read().strip()
        else:
            super().__init__(kind, folder)
            self.password = 'S3RVER\nS3RVER' if kind == 's3rver' else 'user\npass'
        if kind == 's3rver':
            self.suits = ('any', 'single')
        self.name = 'bucket%d' % os.getpid()

    def text(self, port):
        return 's3://%s/vault' % self.name

    def options(self, port):
        return '--endpoint', 'http://127.0.0.1:%d' % port

    def leave(self):
        if self.process:
            super().leave()


class Account(Server):
    """A fake of a cloud with accounts. Devices take it for the real one, since it is their proxy to all hosts."""

    suits = ('any', 'fake')
    secrets = (re.compile(rb'\btoken\d+\b'), re.compile(rb'\brefresh\d+\b'), re.compile(rb'theRefreshToken|theClientSecret'))

    def __init__(self, kind, folder):
        self.kind = kind
        self.port, self.plain = free_port(), free_port()
        self.authority, keys = certificates(folder)
        with open(os.path.join(HOME, 'target', 'app', 'java-home'), encoding='utf-8') as file:
            java = os.path.join(file.read().strip(), 'bin', 'java')
        compile_fakes()
        classes = ':'.join([os.path.join(HOME, 'target', name) for name in ('test-classes', 'classes')]
                           + glob.glob(os.path.join(HOME, 'target', 'app', 'lib', '*.jar')))
        self.process = subprocess.Popen(
            (java, '-Xmx1000m', '-XX:+UseSerialGC', '-XX:NewSize=100m', '-XX:MaxNewSize=100m', '-cp', classes, 'aloft.store.FakeClouds', kind,
             str(self.plain), str(self.port), keys),
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=open(os.path.join(folder, 'server'), 'ab'), text=True)
        self.seen = []
        self.answered = threading.Semaphore(0)
        threading.Thread(target=self.follow, daemon=True).start()
        await_answer(self.port)

    def follow(self):
        for line in self.process.stdout:
            words = line.rstrip('\n').split('\t')
            if len(words) == 6:
                method, what, wanted, size, status, _ = words
                self.seen.append((method, what, None if wanted == '-' else wanted, int(status), int(size)))
            elif line.startswith('set '):
                self.answered.release()

    def tell(self, *words):
        """Sets a switch of the fake."""
        self.process.stdin.write(' '.join(map(str, words)) + '\n')
        self.process.stdin.flush()
        if not self.answered.acquire(timeout=20):
            raise SystemExit('the fake does not take %r' % (words,))

    def text(self, port):
        return self.kind + ':/vault'

    def options(self, port):
        return '--ca-file', self.authority

    def secret(self):
        return None

    def environment(self, port):
        return {'JDK_JAVA_OPTIONS': '-Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=%d' % port}

    def login(self, device):
        """As a user does it, with the part of the browser played here."""
        code = os.path.join(device.folder, 'code')
        if not os.path.exists(code):
            os.mkfifo(code)
        client = os.path.join(device.folder, 'client')
        with open(client, 'w', encoding='utf-8') as file:
            file.write('theClientSecret')
        options = ('--client-secret-file', client) if self.kind == 'gdrive' else ()
        asked = subprocess.Popen((ALOFT, 'login', self.kind + ':', '--client-id', 'theClientId', '--code-file', code,
                                  '--ca-file', self.authority, *options), env=device.environment,
                                 stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        address = next(line.strip() for line in asked.stderr if line.strip().startswith('https://'))
        query = urllib.parse.urlsplit(address).query
        given = urllib.request.urlopen('http://127.0.0.1:%d/oauth2/authorize?%s' % (self.plain, query)).read().decode()
        state = urllib.parse.parse_qs(query).get('state')
        with open(code, 'w', encoding='utf-8') as file:
            file.write('http://localhost:1/?' + urllib.parse.urlencode({'code': given, 'state': state[0]}) if state else given)
        said = asked.stderr.read()
        if asked.wait(60):
            raise SystemExit('the login failed: ' + said)

    def requests(self, line):
        return list(self.seen)

    def leave(self):
        self.process.stdin.close()
        self.process.wait(60)


def certificates(folder):
    """A certificate authority, and a key with a certificate for the hosts of the clouds."""
    folder = os.path.join(folder, 'certificates')
    os.makedirs(folder, exist_ok=True)
    names = ','.join('DNS:' + host for host in HOSTS)

    def openssl(*arguments):
        subprocess.run(('openssl',) + arguments, cwd=folder, check=True, stdin=subprocess.DEVNULL,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    with open(os.path.join(folder, 'names'), 'w', encoding='utf-8') as file:
        file.write('subjectAltName=%s\n' % names)
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '30', '-subj', '/CN=For this test', '-keyout', 'ca.key', '-out', 'ca.pem')
    openssl('req', '-newkey', 'rsa:2048', '-nodes', '-subj', '/CN=fake', '-keyout', 'key.pem', '-out', 'request')
    openssl('x509', '-req', '-in', 'request', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '30', '-extfile', 'names',
            '-out', 'cert.pem')
    openssl('pkcs12', '-export', '-inkey', 'key.pem', '-in', 'cert.pem', '-passout', 'pass:password', '-out', 'keys.p12')
    return os.path.join(folder, 'ca.pem'), os.path.join(folder, 'keys.p12')


def compile_fakes():
    made = os.path.join(HOME, 'target', 'test-classes', 'aloft', 'store', 'FakeClouds.class')
    sources = glob.glob(os.path.join(HOME, 'src', 'test', 'java', 'aloft', 'store', 'Fake*.java'))
    if not os.path.exists(made) or any(os.path.getmtime(each) > os.path.getmtime(made) for each in sources):
        subprocess.run(('mvn', '-B', '-q', '-DskipTests', '-Dspotless.check.skip=true', 'test-compile'), cwd=HOME, check=True)


def place(kind, folder, endpoint=None, keys=None):
    """Starts the server of a kind: aloft, s3proxy, s3rver, dropbox, onedrive, gdrive, or what scripts/servers/start knows."""
    if kind in ('dropbox', 'onedrive', 'gdrive'):
        return Account(kind, folder)
    if kind in ('s3proxy', 's3rver', 's3'):
        return Bucket(kind, folder, endpoint, keys)
    return Server(kind, folder)


class Device:
    """A computer with a drive of its own, and a line of its own to the place."""

    def __init__(self, name, folder, at_place, line):
        self.name = name
        self.place = at_place
        self.line = line
        self.folder = os.path.join(folder, name)
        self.at = os.path.join(self.folder, 'Aloft')
        self.process = None
        os.makedirs(os.path.join(self.folder, 'run'), 0o700)
        self.options = list(at_place.options(line.port))
        for option, text in (('passphrase', 'only for this test'), ('password', at_place.secret())):
            if text:
                path = os.path.join(self.folder, option)
                with open(path, 'w', encoding='utf-8') as file:
                    file.write(text + '\n')
                self.options += ['--%s-file' % option, path]
        settings = os.path.join(self.folder, '.config', 'aloft')
        os.makedirs(settings, 0o700)
        with open(os.path.join(settings, 'programs'), 'w', encoding='utf-8') as file:
            # without a terminal it looks like a program that pulls everything down
            file.write('*/%s = allow\n' % os.path.basename(sys.argv[0]))
        keep = {name: value for name, value in os.environ.items() if not name.startswith(('XDG_', 'DBUS_', 'DISPLAY', 'WAYLAND_'))}
        self.environment = {**keep, 'HOME': self.folder, 'XDG_RUNTIME_DIR': os.path.join(self.folder, 'run'),
                            **at_place.environment(line.port)}
        at_place.login(self)

    def try_aloft(self, *arguments, seconds=120):
        return subprocess.run((ALOFT,) + arguments, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True,
                              text=True, timeout=seconds, check=False)

    def aloft(self, *arguments, seconds=120):
        done = self.try_aloft(*arguments, seconds=seconds)
        if done.returncode:
            raise Wrong('%s: aloft %s: %s' % (self.name, ' '.join(arguments), done.stderr))
        return done.stdout

    def where(self):
        """The place, and the folder where that is not the usual one."""
        return (self.place.text(self.line.port),)

    def create(self):
        self.aloft('create', *self.options, self.where()[0])

    def mount(self, *options):
        log = os.path.join(self.folder, 'output')
        with open(log, 'ab') as output:
            self.process = subprocess.Popen((ALOFT, 'mount', '--foreground', '--device', self.name, *self.options, *options,
                                             *self.where()), env=self.environment,
                                            stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        end = time.monotonic() + 120
        while not os.path.ismount(self.at):
            if self.process.poll() is not None or time.monotonic() > end:
                raise Wrong('%s is not mounted, see %s' % (self.name, log))
            time.sleep(0.1)

    def unmount(self):
        self.process.terminate()
        try:
            code = self.process.wait(120)
        except subprocess.TimeoutExpired as problem:
            raise Wrong('%s does not end' % self.name) from problem
        if code not in (0, 143):
            raise Wrong('%s ended with %d' % (self.name, code))

    def leave(self):
        if self.process and self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        unmount = ('umount', '-l') if os.geteuid() == 0 else ('fusermount3', '-uz')
        subprocess.run(unmount + (self.at,), stderr=subprocess.DEVNULL, check=False)


class Wrong(Exception):
    """The drive did something that it must not."""
