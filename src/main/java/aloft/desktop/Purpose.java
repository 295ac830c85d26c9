package aloft.desktop;

/** What a secret is for. */
public enum Purpose {
    /** Opens the vault. */
    PASSPHRASE("passphrase"),
    /** Opens the store. */
    PASSWORD("password"),
    /** Opens an account: what a login in the browser left, kept under the account's name. */
    LOGIN("login");

    private final String word;

    Purpose(String word) {
        this.word = word;
    }

    String word() {
        return word;
    }
}
