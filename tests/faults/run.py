# SPDX-License-Identifier: Apache-2.0
"""Bad input and faults against a running server. Each case must get a clear answer, change nothing it
should not, and leave the server answering. ONLY=part of a name runs the cases of that name."""
import concurrent.futures
import json
import os
import pathlib
import re
import resource
import shutil
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import uuid

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from api import DENGCE, Client, Server, first_passwords, password_of  # noqa: E402

HALF_OPEN = int(os.environ.get("HALF_OPEN", "2000"))
READ_LIMIT_SECONDS = 15  # a whole request must arrive within
LOCK_SECONDS = 5         # a writer waits that long for another one
PROBLEM = "application/problem+json"


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


class World:
    """One data directory, its server and the example person's token."""

    def __init__(self, place):
        self.data = place / "data"
        made = subprocess.run([DENGCE, "init", "--data", self.data, "--example-person"],
                              stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
        expect(made.returncode == 0, made.stderr.decode())
        self.passwords = first_passwords(made.stdout.decode())
        self.start()
        self.person = Client(self.server)
        self.secret = self.person.sign_in("manager", self.passwords["manager"], password_of(1))
        self.token = self.new_token(86400)
        self.client = Client(self.server, self.token)

    def start(self):
        self.server = Server("--data", self.data, "--requests-per-second", "0").start()

    def restart(self):
        """After a kill: the same token and cookie go on."""
        self.start()
        self.person.server = self.client.server = self.server

    def new_token(self, seconds, rights=("filing:read", "filing:create", "filing:change", "system:read")):
        expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + seconds))
        return self.person.must("POST", "/api/account/tokens", {
            "name": f"faults-{uuid.uuid4()}", "rights": list(rights), "expires": expires}, status=(200, 201))["token"]

    def filing(self, **changes):
        return {"number": f"F-{uuid.uuid4()}", "name": "示例系统", "level": 3, **changes}

    def make(self, **changes):
        return self.client.must("POST", "/api/filings", self.filing(**changes), status=201)

    def total(self):
        return self.client.must("GET", "/api/filings?limit=1")["total"]

    def refused(self, answer, *statuses):
        expect(answer.status in statuses, f"{answer} instead of {statuses}")
        expect(PROBLEM in answer.headers.get("Content-Type", ""), f"no problem document: {answer}")
        body = answer.json()
        expect(body["title"] and body["code"] and body["status"] == answer.status, f"unclear: {body}")
        return body

    def raw(self, data, timeout=30):
        """The bytes as they are, one connection; gives status and whole answer, 0 if it was just closed."""
        with socket.create_connection(("127.0.0.1", self.server.port), timeout=timeout) as line:
            try:
                line.sendall(data)
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused before the end: the answer is there all the same
            received = b""
            try:
                while piece := line.recv(65536):
                    received += piece
            except ConnectionResetError:
                pass
        found = re.match(rb"HTTP/1\.1 (\d{3}) ", received)
        return (int(found.group(1)) if found else 0), received

    def head(self, *lines, target="/api/filings", method="POST"):
        fixed = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{self.server.port}",
                 f"Authorization: Bearer {self.token}", "Connection: close"]
        return "\r\n".join([*fixed, *lines, "", ""]).encode()


ONLY = os.environ.get("ONLY", "")
CASES = []


def case(function):
    if ONLY in function.__name__:
        CASES.append(function)
    return function


# ---- input ---------------------------------------------------------------------------------------


@case
def malformed_json(world):
    before = world.total()
    texts = [b"", b"{", b"[]", b"null", b'"text"', b"{}}", b'{"number":}', b'{"number":"a",}', b"{'number':1}",
             b'{"number":"\xff\xfe"}', b'{"number":"\\ud800"}', b'{"level":NaN}', b'{"level":1e999}',
             b'{"level":' + b"9" * 400 + b"}", b"[" * 30000, b'{"a":' * 5000, b"\xef\xbb\xbf{}x", b"\x00" * 64,
             b'{"number":"a","number":"b","name":"c","level":3}']
    for text in texts:
        answer = world.client.ask("POST", "/api/filings", raw=text, headers={"Content-Type": "application/json"})
        world.refused(answer, 400)
    answer = world.client.ask("POST", "/api/filings", raw=b"{}", headers={"Content-Type": "text/plain"})
    world.refused(answer, 415)
    expect(world.total() == before, "something was stored")


