# SPDX-License-Identifier: Apache-2.0
"""An installation with the demo data, its server, and people of it who are signed in."""
import pathlib
import subprocess
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lib"))
from api import DENGCE, Server, first_passwords, password_of  # noqa: E402
from described import DescribedClient, Description  # noqa: E402


PROOFS = ("training", "background_check", "no_criminal_record", "agreement_of_company", "agreement_with_employer",
          "agreement_with_centre", "entry_application")


def command(*arguments, status=0):
    done = subprocess.run([DENGCE, *map(str, arguments)], stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=600)
    if done.returncode != status:
        raise AssertionError(f"dengce {arguments}: status {done.returncode}\n{done.stdout.decode()}"
                             f"{done.stderr.decode()}")
    return done.stdout.decode()


class Place:
    def __init__(self, folder, database=None):
        self.folder = folder
        self.arguments = ["--data", str(folder / "data")]
        if database:
            self.arguments += ["--database", database]
        self.passwords = first_passwords(command("demo", *self.arguments))
        self.server = self.new_server()
        self.people = {}
        self.client_type = type("Held", (DescribedClient,), {})
        anybody = self.client()
        self.description = Description(anybody.must("GET", "/api/openapi.json"))
        self.client_type.description = self.description

    def new_server(self):
        return Server(*self.arguments, "--requests-per-second", "0").start()

    def client(self, token=None, server=None):
        return self.client_type(server or self.server, token)

    def person(self, login):
        """Signed in; the generated password was changed, the second factor enrolled."""
        if login not in self.people:
            person = self.client()
            person.sign_in(login, self.passwords[login], password_of(len(self.people)))
            self.people[login] = person
        return self.people[login]

    def new_person(self, login, role, everything=False, teams=()):
        """Made by the administrators, as they do it in the page."""
        made = self.person("sysadmin").must("POST", "/api/accounts", {"login": login, "name": "示例人员"},
                                            status=201)
        path = f"/api/accounts/{made['id']}"
        granter = self.person("secadmin")
        granter.must("PUT", f"{path}/roles", {"roles": [role]}, headers={"If-Match": '"1"'})
        granter.must("PUT", f"{path}/scope", {"everything": everything, "contracts": [], "teams": list(teams),
                                              "systems": []}, headers={"If-Match": '"2"'})
        self.passwords[login] = made["password"]
        return self.person(login)

    def clear_entry(self, login):
        """The client's security team has seen every proof of a provider's person."""
        signer = self.people.get("signer") or self.new_person("signer", "client_security", everything=True)
        person = [one for one in signer.must("GET", "/api/clearance")["items"] if one["login"] == login][0]
        signer.must("PUT", f"/api/accounts/{person['id']}/clearance",
                    {"proofs": [{"kind": kind, "day": "2026-06-01", "proof": "编号 1"} for kind in PROOFS]},
                    headers={"If-Match": f'"{person["version"]}"'})

    def token(self, rights):
        """A program with a token of the project manager."""
        tomorrow = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400))
        made = self.person("manager").must("POST", "/api/account/tokens",
                                           {"name": "脚本", "rights": rights, "expires": tomorrow}, status=201)
        return self.client(made["token"])
