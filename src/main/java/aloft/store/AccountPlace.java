package aloft.store;

/**
 * A folder in the part of an account that belongs to the program, as text {@code dropbox:/folder}.
 *
 * @param folder empty, or one or more names with a '/' before each
 */
public record AccountPlace(Account account, String folder) implements Place {

    private static final int MAX_FOLDER = 200;

    /** @throws IllegalArgumentException when it cannot be; the message is for the user */
    public AccountPlace {
        String plain = folder.replaceAll("^/+|/+$", "");
        boolean odd = plain.length() > MAX_FOLDER
                || plain.chars().anyMatch(c -> c < ' ' || c == 0x7f || "\\\"*:<>?|~#%".indexOf(c) >= 0);
        for (String part : plain.split("/", -1)) {
            odd |= !plain.isEmpty() && (part.isEmpty() || part.startsWith(".") || part.endsWith(".")
                    || !part.equals(part.strip()));
        }
        if (odd) {
            throw new IllegalArgumentException("A folder at " + account.title() + " is named like "
                    + account.scheme() + ":/folder, of letters, digits, spaces, '-' and '_'.");
        }
        folder = plain.isEmpty() ? "" : "/" + plain;
    }

    static AccountPlace of(String text) {
        int colon = text.indexOf(':');
        return new AccountPlace(Account.of(text.substring(0, colon)), text.substring(colon + 1));
    }

    @Override
    public String name() {
        return folder.isEmpty() ? account.scheme() : folder.substring(folder.lastIndexOf('/') + 1);
    }

    @Override
    public String toString() {
        return account.scheme() + ":" + (folder.isEmpty() ? "/" : folder);
    }
}