@case
def wrong_types_and_unknown_fields_are_all_named(world):
    before = world.total()
    body = {"number": 7, "name": ["x"], "level": "3", "filed_day": "31.12.2026", "systems": "all",
            "admin": True, "__proto__": {}}
    problems = world.refused(world.client.ask("POST", "/api/filings", body), 400)["problems"]
    named = {problem["field"] for problem in problems}
    expect(set(body) <= named, f"not all named at once: {sorted(named)}")
    for wrong in ({"level": 0}, {"level": 5}, {"level": 3.5}, {"number": ""}, {"number": "x" * 101},
                  {"name": "a\u0000b"}, {"filed_day": "2026-02-30"}, {"filed_day": "0000-00-00"}):
        world.refused(world.client.ask("POST", "/api/filings", world.filing(**wrong)), 400)
    for query in ("limit=0", "limit=501", "limit=x", "limit=1&limit=2", "sort=nothing", "after=%00", "after=x",
                  "colour=red", "sort=number;drop"):
        answer = world.client.ask("GET", f"/api/filings?{query}")
        expect(answer.status == 400, f"{query}: {answer}")
    expect(world.total() == before, "something was stored")


@case
def oversized_bodies(world):
    for lines in (["Content-Type: application/json", "Content-Length: 10000000000"],
                  ["Content-Type: application/json", "Content-Length: 99999999999999999999999"],
                  ["Content-Type: application/json", "Content-Length: -1"]):
        begun = time.monotonic()
        status, answer = world.raw(world.head(*lines))
        expect(status in (400, 413), f"{lines}: {answer[:200]}")
        expect(time.monotonic() - begun < 20, "refused only after waiting for the body")
    chunk = b"10000\r\n" + b"x" * 65536 + b"\r\n"
    chunked = world.head("Content-Type: application/json", "Transfer-Encoding: chunked")
    status, answer = world.raw(chunked + chunk * 16 + b"0\r\n\r\n")
    expect(status == 413, answer[:200])
    for size in (b"fffffffffffffffff", b"-1", b"zz", b"1" * 5000):
        status, answer = world.raw(chunked + size + b"\r\nabc\r\n0\r\n\r\n")
        expect(status in (400, 413), f"chunk size {size[:20]}: {answer[:200]}")


@case
def odd_heads(world):
    good = [f"Host: 127.0.0.1:{world.server.port}", f"Authorization: Bearer {world.token}", "Connection: close"]

    def ask(first, *lines):
        return world.raw("\r\n".join([first, *lines, "", ""]).encode("latin-1"))

    get = "GET /api/filings HTTP/1.1"
    expect(ask(get, *good)[0] == 200, "the plain request is refused")
    for name, lines in {
            "huge header": [*good, "X-Long: " + "a" * 100_000],
            "many headers": [*good, *(f"X-{n}: 1" for n in range(5000))],
            "long address": None,
            "two lengths": [*good, "Content-Length: 1", "Content-Length: 2"],
            "length and chunks": [*good, "Content-Length: 4", "Transfer-Encoding: chunked"],
            "unknown coding": [*good, "Transfer-Encoding: gzip, chunked"],
            "two hosts": [good[0], *good],
            "two tokens": [*good, good[1]],
            "no host": good[1:],
            "foreign host": ["Host: rebinding.example", *good[1:]],
            "folded line": [*good, "X-A: b", " c"],
            "space before colon": [*good, "X-A : b"],
            "nul in a value": [*good, "X-A: b\0c"],
            "bare line feed": [*good, "X-A: b\nX-B: c\n"],
    }.items():
        first = "GET /api/filings?q=" + "a" * 100_000 + " HTTP/1.1" if lines is None else get
        status, answer = ask(first, *(lines or good))
        # A lone line feed and a folded line may be read as the standard allows, never as a second request.
        fine = (200, 400) if name in ("bare line feed", "folded line") else (400, 413, 421, 431)
        expect(status in fine, f"{name}: {answer[:200]}")
        expect(answer.count(b"HTTP/1.1 ") == 1, f"{name}: more than one answer")
    for first in ("GET /api/filings HTTP/9.9", "GET /api/filings", "\0\1\2\3", "G" * 5000,
                  "get /api/filings HTTP/1.1", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "PRI * HTTP/2.0"):
        status, answer = ask(first, *good)
        expect(status not in (200, 500), f"{first[:30]!r}: {answer[:200]}")
    for method in ("TRACE", "CONNECT", "DEBUG", "PROPFIND"):
        status, answer = ask(f"{method} /api/filings HTTP/1.1", *good)
        expect(status in (400, 404, 405), f"{method}: {answer[:200]}")


