# SPDX-License-Identifier: Apache-2.0
"""What is asked of one server, in this order; every answer is held to the description besides."""
import base64
import hashlib
import json
import threading
import time
import urllib.parse

from api import totp
from bundle import MINIMAL, small_bundle
from import_cases import NOTE, case_a_messy_workbook_is_imported, case_no_spreadsheet_does_harm  # noqa: F401


def expect(condition, what):
    if not condition:
        raise AssertionError(str(what))


def equal(got, wanted, what=""):
    expect(got == wanted, f"{what}: {got!r}, not {wanted!r}")


def match(version):
    return {"If-Match": f'"{version}"'}


def refused(answer, status, code):
    equal((answer.status, answer.json()["code"]), (status, code), str(answer))


def together(count, work):
    """The answers of `count` threads that begin at once."""
    gate, out = threading.Barrier(count), [None] * count

    def run(number):
        gate.wait()
        out[number] = work(number)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=120)
    return out


def case_nobody_gets_in_without_signing_in(place):
    nobody = place.client()
    for path in ("/api/systems", "/api/accounts", "/api/audit", "/api/jobs", "/api/session", "/api/assets"):
        refused(nobody.ask("GET", path), 401, "unauthenticated")
    nobody.must("GET", "/healthz")
    nobody.must("GET", "/readyz")
    forged = place.client("dgc_" + "0" * 64)
    refused(forged.ask("GET", "/api/systems"), 401, "unauthenticated")


def case_accounts(place):
    admin, granter = place.person("sysadmin"), place.person("secadmin")
    made = admin.must("POST", "/api/accounts", {"login": "li.2", "name": "示例乙", "organisation": "供方"}, status=201)
    path = f"/api/accounts/{made['id']}"
    found = admin.must("GET", "/api/accounts?q=" + urllib.parse.quote("供方"))
    equal([one["login"] for one in found["items"]], ["li.2"])
    refused(admin.ask("POST", "/api/accounts", {"login": "LI.2", "name": "另一人"}), 409, "already_exists")
    refused(admin.ask("PATCH", path, {"name": "示例丙"}), 428, "precondition_required")
    refused(admin.ask("PATCH", path, {"name": "示例丙"}, match(9)), 412, "precondition_failed")
    equal(admin.must("PATCH", path, {"name": "示例丙"}, headers=match(1))["name"], "示例丙")
    refused(admin.ask("PUT", f"{path}/roles", {"roles": ["assessor"]}, match(2)), 403, "permission_denied")
    granter.must("PUT", f"{path}/roles", {"roles": ["assessor"]}, headers=match(2))
    refused(granter.ask("PUT", f"{path}/roles", {"roles": ["assessor", "audit_admin"]}, match(3)), 422,
            "failed_precondition")
    targets = granter.must("GET", "/api/scope-targets")["items"]
    equal({target["kind"] for target in targets}, {"contract", "team", "system"})
    granter.must("PUT", f"{path}/scope", {"everything": True, "contracts": [], "teams": [], "systems": []},
                 headers=match(3))
    equal(len(granter.must("GET", "/api/roles")["roles"]), 13)
    lead = place.new_person("lead", "client_security", everything=True)
    person = [one for one in lead.must("GET", "/api/clearance")["items"] if one["login"] == "li.2"][0]
    expect(person["clearance"]["needed"] and not person["clearance"]["complete"], person)
    lead.must("PUT", f"{path}/clearance", {"proofs": [{"kind": "training", "day": "2026-06-01", "proof": "编号 1"}]},
              headers=match(person["version"]))
    admin.must("POST", f"{path}/unlock", {}, status=204)
    admin.must("DELETE", f"{path}/second-factor", status=204)
    expect(len(admin.must("POST", f"{path}/password-reset", {})["password"]) >= 12, "a short password")
    admin.must("GET", path)
    auditor = [one for one in admin.must("GET", "/api/accounts")["items"] if one["login"] == "auditor"][0]
    refused(admin.ask("POST", f"/api/accounts/{auditor['id']}/password-reset", {}), 403, "permission_denied")


