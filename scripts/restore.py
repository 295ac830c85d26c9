#!/usr/bin/env python3
"""Restores the files of an Aloft vault without Aloft:  restore.py VAULT-FOLDER TARGET-FOLDER [PASSPHRASE-FILE]
Needs python3-cryptography and python3-argon2. The exit code is 0 when all is restored. The format: docs/FORMAT.md."""
import base64, collections, functools, getpass, glob, hashlib, hmac, json, os, pathlib, struct, sys, unicodedata, zlib
from argon2.low_level import Type, hash_secret_raw
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

SYMBOLS, damage, b64 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ", [], base64.b64decode
raw = lambda row, member: row[member].encode() if member in row else b64(row[member + "b"])  # a name in bytes
hkdf = lambda key, salt, info: hmac.digest(hmac.digest(salt, key, "sha256"), info + b"\1", "sha256")
gcm = lambda key, sealed, aad: AESGCM(key).decrypt(b64(sealed)[:12], b64(sealed)[12:], aad.encode())
load = functools.lru_cache(4)(lambda path: pathlib.Path(path).read_bytes())
paths = lambda pattern: sorted(glob.glob(glob.escape(FOLDER) + pattern), reverse=True)

def attempt(what, action, *arguments):  # None and a report when it fails
    try:
        return action(*arguments)
    except Exception as e:
        damage.append(print(f"damaged or missing: {what} ({e!r})", file=sys.stderr))

def unlock(path, secret):  # the vault's id and its root keys
    passphrase, text = unicodedata.normalize("NFC", secret), secret.upper().translate(str.maketrans("OIL", "011", "- "))
    number = functools.reduce(lambda n, c: n << 5 | SYMBOLS.find(c) & 31, text, 0) >> 20  # less the checksum
    body = json.loads(b64(json.loads(load(path))["body"]))
    vid, vault = body["vaultId"], bytes.fromhex(body["vaultId"])
    for slot, kdf in ((slot, slot["kdf"]) for slot in body["slots"]):
        if kdf["name"] == "argon2id":
            prk = hash_secret_raw(passphrase.encode(), b64(kdf["salt"]), kdf["t"], kdf["m"], kdf["p"], 32, Type.ID)
        else:
            prk = hkdf((number % (1 << 160)).to_bytes(20, "big"), b64(kdf["salt"]), b"aloft1/recovery")
        if hkdf(prk, vault, f"aloft1/check/{slot['id']}".encode()) == b64(slot["check"]):
            kek = hkdf(prk, vault, f"aloft1/kek/{slot['id']}".encode())
            key = gcm(kek, slot["wrapped"], f"aloft1/slot/{slot['type']}/{slot['id']}/{vid}")
            roots = gcm(hkdf(key, vault, b"aloft1/roots"), body["roots"], f"aloft1/roots/{vid}/{body['revision']}")
            return vault, {root["id"]: b64(root["key"]) for root in json.loads(roots)["roots"]}
    sys.exit("Wrong passphrase.")

def unseal(root, purpose, aad, data):  # opens S(key of the purpose, aad, plaintext)
    aead = AESGCM(hkdf(hkdf(ROOTS[root], VAULT, b"aloft1/" + purpose), data[1:33], aad))
    last = (len(data) - 1) // 65536
    return b"".join(aead.decrypt(data[33:40] + struct.pack(">IB", i, i == last),
                                 data[max(40, i << 16):(i + 1) << 16], None) for i in range(last + 1))
def part(kind, row, purpose, place, table=b""):  # the block or page that a row speaks of
    data = load(f"{FOLDER}/{kind}/{row['o'][:2]}/{row['o']}")[row["a"]:row["a"] + row["z"]]
    return unseal(row["k"], purpose, place + bytes.fromhex(row["o"]) + struct.pack(">I", row["a"]) + table, data)
def rows(frame):
    codec, length = struct.unpack_from(">BI", frame)
    text = zlib.decompress(frame[5:5 + length], -15) if codec else frame[5:5 + length]
    return [json.loads(line) for line in text.decode().split("\n") if line]
def metadata(path, place):  # the lines of a commit or checkpoint index
    aad, data = load(path)[:12] + VAULT + place, load(path)[12:]
    return rows(unseal(struct.unpack_from(">I", aad, 8)[0], b"meta", aad, data))