@case
def path_tricks(world):
    secret = re.compile(rb"root:[^\n]*:0:0|SQLite format 3|BEGIN [A-Z ]*PRIVATE KEY")
    up = ["..", "%2e%2e", "..%2f", "%2e%2e%2f", "..%5c", "..\\", "%252e%252e%252f", "..%c0%af", "%u002e%u002e/"]
    targets = [f"/{step * 8 if step.endswith(('f', 'c', '/')) else (step + '/') * 8}etc/passwd" for step in up]
    targets += ["/assets/../../../../etc/passwd", "/assets/%2e%2e/%2e%2e/data/dengce.db", "//etc/passwd",
                "/etc/passwd%00.html", "/./index.html", "file:///etc/passwd", "http://other.example/api/filings",
                "/api/filings/%2e%2e/accounts", "/api/filings/..%2faccounts", "/api//filings", "/api/filings/",
                "/api/filings/%00", "/api/filings/' OR '1'='1", "/api/filings/%27%20OR%201=1--", "/%", "/%zz", "*",
                "/api/filings;v=1", "/\u00e4"]
    for target in targets:
        line = f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{world.server.port}\r\n" \
               f"Authorization: Bearer {world.token}\r\nConnection: close\r\n\r\n"
        status, answer = world.raw(line.encode("latin-1"))
        expect(not secret.search(answer), f"{target} gives a file away")
        expect(status != 500, f"{target}: {answer[:200]}")
        if status == 200:
            expect(b"text/html" in answer, f"{target}: {answer[:300]}")  # the page itself, nothing else


# ---- who asks ------------------------------------------------------------------------------------


@case
def expired_forged_and_narrow_tokens(world):
    token = world.new_token(3)
    client = Client(world.server, token)
    client.must("GET", "/api/filings")
    turned = ("A" if token[-1] != "A" else "B")
    for forged in (token[:-1] + turned, token[:-1], token + "A", "dgc_", "dgc_" + "A" * 43, "x" * 5000, "' OR 1=1 --",
                   "eyJhbGciOiJub25lIn0.eyJzdWIiOiJtYW5hZ2VyIn0."):
        world.refused(Client(world.server, forged).ask("GET", "/api/filings"), 401)
    narrow = Client(world.server, world.new_token(600, ["system:read"]))
    narrow.must("GET", "/api/systems?limit=1")
    world.refused(narrow.ask("GET", "/api/filings"), 403)
    world.refused(narrow.ask("GET", "/api/account/tokens"), 403)
    time.sleep(3.2)
    world.refused(client.ask("GET", "/api/filings"), 401)

    def tokens():
        return {one["id"] for one in world.person.must("GET", "/api/account/tokens")["items"]}

    before = tokens()
    revoked = Client(world.server, world.new_token(600))
    revoked.must("GET", "/api/filings")
    newest = (tokens() - before).pop()
    world.person.must("DELETE", f"/api/account/tokens/{newest}", status=(200, 204))
    world.refused(revoked.ask("GET", "/api/filings"), 401)


@case
def forged_sessions_and_csrf(world):
    good = world.person.cookie
    stranger = Client(world.server)
    for cookie in (good[:-1] + ("A" if good[-1] != "A" else "B"), "dengce_session=", "dengce_session=" + "A" * 4000,
                   "dengce_session=../../x", "dengce_session=%00"):
        stranger.cookie = cookie
        world.refused(stranger.ask("GET", "/api/filings"), 401)
    before = world.total()
    for csrf in ("", "x", world.person.csrf[:-1]):
        thief = Client(world.server)
        thief.cookie, thief.csrf = good, csrf
        world.refused(thief.ask("POST", "/api/filings", world.filing()), 403)
    expect(world.total() == before, "stored without the page's own mark")
    expect("HttpOnly" in (sent := world.person.cookie_line) and "SameSite=Strict" in sent, sent)


# ---- at the same time ----------------------------------------------------------------------------


@case
def one_key_many_submissions(world):
    before = world.total()
    key, body = str(uuid.uuid4()), world.filing()

    def submit(_):
        return world.client.ask("POST", "/api/filings", body, {"Idempotency-Key": key})

    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        answers = list(pool.map(submit, range(16)))
    made = [answer for answer in answers if answer.status == 201]
    expect(made and all(answer.status in (201, 409) for answer in answers), [str(a) for a in answers])
    expect(len({answer.json()["id"] for answer in made}) == 1, "several rows of one submission")
    late = submit(None)
    expect(late.status == 201 and late.json() == made[0].json(), f"not the same answer again: {late}")
    expect(world.total() == before + 1, f"{world.total() - before} rows")
    other = world.client.ask("POST", "/api/filings", world.filing(), {"Idempotency-Key": key})
    world.refused(other, 409)
    world.refused(world.client.ask("POST", "/api/filings", body, {"Idempotency-Key": "short"}), 400)


