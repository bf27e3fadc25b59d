# SPDX-License-Identifier: Apache-2.0
"""Accounts that sign in at an identity provider."""
import time

from api import DENGCE
from ldap_cases import equal, refused
from place import run, secret_file
from provider import CLIENT, SECRET, Provider

RETURN = "/api/session/provider/return"


def settings(place, *more):
    if not hasattr(place, "provider"):
        place.provider = Provider(place.folder)
    return ["--oidc-issuer", place.provider.issuer, "--oidc-client", CLIENT, "--oidc-client-secret-file",
            secret_file(place.folder / "client-secret", SECRET), "--oidc-page", "http://127.0.0.1:8080",
            "--oidc-authority", place.folder / "authority.pem", *more]


def begin(place):
    """Gives the address of the provider and the cookie of the visit."""
    answer = place.client().ask("POST", "/api/session/provider", {})
    equal(answer.status, 200, answer)
    return answer.json()["address"], answer.headers["Set-Cookie"].split(";")[0]


def come_back(place, cookie, **query):
    client = place.client()
    text = "&".join(f"{name}={value}" for name, value in query.items())
    answer = client.ask("GET", f"{RETURN}?{text}", headers={"Cookie": cookie} if cookie else {})
    equal(answer.status, 303, answer)
    return client, answer.headers["Location"]


def visit(place, sub, **options):
    address, cookie = begin(place)
    asked, code = place.provider.authorize(address, sub, **options)
    return come_back(place, cookie, state=asked["state"], code=code)


def turned_away(place, sub, reason, **options):
    client, where = visit(place, sub, **options)
    equal((where, client.cookie), ("/?sign_in=refused", None), f"{reason} {options}")
    entry = place.audited(action="session.open", outcome="denied")
    equal(entry["detail"], f'{{"by":"provider","reason":"{reason}"}}')


def case_a_person_signs_in_at_the_provider(place):
    place.start(*settings(place))
    equal(place.client().must("GET", "/api/session/methods"), {"directory": False, "provider": True})
    equal(place.account("olaf", kind="provider", external="sub-1")["password"], None)
    client, where = visit(place, "sub-1")
    equal(where, "/")
    state = client.must("GET", "/api/session")
    equal((state["state"], state["account"]["login"]), ("enroll_second_factor", "olaf"))
    place.audited(action="session.open", login="olaf", outcome="done")
    client.csrf = state["csrf"]
    refused(client.ask("GET", "/api/account/tokens"), 403, "sign_in_incomplete")
    client, where = visit(place, "sub-1", kind="ES256")
    equal((where, client.must("GET", "/api/session")["account"]["login"]), ("/", "olaf"))
    equal(place.provider.faults, [])
    refused(place.try_password("olaf", "sub-1"))


def case_who_has_no_account_stays_out(place):
    place.start(*settings(place))
    before = place.admin.must("GET", "/api/accounts")["total"]
    turned_away(place, "stranger", "unknown")
    turned_away(place, "sysadmin", "unknown")
    turned_away(place, "SUB-1", "unknown")
    equal(place.admin.must("GET", "/api/accounts")["total"], before, "signing in made an account")
    made = place.account("closed", kind="provider", external="sub-closed")
    equal(visit(place, "sub-closed")[1], "/")
    place.change(made, {"disabled": True})
    turned_away(place, "sub-closed", "closed")


def case_a_token_must_hold(place):
    place.start(*settings(place))
    provider, now = place.provider, int(time.time())

    def claim(**claims):
        return lambda header, said: said.update(claims)

    def signed(sign, **head):
        return lambda header, said: provider.signed({**header, **head}, said, sign)

    def changed_afterwards(header, said):
        parts = provider.signed(header, {**said, "sub": "sub-2"}, provider.keys[0].sign).split(".")
        parts[1] = provider.signed(header, said, provider.keys[0].sign).split(".")[1]
        return ".".join(parts)

    own = provider.keys[0].sign
    for number, tamper in enumerate((claim(aud="another"), claim(aud=[]), claim(aud=[CLIENT, "another"]),
                   claim(aud=[CLIENT], azp="another"), claim(nonce="0" * 64), claim(nonce=None), claim(nonce=""),
                   claim(exp=now - 120), claim(exp=None), claim(exp="9999999999"), claim(iat=now - 3600),
                   claim(iat=now + 3600), claim(nbf=now + 3600), claim(iss="https://127.0.0.1/realm"),
                   claim(iss=provider.issuer + "/"), claim(sub=None),
                   signed(lambda text: b"", alg="none"), signed(lambda text: b"", alg="None"),
                   signed(provider.hmac_of_public_key, alg="HS256"), signed(provider.forger.sign),
                   signed(lambda text: b"\0" * 256), signed(lambda text: b""), signed(own, alg="RS512"),
                   signed(own, alg="ES256", kid="e1"), signed(lambda text: b"\0" * 64, alg="ES256", kid="e1"),
                   signed(own, kid="e1"), signed(own, crit=["b64"]), changed_afterwards,
                   lambda header, said: "a.b", lambda header, said: "x" * 70000)):
        if number % 20 == 0:  # the limit of attempts of one address is another matter
            place.start(*settings(place))
        turned_away(place, "sub-1", "token", tamper=tamper)
    equal(visit(place, "sub-1", tamper=claim(aud=[CLIENT]))[1], "/")
    equal(visit(place, "sub-1", tamper=claim(aud=[CLIENT, "another"], azp=CLIENT))[1], "/")
    equal(visit(place, "sub-1", tamper=signed(own))[1], "/", "what the others differ from")


