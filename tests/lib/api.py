# SPDX-License-Identifier: Apache-2.0
"""A running server and its HTTP API, as the suites use them: start, sign in, ask, stop or kill."""
import base64
import hashlib
import hmac
import http.client
import json
import os
import pathlib
import re
import signal
import struct
import subprocess
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
DENGCE = os.environ.get("DENGCE") or str(ROOT / "build/release/dengce")


def password_of(number):
    return f"Li1-Zhu2-Cheng3-{number}"


def totp(secret, at=None):
    """RFC 6238, SHA-1, six digits, 30 seconds."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.new(key, counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[offset:offset + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


class Answer:
    def __init__(self, status, headers, body):
        self.status, self.headers, self.body = status, headers, body

    def json(self):
        return json.loads(self.body)

    def __str__(self):
        return f"{self.status} {self.body[:600]!r}"


class Server:
    """`dengce serve` on a free port of the loopback; its output goes to a file of the data's parent."""

    def __init__(self, *args):
        self.args = [str(arg) for arg in args]
        self.process = None
        self.port = None
        self.tls = None  # an ssl.SSLContext when the arguments make it speak TLS

    def start(self):
        self.process = subprocess.Popen([DENGCE, "serve", "--listen", "127.0.0.1:0", *self.args],
                                        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                        stderr=subprocess.DEVNULL)
        line = self.process.stdout.readline().decode()
        found = re.search(r":(\d+)/", line)
        if not found:
            raise AssertionError(f"the server did not start: {line!r}, status {self.process.poll()}")
        self.port = int(found.group(1))
        return self

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stdout.close()

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        status = self.process.wait(timeout=30)
        self.process.stdout.close()
        return status


class Client:
    """One account's cookie, or a token, on one connection."""

    def __init__(self, server, token=None):
        self.server, self.token = server, token
        self.cookie = self.csrf = self.connection = None

    def ask(self, method, path, body=None, headers=None, raw=None):
        sent = {"Host": f"127.0.0.1:{self.server.port}"}
        if self.token:
            sent["Authorization"] = f"Bearer {self.token}"
        if self.cookie:
            sent["Cookie"] = self.cookie
            if method not in ("GET", "HEAD"):
                sent["X-CSRF-Token"] = self.csrf or ""
        if body is not None:
            raw = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        sent.update(headers or {})
        if self.server.tls:
            connection = http.client.HTTPSConnection("127.0.0.1", self.server.port, timeout=60,
                                                     context=self.server.tls)
        else:
            connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        try:
            connection.request(method, path, raw, sent)
            response = connection.getresponse()
            answer = Answer(response.status, response.headers, response.read())
        finally:
            connection.close()
        cookie = answer.headers.get("Set-Cookie", "")
        if re.match(r"(__Host-)?dengce_session=", cookie):
            self.cookie = cookie.split(";")[0]
        return answer

    def must(self, method, path, body=None, status=200, **options):
        answer = self.ask(method, path, body, **options)
        if answer.status not in (status if isinstance(status, tuple) else (status,)):
            raise AssertionError(f"{method} {path}: {answer}")
        return answer.json() if answer.body else None

    def sign_in(self, login, password, new_password=None, secret=None):
        """All steps of a sign-in; gives the secret of the second factor."""
        state = self.must("POST", "/api/session", {"login": login, "password": password})
        for _ in range(4):
            self.csrf = state.get("csrf", self.csrf)
            if state["state"] == "signed_in":
                return secret
            if state["state"] == "change_password":
                state = self.must("POST", "/api/session/password",
                                  {"current": password, "new": new_password})
            elif state["state"] == "second_factor":
                state = self.must("POST", "/api/session/second-factor", {"code": totp(secret)})
            else:
                secret = self.must("POST", "/api/account/second-factor", {})["secret"]
                self.must("PUT", "/api/account/second-factor", {"code": totp(secret)})
                state = self.must("GET", "/api/session")
        raise AssertionError(f"sign-in of {login} did not end: {state}")


def first_passwords(text):
    """login → generated password, from what `dengce demo` or `dengce account init` printed."""
    return dict(re.findall(r"账户\s+(\S+)\s+初始口令\s+(\S+)", text))
