package aloft.cli;

import aloft.cli.control.Answers;
import aloft.cli.control.ControlClient;
import aloft.cli.control.Request;
import aloft.cli.drive.DriveSpec;
import aloft.cli.drive.Unmounted;
import aloft.cli.home.KnownDrive;
import aloft.cli.home.MountedDrive;
import aloft.tree.Keeping.Fault;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Reads all of a vault, whether its drive is mounted or not, and heals it when that is wanted. */
final class VaultCheck {

    private final App app;
    private final KnownDrive drive;
    private final SecretOptions secrets;

    VaultCheck(App app, KnownDrive drive, SecretOptions secrets) {
        this.app = app;
        this.drive = drive;
        this.secrets = secrets;
    }

    /** @return whether something is damaged still */
    boolean run(boolean repair, Consumer<Finding> to) throws Exception {
        List<Fault> faults = new ArrayList<>();
        try (var bar = new ProgressBar(app.terminal(), repair ? "Repairing" : "Verifying",
                System::nanoTime)) {
            Optional<MountedDrive> mounted = mounted();
            if (mounted.isPresent()) {
                new ControlClient(mounted.get()).ask(new Request.Verify(repair), new Answers() {
                    @Override
                    public void at(long done, long total, String item) {
                        bar.at(done, total, item);
                    }

                    @Override
                    public void fault(Fault fault) {
                        faults.add(fault);
                    }
                });
            } else {
                char[] passphrase = new Passphrases(app.terminal(), app.secrets(), new SecureRandom())
                        .ofVault(drive.name(), secrets);
                try (var spec = new DriveSpec(drive, false, passphrase,
                        new Logins(app).ofStoreOrNull(drive, secrets))) {
                    Unmounted.with(spec, app.folders(),
                            keeping -> faults.addAll(keeping.verify(repair, bar)));
                }
            }
        }
        tell(faults, repair, to);
        return faults.stream().anyMatch(fault -> !fault.healed());
    }

    private Optional<MountedDrive> mounted() throws Exception {
        return MountedDrive.all(app.folders())
                .stream()
                .filter(each -> each.name().equals(drive.name()) && ControlClient.answers(each.socket()))
                .findFirst();
    }

    private void tell(List<Fault> faults, boolean repair, Consumer<Finding> to) {
        if (faults.isEmpty()) {
            to.accept(Finding.good("content", "everything in the vault was read and is what was written"));
        }
        for (Fault fault : faults) {
            String what = new String(fault.what().getBytes(StandardCharsets.ISO_8859_1),
                    StandardCharsets.UTF_8)
                    .replaceAll("\\p{Cntrl}", "?");
            to.accept(fault.healed()
                    ? Finding.odd("healed", what, "Nothing more has to be done.")
                    : Finding.bad("damaged", what, repair
                            ? "Put back what the cloud has lost, or run this on another device that has it."
                            : "What this device has can be put there anew with: aloft doctor --repair "
                                    + drive.name()));
        }
    }
}
