package aloft.cli.control;

import aloft.cli.home.Exit;
import aloft.cli.home.Problem;
import aloft.failure.Failure;
import aloft.mount.MountException;
import aloft.tree.FsException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;

/**
 * What the user is told of something that went wrong: the one place where it becomes an exit code and a
 * sentence.
 *
 * @param expected false for an error of ours, whose stack trace belongs in the log
 */
public record Outcome(Exit exit, String sentence, boolean expected) {

    public static Outcome of(Throwable thrown) {
        return switch (thrown) {
            case Problem problem -> new Outcome(problem.exit(), problem.sentence(), true);
            case Failure failure -> new Outcome(exit(failure), sentence(failure), true);
            case MountException mount -> new Outcome(exit(mount.reason()), sentence(mount), true);
            case FsException refused -> new Outcome(exit(refused.reason()), sentence(refused), true);
            case IOException full when isDiskFull(full) ->
                new Outcome(Exit.NOT_WORTH_A_RETRY, fullDisk(full), true);
            case FileSystemException file -> new Outcome(exit(file), sentence(file), true);
            case InterruptedException stopped -> new Outcome(Exit.TEMPORARY, "Interrupted.", true);
            case IOException other -> new Outcome(Exit.OTHER, sentence(other), false);
            default -> new Outcome(Exit.OTHER, "Something went wrong inside Aloft: " + thrown, false);
        };
    }

    /** The JDK hands on the words of the system, which are English here: the launcher sets the language. */
    private static boolean isDiskFull(IOException e) {
        String message = String.valueOf(e.getMessage());
        return message.endsWith("No space left on device") || message.endsWith("Disk quota exceeded");
    }

    private static String fullDisk(IOException e) {
        String file = e instanceof FileSystemException named ? named.getFile() : null;
        return "The disk is full" + (file == null ? "" : " at " + file)
                + ": make room where Aloft keeps its state and cache, then try again.";
    }

    private static Exit exit(Failure failure) {
        return switch (failure) {
            case Failure.Missing missing -> Exit.FILE_MISSING;
            case Failure.Unreachable unreachable -> Exit.TEMPORARY;
            case Failure.Busy busy -> Exit.TEMPORARY;
            case Failure.NeedsLogin login -> Exit.NOT_WORTH_A_RETRY;
            case Failure.Full full -> Exit.NOT_WORTH_A_RETRY;
            case Failure.Damaged damaged -> Exit.DAMAGE_FOUND;
            case Failure.Refused refused -> Exit.NOT_WORTH_A_RETRY;
            case Failure.WrongPassphrase wrong -> Exit.WRONG_PASSPHRASE;
            case Failure.TooNew newer -> Exit.FATAL;
            case Failure.ReadOnly readOnly -> Exit.NOT_WORTH_A_RETRY;
        };
    }

    private static Exit exit(FsException.Reason reason) {
        return switch (reason) {
            case NOT_FOUND -> Exit.FILE_MISSING;
            case NOT_A_FOLDER -> Exit.FOLDER_MISSING;
            case BUSY, TIMED_OUT, INTERRUPTED, IO, STALE -> Exit.TEMPORARY;
            case INVALID, NAME_TOO_LONG -> Exit.USAGE;
            case EXISTS, IS_A_FOLDER, NOT_EMPTY, NOT_PERMITTED, ACCESS_DENIED, READ_ONLY, NO_SPACE, TOO_LARGE,
                    NO_XATTR, XATTR_TOO_LARGE, NOT_SUPPORTED, BAD_HANDLE ->
                Exit.NOT_WORTH_A_RETRY;
        };
    }

    private static Exit exit(MountException.Reason reason) {
        return switch (reason) {
            case NO_FOLDER -> Exit.FOLDER_MISSING;
            case NOT_EMPTY -> Exit.MOUNT_POINT_NOT_EMPTY;
            case ALREADY_MOUNTED -> Exit.OTHER;
            case NO_FUSE_DEVICE, NO_FUSERMOUNT, NO_LIBRARY, NOT_PERMITTED -> Exit.NOT_WORTH_A_RETRY;
            case BUSY -> Exit.TEMPORARY;
            case FAILED -> Exit.FATAL;
        };
    }

    private static Exit exit(FileSystemException file) {
        return switch (file) {
            case NoSuchFileException missing -> Exit.FILE_MISSING;
            case NotDirectoryException missing -> Exit.FOLDER_MISSING;
            case AccessDeniedException denied -> Exit.NOT_WORTH_A_RETRY;
            default -> Exit.OTHER;
        };
    }

    private static String sentence(FileSystemException file) {
        String reason = file.getReason();
        return switch (file) {
            case NoSuchFileException missing -> "There is no " + missing.getFile() + ".";
            case NotDirectoryException missing -> missing.getFile() + " is not a folder.";
            case AccessDeniedException denied ->
                "You may not use " + denied.getFile() + "; check whose it is.";
            default -> file.getFile() + ": " + (reason == null ? "it cannot be used." : reason + ".");
        };
    }

    private static String sentence(Throwable thrown) {
        String message = thrown.getMessage();
        return message == null || message.isBlank() ? thrown.getClass().getSimpleName() : message;
    }
}
