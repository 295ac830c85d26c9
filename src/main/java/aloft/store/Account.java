package aloft.store;

import java.util.Locale;

/** A cloud that lets programs in by a login in the browser. */
public enum Account {
    DROPBOX("dropbox", "Dropbox"), ONEDRIVE("onedrive", "OneDrive"), GDRIVE("gdrive", "Google Drive");

    private final String scheme;
    private final String title;

    Account(String scheme, String title) {
        this.scheme = scheme;
        this.title = title;
    }

    /** What a place there begins with, without ':'; also what its login is kept under. */
    public String scheme() {
        return scheme;
    }

    /** As people call it. */
    public String title() {
        return title;
    }

    static boolean isScheme(String text) {
        for (Account account : values()) {
            if (account.scheme.equals(text.toLowerCase(Locale.ROOT))) {
                return true;
            }
        }
        return false;
    }

    static Account of(String scheme) {
        for (Account account : values()) {
            if (account.scheme.equals(scheme.toLowerCase(Locale.ROOT))) {
                return account;
            }
        }
        throw new IllegalArgumentException("no account of this kind: " + scheme);
    }
}
