package aloft.cli;

import aloft.cli.home.Exit;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.Place;
import aloft.cli.home.Problem;
import aloft.store.S3Place;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a drive is to be mounted; remembered with it. */
final class DriveOptions {

    @Option(names = "--name", paramLabel = "NAME", description = "What to call the drive in other commands; by default the last part of its place.")
    private @Nullable String name;

    @Option(names = "--endpoint", paramLabel = "URL", description = "Where the S3 store of the place is, if not at AWS; https://{bucket}.host for one that wants the bucket in the host's name.")
    private @Nullable String endpoint;

    @Option(names = "--region", paramLabel = "REGION", description = "The region of the S3 store; by default what it says itself.")
    private @Nullable String region;

    @Option(names = "--state-dir", paramLabel = "DIR", description = "Keep database, journal and log here; another for each drive.")
    private @Nullable Path stateFolder;

    @Option(names = "--cache-dir", paramLabel = "DIR", description = "Keep what came from the cloud here, encrypted; another for each drive.")
    private @Nullable Path cacheFolder;

    @Option(names = "--cache-size", paramLabel = "SIZE", description = "How much of the disk the cache may take, such as 20G; by default a tenth of it.")
    private @Nullable String cacheSize;

    @Option(names = "--device", paramLabel = "NAME", description = "What your other devices call this one; by default the host's name.")
    private @Nullable String device;

    @Option(names = "--ca-file", paramLabel = "FILE", description = "Trust the certificate authorities in this PEM file too.")
    private @Nullable Path certificates;

    @Option(names = "--insecure", description = "Ask a server of another computer without TLS; your password can be overheard.")
    private boolean insecure;

    @Option(names = "--allow-other", description = "Let other users of this computer enter the drive (needs user_allow_other in /etc/fuse.conf).")
    private boolean allowOther;

    @Nullable
    String name() throws Problem {
        if (name != null && !KnownDrive.isName(name)) {
            throw new Problem(Exit.USAGE, "'" + name
                    + "' is no name for a drive; use letters, digits, '.', '-' and '_', at most 48.");
        }
        return name;
    }

    /** The place with what is said of it. */
    Place at(Place place) throws Problem {
        if (endpoint == null && region == null) {
            return place;
        }
        if (!(place instanceof Place.Cloud(S3Place s3))) {
            throw new Problem(Exit.USAGE, "--endpoint and --region belong to a place at S3: s3://BUCKET.");
        }
        try {
            return new Place.Cloud(s3.with(endpoint, region));
        } catch (IllegalArgumentException e) {
            throw new Problem(Exit.USAGE, String.valueOf(e.getMessage()), e);
        }
    }

    KnownDrive.Options given() throws Problem {
        return new KnownDrive.Options(absolute(stateFolder), absolute(cacheFolder), bytes(), device,
                absolute(certificates), insecure, allowOther);
    }

    private @Nullable Long bytes() throws Problem {
        try {
            return cacheSize == null ? null : Quantity.parseBytes(cacheSize);
        } catch (IllegalArgumentException e) {
            throw new Problem(Exit.USAGE, "--cache-size: " + e.getMessage() + ".", e);
        }
    }

    private static @Nullable Path absolute(@Nullable Path path) {
        return path == null ? null : path.toAbsolutePath().normalize();
    }
}