def case_other_ways_of_signing_in_are_not_configured(place):
    anybody = place.client()
    equal(anybody.must("GET", "/api/session/methods"), {"directory": False, "provider": False})
    refused(anybody.ask("POST", "/api/session/provider", {}), 422, "failed_precondition")
    equal(anybody.ask("GET", "/api/session/provider/return?code=x&state=y").headers["Location"],
          "/?sign_in=refused")
    admin = place.person("sysadmin")
    made = admin.must("POST", "/api/accounts", {"login": "elsewhere", "name": "示例人员", "sign_in": "directory",
                                                "external_name": "e.one"}, status=201)
    equal(made["password"], None)
    refused(anybody.ask("POST", "/api/session", {"login": "elsewhere", "password": "x"}), 503, "unavailable")
    refused(admin.ask("POST", "/api/accounts", {"login": "elsewhere2", "name": "示例人员", "sign_in": "directory",
                                                "external_name": "E.ONE"}), 409, "already_exists")


def case_a_sign_in_from_beginning_to_end(place):
    admin = place.person("sysadmin")
    made = admin.must("POST", "/api/accounts", {"login": "zhou", "name": "示例丁"}, status=201)
    one = place.client()
    word = "Qiu1-Dong2-Chun3-Xia4"
    one.csrf = one.must("POST", "/api/session", {"login": "zhou", "password": made["password"]})["csrf"]
    refused(one.ask("GET", "/api/account/tokens"), 403, "sign_in_incomplete")
    one.csrf = one.must("POST", "/api/session/password", {"current": made["password"], "new": word})["csrf"]
    secret = one.must("POST", "/api/account/second-factor", {})["secret"]
    enrolled = one.must("PUT", "/api/account/second-factor", {"code": totp(secret)})
    equal((enrolled["state"], len(enrolled["recovery_codes"])), ("signed_in", 10))
    one.csrf = enrolled["csrf"]
    equal(one.must("GET", "/api/session")["rights"], {})
    refused(place.client().ask("POST", "/api/session", {"login": "zhou", "password": "wrong"}), 401, "unauthenticated")
    here = one.must("GET", "/api/account/sessions")["items"]
    equal([session["current"] for session in here], [True])
    refused(one.ask("DELETE", "/api/account/second-factor", {"code": "000000"}), 422, "failed_precondition")
    other = place.client()
    step = other.must("POST", "/api/session", {"login": "zhou", "password": word})
    equal(step["state"], "second_factor")
    other.csrf = step["csrf"]
    refused(other.ask("POST", "/api/session/second-factor", {"code": totp(secret)}), 400, "invalid_argument")
    half = [session["id"] for session in one.must("GET", "/api/account/sessions")["items"] if not session["current"]]
    equal(len(half), 1)
    one.must("DELETE", f"/api/account/sessions/{half[0]}", status=204)
    refused(other.ask("GET", "/api/session"), 401, "unauthenticated")
    other = place.client()
    other.csrf = other.must("POST", "/api/session", {"login": "zhou", "password": word})["csrf"]
    step = other.must("POST", "/api/session/second-factor", {"code": enrolled["recovery_codes"][0].lower()})
    equal(step["state"], "signed_in")
    other.csrf = step["csrf"]
    refused(one.ask("GET", "/api/session"), 401, "unauthenticated")
    other.must("DELETE", "/api/session", status=204)
    refused(other.ask("GET", "/api/session"), 401, "unauthenticated")


def case_tokens(place):
    manager = place.person("manager")
    program = place.token(["system:read"])
    program.must("GET", "/api/systems")
    refused(program.ask("GET", "/api/assets"), 403, "token_scope")
    refused(program.ask("GET", "/api/account/tokens"), 403, "token_scope")
    held = manager.must("GET", "/api/account/tokens")["items"]
    manager.must("DELETE", f"/api/account/tokens/{held[-1]['id']}", status=204)
    refused(program.ask("GET", "/api/systems"), 401, "unauthenticated")


def case_changes_need_the_csrf_token(place):
    manager = place.person("manager")
    stolen = place.client()
    stolen.cookie, stolen.csrf = manager.cookie, "0" * 64
    refused(stolen.ask("POST", "/api/teams", {"name": "伪造"}), 403, "csrf")
    equal(stolen.ask("GET", "/api/teams").status, 200)


