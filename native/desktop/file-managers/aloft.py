"""Shows in Nautilus, Nemo and Caja what of a drive is on this device, and lets people change it.

Everything goes through extended attributes of the drive's files, on a thread of its own: the window never waits.
"""
import collections
import errno
import os
import queue
import threading
import time

import gi

HOSTS = {"nautilus": "Nautilus", "nemo": "Nemo", "caja": "Caja"}


def host_module():
    """The file manager's own module, in the version that its loader has asked for."""
    program = os.path.basename(os.readlink("/proc/self/exe")).split("-")[0]
    name = HOSTS.get(program) or next(each for each in HOSTS.values() if gi.get_required_version(each))
    return getattr(__import__("gi.repository", fromlist=[name]), name)


FileManager = host_module()
from gi.repository import Gio, GLib, GObject  # after the host's module, whose GTK they follow

STATE, PINNED, FREE, STAMP = (f"user.aloft.{name}" for name in ("state", "pinned", "free", "stamp"))
EMBLEMS = {
    "online-only": ("aloft-online-only", "Online-only"),
    "partial": ("aloft-online-only", "Partly on this device"),
    "local": ("aloft-local", "On this device"),
    "pinned": ("aloft-pinned", "Always on this device"),
    "syncing": ("aloft-syncing", "Syncing"),
    "error": ("aloft-error", "Error"),
}
LOOK_AGAIN_SECONDS = 1
MOUNTS_SECONDS = 2
MOST_FOLLOWED = 5000


class Drives:
    """Where drives are mounted now."""

    def __init__(self):
        self.folders, self.looked = [], -MOUNTS_SECONDS

    def all(self):
        if time.monotonic() - self.looked > MOUNTS_SECONDS:
            with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as lines:
                self.folders = [unescape(line.split(" ")[4]) for line in lines if " - fuse.aloft " in line]
            self.looked = time.monotonic()
        return self.folders


def is_in(path, folder):
    return path == folder or path.startswith(folder + "/")


def unescape(text):
    """As mountinfo writes a space, a tab, a line's end and a backslash."""
    for code, char in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, char)
    return text


def state_of(path):
    """A word, or None for what is on no drive."""
    try:
        return os.getxattr(path, STATE, follow_symlinks=False).decode()
    except OSError:
        return None


class Watch:
    """The states of what the file manager shows. Files are touched by the main thread alone, states by the other."""

    def __init__(self):
        self.files = collections.OrderedDict()  # path to a weak reference of the file
        self.states = {}
        self.stamps = {}

    def add(self, path, file):
        self.files[path] = file.weak_ref()
        self.files.move_to_end(path)
        if len(self.files) > MOST_FOLLOWED:
            oldest, _ = self.files.popitem(last=False)
            self.states.pop(oldest, None)

    def file(self, path):
        reference = self.files.get(path)
        file = reference() if reference else None
        if file is None:
            self.files.pop(path, None)
            self.states.pop(path, None)
        return file

    def look(self, path):
        """Whether the state is another one than before."""
        before, now = self.states.get(path), state_of(path)
        self.states[path] = now
        return now != before

    def changed(self, drives, paths):
        """Those whose state is not what it was; looks at nothing while the drive says that nothing happened."""
        moved = [folder for folder in drives if self.is_moved(folder)]
        return [path for path in paths if any(is_in(path, folder) for folder in moved) and self.look(path)]

    def is_moved(self, folder):
        try:
            stamp = os.getxattr(folder, STAMP)
        except OSError:
            return False
        before, self.stamps[folder] = self.stamps.get(folder), stamp
        return before != stamp


class Aloft(GObject.GObject, FileManager.InfoProvider, FileManager.MenuProvider, FileManager.ColumnProvider):

    def __init__(self):
        super().__init__()
        self.drives, self.watch = Drives(), Watch()
        self.jobs = queue.SimpleQueue()
        threading.Thread(target=self.work, daemon=True).start()
        GLib.timeout_add_seconds(LOOK_AGAIN_SECONDS, self.look_again)

    # ---- the thread

    def work(self):
        while True:
            job = self.jobs.get()
            try:
                job()
            except Exception as failure:  # the thread serves the next one in any case
                print("aloft:", failure)

    def look_again(self):
        folders, paths = list(self.drives.all()), list(self.watch.files)
        if folders and paths and self.jobs.empty():
            self.jobs.put(lambda: GLib.idle_add(self.show_again, self.watch.changed(folders, paths)))
        return True

    def show_again(self, paths):
        for path in paths:
            file = self.watch.file(path)
            if file is not None:
                file.invalidate_extension_info()

    # ---- emblems and the column

    def get_columns(self):
        return [FileManager.Column(name="Aloft::availability", attribute="aloft_availability",
                                   label="Availability", description="What of it is on this device")]

    def update_file_info(self, file):
        """Shows what is known. What is not is found out, and then this is called again."""
        path = self.path(file)
        if path is not None:
            known = path in self.watch.states
            self.watch.add(path, file)
            if not known:
                self.jobs.put(lambda: self.watch.look(path) and GLib.idle_add(self.show_again, [path]))
        emblem, words = EMBLEMS.get(self.watch.states.get(path), (None, ""))
        if emblem:
            file.add_emblem(emblem)
        file.add_string_attribute("aloft_availability", words)
        return FileManager.OperationResult.COMPLETE

    def path(self, file):
        """Of what lies on a drive, else None."""
        if file.get_uri_scheme() != "file":
            return None
        path = file.get_location().get_path()
        return path if path and any(is_in(path, folder) for folder in self.drives.all()) else None

    # ---- the menu

    def get_file_items(self, *arguments):
        paths = [self.path(file) for file in arguments[-1]]
        if not paths or None in paths:
            return []
        items = []
        states = [self.watch.states.get(path) for path in paths]
        if any(state != "pinned" for state in states):
            items.append(self.item("pin", "Always keep on this device", "emblem-aloft-pinned", keep, paths))
        if any(state != "online-only" for state in states):
            items.append(self.item("free", "Free up space", "emblem-aloft-online-only", free, paths))
        return items

    def item(self, name, label, icon, action, paths):
        item = FileManager.MenuItem(name="Aloft::" + name, label=label, tip="", icon=icon)
        item.connect("activate", lambda *_: self.jobs.put(lambda: self.do(action, label, paths)))
        return item

    @staticmethod
    def do(action, label, paths):
        for path in paths:
            try:
                action(path)
            except OSError as failure:
                notify(label, why(path, failure))
                return


def keep(path):
    os.setxattr(path, PINNED, b"1", follow_symlinks=False)


def free(path):
    try:
        os.setxattr(path, PINNED, b"0", follow_symlinks=False)
    except PermissionError:
        pass  # a folder above is kept: what follows says so
    os.setxattr(path, FREE, b"1", follow_symlinks=False)


def why(path, failure):
    name = os.path.basename(path)
    return {
        errno.EPERM: f"'{name}' is in a folder that is always kept on this device.",
        errno.EBUSY: f"'{name}' has changes that are not in the cloud yet. Try again when they are.",
        errno.ENOSPC: f"There is no room for '{name}' on this device. Free up space first.",
    }.get(failure.errno, f"'{name}': {failure.strerror}")


def notify(title, text):
    bus = Gio.bus_get_sync(Gio.BusType.SESSION)
    arguments = GLib.Variant("(susssasa{sv}i)", ("Aloft", 0, "drive-harddisk", title, text, [], {}, -1))
    bus.call("org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications",
             "Notify", arguments, None, Gio.DBusCallFlags.NONE, 2000, None, None)
