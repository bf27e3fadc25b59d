# SPDX-License-Identifier: Apache-2.0
"""An installation for sign-in tests, certificates of a private authority, a private slapd."""
import os
import pathlib
import signal
import socket
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from api import DENGCE, Client, Server, first_passwords, password_of  # noqa: E402

SCHEMAS = pathlib.Path("/etc/ldap/schema")
PASSWORD = "Shan1-Shui2-Jian3"
FINDER = "Zhao1-Ren2-Yong3"


def run(*arguments, status=0, environment=None):
    done = subprocess.run([*map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True, timeout=120,
                          env={**os.environ, **(environment or {})})
    if status is not None and done.returncode != status:
        raise AssertionError(f"{arguments}: status {done.returncode}\n{done.stdout.decode()}"
                             f"{done.stderr.decode()}")
    return done.stdout.decode() + done.stderr.decode()


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def certificate(folder, name, alternative):
    """A server certificate, signed by the authority of the folder, which is made when missing."""
    authority = folder / "authority.pem"
    if not authority.exists():
        run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
            "-keyout", folder / "authority.key", "-out", authority, "-days", "2", "-subj", "/CN=test authority")
    extensions = folder / f"{name}.ext"
    extensions.write_text(f"subjectAltName={alternative}\n")
    run("openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
        folder / f"{name}.key", "-out", folder / f"{name}.csr", "-subj", f"/CN={name}")
    run("openssl", "x509", "-req", "-in", folder / f"{name}.csr", "-CA", authority, "-CAkey",
        folder / "authority.key", "-CAcreateserial", "-days", "2", "-extfile", extensions, "-out",
        folder / f"{name}.pem")
    return folder / f"{name}.pem", folder / f"{name}.key"


def secret_file(path, text):
    path.write_text(text + "\n")
    path.chmod(0o600)
    return path


class Directory:
    """slapd with a few people; `dc=example` and nothing of the machine's own configuration."""

    def __init__(self, folder, certificate_name="localhost", alternative="DNS:localhost,IP:127.0.0.1"):
        self.folder = folder / f"slapd-{certificate_name}"
        (self.folder / "db").mkdir(parents=True)
        pem, key = certificate(folder, certificate_name, alternative)
        self.port, self.tls_port, self.process = free_port(), free_port(), None
        includes = "".join(f"include {SCHEMAS}/{name}.schema\n" for name in ("core", "cosine", "inetorgperson"))
        (self.folder / "slapd.conf").write_text(
            f"{includes}modulepath /usr/lib/ldap\nmoduleload back_mdb\n"
            f"TLSCertificateFile {pem}\nTLSCertificateKeyFile {key}\n"
            f"database mdb\nmaxsize 16777216\nsuffix dc=example\nrootdn cn=root,dc=example\n"
            f"directory {self.folder}/db\n"
            "access to attrs=userPassword by anonymous auth by * none\n"
            "access to * by dn.exact=cn=finder,dc=example read by * none\n")
        (self.folder / "people.ldif").write_text(people())
        run("slapadd", "-f", self.folder / "slapd.conf", "-l", self.folder / "people.ldif")

    def start(self):
        self.process = subprocess.Popen(
            ["slapd", "-f", str(self.folder / "slapd.conf"), "-d", "0", "-h",
             f"ldap://127.0.0.1:{self.port} ldaps://127.0.0.1:{self.tls_port}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("slapd did not start")

    def stop(self):
        if self.process:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout=30)
            self.process = None


def people():
    entries = ["dn: dc=example\nobjectClass: dcObject\nobjectClass: organization\ndc: example\no: example\n"]
    for unit in ("people", "others"):
        entries.append(f"dn: ou={unit},dc=example\nobjectClass: organizationalUnit\nou: {unit}\n")
    entries.append("dn: cn=finder,dc=example\nobjectClass: organizationalRole\nobjectClass: simpleSecurityObject\n"
                   f"cn: finder\nuserPassword: {FINDER}\n")
    for uid, unit in (("zhang", "people"), ("li", "people"), ("stranger", "people"), ("lou", "people"), ("o*(m)", "people"),
                      ("wang\\2C wu", "people"), ("twin", "people"), ("twin", "others"), ("sun", "others")):
        plain = uid.replace("\\2C", ",")
        entries.append(f"dn: uid={uid},ou={unit},dc=example\nobjectClass: inetOrgPerson\nuid: {plain}\n"
                       f"cn: {plain}\nsn: {plain}\nuserPassword: {PASSWORD}\n")
    return "\n".join(entries)


class Place:
    """A data directory with the three administrators; servers with changing settings, one at a time."""

    def __init__(self, folder):
        self.folder = folder
        self.data = ["--data", str(folder / "data")]
        self.passwords = first_passwords(run(DENGCE, "init", *self.data))
        self.server = None
        self.secrets = {}  # login → secret of the second factor
        self.start()
        self.admin = self.administrator("sysadmin")
        self.auditor = self.administrator("auditor")

    def administrator(self, login):
        client = self.client()
        client.sign_in(login, self.passwords[login], password_of(1))
        return client

    def start(self, *settings):
        self.stop()
        self.server = Server(*self.data, "--requests-per-second", "0", *settings).start()
        for client in (getattr(self, "admin", None), getattr(self, "auditor", None)):
            if client:
                client.server = self.server

    def stop(self):
        if self.server:
            self.server.stop()
            self.server = None

    def client(self):
        return Client(self.server)

    def account(self, login, kind="directory", external=None, status=201):
        body = {"login": login, "name": "示例人员", "sign_in": kind}
        if external is not None:
            body["external_name"] = external
        return self.admin.must("POST", "/api/accounts", body, status=status)

    def change(self, made, body, status=200):
        path = f"/api/accounts/{made['id']}"
        version = self.admin.must("GET", path)["version"]
        return self.admin.must("PATCH", path, body, status=status, headers={"If-Match": f'"{version}"'})

    def try_password(self, login, password):
        return self.client().ask("POST", "/api/session", {"login": login, "password": password})

    def audited(self, **wanted):
        """The newest entry; its members are as wanted."""
        entry = self.auditor.must("GET", "/api/audit?limit=1")["items"][0]
        wrong = {key: entry.get(key) for key, value in wanted.items() if entry.get(key) != value}
        if wrong:
            raise AssertionError(f"the audit says {wrong}, not {wanted}: {entry}")
        return entry