def case_wrong_requests_say_what_is_wrong(place):
    manager = place.person("manager")
    for raw in (b"{", b"[]", b"nul", b'{"name":"\xff"}', b'{"name":"a","name":"b"}', b"[" * 5000, b'"' + b"a" * 99):
        refused(manager.ask("POST", "/api/teams", raw=raw, headers={"Content-Type": "application/json"}), 400,
                "invalid_argument")
    answer = manager.ask("POST", "/api/assets", {"class": 5, "name": "", "systems": "x", "colour": "red"})
    refused(answer, 400, "invalid_argument")
    equal({problem["field"] for problem in answer.json()["problems"]} >= {"class", "systems", "colour"}, True, answer)
    refused(manager.ask("POST", "/api/teams", raw=b"name=x", headers={"Content-Type": "text/plain"}), 415, "unsupported")
    for query in ("limit=0", "limit=501", "limit=x", "offset=5", "sort=password_hash", "after=%00", "after=e30",
                  "limit=1&limit=2"):
        refused(manager.ask("GET", f"/api/systems?{query}"), 400, "invalid_argument")
    for path in ("/api/systems/%2e%2e/accounts", "/api/systems/..%2f..%2fetc", "/api/nothing", "/api/systems/" + "x" * 3000):
        expect(manager.ask("GET", path).status in (400, 404, 414), path)
    expect(manager.ask("DELETE", "/api/systems").status == 405, "a method that is not there")
    refused(manager.ask("GET", "/api/systems/1' OR '1'='1"  .replace(" ", "%20")), 404, "not_found")


def case_contract_teams_and_systems(place):
    manager = place.person("manager")
    contract = manager.must("GET", "/api/contract")
    answer = manager.ask("PATCH", "/api/contract", {"price_fen": 123_456_00, "effective_day": "2026-07-01",
                                                    "reason": "补充协议"}, match(contract["version"]))
    equal((answer.status, answer.headers["ETag"]), (200, f'"{contract["version"] + 1}"'), answer)
    equal(manager.must("GET", "/api/contract/amendments")["total"] >= 1, True)
    before = manager.must("GET", "/api/contract/coverage?day=2026-07-15")
    teams = manager.must("GET", "/api/teams")["items"]
    team = manager.must("POST", "/api/teams", {"name": "示例团队"}, status=201)
    manager.must("PATCH", f"/api/teams/{team['id']}", {"number": team["number"], "name": "示例团队二"},
                 headers=match(team["version"]))
    system = manager.must("POST", "/api/systems", {"team_id": teams[0]["id"], "name": "示例新系统", "level": 3,
                                                   "sag": "S3A3", "from": "2026-07-10", "reason": "新增"}, status=201)
    path = f"/api/systems/{system['id']}"
    equal(manager.must("GET", "/api/contract/coverage?day=2026-07-09")["total"] + 1,
          manager.must("GET", "/api/contract/coverage?day=2026-07-10")["total"], "counts from the day on")
    equal(manager.must("GET", "/api/contract/coverage?day=2026-07-15")["total"], before["total"] + 1)
    manager.must("POST", f"{path}/events", {"kind": "transfer", "effective_day": "2026-08-01", "team_id": teams[1]["id"],
                                            "reason": "移交"}, status=201)
    equal(len(manager.must("GET", f"{path}/history")["items"]), 2)
    system = manager.must("GET", path)
    manager.must("PATCH", path, {"name": "示例新系统二", "reason": "更名"}, headers=match(system["version"]))
    module = manager.must("POST", f"{path}/modules", {"name": "门户", "kind": "module", "in_scope": True}, status=201)
    manager.must("PATCH", f"/api/modules/{module['id']}", {"in_scope": False, "reason": "停用"},
                 headers=match(module["version"]))
    equal(manager.must("GET", f"{path}/modules")["total"], 1)
    manager.must("DELETE", f"/api/modules/{module['id']}", headers=match(2), status=204)


def case_lists_page_through_everything_once(place):
    manager = place.person("manager")
    whole = manager.must("GET", "/api/systems?limit=500")
    for sort in ("name", "-name", "level", "-number", "team"):
        seen, after = [], ""
        while True:
            page = manager.must("GET", f"/api/systems?limit=7&sort={sort}{after}")
            equal(page["total"], whole["total"])
            seen += [system["id"] for system in page["items"]]
            if page["next"] is None:
                break
            after = "&after=" + urllib.parse.quote(page["next"])
        equal((len(seen), set(seen)), (whole["total"], {system["id"] for system in whole["items"]}), sort)
    third = manager.must("GET", "/api/systems?level=2&limit=500")
    equal({system["level"] for system in third["items"]}, {2})


