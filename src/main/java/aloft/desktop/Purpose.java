package aloft.desktop;

/** What a secret is for. */
public enum Purpose {
    /** Opens the vault. */
    PASSPHRASE("passphrase"),
    /** Opens the store. */
    PASSWORD("password");

    private final String word;

    Purpose(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
