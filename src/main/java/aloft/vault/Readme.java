package aloft.vault;

/** README.txt of a vault: how to get at the files without Aloft. */
final class Readme {

    static final String TEXT = """
            This folder is an Aloft vault: files and folders, encrypted. Please do not change, move or delete
            anything in it, or files will be lost.

            To use it, mount it with Aloft and your passphrase.

            To get everything out without Aloft: copy this whole folder to a computer with Python 3 and the
            packages "cryptography" and "argon2-cffi" (on Debian: python3-cryptography python3-argon2), and run
            Aloft's scripts/restore.py:

                python3 restore.py VAULT-FOLDER TARGET-FOLDER

            It asks for the passphrase or the recovery key. It also works when parts of the vault are gone:
            from the log of changes in m/ alone, or from the data objects in o/ alone. vault.json (or one of its
            copies, vault.json.bak-...) is needed in any case.

            The format in short, so that the script can be written anew. Keys: the passphrase gives a key by
            Argon2id, that key unwraps the vault key in vault.json, and HKDF-SHA256 derives all others from it.
            Data: AES-256-GCM in segments of 64 KiB, as Google's Tink does it (AES256-GCM-HKDF streaming).
            Metadata: lines of JSON. The whole format is docs/FORMAT.md of Aloft.
            """;

    private Readme() {}
}
