# SPDX-License-Identifier: Apache-2.0
"""Accounts whose password a directory knows."""
import socket
import threading
import time

from place import FINDER, PASSWORD, Directory, run, secret_file
from api import DENGCE, first_passwords


def equal(got, wanted, what=""):
    if got != wanted:
        raise AssertionError(f"{what}: {got!r}, not {wanted!r}")


def refused(answer, status=401, code="unauthenticated"):
    equal((answer.status, answer.json()["code"]), (status, code), answer)


def directory_of(place):
    if not hasattr(place, "directory"):
        place.directory = Directory(place.folder).start()
    return place.directory


def search(place):
    """Settings: the person is searched for, over ldaps."""
    finder = secret_file(place.folder / "finder", FINDER)
    return ["--ldap", f"ldaps://127.0.0.1:{directory_of(place).tls_port}", "--ldap-authority",
            place.folder / "authority.pem", "--ldap-search-base", "dc=example", "--ldap-search-dn",
            "cn=finder,dc=example", "--ldap-search-password-file", finder]


def fixed(place):
    """Settings: the name stands in a fixed DN, over StartTLS."""
    return ["--ldap", f"ldap://127.0.0.1:{directory_of(place).port}", "--ldap-starttls", "--ldap-authority",
            place.folder / "authority.pem", "--ldap-user-dn", "uid={},ou=people,dc=example"]


def case_a_person_of_the_directory_signs_in(place):
    place.start(*search(place))
    made = place.account("zhang")
    equal(made["password"], None, "a password was made")
    shown = place.admin.must("GET", f"/api/accounts/{made['id']}")
    equal((shown["sign_in"], shown["external_name"], shown["must_change"]), ("directory", "zhang", False))
    person = place.client()
    person.sign_in("zhang", PASSWORD)  # enrols the second factor, changes no password
    equal(person.must("GET", "/api/session")["account"]["login"], "zhang")
    refused(person.ask("POST", "/api/session/password", {"current": PASSWORD, "new": PASSWORD + "-4"}), 422,
            "failed_precondition")
    refused(place.admin.ask("POST", f"/api/accounts/{made['id']}/password-reset", {}), 422,
            "failed_precondition")
    answer = place.try_password("zhang", PASSWORD)
    equal(answer.json()["state"], "second_factor", "the second factor is Dengce's own")
    place.audited(action="session.open", login="zhang", outcome="done")
    second = place.client()
    second.csrf = second.must("POST", "/api/session", {"login": "zhang", "password": PASSWORD})["csrf"]
    refused(second.ask("POST", "/api/session/second-factor", {"code": "000000"}), 400, "invalid_argument")


def case_wrong_and_empty_passwords(place):
    place.start(*search(place))
    place.account("lisi", external="li")
    for wrong in ("wrong", PASSWORD + " ", PASSWORD.lower()):
        refused(place.try_password("lisi", wrong))
    place.audited(action="session.open", login="lisi", outcome="denied")
    refused(place.try_password("lisi", ""), 400, "invalid_argument")
    equal(place.try_password("lisi", PASSWORD).status, 200)


def case_unknown_and_disabled_accounts(place):
    place.start(*search(place))
    before = place.admin.must("GET", "/api/accounts")["total"]
    unknown = place.try_password("stranger", PASSWORD)
    refused(unknown)
    equal(place.admin.must("GET", "/api/accounts")["total"], before, "signing in made an account")
    made = place.account("sun")
    equal(place.try_password("sun", PASSWORD).status, 200)
    place.change(made, {"disabled": True})
    disabled = place.try_password("sun", PASSWORD)
    refused(disabled)
    drop = "instance"
    equal({**disabled.json(), drop: ""}, {**unknown.json(), drop: ""}, "a refusal tells why")


def case_names_are_data(place):
    place.start(*search(place))
    place.account("inject", external="*)(uid=*")
    place.account("star", external="*")
    place.account("twin")
    for login in ("inject", "star", "twin"):
        refused(place.try_password(login, PASSWORD))
    for login in ("*", "*)(uid=*", "zhang)(uid=zhang", "zhang\\"):
        refused(place.try_password(login, PASSWORD))
    place.account("odd", external="o*(m)")
    place.account("comma", external="wang, wu")
    for login in ("odd", "comma"):
        equal(place.try_password(login, PASSWORD).status, 200, login)
    place.account("odd2", external="O*(M)", status=409)
    place.start(*fixed(place))
    equal(place.try_password("comma", PASSWORD).status, 200, "a comma in a DN")
    made = place.account("climber", external="sun,ou=others")
    refused(place.try_password("climber", PASSWORD))
    place.change(made, {"external_name": "x,ou=people,dc=example\\"})
    refused(place.try_password("climber", PASSWORD))
    place.change(made, {"external_name": "stranger"})
    equal(place.try_password("climber", PASSWORD).status, 200)


def case_failures_lock_here(place):
    place.start(*fixed(place))
    made = place.account("locky", external="lou")
    for _ in range(5):
        refused(place.try_password("locky", "wrong"))
    refused(place.try_password("locky", PASSWORD))
    place.admin.must("POST", f"/api/accounts/{made['id']}/unlock", {}, status=204)
    equal(place.try_password("locky", PASSWORD).status, 200)


