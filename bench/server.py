# SPDX-License-Identifier: Apache-2.0
"""Fills a database by SQL (rows as the stores write them, evidence as random bytes of usual sizes), starts
the server on it and measures: start to listening, memory, lists and the overview over HTTP."""
import json
import os
import pathlib
import random
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/lib"))
from api import DENGCE, Client, Server, first_passwords, password_of  # noqa: E402

SYSTEMS, ASSETS, HOSTS = 3000, 50_000, 5000
ARCHIVE_BYTES, FACT_BYTES = 40_000, 180_000
RUNS = int(sys.argv[1]) if len(sys.argv) > 1 else 7
draw = random.Random(12)


def fill(file):
    base = sqlite3.connect(file, isolation_level=None)
    base.execute("PRAGMA synchronous = OFF")
    base.execute("BEGIN")
    contract = base.execute("SELECT id FROM contract").fetchone()[0]
    teams = [row[0] for row in base.execute("SELECT id FROM team")]
    systems = [row[0] for row in base.execute("SELECT id FROM information_system")]
    for number in range(len(systems) + 1, SYSTEMS + 1):
        one, team = str(uuid.uuid4()), teams[number % len(teams)]
        systems.append(one)
        base.execute("INSERT INTO information_system (id, contract_id, team_id, number, name, level, sag)"
                     " VALUES (?, ?, ?, ?, ?, 3, 'S3A3')", (one, contract, team, number, f"示例系统 {number:06}"))
        base.execute("INSERT INTO system_event (id, system_id, kind, team_id, level, sag, name, reason, confirmed,"
                     " recorded_by, recorded_at) VALUES (?, ?, 'join', ?, 3, 'S3A3', ?, '', 1, 'bench', 0)",
                     (one, one, team, f"示例系统 {number:06}"))
    classes = ["服务器/存储设备", "网络设备", "终端设备", "其他系统或设备"]
    for number in range(ASSETS):
        one, kind = str(uuid.uuid4()), classes[number % 4]
        name = f"示例资产-{draw.randrange(10 ** 7):07}"
        address = f"10.{number // 65536}.{number // 256 % 256}.{number % 256}"
        base.execute("INSERT INTO asset (id, contract_id, class, name, importance, shared, location, addresses,"
                     " attributes, dedupe_key, origin, created_at, updated_at, version)"
                     " VALUES (?, ?, ?, ?, '重要', 0, '示例机房', ?, ?, ?, 'bench', 0, 0, 1)",
                     (one, contract, kind, name, address, json.dumps({"用途": f"用途 {number % 97}"}),
                      f"{kind}|{name}|{address}"))
        base.execute("INSERT INTO asset_text (asset_id, content) VALUES (?, ?)", (one, f"{name} {address}".lower()))
        base.execute("INSERT INTO asset_system (asset_id, system_id, class, alone) VALUES (?, ?, ?, 1)",
                     (one, systems[number % SYSTEMS], kind))
    for number in range(HOSTS):
        base.execute("INSERT INTO bundle (sm3, sha256, received_at, file_name, platform, target, archive, facts,"
                     " fact_schema) VALUES (?, ?, 0, ?, 'linux', ?, ?, ?, 1)", (
            f"{number:064x}", f"{number:064x}", f"host-{number}.tar.gz", f"host-{number}",
            draw.randbytes(ARCHIVE_BYTES), draw.randbytes(FACT_BYTES)))
    base.execute("COMMIT")
    base.close()


def memory(server, line):
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(next(row for row in text.splitlines() if row.startswith(line + ":")).split()[1]) / 1024


def cpu_ms(server):
    fields = pathlib.Path(f"/proc/{server.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) * 1000 / os.sysconf("SC_CLK_TCK")


def p95(client, path, count=200):
    times = []
    for _ in range(count):
        begun = time.perf_counter()
        answer = client.ask("GET", path)
        times.append((time.perf_counter() - begun) * 1000)
        if answer.status != 200:
            sys.exit(f"server: {path}: {answer}")
    return sorted(times)[count * 95 // 100]


def main():
    place = pathlib.Path(tempfile.mkdtemp(prefix="dengce-bench-"))
    try:
        data = place / "data"
        made = subprocess.run([DENGCE, "init", "--data", data, "--example-person"], capture_output=True, check=True)
        fill(data / "dengce.db")
        size = os.path.getsize(data / "dengce.db") / 1e9
        starts, cpu = [], []
        for _ in range(RUNS):
            begun = time.perf_counter()
            server = Server("--data", data, "--requests-per-second", "0").start()
            starts.append((time.perf_counter() - begun) * 1000)
            cpu.append(cpu_ms(server))
            server.stop()
        server = Server("--data", data, "--requests-per-second", "0").start()
        fresh = memory(server, "VmRSS")
        client = Client(server)
        client.sign_in("manager", first_passwords(made.stdout.decode())["manager"], password_of(1))
        total = client.must("GET", "/api/assets?limit=1")["total"]
        if total < ASSETS:
            sys.exit(f"server: only {total} assets are listed")
        shown = {name: p95(client, path) for name, path in (
            ("100 assets by name", "/api/assets?limit=100&sort=name"),
            ("100 assets of a class", "/api/assets?limit=100&class=" + urllib.parse.quote("网络设备")),
            ("assets by text", "/api/assets?limit=100&q=10.0.77."),
            ("100 systems", "/api/systems?limit=100&sort=name"),
            ("overview", "/api/overview"))}
        print(f"server: {statistics.median(starts):.0f} ms from start to listening (median of {RUNS}, slowest "
              f"{max(starts):.0f} ms; {statistics.median(cpu):.0f} CPU-ms), database of {size:.2f} GB, {SYSTEMS} systems, {ASSETS} assets, {HOSTS} hosts")
        print(f"server: memory {fresh:.0f} MiB at start, {memory(server, 'VmHWM'):.0f} MiB at most after a sign-in and "
              f"{len(shown) * 200} requests")
        for name, value in shown.items():
            print(f"server: p95 {value:.1f} ms, {name} (over HTTP, one connection each)")
        server.stop()
    finally:
        shutil.rmtree(place, ignore_errors=True)


main()
