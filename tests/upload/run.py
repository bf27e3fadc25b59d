# SPDX-License-Identifier: Apache-2.0
"""A large file over lines that break and a server that is killed: MEGABYTES in total (64 unless told).
Nothing that was acknowledged is sent twice, memory does not grow with the file, digests agree."""
import base64
import hashlib
import http.client
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from api import DENGCE, Client, Server, first_passwords, password_of  # noqa: E402

MEGABYTE = 1024 * 1024
TOTAL = int(os.environ.get("MEGABYTES", "64")) * MEGABYTE
BLOCK = hashlib.sha512(b"block").digest() * (MEGABYTE // 64)
GROWTH = 96 * MEGABYTE
TUS = {"Tus-Resumable": "1.0.0"}
results = {"passed": 0, "failed": 0}


def check(condition, what):
    results["passed" if condition else "failed"] += 1
    print(("ok " if condition else "FAIL ") + what, flush=True)


def block(number):
    return number.to_bytes(8, "big") + BLOCK[8:]


def bytes_of(start, end):
    """The file's bytes from start to end; never the whole of it at once."""
    while start < end:
        number, inside = divmod(start, MEGABYTE)
        piece = block(number)[inside:min(MEGABYTE, inside + end - start)]
        yield piece
        start += len(piece)


def resident(server):
    text = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(text.split("VmRSS:")[1].split()[0]) * 1024


def offset(client, upload):
    answer = client.ask("HEAD", f"/api/uploads/{upload}", headers=TUS)
    if answer.status != 200:
        raise AssertionError(f"HEAD of the upload: {answer}")
    return int(answer.headers["Upload-Offset"])


def send(client, server, upload, start, end, announced=None):
    """One PATCH; with `announced` the head promises more than is sent, and the line breaks."""
    line = socket.create_connection(("127.0.0.1", server.port), timeout=120)
    head = (f"PATCH /api/uploads/{upload} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n"
            f"Authorization: Bearer {client.token}\r\nTus-Resumable: 1.0.0\r\n"
            f"Content-Type: application/offset+octet-stream\r\nUpload-Offset: {start}\r\n"
            f"Content-Length: {(announced or end) - start}\r\nConnection: close\r\n\r\n")
    with line:
        line.sendall(head.encode())
        for piece in bytes_of(start, end):
            line.sendall(piece)
        if announced:
            return None
        response = http.client.HTTPResponse(line)
        response.begin()
        response.read()
        return response.status


def wait_for(client, job):
    for _ in range(2400):
        state = client.must("GET", f"/api/jobs/{job}")
        if state["state"] in ("done", "failed", "cancelled"):
            return state
        time.sleep(0.25)
    raise AssertionError("the job does not end")


def main():
    with tempfile.TemporaryDirectory(prefix="dengce-upload-") as place:
        walk(pathlib.Path(place) / "data")
    print(f"{results['passed']} passed, {results['failed']} failed")
    return 1 if results["failed"] else 0


def walk(data):
    made = subprocess.run([DENGCE, "init", "--data", str(data), "--example-person"], capture_output=True, check=True)
    server = Server("--data", data).start()
    person = Client(server)
    person.sign_in("manager", first_passwords(made.stdout.decode())["manager"], password_of(1))
    token = person.must("POST", "/api/account/tokens", {
        "name": "upload", "rights": ["evidence:read", "evidence:create", "upload:create", "job:read", "system:read"],
        "expires": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))}, status=(200, 201))["token"]
    client = Client(server, token)
    system = client.must("GET", "/api/systems?limit=1")["items"][0]["id"]
    before = resident(server)
    name = base64.b64encode("机房录像.mp4".encode()).decode()
    created = client.ask("POST", "/api/uploads", headers={
        **TUS, "Upload-Length": str(TOTAL), "Upload-Metadata": f"filename {name}"}, raw=b"")
    check(created.status == 201, f"an upload is created: {created.status}")
    upload = created.json()["id"]

    quarter = TOTAL // 4
    send(client, server, upload, 0, quarter + 12345, announced=TOTAL)
    for _ in range(200):
        at = offset(client, upload)
        if at == quarter + 12345:
            break
        time.sleep(0.05)
    check(at == quarter + 12345, f"all that arrived before the line broke is kept: {at}")
    check(client.ask("POST", "/api/files", {"upload": upload, "system_id": system, "kind": "other",
                                            "name": "早了"}).status in (409, 412, 422, 400),
          "an unfinished upload is not taken in")
    check(send(client, server, upload, at, 2 * quarter) == 204, "it goes on from there")

    send(client, server, upload, 2 * quarter, 3 * quarter, announced=TOTAL)
    server.kill()
    server.start()
    at = offset(client, upload)
    check(2 * quarter <= at <= 3 * quarter, f"after kill -9 the acknowledged part is there: {at}")
    check(send(client, server, upload, at, TOTAL) == 204, "and the rest follows")
    check(offset(client, upload) == TOTAL, "the upload is complete")

    job = client.must("POST", "/api/files", {"upload": upload, "system_id": system, "kind": "other",
                                             "name": "机房录像.mp4"}, status=202)["id"]
    state = wait_for(client, job)
    check(state["state"] == "done", f"it is taken in: {state['error']}")
    wanted = hashlib.sha256()
    for piece in bytes_of(0, TOTAL):
        wanted.update(piece)
    file = client.must("GET", f"/api/files/{upload}")
    check((file["length"], file["sha256"]) == (TOTAL, wanted.hexdigest()), "length and digest agree")

    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=120)
    connection.request("GET", f"/api/files/{upload}/content?purpose=test&recipient=test", headers={"Authorization": f"Bearer {token}"})
    response, got = connection.getresponse(), hashlib.sha256()
    while piece := response.read(MEGABYTE):
        got.update(piece)
    connection.close()
    check(got.hexdigest() == wanted.hexdigest(), "what comes out is what went in")
    growth = resident(server) - before
    check(growth < GROWTH, f"memory does not grow with the file: {growth // MEGABYTE} MiB for {TOTAL // MEGABYTE} MiB")
    stored = b"".join(path.read_bytes()[:200 * MEGABYTE] for path in data.glob("dengce.db*"))
    check(BLOCK[8:64] not in stored, "nothing of it lies in the open")
    server.stop()


sys.exit(main())
