package aloft.fuzz;

import aloft.cache.CacheTargets;
import aloft.state.StateTargets;
import aloft.store.AnswerTargets;
import aloft.tree.TreeTargets;
import aloft.vault.VaultTargets;
import java.util.List;
import java.util.stream.Stream;

/** All that is fed. */
final class Targets {

    private Targets() {}

    static List<Target> all() {
        return Stream.of(VaultTargets.all(), AnswerTargets.all(), StateTargets.all(), TreeTargets.all(),
                CacheTargets.all()).flatMap(List::stream).toList();
    }

    static Target of(String name) {
        return all().stream()
                .filter(target -> target.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no parser is called " + name));
    }
}
