package aloft.server;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Goes through a tree of the disk without following links; what vanishes meanwhile is passed over. */
final class Walk {

    private Walk() {}

    @FunctionalInterface
    interface Step {
        void at(Path file, BasicFileAttributes attributes) throws IOException;
    }

    /** Each folder comes after what it holds. Nothing happens when {@code top} does not exist. */
    static void filesThenFolders(Path top, Step step) throws IOException {
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                step.at(file, attributes);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                return passOverMissing(e);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e)
                    throws IOException {
                if (e != null) {
                    return passOverMissing(e);
                }
                step.at(folder, Files.readAttributes(folder, BasicFileAttributes.class));
                return FileVisitResult.CONTINUE;
            }

            private FileVisitResult passOverMissing(IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
    }
}
