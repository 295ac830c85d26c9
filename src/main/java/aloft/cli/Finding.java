package aloft.cli;

import org.jspecify.annotations.Nullable;

/**
 * What the doctor found.
 *
 * @param advice what to do about it; null when all is well
 */
record Finding(Grade grade, String what, String detail, @Nullable String advice) {

    enum Grade {
        GOOD("ok"), ODD("note"), BAD("bad");

        private final String word;

        Grade(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    static Finding good(String what, String detail) {
        return new Finding(Grade.GOOD, what, detail, null);
    }

    /** It works, but something should be known. */
    static Finding odd(String what, String detail, String advice) {
        return new Finding(Grade.ODD, what, detail, advice);
    }

    static Finding bad(String what, String detail, String advice) {
        return new Finding(Grade.BAD, what, detail, advice);
    }
}
