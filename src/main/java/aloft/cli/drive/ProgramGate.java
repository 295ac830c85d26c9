package aloft.cli.drive;

import aloft.cli.home.RawText;
import aloft.desktop.hydration.Programs;
import aloft.tree.Hydration;

/** The drive's question about a program, answered by what the desktop knows of it. */
final class ProgramGate implements Hydration {

    private final Programs programs;

    ProgramGate(Programs programs) {
        this.programs = programs;
    }

    @Override
    public Verdict opening(int caller, String path, long size) {
        return switch (programs.opening(caller, RawText.ofRaw(path), size)) {
            case FETCH -> Verdict.FETCH;
            case FETCH_GENTLY -> Verdict.FETCH_GENTLY;
            case ASK, REFUSE -> Verdict.REFUSE;
        };
    }

    @Override
    public boolean mayFetchHead() {
        return programs.mayFetchHead();
    }
}
