# SPDX-License-Identifier: Apache-2.0
"""`dengce demo`: what it loads, twice, killed, on a full disk, in a place that can not be written."""
import contextlib
import os
import re
import signal
import sqlite3
import subprocess
import time

from harness import (DENGCE, ROOT, Skip, content_copy, demo, dengce, digest, equal, expect, first_passwords,
                     need_root, new_dir)

PORTFOLIO = ("contract", "team", "information_system")
ASSESSMENT = ("assessment", "bundle", "assessment_object", "record", "point_answer", "risk_judgement",
              "assessment_table", "snapshot")
TABLES = PORTFOLIO + ASSESSMENT


@contextlib.contextmanager
def open_database(data):
    database = sqlite3.connect(f"file:{data}/dengce.db", uri=True)
    try:
        with database:
            yield database
    finally:
        database.close()


def rows_digest(data):
    """One digest over every row of every table."""
    with open_database(data) as database:
        names = [row[0] for row in database.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        expect(set(TABLES) <= set(names), names)
        text = "\n".join(f"{name} {row!r}" for name in names if name != "document_layout"
                         for row in sorted(map(repr, database.execute(f"SELECT * FROM {name}"))))
    return digest(text.encode())


def counts(data):
    with open_database(data) as database:
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in TABLES}


def hold_integrity(data):
    with open_database(data) as database:
        equal(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
        equal(database.execute("PRAGMA foreign_key_check").fetchall(), [])


def case_loads_the_portfolio_and_one_assessment():
    data, outcome = demo()
    got = counts(data)
    equal((got["contract"], got["information_system"], got["assessment"], got["snapshot"]), (1, 39, 1, 1))
    expect(got["bundle"] >= 3 and got["record"] > 500, got)
    hold_integrity(data)
    equal(os.stat(data).st_mode & 0o077, 0)
    equal(os.stat(data / "dengce.db").st_mode & 0o077, 0)
    with open_database(data) as database:
        levels = dict(database.execute("SELECT level, count(*) FROM information_system GROUP BY level"))
        live = database.execute("SELECT count(*) FROM assessment_object WHERE origin = 'live'").fetchone()[0]
    listed = (ROOT / "content/portfolio/systems.csv").read_text().splitlines()[1:]
    equal(levels, {level: sum(line.endswith(f",{level}") for line in listed) for level in levels})
    equal(live, 1)
    expect("\x1b" not in outcome.out + outcome.err, "no colour without a terminal")


def case_prints_the_conclusion_of_both_schemes():
    _, outcome = demo()
    expect("演示数据" in outcome.out, outcome)
    for scheme in ("2021", "2025"):
        line = next((line for line in outcome.out.splitlines() if line.startswith(scheme)), "")
        expect(re.search(r"\d+\.\d\d", line) and "结论：" in line, line)
    expect("采集" in outcome.err and "采集" not in outcome.out, "progress goes to standard error", outcome)


def case_second_run_changes_nothing():
    data, first = demo()
    before = rows_digest(data)
    again = dengce("demo", "--data", data, status=0)
    equal(again.out, first.out[first.out.index("系统："):], "passwords are printed once, the rest again")
    equal(rows_digest(data), before)


def case_prints_generated_passwords_once():
    logins = {"sysadmin", "secadmin", "auditor", "manager"}
    _, outcome = demo()
    passwords = first_passwords(outcome.out)
    equal(set(passwords), logins)
    equal(len(set(passwords.values())), len(logins), "passwords differ")
    for password in passwords.values():
        expect(len(password) >= 12, "too short")
    data = new_dir() / "data"
    others = first_passwords(dengce("init", "--data", data, "--example-person", status=0).out)
    equal(set(others), logins)
    expect(not set(others.values()) & set(passwords.values()), "the same password in two installations")
    equal(first_passwords(dengce("init", "--data", data, "--example-person", status=0).out), {})


def quick_content():
    if not hasattr(quick_content, "made"):
        quick_content.made = content_copy(None)
    return quick_content.made


def start(data):
    return subprocess.Popen([DENGCE, "--content", str(quick_content()), "demo", "--data", str(data)],
                            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def case_killed_at_any_moment_it_holds_all_or_nothing():
    whole = new_dir() / "data"
    begin = time.monotonic()
    equal(start(whole).wait(), 0)
    needed = time.monotonic() - begin
    complete = counts(whole)
    expect(complete["record"] > 500, complete)
    seen = set()
    for part in range(1, 16):
        data = new_dir() / "data"
        process = start(data)
        time.sleep(needed * part / 15)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if not (data / "dengce.db").exists():
            seen.add("no file")
            continue
        hold_integrity(data)
        with open_database(data) as database:
            names = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not set(TABLES) <= names:
            seen.add("schema not there yet")
        else:
            got = counts(data)
            for part_of_it in (PORTFOLIO, ASSESSMENT):
                now = {name: got[name] for name in part_of_it}
                expect(now == {name: complete[name] for name in part_of_it} or not any(now.values()),
                       "half of it is there", got)
            seen.add("everything" if got == complete else "nothing")
        # What was left can be used: the next run completes it.
        if part % 5 == 0:
            dengce("--content", quick_content(), "demo", "--data", data, status=0)
            equal(counts(data), complete)
    expect(seen & {"nothing", "no file", "schema not there yet"}, "no kill came before the end", seen)


def small_disk(size):
    need_root()
    place = new_dir("disk")
    made = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], capture_output=True)
    if made.returncode != 0:
        raise Skip("no file system of its own can be mounted here")
    return place


