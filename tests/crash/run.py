# SPDX-License-Identifier: Apache-2.0
"""Writers work on a server that is killed at random moments. After each restart every acknowledged
change is there with its last acknowledged value, the database is whole and the audit chain verifies."""
import os
import pathlib
import random
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from api import DENGCE, Client, Server, first_passwords, password_of  # noqa: E402

ROUNDS = int(os.environ.get("ROUNDS", "30"))
WRITERS = 4
VERIFY_EVERY = 10
seed = int(os.environ.get("SEED", str(int(time.time()))))
draw = random.Random(seed)


class Writer(threading.Thread):
    """Makes assets and changes them; remembers what was acknowledged and what may have happened."""

    def __init__(self, client, known, number, stop):
        super().__init__(daemon=True)
        self.client, self.known, self.number, self.stop = client, known, number, stop
        self.acknowledged = 0

    def run(self):
        count = 0
        while not self.stop.is_set():
            count += 1
            try:
                self.once(f"{self.number}-{time.monotonic_ns()}-{count}")
            except (OSError, ValueError, __import__("http.client").client.HTTPException):
                return  # the server is gone: nothing acknowledged

    def once(self, name):
        made = self.client.ask("POST", "/api/assets", {
            "class": "其他系统或设备", "name": name, "importance": "一般", "systems": [],
            "attributes": {"用途": "第 0 版"}})
        if made.status not in (200, 201):
            raise AssertionError(f"create: {made}")
        asset = made.json()
        entry = self.known[asset["id"]] = {"name": name, "last": "第 0 版", "maybe": None}
        self.acknowledged += 1
        for step in range(1, 3):
            value = f"第 {step} 版"
            entry["maybe"] = value
            changed = self.client.ask("PATCH", f"/api/assets/{asset['id']}", {"attributes": {"用途": value}},
                                      {"If-Match": f'"{asset["version"]}"'})
            if changed.status != 200:
                raise AssertionError(f"change: {changed}")
            asset = changed.json()
            entry.update(last=value, maybe=None)
            self.acknowledged += 1


def check(condition, what):
    if not condition:
        print(f"not ok: {what} (SEED={seed})")
        print("0 passed, 1 failed")
        sys.exit(1)


def command(*args):
    return subprocess.run([DENGCE, *map(str, args)], stdin=subprocess.DEVNULL, capture_output=True, timeout=300)


def main():
    with tempfile.TemporaryDirectory(prefix="dengce-crash-") as place:
        walk(pathlib.Path(place) / "data")


def walk(data):
    made = command("init", "--data", data, "--example-person")
    check(made.returncode == 0, f"init: {made.stderr.decode()}")
    passwords = first_passwords(made.stdout.decode())
    server = Server("--data", data, "--requests-per-second", "0").start()
    person = Client(server)
    person.sign_in("manager", passwords["manager"], password_of(1))
    token = person.must("POST", "/api/account/tokens", {
        "name": "crash", "rights": ["asset:read", "asset:create", "asset:change"],
        "expires": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))}, status=(200, 201))["token"]
    known, acknowledged = {}, 0
    for turn in range(1, ROUNDS + 1):
        stop = threading.Event()
        writers = [Writer(Client(server, token), known, number, stop) for number in range(WRITERS)]
        for writer in writers:
            writer.start()
        time.sleep(draw.uniform(0.01, 0.6))
        server.kill()
        stop.set()
        for writer in writers:
            writer.join(timeout=60)
            check(not writer.is_alive(), "a writer hangs")
        acknowledged += sum(writer.acknowledged for writer in writers)
        server = Server("--data", data, "--requests-per-second", "0").start()
        client = Client(server, token)
        # All that this round touched; the rest was looked at in its own round and again at the end.
        recent = list(known.items())[-200:] if turn < ROUNDS else list(known.items())
        for asset, entry in recent:
            answer = client.ask("GET", f"/api/assets/{asset}")
            check(answer.status == 200, f"round {turn}: an acknowledged asset is lost: {answer}")
            value = answer.json()["attributes"]["用途"]
            check(value in (entry["last"], entry["maybe"]), f"round {turn}: {asset} holds {value}, not {entry}")
            entry.update(last=value, maybe=None)
        if turn % VERIFY_EVERY == 0 or turn == ROUNDS:
            server.stop()
            for verify in (("verify", "--data", data), ("audit", "verify", "--data", data)):
                done = command(*verify)
                check(done.returncode == 0, f"round {turn}: {verify[0]}: {done.stdout.decode()}{done.stderr.decode()}")
            server = Server("--data", data, "--requests-per-second", "0").start()
    server.stop()
    check(acknowledged > ROUNDS, "the writers hardly wrote")
    print(f"{ROUNDS} kills, {acknowledged} acknowledged changes, none lost (SEED={seed})")
    print(f"{ROUNDS} passed, 0 failed")


main()