def new_asset(name, systems=(), **more):
    return {"class": "其他系统或设备", "name": name, "importance": "一般", "systems": list(systems), **more}


def case_assets(place):
    manager = place.person("manager")
    expect(len(manager.must("GET", "/api/asset-classes")["items"]) > 10, "few classes")
    system = manager.must("GET", "/api/systems")["items"][0]["id"]
    asset = manager.must("POST", "/api/assets", new_asset("示例资产", [system], addresses=["192.0.2.1"]), status=201)
    path = f"/api/assets/{asset['id']}"
    equal(manager.must("GET", path)["systems"], [system])
    manager.must("PATCH", path, {"location": "机房甲"}, headers=match(1))
    equal([one["id"] for one in manager.must("GET", f"/api/assets?system={system}&q=示例资产".replace("示例资产",
          urllib.parse.quote("示例资产")))["items"]], [asset["id"]])
    refused(manager.ask("DELETE", path, headers=match(1)), 412, "precondition_failed")
    manager.must("DELETE", path, headers=match(2), status=204)
    refused(manager.ask("GET", path), 404, "not_found")


def case_many_rows_at_once(place):
    manager = place.person("manager")
    systems = [one["id"] for one in manager.must("GET", "/api/systems")["items"]]
    assets = [manager.must("POST", "/api/assets", new_asset(f"批量{i}", [systems[0]]), status=201) for i in range(3)]
    items = [manager.must("POST", "/api/data-items", {"system_id": systems[0], "name": f"批量{i}", "data_class": "一般",
                                                      "personal": "none"}, status=201) for i in range(2)]
    contacts = [manager.must("POST", "/api/contacts", {"party": "client", "organisation": "示例单位", "name": f"示例{i}",
                                                       "system_id": systems[0]}, status=201) for i in range(2)]
    for noun, made, change in (("assets", assets, {"location": "机房乙", "systems": [systems[1]]}),
                               ("data-items", items, {"system_id": systems[1], "volume": "很多"}),
                               ("contacts", contacts, {"organisation": "新单位", "system_id": systems[1]})):
        rows = [{"id": one["id"], "version": one["version"]} for one in made]
        stale = rows[:-1] + [{"id": rows[-1]["id"], "version": 9}]
        answer = manager.ask("POST", f"/api/{noun}/bulk", {"rows": stale, "change": change})
        refused(answer, 400, "invalid_argument")
        equal([one["line"] for one in answer.json()["problems"]], [len(rows)], noun)
        equal(manager.must("GET", f"/api/{noun}/{rows[0]['id']}")["version"], rows[0]["version"], "nothing changed")
        equal(manager.must("POST", f"/api/{noun}/bulk", {"rows": rows, "change": change}), {"rows": len(rows)})
        for row in rows:
            now = manager.must("GET", f"/api/{noun}/{row['id']}")
            equal({key: now[key] for key in change}, change, noun)
            row["version"] = now["version"]
        refused(manager.ask("POST", f"/api/{noun}/bulk", {"rows": rows, "change": {}}), 400, "invalid_argument")
        refused(manager.ask("POST", f"/api/{noun}/bulk-delete", {"rows": []}), 400, "invalid_argument")
        manager.must("POST", f"/api/{noun}/bulk-delete", {"rows": rows})
        refused(manager.ask("GET", f"/api/{noun}/{rows[0]['id']}"), 404, "not_found")


