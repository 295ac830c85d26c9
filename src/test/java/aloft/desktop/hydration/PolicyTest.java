package aloft.desktop.hydration;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyTest {

    private static final long LARGE = 100 << 20;

    private final AtomicLong nanos = new AtomicLong();

    private Policy policy(String own) {
        Rules rules = Rules.parse(own, "own").rules();
        return new Policy(() -> rules, Programs.usual(), nanos::get);
    }

    private static Caller program(String executable) {
        return new Caller(executable, null, "x", null, true, false, false, "");
    }

    private static Caller script(String executable, String script) {
        return new Caller(executable, script, "x", null, true, false, false, "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/usr/lib/x86_64-linux-gnu/tumbler-1/tumblerd", "/usr/libexec/localsearch-3",
            "/usr/libexec/tracker-miner-fs-3", "/usr/libexec/tracker-extract-3", "/usr/bin/baloo_file",
            "/usr/libexec/baloo_file_extractor", "/usr/bin/gdk-pixbuf-thumbnailer",
            "/usr/bin/gst-video-thumbnailer", "/usr/bin/totem-video-thumbnailer",
            "/usr/bin/evince-thumbnailer",
            "/usr/bin/ffmpegthumbnailer", "/usr/sbin/clamd", "/usr/bin/clamscan",
            "/usr/sbin/updatedb.plocate"})
    void makersOfThumbnailsIndexersAndScannersGetWhatIsHere(String executable) {
        assertThat(policy("").decide(program(executable), 1)).isEqualTo(Answer.REFUSE);
    }

    @Test
    void aProgramIsRefusedByItsNameFromAnyFolderButAllowedOnlyFromThoseOfTheSystem() {
        assertThat(policy("").decide(program("/home/me/bin/tumblerd"), 1)).isEqualTo(Answer.REFUSE);
        Caller own = program("/home/me/bin/nautilus");
        assertThat(policy("").decide(program("/usr/bin/nautilus"), LARGE)).isEqualTo(Answer.FETCH_GENTLY);
        assertThat(policy("").decide(own, 1)).isEqualTo(Answer.FETCH);
        assertThat(policy("/home/me/bin/* = allow").decide(own, LARGE)).isEqualTo(Answer.FETCH);
    }

    @Test
    void aFileInAContainerIsNotAllowedByThePathOfOneHere() {
        var inside = new Caller("/usr/bin/nautilus", null, "nautilus", null, false, true, false, "");
        assertThat(policy("watch = allow\ncontainer = ask").decide(inside, 1)).isEqualTo(Answer.ASK);
        assertThat(policy("/usr/bin/* = allow\ncontainer = cached-only").decide(inside, 1))
                .isEqualTo(Answer.REFUSE);
        assertThat(inside.ruleName()).isEqualTo("container");
    }

    @Test
    void aWorkerProcessIsWhatItLoaded() {
        String worker = "/usr/lib/x86_64-linux-gnu/libexec/kf5/kioslave5";
        String plugins = "/usr/lib/x86_64-linux-gnu/qt5/plugins/kf5/kio/";
        assertThat(policy("").decide(script(worker, plugins + "thumbnail.so"), 1)).isEqualTo(Answer.REFUSE);
        assertThat(policy("").decide(script(worker, plugins + "file.so"), 1)).isEqualTo(Answer.FETCH);
    }

    @Test
    void aScriptIsNamedByItsFile() {
        Caller caller = script("/usr/bin/python3.11", "/usr/share/x/make-thumbnailer.py");
        assertThat(policy("").decide(caller, 1)).isEqualTo(Answer.REFUSE);
        assertThat(caller.ruleName()).isEqualTo("/usr/share/x/make-thumbnailer.py");
        Caller claims = script("/usr/bin/python3.11", "/usr/bin/cp");
        Policy policy = policy("");
        while (policy.decide(claims, LARGE) == Answer.FETCH) {
            nanos.incrementAndGet();
        }
        assertThat(policy.decide(claims, LARGE)).isEqualTo(Answer.ASK);
    }

    @Test
    void whatHidesItsFileIsRefusedByTheNameItGoesBy() {
        var hidden = new Caller(null, null, "updatedb.plocat", null, false, false, false, "");
        assertThat(policy("").decide(hidden, 1)).isEqualTo(Answer.REFUSE);
        var claims = new Caller(null, null, "nautilus", null, false, false, false, "");
        assertThat(policy("").decide(claims, 1)).isEqualTo(Answer.FETCH);
    }

    @ParameterizedTest
    @CsvSource({"104857600, 102", "65536, 1024", "4096, 16384"})
    void whoReadsEverythingInTheBackgroundIsAskedAboutAfterAWhile(long size, int files) {
        Policy policy = policy("");
        Caller walker = program("/usr/bin/unknown");
        for (int i = 0; i < files; i++) {
            assertThat(policy.decide(walker, size)).isEqualTo(Answer.FETCH);
        }
        assertThat(policy.decide(walker, size)).isEqualTo(Answer.ASK);
        assertThat(policy.decide(program("/usr/bin/other"), size)).isEqualTo(Answer.FETCH);
        nanos.addAndGet(TimeUnit.MINUTES.toNanos(10));
        assertThat(policy.decide(walker, size)).isEqualTo(Answer.FETCH);
    }

    @Test
    void aThreadThatMakesThumbnailsIsTreatedAsOne() {
        var pool = new Caller("/usr/bin/pcmanfm-qt", null, "Thread (pooled)", null, true, false, false, "");
        var copy = new Caller("/usr/bin/pcmanfm-qt", null, "Fm::JobThread", null, true, false, false, "");
        assertThat(policy("").decide(pool, 1)).isEqualTo(Answer.REFUSE);
        assertThat(policy("").decide(copy, LARGE)).isEqualTo(Answer.FETCH_GENTLY);
        assertThat(Rules.parse("tumblerd#main = allow", "x").complaints()).hasSize(1);
    }

    @Test
    void whoHasATerminalReadsEverything() {
        Policy policy = policy("");
        var grep = new Caller("/usr/bin/grep", null, "grep", null, true, false, true, "");
        for (int i = 0; i < 10_000; i++) {
            assertThat(policy.decide(grep, LARGE)).isEqualTo(Answer.FETCH);
        }
    }

    @Test
    void theProcessesOfAServiceCountTogether() {
        String unit = "/user.slice/user-1000.slice/user@1000.service/app.slice/walk.service";
        var sh = new Caller("/bin/dash", null, "sh", null, true, false, false, unit);
        var file = new Caller("/usr/bin/file", null, "file", null, true, false, false, unit);
        assertThat(sh.budgetKey()).isEqualTo(file.budgetKey());
        var session = new Caller("/usr/bin/file", null, "file", null, true, false, false,
                "/user.slice/user-1000.slice/user@1000.service");
        assertThat(session.budgetKey()).isEqualTo("/usr/bin/file");
    }

    @Test
    void theUsersLinesComeFirst() {
        Caller tumbler = program("/usr/lib/tumblerd");
        assertThat(policy("tumblerd = allow").decide(tumbler, 1)).isEqualTo(Answer.FETCH);
        assertThat(policy("tumblerd = ask\ntumblerd = allow").decide(tumbler, 1)).isEqualTo(Answer.ASK);
        var app = new Caller("/app/bin/loupe", null, "loupe", "org.gnome.Loupe", false, false, false, "");
        assertThat(policy("flatpak:org.gnome.* = allow").decide(app, LARGE)).isEqualTo(Answer.FETCH);
        assertThat(app.ruleName()).isEqualTo("flatpak:org.gnome.Loupe");
    }

    @Test
    void eachLineThatIsNotUnderstoodGetsASentence() {
        var parsed = Rules.parse("# fine\n\nfine = allow\nnonsense\n = ask\nx = never\n", "programs");
        assertThat(parsed.complaints()).containsExactly(
                "programs, line 4, is left out: it must be PROGRAM = allow, browse, watch, ask or cached-only.",
                "programs, line 5, is left out: it must be PROGRAM = allow, browse, watch, ask or cached-only.",
                "programs, line 6, is left out: it must be PROGRAM = allow, browse, watch, ask or cached-only.");
        assertThat(parsed.rules().find(program("/usr/bin/fine"))).contains(Treatment.ALLOW);
    }

    @Test
    void looksIntoFilesComeToAnEndToo() {
        Policy policy = policy("");
        for (int i = 0; i < 1_000; i++) {
            assertThat(policy.mayFetchHead()).isTrue();
        }
        assertThat(policy.mayFetchHead()).isFalse();
    }
}
