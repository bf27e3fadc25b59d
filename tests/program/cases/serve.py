# SPDX-License-Identifier: Apache-2.0
"""`dengce serve`: loopback only, every route, figures that agree, the walk from record to evidence."""
import collections
import contextlib
import hashlib
import http.client
import io
import json
import re
import signal
import socket
import sqlite3
import ssl
import subprocess
import tarfile
import threading
import time
import urllib.parse

from harness import DENGCE, EXPORT_NOTE, ROOT, demo, demo_copy, demo_token, dengce, equal, expect, new_dir


@contextlib.contextmanager
def serving(data, token=None, *more):
    process = subprocess.Popen([DENGCE, "serve", "--data", str(data), "--listen", "127.0.0.1:0", *more],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        line = process.stdout.readline()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", line)
        expect(found, "no address printed", line)
        yield Client(int(found[1]), token), process
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
        process.stdout.close()
        process.stderr.close()


class Client:
    def __init__(self, port, token):
        self.port, self.token = port, token

    def get(self, path, method="GET", body=None, **headers):
        if body is not None:
            headers["Content-Type"] = "application/json"
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        connection.request(method, path, body=None if body is None else json.dumps(body), headers=headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        return response.status, dict(response.getheaders()), body

    def json(self, path):
        status, headers, body = self.get(path)
        expect(status == 200, path, status, body[:300])
        expect(headers["Content-Type"].startswith("application/json"), path, headers)
        return json.loads(body)

    def problem(self, path, wanted):
        status, headers, body = self.get(path)
        equal(status, wanted, path, body[:300])
        expect(headers["Content-Type"].startswith("application/problem+json"), path, headers)
        problem = json.loads(body)
        expect(problem.get("title") or problem.get("detail"), path, problem)
        return problem


NOTE = {"purpose": "示例核对", "recipient": "示例甲"}


def quote(text):
    return urllib.parse.quote(text, safe="")


def assessment_of(client):
    systems = client.json("/api/assessments-overview")
    equal(systems["total"], 39)
    equal(len(systems["systems"]), 39)
    found = [(system, one) for system in systems["systems"] for one in system["assessments"]]
    equal(len(found), 1)
    return found[0]


def case_only_loopback_addresses():
    data, _ = demo()
    for address in ("0.0.0.0:0", "192.0.2.1:8080", "[::]:0", "128.0.0.1:0"):
        outcome = dengce("serve", "--data", data, "--listen", address, status=2, timeout=30)
        expect(address in outcome.err and outcome.out == "", outcome)
    for address in ("nonsense", "127.0.0.1", "127.0.0.1:99999", "localhost:x", ":8080", ""):
        dengce("serve", "--data", data, "--listen", address, status=2, timeout=30)


def case_without_data_it_does_not_start():
    place = new_dir() / "nothing"
    outcome = dengce("serve", "--data", place, "--listen", "127.0.0.1:0", status=2, timeout=30)
    expect(str(place) in outcome.err, outcome)
    expect(not place.exists(), "serve made a data directory")


def case_taken_port_is_told():
    data, _ = demo()
    with serving(data) as (client, _):
        outcome = dengce("serve", "--data", data, "--listen", f"127.0.0.1:{client.port}", timeout=30)
        expect(outcome.status == 2 and str(client.port) in outcome.err, outcome)


def case_ends_cleanly():
    data = demo_copy()
    for how in (signal.SIGTERM, signal.SIGINT):
        with serving(data) as (client, process):
            client.get("/healthz")
            process.send_signal(how)
            equal(process.wait(timeout=20), 0, how)
    with contextlib.closing(sqlite3.connect(f"file:{data}/dengce.db")) as database:
        equal(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])


def case_every_route_answers():
    data, token = demo_token()
    with serving(data, token) as (client, _):
        system, assessment = assessment_of(client)
        expect(system["name"] and system["team"] and system["level"] == 3, system)
        base = f"/api/assessments/{assessment['id']}"
        result = client.json(base + "/result")
        for scheme in ("2021", "2025"):
            lines = client.json(f"{base}/derivation/{scheme}")["derivation"]
            expect(lines and all(set(line) >= {"code", "x", "weight", "lost", "objects"} for line in lines), scheme)
        worksheet = client.json(base + "/worksheet")
        equal(worksheet["snapshot"], result["snapshot"])
        documents = client.json(base + "/documents")["documents"]
        equal({(one["scheme"], one["format"]) for one in documents},
              {(scheme, form) for scheme in ("2021", "2025") for form in ("docx", "xlsx", "pdf")})
        xlsx = next(one for one in documents if one["format"] == "xlsx" and one["scheme"] == "2025")
        status, headers, body = client.get(xlsx["url"], "POST", NOTE)
        equal((status, body[:2]), (200, b"PK"))
        expect("attachment" in headers["Content-Disposition"] and quote(xlsx["name"]) in headers["Content-Disposition"],
               headers["Content-Disposition"])
        check = client.json("/api/checks/linux-account-uid-unique")
        expect("SELECT" in check["sql"] and check["title"], check)


def case_unknown_places_are_404_and_never_hang():
    data, token = demo_token()
    with serving(data, token) as (client, _):
        _, assessment = assessment_of(client)
        base = f"/api/assessments/{assessment['id']}"
        for path in ("/api/nothing", "/api/assessments/none/result", base + "/result?snapshot=none",
                     base + "/derivation/2019", base + "/records/none/L3-CES1-01",
                     "/api/evidence/none?path=/etc/passwd", "/api/checks/none", "/api/assessments//result"):
            client.problem(path, 404)
        status, _, _ = client.get(base + "/documents/2019/docx/content", "POST", NOTE)
        equal(status, 404)
        status, _, _ = client.get(base + "/result", method="DELETE")
        equal(status, 405)
        status, _, _ = client.get("/api/assessments-overview", method="POST")
        equal(status, 405)
        status, _, body = client.get("/../../etc/passwd")
        expect(b"root:" not in body, "a file of the host was served", status)
        status, _, body = client.get("/%2e%2e/%2e%2e/etc/passwd")
        expect(b"root:" not in body, "a file of the host was served", status)
        status, _, _ = client.get("/missing.js")
        equal(status, 404)


def case_nothing_is_told_without_signing_in():
    data, token = demo_token()
    with serving(data, token) as (client, _):
        _, assessment = assessment_of(client)
        bundle = next(one["bundle"] for one in client.json(f"/api/assessments/{assessment['id']}/worksheet")["objects"]
                      if one.get("bundle"))
        base = f"/api/assessments/{assessment['id']}"
        paths = ("/api/assessments-overview", base + "/result", base + "/worksheet", base + "/documents",
                 f"/api/evidence/{bundle}?path=/etc/passwd", "/api/systems", "/api/audit", "/api/accounts")
        for wrong in (None, token[:-1] + ("a" if token[-1] != "a" else "b"), "dgc_", "x"):
            client.token = wrong
            for path in paths:
                client.problem(path, 401)


def case_page_is_served():
    data, _ = demo()
    with serving(data) as (client, _):
        status, headers, body = client.get("/")
        equal(status, 200)
        expect(headers["Content-Type"].startswith("text/html") and b"<html" in body.lower(), body[:200])
        again, _, empty = client.get("/", **{"If-None-Match": headers["ETag"]})
        equal((again, empty), (304, b""))
        status, _, deep = client.get("/systems/some-page")
        equal((status, deep), (200, body), "an address of the page")
        for asset in re.findall(rb'(?:src|href)="(/assets/[^"]+)"', body):
            status, asset_headers, data_bytes = client.get(asset.decode())
            expect(status == 200 and data_bytes and "immutable" in asset_headers["Cache-Control"], asset)
        expect("Content-Security-Policy" in headers or "X-Content-Type-Options" in headers, headers)


def case_figures_agree_everywhere():
    _, outcome = demo()
    data, token = demo_token()
    with serving(data, token) as (client, _):
        _, assessment = assessment_of(client)
        base = f"/api/assessments/{assessment['id']}"
        result = client.json(base + "/result")
        sheet = client.json(base + "/worksheet")
    equal(result["snapshot"] in outcome.out, True, "demo names another snapshot")
    worst = item_verdicts(sheet)
    keys = ("compliant", "partial", "non_compliant", "not_applicable", "pending")
    names = dict(zip(keys, ("符合", "部分符合", "不符合", "不适用", "待确认")))
    by_item = collections.Counter(item["verdict"] for item in sheet["items"])
    for scheme in result["schemes"]:
        equal(scheme["counts"], {key: by_item[names[key]] for key in keys}, scheme["scheme"])
        equal(scheme["applicable"], len(sheet["items"]) - by_item["不适用"], scheme["scheme"])
        line = next(line for line in outcome.out.splitlines() if line.startswith(scheme["scheme"]))
        for figure in ([scheme["value"]] if scheme["complete"] else [scheme["low"], scheme["high"]]):
            expect(figure in line, scheme["scheme"], figure, line)
        if scheme["conclusion"]:
            expect(f"结论：{scheme['conclusion']}（" in line, line)
        equal(scheme["conclusion"] is not None, scheme["conclusion_low"] == scheme["conclusion_high"])
    for index, item in enumerate(sheet["items"]):
        equal(item["verdict"], worst[index], item["code"])
    hold_rate_2025(result, sheet)
    for layer in result["layers"]:
        equal(sum(layer["items"].values()), sum(item["layer"] == layer["layer"] for item in sheet["items"]), layer)
    negative = {(record["object"], record["item"]) for record in sheet["records"]
                if record["verdict"] in ("部分符合", "不符合")}
    covered = set()
    objects = {one["id"]: index for index, one in enumerate(sheet["objects"])}
    for problem in result["problems"]:
        for code in problem["codes"]:
            for one in problem["objects"]:
                for index, item in enumerate(sheet["items"]):
                    if item["code"] == code and (objects[one["id"]], index) in negative:
                        covered.add((objects[one["id"]], index))
    equal(covered, negative, "every negative record belongs to a problem")
    equal([problem["number"] for problem in result["problems"]],
          [f"T{number:03}" for number in range(1, len(result["problems"]) + 1)])


def item_verdicts(sheet):
    """The verdict of each item over its objects, worked out again (primer: N/A objects left out)."""
    by_item = collections.defaultdict(list)
    for record in sheet["records"]:
        by_item[record["item"]].append(record["verdict"])
    out = []
    for index in range(len(sheet["items"])):
        verdicts = [verdict for verdict in by_item[index] if verdict != "不适用"]
        if not by_item[index]:
            out.append(sheet["items"][index]["verdict"])
        elif not verdicts:
            out.append("不适用")
        elif set(verdicts) == {"符合"}:
            out.append("符合")
        elif set(verdicts) == {"不符合"}:
            out.append("不符合")
        elif "部分符合" in verdicts or {"符合", "不符合"} <= set(verdicts):
            out.append("部分符合")
        else:
            out.append("待确认")
    return out


def hold_rate_2025(result, sheet):
    """符合率 = compliant items ÷ applicable items; items that could still comply make the range."""
    scheme = next(one for one in result["schemes"] if one["scheme"] == "2025")
    counts, applicable = scheme["counts"], scheme["applicable"]
    low = round(100 * counts["compliant"] / applicable + 1e-9, 2)
    by_item = collections.defaultdict(set)
    for record in sheet["records"]:
        by_item[record["item"]].add(record["verdict"])
    hopeful = sum(item["verdict"] == "待确认" and by_item[index] <= {"符合", "待确认", "不适用"}
                  for index, item in enumerate(sheet["items"]))
    high = round(100 * (counts["compliant"] + hopeful) / applicable + 1e-9, 2)
    equal((float(scheme["low"]), float(scheme["high"])), (low, high))


def case_why_walk_from_record_to_evidence_line():
    data, token = demo_token()
    # The bundles that came with the content; that of this host lies sealed in the database.
    bundles = [path.read_bytes() for path in sorted((ROOT / "content/demo/bundle").glob("*.tar.gz"))]
    unpacked = {hashlib.new("sm3", archive).hexdigest(): unpack(archive) for archive in bundles}
    with serving(data, token) as (client, _):
        _, assessment = assessment_of(client)
        base = f"/api/assessments/{assessment['id']}"
        sheet = client.json(base + "/worksheet")
        walked = 0
        machine = [record for record in sheet["records"] if record["machine"]]
        for record in machine[:: max(1, len(machine) // 40)]:
            one = sheet["objects"][record["object"]]
            item = sheet["items"][record["item"]]
            detail = client.json(f"{base}/records/{quote(one['id'])}/{item['code']}?clause={item['clause']}")
            equal((detail["verdict"], detail["record"]), (record["verdict"], record["text"]), item["code"])
            for point in detail["points"]:
                source = point["source"]
                if not source or source["line"] < 1:
                    continue
                equal(source["bundle"], one["bundle"])
                if source["bundle"] not in unpacked:
                    continue
                walk_to_line(client, source, *unpacked[source["bundle"]])
                walked += 1
        expect(walked > 20, f"only {walked} lines were walked to")


def unpack(archive):
    with tarfile.open(fileobj=io.BytesIO(archive)) as package:
        manifest = json.load(package.extractfile("manifest.json"))
        return manifest, {entry["source"]: package.extractfile(entry["path"]).read() for entry in manifest["entries"]}


def walk_to_line(client, source, manifest, files):
    view = client.json(f"/api/evidence/{source['bundle']}?path={quote(source['path'])}&line={source['line']}&context=2")
    shown = {line["number"]: line["text"] for line in view["lines"]}
    wanted = "file:" + source["path"] if source["path"].startswith("/") else source["path"]
    data = files[wanted]
    equal(view["sha256"], hashlib.sha256(data).hexdigest(), source)
    equal(view["bytes"], len(data), source)
    line = re.split(rb"\r?\n", data)[source["line"] - 1].decode("utf-8", "replace")
    expect(source["line"] in shown, source, shown)
    expect(line.startswith(shown[source["line"]].rstrip("…")[:150]), source, line, shown)
    expect(line.startswith(source["excerpt"].rstrip("…")[:150]), source, line)
    equal(view["target"], manifest["target"]["name"])


class LogServer(threading.Thread):
    """Takes counted frames (RFC 6587) over TLS and keeps them."""

    def __init__(self, certificate, key, port=0):
        super().__init__(daemon=True)
        self.messages, self.refused = [], 0
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(certificate, key)
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.start()

    def run(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            try:
                with self.context.wrap_socket(connection, server_side=True) as line:
                    self.take(line.makefile("rb"))
            except OSError:
                self.refused += 1

    def take(self, stream):
        while True:
            length = b""
            while (byte := stream.read(1)).isdigit():
                length += byte
            if not byte:
                return
            self.messages.append(stream.read(int(length)).decode())

    def wait(self, enough):
        for _ in range(600):
            if enough():
                return True
            time.sleep(0.05)
        return False


def case_audit_entries_reach_a_log_server():
    data, token = demo_token()
    place = new_dir("log")
    certificate, key = place / "log.crt", place / "log.key"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                    "-days", "2", "-subj", "/CN=log", "-addext", "subjectAltName=IP:127.0.0.1",
                    "-keyout", str(key), "-out", str(certificate)], check=True, capture_output=True)
    log = LogServer(certificate, key)
    target = f"tls://127.0.0.1:{log.port}"
    with serving(data, token, "--syslog", target) as (client, _):
        expect(log.wait(lambda: log.refused > 0), "nobody came")
        equal(log.messages, [], "sent to a server whose certificate nobody vouches for")
    refused = dengce("audit", "export", "--data", data, "--output", place / "none.jsonl", status=2)
    expect("用途与接收人" in refused.err and not (place / "none.jsonl").exists(), refused)
    whole = dengce("audit", "export", *EXPORT_NOTE, "--data", data, "--output", place / "all.jsonl", status=0)
    expect(whole.err is not None, whole)
    lines = [json.loads(line) for line in (place / "all.jsonl").read_text().splitlines()]
    wanted = [line["sequence"] for line in lines if line["kind"] == "entry"]
    with serving(data, token, "--syslog", target, "--syslog-authority", str(certificate)) as (client, _):
        expect(log.wait(lambda: len(log.messages) >= len(wanted)), len(log.messages), len(wanted))
        before = len(log.messages)
        _, assessment = assessment_of(client)
        url = client.json(f"/api/assessments/{assessment['id']}/documents")["documents"]
        client.get(next(one["url"] for one in url if one["format"] == "xlsx"), "POST", NOTE)
        expect(log.wait(lambda: len(log.messages) > before), "an export is not told")
    entries = []
    for message in log.messages:
        head, body = message.split("\ufeff", 1)
        expect(re.fullmatch(r"<109>1 \d{4}-\d\d-\d\dT[\d:.]+Z \S+ dengce - [a-z_.]+ - ", head), head)
        entries.append(json.loads(body))
    equal([entry["sequence"] for entry in entries], list(range(1, len(entries) + 1)))
    equal(entries[-1]["action"], "document.export")


def case_filters_of_the_worksheet():
    data, token = demo_token()
    with serving(data, token) as (client, _):
        _, assessment = assessment_of(client)
        base = f"/api/assessments/{assessment['id']}/worksheet"
        whole = client.json(base)
        one = whole["objects"][whole["records"][0]["object"]]
        some = client.json(f"{base}?object={quote(one['id'])}&verdict={quote('符合')}")
        wanted = [record for record in whole["records"]
                  if whole["objects"][record["object"]]["id"] == one["id"] and record["verdict"] == "符合"]
        equal(some["records"], wanted)
        equal(len(some["items"]), len(whole["items"]))