def case_what_belongs_to_a_system(place):
    manager = place.person("manager")
    system = manager.must("GET", "/api/systems")["items"][0]["id"]
    nouns = {
        "filings": ({"number": "示例-0001", "name": "示例备案", "level": 3, "systems": [system],
                     "certificate": {"file_name": "证明.pdf", "sm3": "0" * 64}}, {"filed_day": "2026-05-01"}),
        "data-items": ({"system_id": system, "name": "示例数据", "data_class": "一般", "personal": "personal"},
                       {"volume": "约一万条"}),
        "contacts": ({"party": "client", "organisation": "示例单位", "name": "示例甲", "system_id": system},
                     {"phone": "010-00000000"}),
        "risk-notices": ({"system_id": system, "risks": "可能短时变慢", "measures": "避开高峰", "backup_state": "已备份",
                          "told_day": "2026-07-01"}, {"backup_state": "昨日已备份"}),
    }
    for noun, (body, change) in nouns.items():
        made = manager.must("POST", f"/api/{noun}", body, status=201)
        path = f"/api/{noun}/{made['id']}"
        refused(manager.ask("PATCH", path, change), 428, "precondition_required")
        changed = manager.must("PATCH", path, change, headers=match(made["version"]))
        equal({key: changed[key] for key in change}, change, noun)
        equal(manager.must("GET", path), changed)
        found = manager.must("GET", f"/api/{noun}?system={system}&limit=500")["items"]
        expect(changed in found, f"{noun}: {changed} is not in {found}")
        if noun == "filings":
            manager.must("PUT", f"{path}/systems", {"systems": []}, headers=match(changed["version"]))
            kinds = {one["kind"] for one in manager.must("GET", "/api/filings/conflicts")["items"]}
            expect({"no_filing", "filing_unused"} <= kinds, kinds)
            changed["version"] += 1
        manager.must("DELETE", path, headers=match(changed["version"]), status=204)
        refused(manager.ask("GET", path), 404, "not_found")


def case_survey_and_grading(place):
    manager = place.person("manager")
    system = manager.must("GET", "/api/systems")["items"][0]["id"]
    form = manager.must("GET", "/api/survey-forms")["items"][0]
    manager.must("GET", f"/api/systems/{system}/survey")
    path = f"/api/systems/{system}/survey/{form['number']}"
    empty = manager.must("GET", path)
    rows = [{form["fields"][0]: "示例"}]
    equal(manager.must("PUT", path, {"rows": rows}, headers=match(empty["version"]))["rows"], rows)
    refused(manager.ask("PUT", path, {"rows": [{"没有的栏": "x"}]}, match(empty["version"] + 1)), 400, "invalid_argument")
    matrix = manager.must("GET", "/api/grading-matrix")
    one = matrix["items"][0]
    query = urllib.parse.urlencode({"object": one["object"], "degree": one["degree"]})
    equal(manager.must("GET", f"/api/grading?{query}")["level"], one["level"])
    manager.must("GET", "/api/data-classes")
    expect(manager.must("GET", "/api/overview")["filings"], "no filings for who may read them")
    lead = place.person("lead")
    expect(lead.must("GET", "/api/overview")["coverage"]["total"] > 0, "no coverage")


def case_of_two_editors_one_is_told(place):
    manager = place.person("manager")
    asset = manager.must("POST", "/api/assets", new_asset("两人同改"), status=201)
    program = place.token(["asset:read", "asset:change"])
    path = f"/api/assets/{asset['id']}"
    answers = together(8, lambda number: program.ask("PATCH", path, {"location": f"第 {number} 处"}, match(1)))
    equal(sorted(answer.status for answer in answers), [200] + [412] * 7)
    winner = [answer.json()["location"] for answer in answers if answer.status == 200]
    after = manager.must("GET", path)
    equal((after["location"], after["version"]), (winner[0], 2))


def case_a_call_sent_twice_is_done_once(place):
    program = place.token(["asset:read", "asset:create"])
    key = {"Idempotency-Key": "suite-0123456789-" + str(time.time_ns())}
    answers = together(6, lambda number: program.ask("POST", "/api/assets", new_asset("只建一次"), key))
    made = {answer.json()["id"] for answer in answers if answer.status == 201}
    equal(len(made), 1, [str(answer) for answer in answers])
    expect(all(answer.status in (201, 409) for answer in answers), [str(answer) for answer in answers])
    again = program.ask("POST", "/api/assets", new_asset("只建一次"), key)
    equal((again.status, again.json()["id"], again.headers["Idempotency-Replayed"]), (201, made.pop(), "true"))
    refused(program.ask("POST", "/api/assets", new_asset("另一个"), key), 409, "conflict")
    found = program.must("GET", "/api/assets?q=" + urllib.parse.quote("只建一次"))
    equal(found["total"], 1)


