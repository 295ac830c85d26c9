"""A line to a server that is bad now and then: it stalls, is cut off, and resets connections."""

import random
import re
import socket
import struct
import threading
import time


HEAD = re.compile(rb'([A-Z]{3,10}) (/\S*) HTTP/1\.1\r\n')
RANGE = re.compile(rb'\r\nrange: *(bytes=\S+)\r\n', re.IGNORECASE)


class Line:
    """Listens on loopback and passes bytes on. Weather changes by chance until it is told to be fine for good."""

    def __init__(self, target, seed):
        self.target = target
        self.random = random.Random(seed)
        self.weather = 'fine'
        self.troubles = {}
        self.ended = threading.Event()
        self.may_flow = threading.Event()
        self.may_flow.set()
        self.pairs = set()
        # of plain HTTP: method, path, range
        self.heads = []
        self.listener = socket.create_server(('127.0.0.1', 0), backlog=64)
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        self.changing = threading.Thread(target=self.change, daemon=True)

    def begin(self):
        self.changing.start()

    def clear_up(self):
        """From now on the line is fine."""
        self.ended.set()
        if self.changing.ident:
            self.changing.join()

    def cut(self):
        """Until it is mended, connections are refused."""
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.reset_all()

    def mend(self):
        self.listener = socket.create_server(('127.0.0.1', self.port), backlog=64)
        threading.Thread(target=self.accept, daemon=True).start()

    def change(self):
        while not self.ended.wait(self.random.uniform(0.5, 20)):
            weather = self.random.choice(('stalled', 'cut off', 'reset', 'reset', 'flaky', 'flaky'))
            self.troubles[weather] = self.troubles.get(weather, 0) + 1
            self.weather = weather
            if weather == 'stalled':
                self.may_flow.clear()
            elif weather != 'flaky':
                self.reset_all()
            if weather != 'reset':
                # a minute now and then: longer than any deadline
                self.ended.wait(60 if self.random.random() < 0.1 else self.random.uniform(0.2, 12))
            self.weather = 'fine'
            self.may_flow.set()

    def accept(self):
        listener = self.listener
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            if self.weather == 'cut off':
                reset(near)
                continue
            try:
                far = socket.create_connection(self.target, 5)
            except OSError:
                reset(near)
                continue
            pair = (near, far)
            self.pairs.add(pair)
            for one, other in (pair, pair[::-1]):
                threading.Thread(target=self.pump, args=(one, other, pair), daemon=True).start()

    def pump(self, one, other, pair):
        try:
            while True:
                data = one.recv(1 << 16)
                head = HEAD.match(data)
                if head:
                    wanted = RANGE.search(data)
                    self.heads.append((head[1].decode(), head[2].decode(), wanted and wanted[1].decode(), None, 0))
                self.may_flow.wait()
                if self.weather == 'flaky' and self.random.random() < 0.05:
                    # a part of it arrives, and then nothing
                    other.sendall(data[:self.random.randrange(len(data) + 1)])
                    break
                if not data:
                    other.shutdown(socket.SHUT_WR)
                    return
                other.sendall(data)
        except OSError:
            pass
        self.drop(pair)

    def drop(self, pair):
        self.pairs.discard(pair)
        for each in pair:
            reset(each)

    def reset_all(self):
        for pair in list(self.pairs):
            self.drop(pair)


def reset(connection):
    try:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
        connection.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
    connection.close()


def await_answer(port, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(('127.0.0.1', port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit('nothing answers at port %d' % port)
