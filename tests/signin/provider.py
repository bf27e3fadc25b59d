# SPDX-License-Identifier: Apache-2.0
"""A small OpenID Connect provider on the loopback that also does what a provider must not do."""
import base64
import hashlib
import http.server
import json
import secrets
import ssl
import threading
import time
import urllib.parse

from cryptography.hazmat.primitives import hashes, hmac, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from place import certificate

CLIENT, SECRET = "dengce", "Qian1 Li3:Ma%"


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def number64(number, size=None):
    return url64(number.to_bytes(size or (number.bit_length() + 7) // 8, "big"))


class Key:
    def __init__(self, kid, kind):
        self.kid, self.kind = kid, kind
        self.private = (rsa.generate_private_key(65537, 2048) if kind == "RS256"
                        else ec.generate_private_key(ec.SECP256R1()))

    def jwk(self):
        numbers = self.private.public_key().public_numbers()
        if self.kind == "RS256":
            return {"kty": "RSA", "kid": self.kid, "use": "sig", "n": number64(numbers.n), "e": number64(numbers.e)}
        return {"kty": "EC", "crv": "P-256", "kid": self.kid, "x": number64(numbers.x, 32),
                "y": number64(numbers.y, 32)}

    def sign(self, text):
        if self.kind == "RS256":
            return self.private.sign(text, padding.PKCS1v15(), hashes.SHA256())
        r, s = decode_dss_signature(self.private.sign(text, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")


class Provider:
    def __init__(self, folder):
        self.keys = [Key("r1", "RS256"), Key("e1", "ES256")]
        self.forger = Key("r1", "RS256")
        self.codes, self.faults, self.described, self.padding = {}, [], {}, 0
        pem, key = certificate(folder, "provider", "IP:127.0.0.1")
        provider = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def log_message(self, *_):
                pass

            def do_GET(self):  # noqa: N802 - the name is the library's
                if self.path == "/realm/.well-known/openid-configuration":
                    self.answer(200, provider.description())
                elif self.path == "/keys":
                    self.answer(200, {"keys": [one.jwk() for one in provider.keys]})
                else:
                    self.answer(404, {})

            def do_POST(self):  # noqa: N802
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                self.answer(*provider.token(dict(urllib.parse.parse_qsl(body)), self.headers.get("Authorization")))

            def answer(self, status, value):
                body = json.dumps(value).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # dengce hangs up on an answer that is too long
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(pem, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.origin = f"https://127.0.0.1:{self.server.server_port}"
        self.issuer = f"{self.origin}/realm"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def stop(self):
        self.server.shutdown()
        self.server.server_close()

    def description(self):
        return {"issuer": self.issuer, "authorization_endpoint": f"{self.origin}/authorize?tenant=1",
                "token_endpoint": f"{self.origin}/token", "jwks_uri": f"{self.origin}/keys",
                "filler": "x" * self.padding, **self.described}

    def authorize(self, address, sub, tamper=None, kind="RS256", **claims):
        """The person agrees; gives the code. `tamper(header, claims)` may change the token or return one."""
        asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(address).query))
        code = secrets.token_urlsafe(16)
        self.codes[code] = (asked, sub, tamper, kind, claims)
        return asked, code

    def token(self, form, authorization):
        if form.get("code") not in self.codes:
            return 400, {"error": "invalid_grant"}
        asked, sub, tamper, kind, claims = self.codes.pop(form["code"])
        challenge = url64(hashlib.sha256(form.get("code_verifier", "").encode()).digest())
        quoted = f"{urllib.parse.quote(CLIENT, safe='')}:{urllib.parse.quote(SECRET, safe='')}"
        for right, what in ((asked["code_challenge"] == challenge, "code_verifier"),
                            (asked["code_challenge_method"] == "S256", "method"),
                            (form.get("redirect_uri") == asked["redirect_uri"], "redirect_uri"),
                            (form.get("grant_type") == "authorization_code", "grant_type"),
                            (authorization == "Basic " + base64.b64encode(quoted.encode()).decode(), "client")):
            if not right:
                self.faults.append(what)
                return 400, {"error": what}
        now = int(time.time())
        said = {"iss": self.issuer, "sub": sub, "aud": CLIENT, "exp": now + 300, "iat": now,
                "nonce": asked["nonce"], **claims}
        key = next(one for one in self.keys if one.kind == kind)
        header = {"alg": kind, "kid": key.kid, "typ": "JWT"}
        made = tamper(header, said) if tamper else None
        return 200, {"access_token": "x", "token_type": "Bearer",
                     "id_token": made or self.signed(header, said, key.sign)}

    @staticmethod
    def signed(header, claims, sign):
        text = f"{url64(json.dumps(header).encode())}.{url64(json.dumps(claims).encode())}"
        return f"{text}.{url64(sign(text.encode()))}"

    def hmac_of_public_key(self, text):
        pem = self.keys[0].private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        one = hmac.HMAC(pem, hashes.SHA256())
        one.update(text)
        return one.finalize()