def case_each_visit_returns_once(place):
    place.start(*settings(place))
    provider = place.provider
    address, cookie = begin(place)
    asked, code = provider.authorize(address, "sub-1")
    equal(come_back(place, cookie, state=asked["state"], code=code)[1], "/")
    _, again = provider.authorize(address, "sub-1")
    for number, (kept, query) in enumerate((
            (cookie, {"state": asked["state"], "code": again}),       # a second time
            (None, {"state": begin(place)[0].split("state=")[1].split("&")[0], "code": again}))):
        client, where = come_back(place, kept, **query)
        equal((where, client.cookie), ("/?sign_in=refused", None), number)
        place.audited(outcome="denied", detail='{"by":"provider","reason":"state"}')
    address, cookie = begin(place)
    other_address, other_cookie = begin(place)
    asked, code = provider.authorize(address, "sub-1")
    # The code of one visit in the browser of another: the way to sign somebody in as oneself.
    equal(come_back(place, other_cookie, state=asked["state"], code=code)[1], "/?sign_in=refused")
    other, _ = provider.authorize(other_address, "sub-1")
    equal(come_back(place, other_cookie, state=other["state"], code=code)[1], "/?sign_in=refused", "verifier")
    equal(provider.faults, ["code_verifier"])
    provider.faults.clear()
    for query in ({"state": asked["state"], "error": "access_denied"}, {"state": "", "code": "x"}, {}):
        equal(come_back(place, cookie, **query)[1], "/?sign_in=refused")
    address, cookie = begin(place)
    asked, code = provider.authorize(address, "sub-1")
    equal(come_back(place, cookie, state=asked["state"], code=code, iss="https://other.example")[1],
          "/?sign_in=refused")
    forged = cookie.split("=")[0] + "=" + "0" * 64
    equal(come_back(place, forged, state=asked["state"], code=code)[1], "/?sign_in=refused")


def case_the_second_factor(place):
    place.start(*settings(place, "--oidc-second-factor", "amr:otp", "--oidc-second-factor", "acr:urn:two"))
    for claims, state in (({}, "enroll_second_factor"), ({"amr": ["pwd"]}, "enroll_second_factor"),
                          ({"acr": "otp"}, "enroll_second_factor"), ({"amr": ["pwd", "otp"]}, "signed_in"),
                          ({"acr": "urn:two"}, "signed_in")):
        client, where = visit(place, "sub-1", **claims)
        equal((where, client.must("GET", "/api/session")["state"]), ("/", state), claims)
    equal(client.ask("GET", "/api/account/tokens").status, 200)
    place.start(*settings(place))
    client, _ = visit(place, "sub-1", amr=["otp"])
    equal(client.must("GET", "/api/session")["state"], "enroll_second_factor", "nothing was configured")


def case_a_claim_of_choice(place):
    place.start(*settings(place, "--oidc-claim", "email"))
    place.account("mail", kind="provider", external="mail@dengce.example")
    mail = {"email": "mail@dengce.example"}
    equal(visit(place, "sub-9", **mail, email_verified=True)[1], "/")
    turned_away(place, "sub-9", "token", **mail)
    turned_away(place, "sub-9", "token", **mail, email_verified="true")
    turned_away(place, "sub-9", "token")


def case_the_provider_is_down(place):
    arguments = settings(place)
    place.start(*arguments)
    provider = place.provider
    address, cookie = begin(place)
    asked, code = provider.authorize(address, "sub-1")
    foreign = Provider(place.folder)
    foreign.stop()
    down = [*arguments[:1], foreign.issuer, *arguments[2:]]
    place.start(*down)
    refused(place.client().ask("POST", "/api/session/provider", {}), 503, "unavailable")
    equal(come_back(place, cookie, state=asked["state"], code=code)[1], "/?sign_in=unavailable")
    place.audited(outcome="failed", detail='{"by":"provider","reason":"provider_unavailable"}')
    equal(place.try_password("secadmin", place.passwords["secadmin"]).status, 200)
    (place.folder / "strange").mkdir(exist_ok=True)
    run("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout",
        place.folder / "strange/key", "-out", place.folder / "strange/authority.pem", "-days", "2", "-subj", "/CN=x")
    for change in ({"authority": place.folder / "strange/authority.pem"}, {"described": {"issuer": "https://x.example"}},
                   {"described": {"token_endpoint": "http://127.0.0.1/token"}}, {"padding": 300_000}):
        provider.described, provider.padding = change.get("described", {}), change.get("padding", 0)
        place.start(*arguments[:-1], change.get("authority", arguments[-1]))
        refused(place.client().ask("POST", "/api/session/provider", {}), 503, "unavailable")
    provider.described, provider.padding = {}, 0


def case_without_a_provider(place):
    place.start()
    equal(place.client().must("GET", "/api/session/methods"), {"directory": False, "provider": False})
    refused(place.client().ask("POST", "/api/session/provider", {}), 422, "failed_precondition")
    equal(come_back(place, None)[1], "/?sign_in=refused")
    place.stop()
    arguments = settings(place)
    for name, value in (("--oidc-issuer", "http://127.0.0.1/realm"), ("--oidc-client", ""),
                        ("--oidc-page", "https://dengce.example/"), ("--oidc-page", "http://dengce.example"),
                        ("--oidc-second-factor", "otp")):
        wrong = list(arguments)
        if name in wrong:
            wrong[wrong.index(name) + 1] = value
        else:
            wrong += [name, value]
        said = run(DENGCE, "serve", "--listen", "127.0.0.1:0", *place.data, *wrong, status=2)
        if name[2:] not in said:
            raise AssertionError(f"{name} {value}: {said}")
    if SECRET in run(DENGCE, "config", "show", *place.data, *arguments):
        raise AssertionError("the secret is shown")
