package aloft.sync;

import aloft.format.Action;
import java.io.IOException;
import java.util.List;

/** What somebody has to say in the log besides the changes of the tree. */
@FunctionalInterface
interface Note {
    /** As of the head; asked again when another commit was first. Empty when there is nothing to say any more. */
    List<Action> actions() throws IOException;
}