@case
def two_editors_of_one_row(world):
    row = world.make()
    path, match = f"/api/filings/{row['id']}", {"If-Match": f'"{row["version"]}"'}
    world.refused(world.client.ask("PATCH", path, {"name": "无条件"}), 428)
    for wrong in ('"99"', "x", '"', "*, *", '"1", "2"', '"99999999999999999999"'):
        world.refused(world.client.ask("PATCH", path, {"name": "错"}, {"If-Match": wrong}), 400, 412)

    def edit(number):
        return world.client.ask("PATCH", path, {"name": f"编辑者 {number}"}, match)

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(edit, range(8)))
    done = [answer for answer in answers if answer.status == 200]
    expect(len(done) == 1, [str(answer) for answer in answers])
    for answer in answers:
        if answer.status != 200:
            world.refused(answer, 412)
    expect(world.client.must("GET", path)["name"] == done[0].json()["name"], "another editor's text is stored")
    world.refused(world.client.ask("DELETE", path), 403, 428)


@case
def slow_clients_do_not_hold_anybody_up(world):
    """A head and a body that never end, and a reader who does not read: cut after the limit."""
    begun = time.monotonic()
    head = world.head("Content-Type: application/json", "Content-Length: 100")
    lines = []
    for start in (head[:40], head + b'{"number'):
        line = socket.create_connection(("127.0.0.1", world.server.port), timeout=5)
        line.sendall(start)
        lines.append(line)
    answered = 0
    while time.monotonic() - begun < READ_LIMIT_SECONDS + 20 and lines:
        world.client.must("GET", "/api/filings?limit=1")
        answered += 1
        for line in list(lines):
            line.settimeout(0.2)
            try:
                line.sendall(b" ")
                if line.recv(1024) == b"":
                    lines.remove(line)
            except TimeoutError:
                pass
            except OSError:
                lines.remove(line)
        time.sleep(0.3)
    expect(not lines, "a slow client keeps its connection beyond the limit")
    expect(time.monotonic() - begun > READ_LIMIT_SECONDS / 2, "cut too early")
    expect(answered > 5, "others had to wait")


@case
def many_half_open_connections(world):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = min(HALF_OPEN, (hard if hard != resource.RLIM_INFINITY else HALF_OPEN + 200) - 200)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, count + 200), hard))
    lines = []
    try:
        slowest = 0
        for number in range(count):
            line = socket.socket()
            line.settimeout(10)
            line.bind((f"127.0.0.{2 + number % 20}", 0))  # many clients: the limit of all counts too
            line.connect(("127.0.0.1", world.server.port))
            if number % 2:
                line.sendall(b"GET /api/fil")
            lines.append(line)
            if number % 200 == 199:
                begun = time.monotonic()
                world.client.must("GET", "/api/filings?limit=1")
                slowest = max(slowest, time.monotonic() - begun)
        metrics = world.client.ask("GET", "/metrics").body.decode()
        held = int(re.search(r"^dengce_http_connections (\d+)", metrics, re.M).group(1))
        print(f"   {count} half-open connections, {held} kept, slowest answer meanwhile {slowest * 1000:.0f} ms")
        expect(held <= 1000, f"{held} connections are kept")
        expect(slowest < 10, f"{slowest:.1f} s for an answer")
    finally:
        for line in lines:
            line.close()


# ---- the machine ---------------------------------------------------------------------------------


@case
def locked_database(world):
    before = world.total()
    other = sqlite3.connect(world.data / "dengce.db", isolation_level=None, timeout=20)
    other.execute("BEGIN IMMEDIATE")
    try:
        expect(world.total() == before, "reading does not go on")
        begun = time.monotonic()
        world.refused(world.client.ask("POST", "/api/filings", world.filing()), 503)
        waited = time.monotonic() - begun
        expect(LOCK_SECONDS * 0.5 < waited < LOCK_SECONDS * 6, f"answered after {waited:.1f} s")
        waiting = threading.Timer(1.0, lambda: None)
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            late = pool.submit(world.client.ask, "POST", "/api/filings", world.filing())
            waiting.start()
            waiting.join()
            other.execute("ROLLBACK")
            expect(late.result().status == 201, f"a short lock is not waited for: {late.result()}")
    finally:
        other.close()
    expect(world.total() == before + 1, "half-written")