def case_a_client_team_sees_its_own_only(place):
    manager = place.person("manager")
    systems = manager.must("GET", "/api/systems?limit=500")["items"]
    own_team = systems[0]["team_id"]
    own = {system["id"] for system in systems if system["team_id"] == own_team}
    foreign = [system for system in systems if system["team_id"] != own_team][0]
    team = place.new_person("team", "client_team", teams=[own_team])
    seen = team.must("GET", "/api/systems?limit=500")
    equal(({system["id"] for system in seen["items"]}, seen["total"]), (own, len(own)))
    there, none = team.ask("GET", f"/api/systems/{foreign['id']}"), team.ask("GET", "/api/systems/none")
    equal(there.status, 404)
    equal(there.json()["title"].replace(foreign["id"], ""), none.json()["title"].replace("none", ""))
    answers = [team.ask("POST", "/api/assets", new_asset("越权", [system])) for system in (foreign["id"], "none")]
    equal(answers[0].status, answers[1].status)
    equal(answers[0].json()["title"], answers[1].json()["title"])
    equal(team.must("GET", "/api/systems?team=" + foreign["team_id"])["total"], 0)


def case_results_down_to_the_line(place):
    manager = place.person("manager")
    overview = manager.must("GET", "/api/assessments-overview")
    assessment = [one for system in overview["systems"] for one in system["assessments"]][0]["id"]
    path = f"/api/assessments/{assessment}"
    result = manager.must("GET", f"{path}/result")
    manager.must("GET", f"{path}/derivation/{result['schemes'][0]['scheme']}")
    sheet = manager.must("GET", f"{path}/worksheet")
    source = check = None
    for line in [record for record in sheet["records"] if record["machine"]][:40]:
        thing = sheet["objects"][line["object"]]["id"]
        item = sheet["items"][line["item"]]
        record = manager.must("GET", f"{path}/records/{thing}/{item['code']}?clause={item['clause']}")
        for point in record["points"]:
            source = source or point["source"]
            check = check or point["check"]
    expect(source and check, "no point names its source")
    manager.must("GET", f"/api/checks/{check}")
    manager.must("GET", f"/api/evidence/{source['bundle']}?path={urllib.parse.quote(source['path'])}&line={source['line']}")
    refused(place.person("auditor").ask("GET", f"{path}/result"), 403, "permission_denied")


