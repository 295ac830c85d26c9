package aloft.sync;

import java.time.Duration;

/**
 * Bounds of what is asked from the store at the same time.
 *
 * @param deadline for a reader that waits and gets not one byte more
 * @param requests at the same time
 * @param reserved of these, for what somebody waits for: guesses and whole files take only the others
 */
public record DownloadLimits(Duration deadline, int requests, int reserved) {

    public static final DownloadLimits USUAL = new DownloadLimits(Duration.ofSeconds(30), 8, 2);

    public DownloadLimits {
        if (!deadline.isPositive() || reserved < 0 || requests <= reserved) {
            throw new IllegalArgumentException("not limits of downloads");
        }
    }
}
