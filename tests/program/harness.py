# SPDX-License-Identifier: Apache-2.0
"""What cases share: running the program, test trees, evidence bundles, one demo database."""
import contextlib
import csv
import io
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from api import Client, Server, first_passwords, password_of  # noqa: E402
from bundle import MINIMAL, bundle_parts, digest, pack, small_bundle  # noqa: E402, F401

ROOT = pathlib.Path(__file__).resolve().parents[2]
DENGCE = os.environ.get("DENGCE") or str(ROOT / "build/release/dengce")
TREES = ROOT / "tests/trees"
EXPORT_NOTE = ("--purpose", "示例核对", "--recipient", "示例甲")
EVALUATED = ("pass", "partial", "fail")
_state = {}
_lock = threading.RLock()


class Skip(Exception):
    """The case can not run here; the text says why."""


@contextlib.contextmanager
def workspace():
    directory = pathlib.Path(tempfile.mkdtemp(prefix="dengce-program-"))
    _state["work"] = directory
    try:
        yield
    finally:
        subprocess.run(["chmod", "-R", "u+rwX", str(directory)], stderr=subprocess.DEVNULL)
        shutil.rmtree(directory, ignore_errors=True)


def new_dir(name="case"):
    return pathlib.Path(tempfile.mkdtemp(prefix=name + "-", dir=_state["work"]))


def need_root():
    if os.getuid() != 0:
        raise Skip("needs root")


class Outcome:
    def __init__(self, args, process):
        self.args = [str(arg) for arg in args]
        self.status = process.returncode
        self.bytes = process.stdout
        self.out = process.stdout.decode("utf-8", "replace")
        self.err = process.stderr.decode("utf-8", "replace")

    def __str__(self):
        return (f"dengce {' '.join(self.args)}\nstatus {self.status}\n"
                f"out: {self.out[:1500]}\nerr: {self.err[:1500]}")

    def json(self):
        return json.loads(self.out)

    def rows(self):
        return list(csv.DictReader(io.StringIO(self.out)))


def dengce(*args, status=None, timeout=300, **options):
    """Runs the program; with `status` any other exit status fails the case."""
    process = subprocess.run([DENGCE, *map(str, args)], stdin=subprocess.DEVNULL,
                             capture_output=True, timeout=timeout, **options)
    outcome = Outcome(args, process)
    if status is not None:
        expect(outcome.status == status, f"exit status is not {status}", outcome)
    return outcome


def expect(condition, *what):
    if not condition:
        raise AssertionError("\n".join(str(one) for one in what))


def equal(got, wanted, *what):
    expect(got == wanted, f"got    {got!r}\nwanted {wanted!r}", *what)


def tree(name):
    """A prepared test tree, to be read only."""
    with _lock:
        known = _state.setdefault("trees", {})
        if name not in known:
            known[name] = prepare(name)
        return known[name]


def prepare(name):
    """A prepared copy of a test tree, free to change."""
    destination = new_dir(name) / "root"
    subprocess.run(["sh", str(TREES / "prepare.sh"), name, str(destination)], check=True)
    return destination


def tree_report(name):
    """What check says of an unchanged tree, as JSON; asked once."""
    with _lock:
        known = _state.setdefault("reports", {})
        if name not in known:
            known[name] = dengce("check", tree(name), "--format", "json").json()["bundles"][0]
        return known[name]


def check_json(*args, status=None):
    return dengce("check", *args, "--format", "json", status=status).json()


def entries(bundle):
    """(item code, point, check) → entry of one bundle of check's JSON."""
    return {(item["code"], point["point"], point["check"]): point
            for item in bundle["items"] for point in item["points"]}


def of_check(bundle, check):
    """The entry of a check that stands at one place or several with the same status."""
    found = [entry for (_, _, name), entry in entries(bundle).items() if name == check]
    expect(found, f"no entry of check {check}")
    return found[0]


def content_copy(change):
    """A copy of content/ whose demo needs no live collection; `change` edits it further."""
    directory = new_dir("content") / "content"
    shutil.copytree(ROOT / "content", directory)
    assessment = directory / "demo/assessment.yaml"
    text = assessment.read_text()
    expect("source: live" in text, "the demo lists no live server")
    assessment.write_text(text.replace("source: live", "source: bundle"))
    for live in re.findall(r"object: ([\w-]+), source: live", text):
        small_bundle(directory / f"demo/bundle/{live}.tar.gz", target="example-live")
    if change is not None:
        change(directory)
    return directory


def demo():
    """A data directory with the demo of this machine, and what the program said; made once."""
    with _lock:
        if "demo" not in _state:
            data = new_dir("demo") / "data"
            _state["demo"] = (data, dengce("demo", "--data", data, status=0))
        return _state["demo"]


def demo_copy():
    data, _ = demo()
    copy = new_dir("data") / "data"
    with _lock:  # nobody signs in while the database is copied
        shutil.copytree(data, copy)
        shutil.copy2(f"{data}.key", f"{copy}.key")
    return copy


def demo_token():
    """A copy of the demo, and an API token of its example person who may read everything; made once."""
    with _lock:
        if "token" not in _state:
            data = demo_copy()
            passwords = first_passwords(demo()[1].out)
            server = Server("--data", data).start()
            try:
                person = Client(server)
                person.sign_in("manager", passwords["manager"], password_of(1))
                expires = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))
                rights = [f"{noun}:read" for noun in ("assessment", "evidence", "document", "system", "contract")]
                token = person.must("POST", "/api/account/tokens", {
                    "name": "suite", "rights": rights, "expires": expires}, status=(200, 201))["token"]
            finally:
                server.stop()
            _state["token"] = (data, token)
        return _state["token"]