def change(tables, actions):
    for row in actions:
        table, key = tables[row["op"][-1]], (row.get("p", row.get("f")), raw(row, "n") if "p" in row else row.get("b"))
        table.pop(key, None) if row["op"][0] == "-" else table.update({key: row})
def checkpoint(path):
    tables, index = collections.defaultdict(dict), metadata(path, bytes.fromhex(path[-16:]))
    for page in (page for page in index[1:] if page["t"] in ("n", "b")):
        change(tables, rows(part("p", page, b"meta", b"aloft1/p" + VAULT, page["t"].encode())))
    return tables, index[0]["seq"], bytes.fromhex(index[0]["head"])

def from_log():  # (path, node row) of everything, folders first, and block rows; None when there is no log
    good = (state for path in paths("/k/*") if (state := attempt(path, checkpoint, path)))
    tables, seq, head = next(good, (collections.defaultdict(dict), 0, bytes(32)))
    commit = lambda path: attempt(path, metadata, path, struct.pack(">Q", seq + 1) + head)
    while os.path.exists(path := f"{FOLDER}/m/{seq + 1:016x}") and (actions := commit(path)):
        change(tables, actions[1:])
        seq, head = seq + 1, hashlib.sha256(load(path)).digest()
    children, found = collections.defaultdict(list), [(b"", {"i": 1})]
    for row in tables["n"].values():
        children[row["p"]].append(row)
    for path, folder in found:
        found += [(path + b"/" + raw(row, "n"), row) for row in children.pop(folder["i"], [])]
    return (found[1:], tables["b"].values()) if seq else None

def from_trailers():  # the same, as far as the data objects tell
    def trailer(path):
        root, length = struct.unpack(">II", load(path)[-12:-4])
        aad = b"aloft1/t" + VAULT + bytes.fromhex(path[-32:])
        return rows(unseal(root, b"pack", aad, load(path)[-12 - length:-12]))
    found = [row for path in paths("/o/*/*") for row in attempt(path, trailer, path) or []]
    found.sort(key=lambda row: row["w"])  # what was written last holds
    files, owner = {row["f"]: row for row in found}, {raw(row, "path"): row["f"] for row in found}
    name = lambda row: raw(row, "path") + (b"" if owner[raw(row, "path")] == row["f"] else b"~%d" % row["f"])
    nodes = [(name(row), dict(row, t="f", i=row["f"], s=row["size"])) for row in files.values()]
    return nodes, {(row["f"], row["b"]): row for row in found}.values()

def write(file, row, block):
    start, ids = block["b"] << row.get("bs", 22), struct.pack(">QQ", block["f"], block["b"])
    plain = part("o", block, b"file/" + ids[:8], b"aloft1/b" + VAULT + ids)
    file.seek(start)
    file.write(plain[:max(0, row.get("s", 0) - start)])
def restore(path, row, blocks):
    os.makedirs(path if row["t"] == "d" else os.path.dirname(path), exist_ok=True)
    if row["t"] == "l":
        os.symlink(raw(row, "l"), path)
    elif row["t"] == "f":
        with open(path, "xb") as file:
            file.truncate(row.get("s", 0))
            for block in blocks:
                attempt(path, write, file, row, block)
    for name, value in row.get("xa", {}).items():
        attempt(f"{path} {name}", lambda: os.setxattr(path, name, b64(value), follow_symlinks=False))
    os.chmod(path, row["x"]) if row["t"] != "l" else None
    os.utime(path, ns=(row["m"] * 10**6 + row.get("ns", 0),) * 2, follow_symlinks=False)

FOLDER, target = sys.argv[1:3] if sys.argv[2:] else sys.exit(__doc__)
secret = load(sys.argv[3]).decode().rstrip("\r\n") if sys.argv[3:] else getpass.getpass("Passphrase or recovery key: ")
opened = (keys for path in paths("/vault.json*")[::-1] if (keys := attempt(path, unlock, path, secret)))
VAULT, ROOTS = next(opened, None) or sys.exit("There is no vault.json, nor a copy of it, that can be used.")
found, blocks = from_log() or from_trailers()
of_file = collections.defaultdict(list)
for block in blocks:
    of_file[block["f"]].append(block)
for path, row in reversed(found):
    attempt(path, restore, os.fsencode(target) + path, row, of_file[row["i"]])
sys.exit(f"Problems: {len(damage)}, see above. The rest of {len(found)} entries is restored." if damage else 0)