def wait_for_job(client, job, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        now = client.must("GET", f"/api/jobs/{job}")
        if now["finished"]:
            return now
        time.sleep(0.2)
    raise AssertionError(f"job {job} did not end: {now}")


def assessment_of(client):
    overview = client.must("GET", "/api/assessments-overview")
    return [one for system in overview["systems"] for one in system["assessments"]][0]["id"]


def case_a_document_is_made_in_the_background(place):
    manager = place.person("manager")
    path = f"/api/assessments/{assessment_of(manager)}/documents"
    expect(manager.must("GET", path)["documents"], "no documents")
    refused(manager.ask("POST", f"{path}/2025/xlsx", {}), 400, "invalid_argument")
    job = manager.must("POST", f"{path}/2025/xlsx", NOTE, status=202)
    done = wait_for_job(manager, job["id"])
    equal(done["state"], "done", done)
    made = manager.ask("GET", f"/api/jobs/{job['id']}/file")
    equal(done["file"]["name"][-5:], ".xlsx")
    equal(made.body[:2], b"PK")
    equal(made.body, manager.ask("POST", f"{path}/2025/xlsx/content", NOTE).body, "the same document at once")
    events = manager.ask("GET", f"/api/jobs/{job['id']}/events")
    expect(b'"state":"done"' in events.body, events)
    equal(manager.ask("POST", f"/api/jobs/{job['id']}/cancel", {}).status, 422)
    last = [manager.must("POST", f"{path}/2025/xlsx", NOTE, status=202)["id"] for _ in range(4)][-1]
    manager.must("POST", f"/api/jobs/{last}/cancel", {})
    equal(wait_for_job(manager, last)["state"], "cancelled")
    expect(manager.must("GET", "/api/jobs")["total"] >= 1, "no jobs")
    refused(place.person("sysadmin").ask("GET", f"/api/jobs/{job['id']}"), 404, "not_found")


def case_a_file_is_handed_in(place):
    manager = place.person("manager")
    tus = {"Tus-Resumable": "1.0.0"}
    content = b"evidence " * 1000
    name = base64.b64encode("记录.txt".encode()).decode()
    made = manager.ask("POST", "/api/uploads", raw=b"", headers={
        **tus, "Upload-Length": str(len(content)), "Upload-Metadata": f"filename {name}"})
    equal(made.status, 201, made)
    path = "/" + made.headers["Location"].split("://")[-1].split("/", 1)[-1].lstrip("/")
    for at in (0, 4000):
        piece = content[at:at + 4000] if at == 0 else content[at:]
        sent = manager.ask("PATCH", path, raw=piece, headers={
            **tus, "Upload-Offset": str(at), "Content-Type": "application/offset+octet-stream"})
        equal(sent.status, 204, sent)
    equal(manager.ask("HEAD", path, headers=tus).headers["Upload-Offset"], str(len(content)))
    waiting = manager.must("GET", "/api/uploads")["items"]
    equal([(one["id"], one["received"], one["metadata"]["filename"]) for one in waiting],
          [(path.rsplit("/", 1)[1], len(content), "记录.txt")])
    system = manager.must("GET", "/api/systems")["items"][0]["id"]
    job = manager.must("POST", "/api/files", {"upload": path.rsplit("/", 1)[1], "system_id": system, "kind": "other",
                                              "name": "记录.txt"}, status=202)
    done = wait_for_job(manager, job["id"])
    equal(done["state"], "done", done)
    found = manager.must("GET", "/api/files")["items"][0]
    equal(found["sha256"], hashlib.sha256(content).hexdigest())
    manager.must("GET", f"/api/files/{found['id']}")
    path = f"/api/files/{found['id']}/content"
    refused(manager.ask("GET", f"{path}?purpose=x"), 400, "invalid_argument")
    equal(manager.ask("GET", f"{path}?{urllib.parse.urlencode(NOTE)}").body, content)
    equal(manager.must("GET", "/api/uploads")["total"], 0)
    equal({one["kind"] for one in manager.must("GET", "/api/jobs?kind=file")["items"]}, {"file"})
    lead = place.new_person("filelead", "security_lead", everything=True)
    place.clear_entry("filelead")
    lead.must("DELETE", f"/api/files/{found['id']}", headers=match(found["version"]), status=204)
    refused(manager.ask("GET", f"/api/files/{found['id']}"), 404, "not_found")


def case_collections_of_a_host_are_compared(place):
    manager = place.person("manager")
    tus = {"Tus-Resumable": "1.0.0"}
    system = manager.must("GET", "/api/systems")["items"][0]["id"]
    for name, accounts in (("1.tar.gz", MINIMAL["/etc/passwd"]), ("2.tar.gz", MINIMAL["/etc/passwd"] + b"toor:x:0:0::/:/bin/sh\n")):
        content = small_bundle(place.folder / name, files={**MINIMAL, "/etc/passwd": accounts}).read_bytes()
        upload = manager.ask("POST", "/api/uploads", raw=b"", headers={**tus, "Upload-Length": str(len(content))}).json()["id"]
        manager.ask("PATCH", f"/api/uploads/{upload}", raw=content, headers={
            **tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
        job = manager.must("POST", "/api/files", {"upload": upload, "system_id": system, "kind": "bundle", "name": name},
                           status=202)
        done = wait_for_job(manager, job["id"])
        equal(done["state"], "done", done)
    found = manager.must("GET", f"/api/collections?system={system}&target=host-1")["items"]
    equal(len(found), 2, found)
    told = manager.must("GET", f"/api/collections/{found[0]['id']}/difference/{found[1]['id']}")["difference"]
    rows = [(table["table"], row["key"]) for table in told["tables"] for row in table["rows"]]
    equal(rows, [("account", {"name": "toor"})])
    exposed = manager.must("GET", f"/api/systems/{system}/exposure")["hosts"]
    equal([one["collection"]["target"] for one in exposed], ["host-1"])
    expect(exposed[0]["exposure"]["unknown"], "no sockets were collected")
    auditor = place.person("auditor")
    actions = {one["action"] for one in auditor.must("GET", "/api/audit?limit=50")["items"]}
    expect({"evidence.compare", "evidence.expose"} <= actions, actions)


def case_the_certificate_of_a_filing(place):
    manager = place.person("manager")
    system = manager.must("GET", "/api/systems")["items"][0]["id"]
    filing = manager.must("POST", "/api/filings", {"number": "示例-证明", "name": "示例备案", "level": 3,
                                                   "systems": [system]}, status=201)
    path = f"/api/filings/{filing['id']}/certificate"
    refused(manager.ask("GET", path), 400, "invalid_argument")
    refused(manager.ask("GET", f"{path}?{urllib.parse.urlencode(NOTE)}"), 404, "not_found")
    content = b"%PDF-1.7 certificate"
    tus = {"Tus-Resumable": "1.0.0"}
    upload = manager.ask("POST", "/api/uploads", raw=b"", headers={**tus, "Upload-Length": str(len(content))}).json()["id"]
    refused(manager.ask("POST", path, {"upload": upload, "name": "证明.pdf"}), 422, "failed_precondition")
    manager.ask("PATCH", f"/api/uploads/{upload}", raw=content, headers={
        **tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
    job = manager.must("POST", path, {"upload": upload, "name": "证明.pdf"}, status=202)
    equal(wait_for_job(manager, job["id"])["state"], "done")
    kept = manager.must("GET", f"/api/filings/{filing['id']}")
    equal((kept["certificate"]["file"], kept["certificate"]["file_name"]), (upload, "证明.pdf"))
    equal(manager.ask("GET", f"{path}?{urllib.parse.urlencode(NOTE)}").body, content)
    seen = place.person("auditor").must("GET", f"/api/audit?object_id={filing['id']}&action=filing.download")
    equal(seen["total"], 1)


def case_the_settings_of_the_server(place):
    told = place.person("sysadmin").must("GET", "/api/settings")
    by_name = {one["name"]: one for one in told["settings"]}
    equal((by_name["data"]["source"], by_name["workers"]["source"]), ("命令行", "默认"))
    expect(all(one["about"] for one in told["settings"]), told["settings"])
    expect(told["version"] and told["audit"]["entries"] > 0, told)
    equal(told["database"] == "PostgreSQL", "postgres" in by_name["database"]["value"])
    for login in ("manager", "auditor", "secadmin"):
        refused(place.person(login).ask("GET", "/api/settings"), 403, "permission_denied")


def case_what_left_is_listed_with_purpose_and_recipient(place):
    manager, auditor = place.person("manager"), place.person("auditor")
    listed = manager.must("GET", "/api/exports?limit=500")
    expect({"document", "evidence", "ledger"} <= {one["class"] for one in listed["items"]}, listed)
    for one in listed["items"]:
        if one["class"] != "import":
            equal((one["purpose"], one["recipient"]), (NOTE["purpose"], NOTE["recipient"]), one)
        expect(one["action"] == "audit.export" or len(one["sm3"]) == 64, one)
    made = [one for one in listed["items"] if one["class"] == "document"]
    expect(made and all(one["system"] for one in made), made)
    equal(auditor.must("GET", "/api/audit/exports?class=document")["total"], len(made))
    equal(manager.must("GET", "/api/exports?to=2020-01-01")["total"], 0)
    refused(manager.ask("GET", "/api/exports?to=soon"), 400, "invalid_argument")
    refused(auditor.ask("GET", "/api/exports"), 403, "permission_denied")
    classes = manager.must("GET", "/api/protection-classes")["items"]
    expect({"evidence", "audit"} <= {one["id"] for one in classes}, classes)


def case_the_audit_saw_it_all(place):
    auditor = place.person("auditor")
    verified = auditor.must("GET", "/api/audit/verification")
    expect(verified["ok"], verified)
    lines = auditor.ask("POST", "/api/audit/export", NOTE)
    entries = [json.loads(line) for line in lines.body.decode().splitlines()]
    expect(len(entries) >= verified["entries"], f"{len(entries)} lines of {verified['entries']}")
    for action in ("account.create", "account.roles", "asset.create", "evidence.read", "evidence.download", "document.export",
                   "session.open"):
        expect(auditor.must("GET", f"/api/audit?action={action}&limit=1")["total"] > 0, action)
    denied = auditor.must("GET", "/api/audit?outcome=denied&limit=500")
    expect(denied["total"] > 0 and {one["outcome"] for one in denied["items"]} == {"denied"}, denied)
    refused(auditor.ask("GET", "/api/systems"), 403, "permission_denied")