@case
def graceful_stop_finishes_what_runs(world):
    """Sign-ins take a while (Argon2id): the signal comes while they are at work."""
    def sign_in(number):
        return Client(world.server).ask("POST", "/api/session", {"login": f"nobody{number}", "password": "x"})

    count = 5
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        asked = [pool.submit(sign_in, number) for number in range(count)]
        end = time.monotonic() + 10
        while time.monotonic() < end and not all(one.done() for one in asked):
            text = Client(world.server).ask("GET", "/metrics").body.decode()
            running = int(re.search(r"^dengce_http_requests_in_flight (\d+)", text, re.M).group(1))
            if running + sum(one.done() for one in asked) > count:  # the question itself is one
                break
        begun = time.monotonic()
        status = world.server.stop()
        for one in asked:
            world.refused(one.result(), 401)
    expect(status == 0, f"exit status {status}")
    expect(time.monotonic() - begun < 25, "the stop takes too long")
    world.restart()


@case
def killed_and_started_again(world):
    known, stop = [], threading.Event()

    def write():
        while not stop.is_set():
            try:
                answer = world.client.ask("POST", "/api/filings", world.filing())
            except OSError:
                return
            except Exception:  # a broken answer of a killed server
                return
            if answer.status == 201:
                known.append(answer.json()["id"])

    writers = [threading.Thread(target=write, daemon=True) for _ in range(3)]
    for writer in writers:
        writer.start()
    end = time.monotonic() + 20
    while len(known) < 10 and time.monotonic() < end:
        time.sleep(0.05)
    world.server.kill()
    stop.set()
    for writer in writers:
        writer.join(60)
    expect(len(known) >= 10, "the writers hardly wrote")
    world.restart()
    for one in known:
        world.client.must("GET", f"/api/filings/{one}")


def full_disk(place):
    """A data directory on a file system of its own that is filled up; None where that cannot be mounted."""
    disk = place / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16m", "tmpfs", str(disk)], capture_output=True)
    if mounted.returncode != 0:
        return None
    try:
        world = World(disk)
        kept = [world.make()["id"] for _ in range(5)]
        with open(disk / "filler", "wb", buffering=0) as filler:
            try:
                while True:
                    filler.write(b"x" * 4096)
            except OSError:
                pass
        refused = 0
        for _ in range(200):  # the log of the database has some room of its own
            answer = world.client.ask("POST", "/api/filings", world.filing())
            if answer.status == 201:
                kept.append(answer.json()["id"])
                continue
            body = world.refused(answer, 503)
            expect("磁盘" in body["title"], f"the reason is not said: {body}")
            refused += 1
            if refused == 5:
                break
        expect(refused == 5, "a full disk is not noticed")
        expect(world.client.ask("GET", "/healthz").status == 200, "the server is gone")
        (disk / "filler").unlink()
        kept.append(world.make()["id"])
        for one in kept:
            world.client.must("GET", f"/api/filings/{one}")
        expect(world.total() == len(kept), "something refused was stored all the same")
        expect(world.server.stop() == 0, "the server does not stop cleanly")
        verified = subprocess.run([DENGCE, "audit", "verify", "--data", world.data], capture_output=True, timeout=60)
        expect(verified.returncode == 0, verified.stdout.decode() + verified.stderr.decode())
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
    return True


def remember_cookie_line(person):
    """Keeps the whole Set-Cookie line of the last answer that had one."""
    ask = person.ask

    def asked(*args, **options):
        answer = ask(*args, **options)
        person.cookie_line = answer.headers.get("Set-Cookie", person.cookie_line)
        return answer

    person.cookie_line, person.ask = "", asked


def main():
    place = pathlib.Path(tempfile.mkdtemp(prefix="dengce-faults-"))
    passed = failed = 0

    def run(name, function):
        nonlocal passed, failed
        begun = time.monotonic()
        try:
            note = "skipped: no file system can be mounted here" if function() is None else ""
            passed += 1
            print(f"ok: {name} {note}({time.monotonic() - begun:.1f} s)", flush=True)
        except Exception:
            failed += 1
            print(f"not ok: {name}\n{traceback.format_exc()}", flush=True)

    world = World(place)
    remember_cookie_line(world.person)
    try:
        changed = world.person.must("POST", "/api/session/password",
                                    {"current": password_of(1), "new": password_of(2)})
        world.person.csrf = changed["csrf"]
        for function in CASES:
            def checked(function=function):
                function(world)
                expect(world.server.process.poll() is None, "the server ended")
                expect(Client(world.server).ask("GET", "/healthz").status == 200, "the server does not answer")
                return True
            run(function.__name__.replace("_", " "), checked)
        if ONLY in "full_disk":
            run("full disk", lambda: full_disk(place))
    finally:
        world.server.kill()
        shutil.rmtree(place, ignore_errors=True)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


sys.exit(main())
