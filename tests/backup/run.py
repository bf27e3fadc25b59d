# SPDX-License-Identifier: Apache-2.0
"""Backups of a server that works, restored and verified; damaged ones are refused, nothing of them stays.
The archive of the whole project is read without the program."""
import base64
import csv
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
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from api import Client, Server, first_passwords, password_of  # noqa: E402
from checks import check, dengce, summary  # noqa: E402


def systems(directory):
    database = sqlite3.connect(directory / "dengce.db")
    rows = database.execute("SELECT number, name FROM information_system ORDER BY number").fetchall()
    database.close()
    return rows


PERSON, PHONE = "示例甲乙丙", "13800001111"
CONTENT = b"photograph of the machine room" * 50_000
TUS = {"Tus-Resumable": "1.0.0"}
NOTE = ("--purpose", "示例核对", "--recipient", "示例甲")


def fill(person):
    """A contact and a file: both lie sealed in the database."""
    system = person.must("GET", "/api/systems?limit=1")["items"][0]["id"]
    person.must("POST", "/api/contacts", {"party": "client", "organisation": "=1+1", "name": PERSON,
                                          "phone": PHONE, "system_id": system}, status=201)
    name = base64.b64encode("机房/照片.jpg".encode()).decode()
    upload = person.ask("POST", "/api/uploads", headers={
        **TUS, "Upload-Length": str(len(CONTENT)), "Upload-Metadata": f"filename {name}"}, raw=b"").json()["id"]
    sent = person.ask("PATCH", f"/api/uploads/{upload}", raw=CONTENT, headers={
        **TUS, "Content-Type": "application/offset+octet-stream", "Upload-Offset": "0"})
    check("the file is sent", sent.status == 204, sent)
    job = person.must("POST", "/api/files", {"upload": upload, "system_id": system, "kind": "photo",
                                             "name": "机房/照片.jpg", "note": ""}, status=202)
    for _ in range(100):
        state = person.must("GET", f"/api/jobs/{job['id']}")
        if state["state"] == "done":
            break
        time.sleep(0.1)
    check("the file is taken in", state["state"] == "done", state)


def test_while_running(work):
    """Backups while a client signs in and asks; each one restores."""
    data = work / "data"
    status, text = dengce("init", "--data", data, "--example-person")
    check("init", status == 0, text)
    server = Server("--data", data).start()
    person = Client(server)
    person.sign_in("manager", first_passwords(text)["manager"], password_of(1))
    fill(person)
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


def test_sealed(data):
    """What was entered is in no file of the data directory."""
    stored = b"\0".join(path.read_bytes() for path in data.iterdir())
    check("the file's content is sealed", CONTENT[:24] not in stored)
    check("the person is sealed", PERSON.encode() not in stored and PHONE.encode() not in stored)


def test_verify_sealed(work, data):
    """A changed byte of anything sealed is found; so is a piece that is gone."""
    for name, statement in {
        "file piece": "UPDATE file_piece SET content = CAST(? || substr(content, 2) AS BLOB)",
        "contact": "UPDATE contact SET person = CAST(substr(person, 1, length(person) - 1) || ? AS BLOB)",
    }.items():
        target = work / "touched"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(data, target)
        database = sqlite3.connect(target / "dengce.db")
        changed = database.execute(statement, (b"x",)).rowcount
        database.commit()
        database.close()
        status, text = dengce("verify", "--data", target, "--key", f"{data}.key")
        check(f"verify finds a changed {name}", changed >= 1 and status == 1 and "有问题" in text, (status, text))
    database = sqlite3.connect(target / "dengce.db")
    database.execute("DELETE FROM file_piece")
    database.commit()
    database.close()
    check("verify finds a lost piece", dengce("verify", "--data", target, "--key", f"{data}.key")[0] == 1)


def test_archive(work, data):
    file = work / "all.tar"
    status, text = dengce("archive", *NOTE, "--data", data, "--output", file)
    check("archive asks for purpose and recipient",
          dengce("archive", "--purpose", "x", "--data", data, "--output", file.with_suffix(".none"))[0] == 2)
    check("archive", status == 0 and "未加密" in text, text)
    check("archive: mode", (file.stat().st_mode & 0o777) == 0o600)
    with tarfile.open(file) as archive:
        entries = {member.name: archive.extractfile(member).read() for member in archive}
    listed = {one["name"]: one for one in json.loads(entries.pop("manifest.json"))["files"]}
    check("archive: every file is listed", set(listed) == set(entries), set(listed) ^ set(entries))
    check("archive: digests", all(
        (len(content), hashlib.sha256(content).hexdigest(), hashlib.new("sm3", content).hexdigest())
        == (listed[name]["bytes"], listed[name]["sha256"], listed[name]["sm3"])
        for name, content in entries.items()))
    rows = list(csv.DictReader(io.StringIO(entries["ledger/information_system.csv"].decode("utf-8-sig"))))
    check("archive: systems", [(int(row["number"]), row["name"]) for row in rows] == systems(data))
    contact = next(csv.DictReader(io.StringIO(entries["ledger/contact.csv"].decode("utf-8-sig"))))
    check("archive: the contact reads", (contact["name"], contact["phone"]) == (PERSON, PHONE), contact)
    check("archive: no formula", contact["organisation"] == "'=1+1", contact)
    files = {name: content for name, content in entries.items() if name.startswith("files/")}
    check("archive: the file as it came", list(files.values()) == [CONTENT], list(files))
    check("archive: its name is one part", all(name.count("/") == 2 and name.endswith("机房_照片.jpg") for name in files),
          list(files))
    chain = work / "audit.jsonl"
    chain.write_bytes(entries["audit/audit.jsonl"])
    script = pathlib.Path(__file__).resolve().parents[2] / "tools/verify-audit"
    done = subprocess.run([str(script), str(chain), "--head", f"{data}.heads"], capture_output=True, text=True)
    check("archive: the chain verifies by itself", done.returncode == 0, done)
    check("archive: it names itself", b'"archive.export"' in entries["audit/audit.jsonl"])
    check("archive: no secret", not any(b"argon2" in content or b"DGV1" in content for content in entries.values()))
    check("archive: no overwriting", dengce("archive", *NOTE, "--data", data, "--output", file)[0] == 2)


def main():
    with tempfile.TemporaryDirectory(prefix="dengce-backup-") as folder:
        work = pathlib.Path(folder)
        data, backup = test_while_running(work)
        test_sealed(data)
        test_verify_sealed(work, data)
        test_archive(work, data)
        test_damaged(work, backup)
        test_usage(work, data, backup)
    return summary()


sys.exit(main())
