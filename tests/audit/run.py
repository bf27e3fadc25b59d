# SPDX-License-Identifier: Apache-2.0
"""Tampers with the audit tables of a database; the program and tools/verify-audit must both see it."""
import hashlib
import json
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from checks import check, dengce, summary  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools/verify-audit"
NOTE = ("--purpose", "示例核对", "--recipient", "示例甲")
TEXT_COLUMNS = ("account login address session action object_type object_id object_name before_sm3 "
                "after_sm3 detail outcome previous digest").split()


def script(*arguments):
    done = subprocess.run([str(SCRIPT), *map(str, arguments)], capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def sql(directory, *statements):
    database = sqlite3.connect(directory / "dengce.db")
    for statement, values in statements:
        database.execute(statement, values)
    database.commit()
    database.close()


class Bench:
    """Copies of one good chain: sealed twice, one entry after the last seal; the heads published."""

    def __init__(self, work):
        self.work = work
        self.good = work / "good"
        self.key = work / "good.key"
        self.heads = work / "good.heads"
        self.done("init", "--data", self.good, "--example-person")
        self.done("audit", "seal", "--data", self.good)
        for number in range(3):
            self.done("audit", "export", *NOTE, "--data", self.good, "-o", work / "x")
            (work / "x").unlink()
            if number == 1:
                self.done("audit", "seal", "--data", self.good)
        database = sqlite3.connect(self.good / "dengce.db")
        self.entries = database.execute("SELECT COUNT(*) FROM audit_entry").fetchone()[0]
        self.seals = database.execute("SELECT COUNT(*) FROM audit_seal").fetchone()[0]
        database.close()
        assert self.entries > 8 and self.seals == 2, (self.entries, self.seals)

    @staticmethod
    def done(*arguments):
        status, text = dengce(*arguments)
        assert status == 0, text

    def copy(self):
        target = self.work / "copy"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(self.good, target)
        return target

    def verdicts(self, directory, heads=True):
        """Exit statuses of both verifiers: 0 whole, other than 0 touched."""
        head = ("--head", self.heads) if heads else ()
        program = dengce("audit", "verify", "--data", directory, *head)
        lines = self.work / "lines"
        lines.unlink(missing_ok=True)
        status, text = dengce("audit", "export", *NOTE, "--data", directory, "-o", lines)
        other = script(lines, *head) if status == 0 else (status, text)
        return program, other

    def both_find(self, name, *statements, heads=True):
        directory = self.copy()
        sql(directory, *statements)
        program, other = self.verdicts(directory, heads)
        check(f"{name}: program", program[0] == 1 or "审计链头缺失" in program[1], program)
        check(f"{name}: script", other[0] != 0, other)


def flipped(value, at):
    """One bit of one byte; the result stays text."""
    raw = bytearray(value.encode("utf-8"))
    raw[at] ^= 1 if raw[at] < 0x80 else 2
    return raw.decode("utf-8", "replace")


def test_untouched(bench):
    directory = bench.copy()
    for heads in (False, True):
        program, other = bench.verdicts(directory, heads)
        check(f"untouched, heads {heads}: program", program[0] == 0, program)
        check(f"untouched, heads {heads}: script", other[0] == 0, other)


def test_columns(bench):
    rows = sqlite3.connect(bench.good / "dengce.db")
    rows.row_factory = sqlite3.Row
    for sequence in (1, bench.entries // 2, bench.entries):
        row = rows.execute("SELECT * FROM audit_entry WHERE sequence = ?", (sequence,)).fetchone()
        for column in TEXT_COLUMNS:
            value = row[column]
            changes = {flipped(value, 0), flipped(value, -1), value[:-1]} if value else {"x", " "}
            for change in sorted(changes):
                bench.both_find(f"entry {sequence} {column} -> {change!r}",
                                (f"UPDATE audit_entry SET {column} = ? WHERE sequence = ?",
                                 (change, sequence)))
        for change in (row["at_ms"] ^ 1, -row["at_ms"], row["at_ms"] + (1 << 40)):
            bench.both_find(f"entry {sequence} at_ms -> {change}",
                            ("UPDATE audit_entry SET at_ms = ? WHERE sequence = ?", (change, sequence)))
        bench.both_find(f"entry {sequence} sequence",
                        ("UPDATE audit_entry SET sequence = 77 WHERE sequence = ?", (sequence,)))
    bench.both_find("bytes instead of text",
                    ("UPDATE audit_entry SET login = CAST(login AS BLOB) WHERE sequence = 2", ()))


def test_every_byte(bench):
    """One entry whole: a bit of every byte of every column."""
    sequence = bench.entries - 2
    directory = bench.copy()
    database = sqlite3.connect(directory / "dengce.db", isolation_level=None)
    database.row_factory = sqlite3.Row
    row = database.execute("SELECT * FROM audit_entry WHERE sequence = ?", (sequence,)).fetchone()
    lines, count, missed = bench.work / "lines", 0, []
    for column in TEXT_COLUMNS:
        update = f"UPDATE audit_entry SET {column} = ? WHERE sequence = ?"
        for at in range(len(row[column].encode("utf-8"))):
            database.execute(update, (flipped(row[column], at), sequence))
            count += 1
            if dengce("audit", "verify", "--data", directory)[0] != 1:
                missed.append(("program", column, at))
            if count % 10 == 0:
                lines.unlink(missing_ok=True)
                dengce("audit", "export", *NOTE, "--data", directory, "-o", lines)
                if script(lines)[0] != 1:
                    missed.append(("script", column, at))
        database.execute(update, (row[column], sequence))
    database.close()
    check(f"every byte of an entry ({count})", count > 150 and not missed, (count, missed))


def test_rows(bench):
    last = bench.entries
    for sequence in (1, 2, 4, last - 1, last):
        bench.both_find(f"removed {sequence}", ("DELETE FROM audit_entry WHERE sequence = ?", (sequence,)))
    bench.both_find("removed, the gap closed",
                    ("DELETE FROM audit_entry WHERE sequence = 4", ()),
                    *(("UPDATE audit_entry SET sequence = ? WHERE sequence = ?", (n - 1, n))
                      for n in range(5, last + 1)))
    bench.both_find("reordered",
                    ("UPDATE audit_entry SET sequence = 100 WHERE sequence = 4", ()),
                    ("UPDATE audit_entry SET sequence = 4 WHERE sequence = 5", ()),
                    ("UPDATE audit_entry SET sequence = 5 WHERE sequence = 100", ()))
    copied = ("INSERT INTO audit_entry SELECT ?, at_ms, account, login, address, session, action,"
              " object_type, object_id, object_name, before_sm3, after_sm3, detail, outcome, previous,"
              " digest FROM audit_entry WHERE sequence = 5")
    bench.both_find("inserted at the end", (copied, (last + 1,)))
    bench.both_find("inserted in front", (copied, (0,)))
    for number in (-(1 << 63), None, "x", 4.5, b"4"):
        bench.both_find(f"inserted with number {number!r}", (copied, (number,)))
    bench.both_find("all removed", ("DELETE FROM audit_entry", ()))
    # The tail cut off with its seal, the head set back: only the published heads tell.
    digest = "SELECT digest FROM audit_entry WHERE sequence = ?"
    bench.both_find("cut tail",
                    ("DELETE FROM audit_entry WHERE sequence > ?", (last - 2,)),
                    ("DELETE FROM audit_seal WHERE number = 2", ()),
                    (f"UPDATE audit_head SET sequence = ?, digest = ({digest})", (last - 2, last - 2)))


def test_head(bench):
    bench.both_find("head sequence", ("UPDATE audit_head SET sequence = sequence + 1", ()))
    bench.both_find("head digest", ("UPDATE audit_head SET digest = substr(digest, 1, 63) || 'g'", ()))
    bench.both_find("head removed", ("DELETE FROM audit_head", ()))


def test_seals(bench):
    for number in (1, 2):
        for column in ("digest", "key_id", "previous", "signature"):
            bench.both_find(f"seal {number} {column}",
                            (f"UPDATE audit_seal SET {column} = 'e' || substr({column}, 2) || '1' WHERE number = ?"
                             if number == 1 else
                             f"UPDATE audit_seal SET {column} = substr({column}, 2) WHERE number = ?",
                             (number,)), heads=column == "digest")
        for column in ("sequence", "at_ms"):
            bench.both_find(f"seal {number} {column}",
                            (f"UPDATE audit_seal SET {column} = {column} + 1 WHERE number = ?", (number,)),
                            heads=False)
    bench.both_find("first seal removed", ("DELETE FROM audit_seal WHERE number = 1", ()), heads=False)
    bench.both_find("last seal removed", ("DELETE FROM audit_seal WHERE number = 2", ()))
    bench.both_find("public key", ("UPDATE audit_key SET public_pem = public_pem || ' '", ()), heads=False)


def framed(format_name, values):
    out = format_name.encode() + b"\n"
    for value in values:
        value = str(value).encode("utf-8")
        out += b"%d %s\n" % (len(value), value)
    return out


def test_written_anew(bench):
    """Every digest made right again: only seals and published heads tell."""
    directory = bench.copy()
    database = sqlite3.connect(directory / "dengce.db")
    database.execute("UPDATE audit_entry SET login = 'other' WHERE sequence = 2")
    columns = ["sequence", "at_ms", *TEXT_COLUMNS[:-2]]
    previous = "0" * 64
    for row in database.execute(f"SELECT {', '.join(columns)} FROM audit_entry ORDER BY sequence").fetchall():
        digest = hashlib.new("sm3", framed("dengce-audit/1", [*row, previous])).hexdigest()
        database.execute("UPDATE audit_entry SET previous = ?, digest = ? WHERE sequence = ?",
                         (previous, digest, row[0]))
        previous = digest
    database.execute("UPDATE audit_head SET digest = ?", (previous,))
    database.commit()
    for heads in (False, True):
        program, other = bench.verdicts(directory, heads)
        check(f"written anew, heads {heads}: program", program[0] == 1, program)
        check(f"written anew, heads {heads}: script", other[0] == 1, other)
    # Seals taken away as well: whole in itself, found by the published heads only.
    database.execute("DELETE FROM audit_seal")
    database.execute("DELETE FROM audit_key")
    database.commit()
    database.close()
    program, other = bench.verdicts(directory, True)
    check("written anew without seals: program", program[0] == 1, program)
    check("written anew without seals: script", other[0] == 1, other)


def test_rolled_back(bench):
    """An older copy of the whole database."""
    older = bench.work / "older"
    shutil.copytree(bench.good, older)
    shutil.copy(bench.key, bench.work / "older.key")
    shutil.copy(bench.heads, bench.work / "older.heads")
    for _ in range(2):
        dengce("audit", "export", *NOTE, "--data", bench.good, "-o", bench.work / "x")
        (bench.work / "x").unlink()
    dengce("audit", "seal", "--data", bench.good)
    program, other = bench.verdicts(older, False)
    check("rolled back, without heads", program[0] == 0 and other[0] == 0, (program, other))
    program, other = bench.verdicts(older, True)
    check("rolled back: program", program[0] == 1, program)
    check("rolled back: script", other[0] == 1, other)
    program, _ = bench.verdicts(bench.good, True)
    check("the newer database fits its heads", program[0] == 0, program)


def test_usage(bench):
    check("no data directory", dengce("audit", "verify", "--data", bench.work / "none")[0] == 2)
    check("no option", dengce("audit", "verify")[0] == 2)
    check("head file missing", dengce("audit", "verify", "--data", bench.good, "--head", "/no/such")[0] == 2)
    empty = bench.work / "empty.heads"
    empty.write_text("")
    check("head file empty", dengce("audit", "verify", "--data", bench.good, "--head", empty)[0] == 2)
    empty.write_text('{"kind":"nonsense"}\n')
    check("head file of another kind", dengce("audit", "verify", "--data", bench.good, "--head", empty)[0] == 2)
    check("export does not overwrite by half",
          dengce("audit", "export", *NOTE, "--data", bench.good, "-o", "/no/such/file")[0] == 2)
    check("key is private", (bench.key.stat().st_mode & 0o777) == 0o600)
    bench.key.chmod(0o644)
    status, text = dengce("audit", "seal", "--data", bench.good)
    check("a key that others read is refused", status == 2 and "0600" in text, text)
    bench.key.chmod(0o600)
    status, text = dengce("audit", "list", "--data", bench.good, "--limit", "2")
    check("list", status == 0 and len(text.splitlines()) == 2 and "audit.export" in text, text)
    status, text = dengce("audit", "export", *NOTE, "--data", bench.good, "-o", "-")
    kinds = [json.loads(line)["kind"] for line in text.splitlines()]
    check("export to standard output", kinds[0] == "audit" and kinds.count("seal") == bench.seals + 1, kinds)
    check("no secret in the export", "private" not in text and "DGV1" not in text)


def main():
    with tempfile.TemporaryDirectory(prefix="dengce-audit-") as work:
        bench = Bench(pathlib.Path(work))
        for test in (test_untouched, test_columns, test_every_byte, test_rows, test_head, test_seals,
                     test_written_anew, test_rolled_back, test_usage):
            test(bench)
    return summary()


sys.exit(main())
