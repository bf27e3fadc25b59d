# SPDX-License-Identifier: Apache-2.0
"""Spreadsheets are imported and taken back on a server that is killed at random moments. After each
restart an import is there with all of its rows or with none, as its state says, and what was
acknowledged stays so."""
import http.client
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from api import DENGCE, Client, Server, first_passwords, password_of  # noqa: E402

ROUNDS = max(4, int(os.environ.get("ROUNDS", "30")) // 3)
ROWS = 300
RIGHTS = ["asset:read", "asset:create", "asset:change", "import:read", "import:create", "import:apply", "import:undo"]
seed = int(os.environ.get("SEED", str(int(time.time()))))
draw = random.Random(seed)


def check(condition, what):
    if not condition:
        print(f"not ok: {what} (SEED={seed})")
        print("0 passed, 1 failed")
        sys.exit(1)


class Importer(threading.Thread):
    """Imports one file after the other and takes every second one back; remembers how far each came."""

    def __init__(self, client, known, turn, stop):
        super().__init__(daemon=True)
        self.client, self.known, self.turn, self.stop = client, known, turn, stop

    def run(self):
        count = 0
        while not self.stop.is_set():
            count += 1
            try:
                self.once(f"r{self.turn}n{count}x", count % 2 == 0)
            except (OSError, ValueError, http.client.HTTPException):
                return  # the server is gone

    def step(self, method, path, body, version):
        answer = self.client.ask(method, path, body, {"If-Match": f'"{version}"'})
        if answer.status != 200:
            raise AssertionError(f"{method} {path}: {answer}")
        return answer.json()

    def once(self, tag, back):
        lines = ["资产类别,名称,所属系统,用途"]
        lines += [f"其他系统或设备,{tag}-{row},{self.client.system},示例" for row in range(ROWS)]
        query = urllib.parse.urlencode({"noun": "asset", "file_name": f"{tag}.csv"})
        made = self.client.ask("POST", f"/api/imports?{query}", raw="\n".join(lines).encode(),
                               headers={"Content-Type": "text/csv"})
        if made.status != 201:
            raise AssertionError(f"upload: {made}")
        one = made.json()
        entry = self.known[tag] = {"id": one["id"], "acknowledged": "mapping", "tried": "mapping"}
        path = f"/api/imports/{one['id']}"
        for word, method, end, body in (("preview", "PUT", "/mapping", {"mapping": one["mapping"], "defaults": {}}),
                                        ("applied", "POST", "/apply", {})):
            entry["tried"] = word
            one = self.step(method, path + end, body, one["version"])
            entry["acknowledged"] = word
        if back:
            entry["tried"] = "undone"
            self.step("POST", path + "/undo", {}, one["version"])
            entry["acknowledged"] = "undone"


def look(client, tag, entry):
    one = client.must("GET", f"/api/imports/{entry['id']}")
    check(one["state"] in (entry["acknowledged"], entry["tried"]), f"{tag} is {one['state']}, not {entry}")
    rows = client.must("GET", f"/api/assets?limit=1&q={tag}-")["total"]
    check(rows == (ROWS if one["state"] == "applied" else 0), f"{tag} is {one['state']} and has {rows} rows")
    entry["acknowledged"] = entry["tried"] = one["state"]


def walk(data):
    made = subprocess.run([DENGCE, "init", "--data", data, "--example-person"], stdin=subprocess.DEVNULL,
                          capture_output=True, timeout=300)
    check(made.returncode == 0, f"init: {made.stderr.decode()}")
    server = Server("--data", data, "--requests-per-second", "0").start()
    person = Client(server)
    person.sign_in("manager", first_passwords(made.stdout.decode())["manager"], password_of(1))
    system = person.must("GET", "/api/systems?limit=1")["items"][0]["name"]
    token = person.must("POST", "/api/account/tokens", {
        "name": "crash", "rights": RIGHTS,
        "expires": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))}, status=201)["token"]
    known = {}
    # How long one takes here and now: the kills fall into all of its phases.
    begin = time.monotonic()
    first = Client(server, token)
    first.system = system
    Importer(first, known, 0, threading.Event()).once("r0n0x", True)
    cycle = time.monotonic() - begin
    look(first, "r0n0x", known["r0n0x"])
    for turn in range(1, ROUNDS + 1):
        client = Client(server, token)
        client.system = system
        stop = threading.Event()
        importer = Importer(client, known, turn, stop)
        importer.start()
        time.sleep(draw.uniform(0.02, 2.5 * cycle))
        server.kill()
        stop.set()
        importer.join(timeout=60)
        check(not importer.is_alive(), "the importer hangs")
        server = Server("--data", data, "--requests-per-second", "0").start()
        client = Client(server, token)
        for tag, entry in list(known.items())[-20:]:
            look(client, tag, entry)
    for tag, entry in known.items():
        look(Client(server, token), tag, entry)
    server.stop()
    for verify in (("verify", "--data", data), ("audit", "verify", "--data", data)):
        done = subprocess.run([DENGCE, *map(str, verify)], stdin=subprocess.DEVNULL, capture_output=True, timeout=300)
        check(done.returncode == 0, f"{verify[0]}: {done.stdout.decode()}{done.stderr.decode()}")
    states = [entry["acknowledged"] for entry in known.values()]
    check(len(states) > 1, "nothing was imported while the server was killed")
    print(f"{ROUNDS} kills, {len(states)} imports: " + ", ".join(
        f"{states.count(state)} {state}" for state in ("mapping", "preview", "applied", "undone")) + f" (SEED={seed})")
    print(f"{ROUNDS} passed, 0 failed")


with tempfile.TemporaryDirectory(prefix="dengce-imports-") as place:
    walk(pathlib.Path(place) / "data")
