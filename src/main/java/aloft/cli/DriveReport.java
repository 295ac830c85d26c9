package aloft.cli;

import aloft.cli.home.MountedDrive;
import aloft.cli.home.Place;
import aloft.tree.Drive.Space;
import aloft.tree.Keeping.DriveStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A drive in a few lines for people. */
final class DriveReport {

    private static final int MAX_ERRORS = 10;

    private final App app;

    DriveReport(App app) {
        this.app = app;
    }

    List<String> lines(MountedDrive drive, DriveStatus status) {
        var lines = new ArrayList<String>();
        lines.add(drive.name() + "  " + app.folders().show(drive.folder()));
        lines.add(row("place", place(drive)));
        lines.add(row("state", inWords(status)));
        Space space = status.space();
        if (space != null && space.free() >= 0) {
            lines.add(row("cloud", Quantity.bytes(space.free()) + " free"
                    + (space.total() > 0 ? " of " + Quantity.bytes(space.total()) : "")));
        }
        lines.add(row("cache", Quantity.bytes(status.cacheUsed()) + " of at most "
                + Quantity.bytes(status.cacheLimit())));
        lines.add(row("traffic", Quantity.bytes(status.uploaded()) + " up and "
                + Quantity.bytes(status.downloaded()) + " down since the mount"));
        lines.add(row("change", String.format(Locale.ROOT, "%,d", status.head())));
        List<String> errors = status.errors();
        for (String error : errors.subList(Math.max(0, errors.size() - MAX_ERRORS), errors.size())) {
            lines.add(row("error", error));
        }
        return lines;
    }

    /** The state in one sentence. */
    static String inWords(DriveStatus status) {
        var parts = new ArrayList<String>();
        String readOnly = status.readOnly();
        if (readOnly != null) {
            parts.add("read-only: " + readOnly);
        }
        if (!status.online()) {
            parts.add("offline");
        }
        if (status.pending() > 0) {
            parts.add(Quantity.count(status.pending(), "change", "changes") + " ("
                    + Quantity.bytes(status.pendingBytes()) + ") waiting to go up");
        } else if (status.online()) {
            parts.add("everything is in the cloud");
        }
        if (status.comingFiles() > 0) {
            parts.add(Quantity.bytes(status.coming()) + " of "
                    + Quantity.count(status.comingFiles(), "pinned file", "pinned files") + " to come down");
        }
        if (!status.errors().isEmpty()) {
            parts.add(Quantity.count(status.errors().size(), "error", "errors"));
        }
        return String.join(", ", parts);
    }

    private String place(MountedDrive drive) {
        return drive.place().equals(new Place.Embedded().text())
                ? "this computer, " + app.folders().show(app.folders().cloud())
                : drive.place();
    }

    private static String row(String what, String value) {
        return "  " + Width.left(what, 9) + value;
    }
}
