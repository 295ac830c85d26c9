package aloft.cli.control;

import aloft.tree.Keeping;
import aloft.tree.Keeping.DriveStatus;
import aloft.tree.Keeping.PathStatus;

/** What a drive answers while it works on a request; a command takes what it cares for. */
public interface Answers extends Keeping.Progress {

    @Override
    default void at(long done, long total, String item) {}

    default void status(DriveStatus status) {}

    default void entry(PathStatus entry) {}

    default void fault(Keeping.Fault fault) {}

    /** Bytes that are no longer on this device. */
    default void freed(long bytes) {}
}
