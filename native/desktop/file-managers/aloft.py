"""Shows in Nautilus, Nemo and Caja what of a drive is on this device, and lets people change it.

Everything goes through extended attributes of the drive's files, asked for by GIO beside the window, which never
waits. (A Python thread would not do: file managers hold Python's lock while they idle.)
"""
import collections
import os
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

STATE, PINNED, FREE, STAMP = (f"xattr::aloft.{name}" for name in ("state", "pinned", "free", "stamp"))
EMBLEMS = {
    "online-only": ("aloft-online-only", "Online-only"),
    "partial": ("aloft-online-only", "Partly on this device"),
    "local": ("aloft-local", "On this device"),
    "pinned": ("aloft-pinned", "Always on this device"),
    "syncing": ("aloft-syncing", "Syncing"),
    "error": ("aloft-error", "Error"),
}
AGAIN_SECONDS = 1
MOUNTS_SECONDS = 2
MOST_FOLLOWED = 5000
MOST_ASKED = 8
FLAGS = Gio.FileQueryInfoFlags.NOFOLLOW_SYMLINKS


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


class Questions:
    """Asks for an attribute of many files, some at a time."""

    def __init__(self):
        self.waiting, self.running = collections.deque(), 0

    def ask(self, path, attribute, answer, first=False):
        """Calls answer(path, text) later, on the thread of the window; the text is None for what is on no drive."""
        (self.waiting.appendleft if first else self.waiting.append)((path, attribute, answer))
        self.go_on()

    def go_on(self):
        while self.waiting and self.running < MOST_ASKED:
            path, attribute, answer = self.waiting.popleft()
            self.running += 1
            Gio.File.new_for_path(path).query_info_async(
                attribute, FLAGS, GLib.PRIORITY_LOW, None, self.answered, (path, attribute, answer))

    def answered(self, file, result, question):
        path, attribute, answer = question
        self.running -= 1
        try:
            text = file.query_info_finish(result).get_attribute_string(attribute)
        except GLib.Error:
            text = None
        answer(path, text)
        self.go_on()


class Aloft(GObject.GObject, FileManager.InfoProvider, FileManager.MenuProvider, FileManager.ColumnProvider):

    def __init__(self):
        super().__init__()
        self.drives, self.questions = Drives(), Questions()
        self.files = collections.OrderedDict()  # what is shown: path to a weak reference of the file
        self.states = {}
        self.stamps = {}
        GLib.timeout_add_seconds(AGAIN_SECONDS, self.look_again)

    # ---- following states

    def look_again(self):
        if self.files and not self.questions.waiting:
            for folder in self.drives.all():
                self.questions.ask(folder, STAMP, self.take_stamp)
        return True

    def take_stamp(self, folder, stamp):
        """While the drive says that nothing has happened, no file is asked about."""
        before, self.stamps[folder] = self.stamps.get(folder), stamp
        if before != stamp:
            for path in [each for each in self.files if is_in(each, folder)]:
                self.questions.ask(path, STATE, self.take_state)

    def take_state(self, path, state):
        before = self.states.get(path)
        self.states[path] = state
        reference = self.files.get(path)
        file = reference() if reference else None
        if file is None:
            self.forget(path)
        elif state != before:
            file.invalidate_extension_info()

    def follow(self, path, file):
        self.files[path] = file.weak_ref()
        self.files.move_to_end(path)
        if len(self.files) > MOST_FOLLOWED:
            self.forget(next(iter(self.files)))

    def forget(self, path):
        self.files.pop(path, None)
        self.states.pop(path, None)

    # ---- emblems and the column

    def get_columns(self):
        return [FileManager.Column(name="Aloft::availability", attribute="aloft_availability",
                                   label="Availability", description="What of it is on this device")]

    def update_file_info(self, file):
        """Shows what is known. What is not is asked for, and then this is called again."""
        path = self.path(file)
        if path is not None:
            self.follow(path, file)
            if path not in self.states:
                self.questions.ask(path, STATE, self.take_state)
        emblem, words = EMBLEMS.get(self.states.get(path), (None, ""))
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
        states = [self.states.get(path) for path in paths]
        if any(state != "pinned" for state in states):
            items.append(self.item("keep", "Always keep on this device", "emblem-aloft-pinned",
                                   [(PINNED, "1")], paths))
        if any(state != "online-only" for state in states):
            steps = [(FREE, "1")] if "pinned" not in states else [(PINNED, "0"), (FREE, "1")]
            items.append(self.item("free", "Free up space", "emblem-aloft-online-only", steps, paths))
        return items

    def item(self, name, label, icon, steps, paths):
        def show(path):
            self.questions.ask(path, STATE, self.take_state, first=True)
        item = FileManager.MenuItem(name="Aloft::" + name, label=label, tip="", icon=icon)
        item.connect("activate", lambda *_: Changes(label, steps, paths, show).go_on())
        return item


class Changes:
    """Sets attributes of files one after the other, and says why when one cannot be set."""

    def __init__(self, label, steps, paths, show):
        self.label, self.show = label, show
        self.steps = collections.deque((path, name, value) for path in paths for name, value in steps)

    def go_on(self):
        if self.steps:
            path, name, value = self.steps.popleft()
            info = Gio.FileInfo()
            info.set_attribute_string(name, value)
            Gio.File.new_for_path(path).set_attributes_async(
                info, FLAGS, GLib.PRIORITY_DEFAULT, None, self.done, (path, name))

    def done(self, file, result, step):
        path, name = step
        try:
            file.set_attributes_finish(result)
        except GLib.Error as failure:
            if name != PINNED or not self.steps or self.steps[0][1] != FREE:  # what follows tells more
                notify(self.label, f"'{os.path.basename(path)}': {failure.message}")
                return
        self.show(path)
        self.go_on()


def notify(title, text):
    def got(_, result):
        arguments = GLib.Variant("(susssasa{sv}i)", ("Aloft", 0, "drive-harddisk", title, text, [], {}, -1))
        Gio.bus_get_finish(result).call(
            "org.freedesktop.Notifications", "/org/freedesktop/Notifications", "org.freedesktop.Notifications",
            "Notify", arguments, None, Gio.DBusCallFlags.NONE, -1, None, None)
    Gio.bus_get(Gio.BusType.SESSION, None, got)