def case_full_disk():
    for size in ("64k", "300k", "1m", "2m"):
        place = small_disk(size)
        try:
            outcome = dengce("--content", quick_content(), "demo", "--data", place / "data")
            expect(outcome.status != 0, f"{size}: said to be stored", outcome)
            expect(outcome.err.count("错误") == 1 and "结论" not in outcome.out, outcome)
            if (place / "data/dengce.db").exists():
                with open_database(place / "data") as database:
                    equal(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)], size)
        finally:
            subprocess.run(["umount", str(place)], check=True)


def case_disk_full_later_keeps_what_is_stored():
    place = small_disk("24m")
    try:
        data = place / "data"
        dengce("--content", quick_content(), "demo", "--data", data, status=0)
        before = rows_digest(data)
        with open(place / "filler", "wb") as filler:
            with contextlib.suppress(OSError):
                while True:
                    os.write(filler.fileno(), b"x" * 4096)
        system = "上海市预算管理一体化信息系统"
        outcome = dengce("report", "assessment", "--data", data, "--system", system, "--output", place / "r.xlsx")
        expect(outcome.status != 0 and "错误" in outcome.err, outcome)
        expect(not (place / "r.xlsx").exists() or (place / "r.xlsx").stat().st_size == 0 or
               outcome.status != 0, "half a document under its final name")
        (place / "filler").unlink()
        equal(rows_digest(data), before)
        dengce("report", "assessment", "--data", data, "--system", system, "--output", place / "r.xlsx", status=0)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def case_data_directory_that_can_not_be_used():
    file = new_dir() / "file"
    file.write_text("x")
    outcome = dengce("demo", "--data", file)
    expect(outcome.status == 2 and str(file) in outcome.err, outcome)
    equal(file.read_text(), "x")
    outcome = dengce("demo", "--data", "/proc/no/data")
    expect(outcome.status == 2 and "/proc/no" in outcome.err, outcome)


def case_read_only_data_directory():
    need_root()
    place = small_disk("24m")
    try:
        subprocess.run(["mount", "-o", "remount,ro", str(place)], check=True)
        outcome = dengce("--content", quick_content(), "demo", "--data", place)
        expect(outcome.status != 0 and "错误" in outcome.err, outcome)
    finally:
        subprocess.run(["umount", str(place)], check=True)


def case_database_that_is_none():
    data = new_dir() / "data"
    data.mkdir()
    (data / "dengce.db").write_bytes(b"this is no database\n" * 500)
    before = (data / "dengce.db").read_bytes()
    outcome = dengce("demo", "--data", data)
    expect(outcome.status != 0 and "错误" in outcome.err, outcome)
    equal((data / "dengce.db").read_bytes(), before)


def case_altered_snapshot_is_refused():
    data = new_dir() / "data"
    dengce("--content", quick_content(), "demo", "--data", data, status=0)
    with open_database(data) as database:
        sealed = bytearray(database.execute("SELECT sealed FROM snapshot").fetchone()[0])
        sealed[len(sealed) // 2] ^= 1
        database.execute("UPDATE snapshot SET sealed = ?", (bytes(sealed),))
    outcome = dengce("demo", "--data", data)
    expect(outcome.status != 0 and "改动" in outcome.err and outcome.out == "", outcome)


def case_newer_schema_is_refused():
    data = new_dir() / "data"
    dengce("--content", quick_content(), "demo", "--data", data, status=0)
    with open_database(data) as database:
        table = next(row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
                     if "migration" in row[0])
        columns = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
        row = list(database.execute(f"SELECT * FROM {table}").fetchone())
        row[columns.index("id")] = "9999_from_the_future.sql"
        database.execute(f"INSERT INTO {table} VALUES ({','.join('?' * len(row))})", row)
    outcome = dengce("demo", "--data", data)
    expect(outcome.status != 0 and "9999_from_the_future" in outcome.err, outcome)