def case_a_local_account_moves(place):
    place.start(*search(place))
    made = place.account("moves", kind="local")
    initial = made["password"]
    person = place.client()
    person.must("POST", "/api/session", {"login": "moves", "password": initial})
    place.change(made, {"sign_in": "directory", "external_name": "wang"}, status=200)
    equal(person.ask("GET", "/api/session").status, 401, "the session went on")
    refused(place.try_password("moves", initial))
    place.change(made, {"sign_in": "local"})
    refused(place.try_password("moves", initial))
    refused(place.try_password("moves", ""), 400, "invalid_argument")
    again = place.admin.must("POST", f"/api/accounts/{made['id']}/password-reset", {})["password"]
    equal(place.try_password("moves", again).json()["state"], "change_password")
    place.change(made, {"external_name": "wang"}, status=400)
    administrators = place.admin.must("GET", "/api/accounts")["items"]
    auditor = next(one for one in administrators if one["login"] == "auditor")
    place.change(auditor, {"sign_in": "directory"}, status=403)
    own = next(one for one in administrators if one["login"] == "sysadmin")
    place.change(own, {"sign_in": "directory"}, status=403)


def case_an_administrator_moves_at_the_command_line_only(place):
    said = run(DENGCE, "account", "sign-in", "secadmin", "--by", "directory", "--external-name", "lou2", *place.data)
    equal("lou2" in said, True, said)
    try:
        place.start(*fixed(place))
        refused(place.try_password("secadmin", place.passwords["secadmin"]))
    finally:
        run(DENGCE, "account", "sign-in", "secadmin", "--by", "local", *place.data)
    text = run(DENGCE, "account", "reset-password", "secadmin", *place.data)
    place.passwords.update(first_passwords(text))
    equal(place.try_password("secadmin", place.passwords["secadmin"]).status, 200)
    run(DENGCE, "account", "sign-in", "secadmin", "--by", "ldap", *place.data, status=2)


def case_the_directory_is_down(place):
    place.start(*search(place))
    directory = directory_of(place)
    directory.stop()
    try:
        for _ in range(6):
            refused(place.try_password("zhang", PASSWORD), 503, "unavailable")
        place.audited(action="session.open", login="zhang", outcome="failed",
                      detail='{"reason":"directory_unavailable"}')
        refused(place.try_password("nobody", PASSWORD))
        equal(place.try_password("sysadmin", "wrong").status, 401)
        equal(place.client().ask("POST", "/api/session", {"login": "secadmin", "password":
                                                           place.passwords["secadmin"]}).status, 200)
    finally:
        directory.start()
    equal(place.try_password("zhang", PASSWORD).status, 200, "an unanswered question counted as a failure")


def case_a_directory_that_says_nothing(place):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        kept = []
        threading.Thread(target=lambda: [kept.append(silent.accept()) for _ in range(2)], daemon=True).start()
        for scheme in ("ldap", "ldaps"):
            place.start("--ldap", f"{scheme}://127.0.0.1:{silent.getsockname()[1]}", "--ldap-user-dn",
                        "uid={},ou=people,dc=example")
            start = time.monotonic()
            refused(place.try_password("zhang", PASSWORD), 503, "unavailable")
            if time.monotonic() - start > 20:
                raise AssertionError("no end of waiting")


def case_only_the_right_certificate(place):
    directory = directory_of(place)
    (place.folder / "foreign").mkdir()
    other = Directory(place.folder / "foreign", "elsewhere", "DNS:directory.example").start()
    try:
        for url, authority in ((f"ldaps://127.0.0.1:{directory.tls_port}", place.folder / "foreign/authority.pem"),
                               (f"ldaps://127.0.0.1:{other.tls_port}", place.folder / "foreign/authority.pem"),
                               (f"ldaps://127.0.0.1:{directory.tls_port}", place.folder / "none.pem"),
                               (f"ldaps://127.0.0.1:{directory.port}", place.folder / "authority.pem")):
            place.start("--ldap", url, "--ldap-authority", authority, "--ldap-user-dn",
                        "uid={},ou=people,dc=example")
            refused(place.try_password("zhang", PASSWORD), 503, "unavailable")
        place.start("--ldap", f"ldap://127.0.0.1:{other.port}", "--ldap-starttls", "--ldap-authority",
                    place.folder / "foreign/authority.pem", "--ldap-user-dn", "uid={},ou=people,dc=example")
        refused(place.try_password("zhang", PASSWORD), 503, "unavailable")
    finally:
        other.stop()


def case_settings_that_do_not_fit(place):
    place.stop()
    open_file = place.folder / "open"
    open_file.write_text("x")
    open_file.chmod(0o644)
    dn = ["--ldap-user-dn", "uid={},dc=example"]
    for settings, word in ((["--ldap", "ldap://192.0.2.1", *dn], "ldap-starttls"),
                           (["--ldap", "ldap://directory.example:389", *dn], "ldap-starttls"),
                           (["--ldap", "ldap://127.0.0.1.example.org", *dn], "ldap-starttls"),
                           (["--ldap", "http://127.0.0.1", *dn], "ldap"),
                           (["--ldap", "ldap://127.0.0.1"], "ldap-user-dn"),
                           (["--ldap", "ldap://127.0.0.1", "--ldap-user-dn", "uid=x"], "{}"),
                           (["--ldap", "ldap://127.0.0.1", *dn, "--ldap-search-base", "dc=x"], "二选一"),
                           (["--ldap", "ldap://127.0.0.1", "--ldap-search-base", "dc=x", "--ldap-search-dn",
                             "cn=x", "--ldap-search-password-file", open_file], "0600")):
        said = run(DENGCE, "serve", "--listen", "127.0.0.1:0", *place.data, *settings, status=2)
        if word not in said:
            raise AssertionError(f"{settings}: {said}")
    shown = run(DENGCE, "config", "show", *place.data, *search(place))
    if FINDER in shown or "ldap-search-password-file" not in shown:
        raise AssertionError(shown)
