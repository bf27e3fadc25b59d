# SPDX-License-Identifier: Apache-2.0
"""Backups of a server that works, restored and verified; damaged ones are refused, nothing of them stays."""
import hashlib
import io
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from api import DENGCE, Client, Server, first_passwords, password_of  # noqa: E402

passed, failed = 0, []


def check(name, ok, more=""):
    global passed
    if ok:
        passed += 1
    else:
        failed.append(name)
        print(f"FAILED {name}: {more}")


def dengce(*arguments):
    done = subprocess.run([DENGCE, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def systems(directory):
    database = sqlite3.connect(directory / "dengce.db")
    rows = database.execute("SELECT number, name FROM information_system ORDER BY number").fetchall()
    database.close()
    return rows


def test_while_running(work):
    """Backups while a client signs in and asks; each one restores."""
    data = work / "data"
    status, text = dengce("init", "--data", data, "--example-person")
    check("init", status == 0, text)
    server = Server("--data", data).start()
    person = Client(server)
    person.sign_in("manager", first_passwords(text)["manager"], password_of(1))
    backups = []
    for number in range(3):
        person.must("GET", "/api/systems")
        backups.append(work / f"{number}.tar")
        status, text = dengce("backup", "--data", data, "--output", backups[-1])
        check(f"backup {number}", status == 0 and "主密钥" in text, text)
    check("the server went on", person.must("GET", "/api/systems")["total"] == 39)
    server.stop()
    check("mode", (backups[0].stat().st_mode & 0o777) == 0o600)
    leftovers = [name for name in (path.name for path in work.iterdir()) if "copy" in name or "part" in name]
    check("nothing left over", not leftovers, leftovers)
    for number, file in enumerate(backups):
        target = work / f"restored-{number}"
        shutil.copy(work / "data.key", work / f"restored-{number}.key")
        status, text = dengce("restore", "--input", file, "--data", target)
        check(f"restore {number}", status == 0, text)
        check(f"only the database {number}", sorted(path.name for path in target.iterdir()) == ["dengce.db"])
        check(f"the same systems {number}", systems(target) == systems(data))
        status, text = dengce("verify", "--data", target)
        check(f"verify {number}", status == 0, text)
        check(f"chain {number}", dengce("audit", "verify", "--data", target)[0] == 0)
        listed = dengce("audit", "list", "--data", target, "--limit", "2")[1].splitlines()
        check(f"named in the chain {number}", "backup.restore" in listed[0] and "backup.create" in listed[1], listed)
    server = Server("--data", work / "restored-2").start()
    person = Client(server)
    check("the restored server answers", person.ask("GET", "/healthz").status == 200)
    server.stop()
    return data, backups[0]


def changed(file, target, change):
    """A copy of the backup with `change` applied to {name: bytes}."""
    with tarfile.open(file) as archive:
        entries = {member.name: archive.extractfile(member).read() for member in archive}
    change(entries)
    with tarfile.open(target, "w") as archive:
        for name, content in entries.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return target


def forged(entries):
    """The database changed and the manifest's digests made right again: the chain tells."""
    with tempfile.NamedTemporaryFile(suffix=".db") as file:
        file.write(entries["dengce.db"])
        file.flush()
        database = sqlite3.connect(file.name)
        database.execute("UPDATE audit_entry SET login = 'x' WHERE sequence = 2")
        database.commit()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        database.close()
        entries["dengce.db"] = pathlib.Path(file.name).read_bytes()
    manifest = json.loads(entries["manifest.json"])
    content = entries["dengce.db"]
    manifest["files"][0].update(bytes=len(content), sha256=hashlib.sha256(content).hexdigest(),
                                sm3=hashlib.new("sm3", content).hexdigest())
    entries["manifest.json"] = json.dumps(manifest).encode()


def test_damaged(work, backup):
    def flip(name, at):
        def change(entries):
            content = bytearray(entries[name])
            content[at] ^= 1
            entries[name] = bytes(content)
        return change

    size = backup.stat().st_size
    cases = {
        "a byte of the database": flip("dengce.db", 100_000),
        "its last byte": flip("dengce.db", -1),
        "a byte of the manifest": flip("manifest.json", 10),
        "no manifest": lambda entries: entries.pop("manifest.json"),
        "no database": lambda entries: entries.pop("dengce.db"),
        "a stranger's file": lambda entries: entries.update({"../evil": b"x"}),
        "one more file": lambda entries: entries.update({"more": b"x"}),
        "another format": lambda entries: entries.update({"manifest.json": b'{"format":"x"}'}),
        "forged with right digests": forged,
    }
    files = {name: changed(backup, work / "bad.tar", change).read_bytes() for name, change in cases.items()}
    files["cut in half"] = backup.read_bytes()[:size // 2]
    files["empty"] = b""
    files["no tar"] = b"hello" * 1000
    for name, content in files.items():
        bad, target = work / "bad.tar", work / "bad"
        bad.write_bytes(content)
        shutil.rmtree(target, ignore_errors=True)
        status, text = dengce("restore", "--input", bad, "--data", target)
        check(f"refused: {name}", status == 2 and ("bad.tar" in text or "审计链" in text), (status, text))
        check(f"nothing stays: {name}", not target.exists() or not any(target.iterdir()))


def test_usage(work, data, backup):
    status, text = dengce("backup", "--data", data, "--output", backup)
    check("no overwriting", status == 2 and "已存在" in text, text)
    before = (data / "dengce.db").read_bytes()
    status, text = dengce("restore", "--input", backup, "--data", data)
    check("not over data", status == 2 and "空" in text and (data / "dengce.db").read_bytes() == before, text)
    check("no input", dengce("restore", "--input", work / "none", "--data", work / "new")[0] == 2)
    check("unwritable", dengce("backup", "--data", data, "--output", "/no/such/file.tar")[0] == 2)
    check("no data", dengce("backup", "--data", work / "none", "--output", work / "n.tar")[0] == 2)
    keyless = work / "keyless"
    status, text = dengce("restore", "--input", backup, "--data", keyless)
    check("without a key the restore says which one", status == 0 and "主密钥" in text, text)
    check("and verify refuses", dengce("verify", "--data", keyless)[0] == 2)
    database = sqlite3.connect(keyless / "dengce.db")
    database.execute("UPDATE audit_entry SET detail = 'x' WHERE sequence = 1")
    database.commit()
    database.close()
    shutil.copy(work / "data.key", work / "keyless.key")
    status, text = dengce("verify", "--data", keyless)
    check("verify finds a changed entry", status != 0 and "审计链" in text, text)


def main():
    with tempfile.TemporaryDirectory(prefix="dengce-backup-") as folder:
        work = pathlib.Path(folder)
        data, backup = test_while_running(work)
        test_damaged(work, backup)
        test_usage(work, data, backup)
    print(f"{passed} passed, {len(failed)} failed")
    return 1 if failed else 0


sys.exit(main())
