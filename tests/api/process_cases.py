# SPDX-License-Identifier: Apache-2.0
"""One system from its plan to the site: products, signatures, gates, tests from the internet."""
import base64
import datetime

from cases import equal, expect, match, refused, wait_for_job


def people(place):
    """The manager, a reviewer who may enter, and the client who signs."""
    signer = place.people.get("signer") or place.new_person("signer", "client_security", everything=True)
    if "reviewer" not in place.people:
        place.new_person("reviewer", "quality_reviewer", everything=True)
        place.clear_entry("reviewer")
    return place.person("manager"), place.person("reviewer"), signer


class Course:
    def __init__(self, place, number):
        self.manager, self.reviewer, self.signer = people(place)
        self.system = self.manager.must("GET", "/api/systems?limit=500")["items"][number]
        self.path = f"/api/systems/{self.system['id']}"
        self.today = self.sheet()["today"]

    def sheet(self):
        return self.manager.must("GET", f"{self.path}/stages")

    def stage(self, name, **change):
        version = [one for one in self.sheet()["stages"] if one["stage"] == name][0]["version"]
        return self.manager.ask("PATCH", f"{self.path}/stages/{name}", change, match(version))

    def product(self, name, step, who=None, **body):
        version = [one for one in self.sheet()["products"] if one["product"] == name][0]["version"]
        return (who or self.manager).ask("POST", f"{self.path}/products/{name}/{step}", body, match(version))

    def reviewed(self, *names):
        for name in names:
            equal(self.product(name, "draft").status, 200)
            equal(self.product(name, "review", self.reviewer).status, 200)

    def scan(self):
        tus = {"Tus-Resumable": "1.0.0"}
        content = b"%PDF-1.4 a scan"
        made = self.manager.ask("POST", "/api/uploads", raw=b"", headers={
            **tus, "Upload-Length": str(len(content)),
            "Upload-Metadata": "filename " + base64.b64encode("签字页.pdf".encode()).decode()})
        upload = made.headers["Location"].rsplit("/", 1)[1]
        self.manager.ask("PATCH", f"/api/uploads/{upload}", raw=content, headers={
            **tus, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"})
        job = self.manager.must("POST", "/api/files", {"upload": upload, "system_id": self.system["id"],
                                                       "kind": "other", "name": "签字页.pdf"}, status=202)
        equal(wait_for_job(self.manager, job["id"])["state"], "done")
        return self.manager.must("GET", f"/api/files?system={self.system['id']}")["items"][0]["id"]

    def risks_are_told(self):
        self.manager.must("POST", "/api/risk-notices", {
            "system_id": self.system["id"], "risks": "可能短时变慢", "measures": "避开高峰", "backup_state": "已备份",
            "told_day": self.today, "confirmed_by": "示例乙", "confirmed_day": self.today}, status=201)


def fields(answer):
    return sorted(problem["field"] for problem in answer.json()["problems"])


def case_a_gate_opens_when_the_client_has_signed(place):
    one = Course(place, 5)
    process = one.manager.must("GET", "/api/process")
    equal([stage["name"] for stage in process["stages"]],
          ["准备", "方案", "现场", "初测报告", "整改", "复测", "报告", "备案归档"])
    refused(one.stage("plan", actual_from=one.today), 422, "failed_precondition")
    equal(one.stage("prepare", actual_from=one.today).status, 200)
    one.reviewed("project_plan", "survey")
    equal(one.stage("prepare", actual_to=one.today).status, 200)
    equal(one.stage("plan", actual_from=one.today).status, 200)
    one.reviewed("plan", "guidebook", "authorisation")
    answer = one.stage("plan", actual_to=one.today)
    equal((answer.status, fields(answer)), (422, ["plan"]), answer)

    # Who may not sign: the provider; who does not see the system; the reviewer's own work.
    refused(one.product("plan", "signature"), 403, "permission_denied")
    teams = [team["id"] for team in one.manager.must("GET", "/api/teams")["items"] if team["id"] != one.system["team_id"]]
    stranger = place.new_person("stranger", "client_team", teams=teams[:1])
    refused(one.product("plan", "signature", stranger), 404, "not_found")
    refused(stranger.ask("GET", f"{one.path}/stages"), 404, "not_found")
    refused(one.signer.ask("POST", f"{one.path}/products/plan/draft", {}, match(2)), 403, "permission_denied")
    refused(one.manager.ask("POST", f"{one.path}/products/tool_list/review", {}, match(0)), 422, "failed_precondition")
    equal(one.product("tool_list", "draft").status, 200)
    refused(one.product("tool_list", "review"), 422, "failed_precondition")

    signed = one.product("plan", "signature", one.signer)
    equal((signed.status, signed.json()["how"], signed.json()["state"]), (200, "own", "signed"), signed)
    equal(one.stage("plan", actual_to=one.today).status, 200)
    answer = one.stage("onsite", actual_from=one.today)
    equal((answer.status, fields(answer)), (422, ["authorisation", "risk_notice"]), answer)
    one.risks_are_told()
    wrong = one.product("authorisation", "signed-copy", day=one.today, signed_by="示例乙", file_id="none")
    equal((wrong.status, fields(wrong)), (400, ["file_id"]), wrong)
    copy = one.product("authorisation", "signed-copy", day=one.today, signed_by="示例乙", file_id=one.scan())
    equal((copy.status, copy.json()["how"]), (200, "scan"), copy)
    begun = one.stage("onsite", actual_from=one.today)
    equal((begun.status, begun.json()["state"]), (200, "under_way"), begun)
    gates = {gate["gate"]: gate["open"] for gate in one.sheet()["gates"]}
    equal((gates["onsite_records"], gates["tool_tests"]), (True, False))

    refused(one.product("plan", "return", one.signer), 400, "invalid_argument")
    equal(one.product("plan", "return", one.signer, note="范围有变").status, 200)
    gates = {gate["gate"]: gate for gate in one.sheet()["gates"]}
    equal([missing["id"] for missing in gates["onsite_records"]["missing"]], ["plan"])
    history = one.manager.must("GET", f"{one.path}/products/plan/history")["items"]
    equal([event["state"] for event in history], ["drafting", "reviewed", "signed", "returned"])
    late = one.stage("onsite", actual_from="2020-01-01")
    equal(late.status, 400, late)
    refused(one.manager.ask("PATCH", f"{one.path}/stages/onsite", {"note": "x"}), 428, "precondition_required")
    refused(one.manager.ask("PATCH", f"{one.path}/stages/onsite", {"note": "x"}, match(7)), 412, "precondition_failed")
    refused(one.manager.ask("PATCH", f"{one.path}/stages/nothing", {"note": "x"}, match(0)), 404, "not_found")


def case_plans_for_many_systems(place):
    manager, reviewer, _ = people(place)
    systems = [one["id"] for one in manager.must("GET", "/api/systems?limit=500")["items"]][-3:]
    staff = manager.must("GET", "/api/progress/people")["items"]
    lead = [one for one in staff if one["name"]][0]["account_id"]
    order = {"systems": systems, "start_day": "2026-09-24", "every": 2}
    preview = manager.must("POST", "/api/progress/plan", order)
    equal([(one["system_id"], one["stages"][0]["planned_from"]) for one in preview["items"]],
          list(zip(systems, ["2026-09-24", "2026-09-29", "2026-10-08"])))
    equal(manager.must("GET", f"/api/systems/{systems[0]}/stages")["stages"][0]["planned_from"], None)
    equal(manager.must("POST", "/api/progress/plan", {**order, "apply": True})["applied"], True)
    refused(reviewer.ask("POST", "/api/progress/plan", order), 403, "permission_denied")
    refused(manager.ask("POST", "/api/progress/plan", {**order, "systems": []}), 400, "invalid_argument")
    for system in systems:
        manager.must("PATCH", f"/api/systems/{system}/stages/onsite", {"lead": lead, "members": []}, headers=match(1))
    found = manager.must("GET", f"/api/progress?person={lead}&sort=due&limit=2")
    equal((found["total"], len(found["items"]), found["items"][0]["system_id"]), (3, 2, systems[0]))
    rest = manager.must("GET", f"/api/progress?person={lead}&sort=due&limit=2&after={found['next']}")
    equal([one["system_id"] for one in rest["items"]], [systems[2]])
    one = found["items"][0]
    equal(manager.must("GET", f"/api/progress?person={lead}&late={'no' if one['late'] else 'yes'}&stage=plan")["total"], 0)
    for query in ("colour=red", "sort=note", "limit=0"):
        refused(manager.ask("GET", f"/api/progress?{query}"), 400, "invalid_argument")
    duties = manager.must("GET", "/api/people-calendar?from=2026-10-01&to=2026-12-31")
    mine = [person for person in duties["items"] if person["account_id"] == lead][0]
    equal((len(mine["duties"]), mine["crowded"]), (3, []))
    for query in ("", "?from=2026-01-01", "?from=2026-01-02&to=2026-01-01", "?from=2026-01-01&to=2028-01-01"):
        refused(manager.ask("GET", "/api/people-calendar" + query), 400, "invalid_argument")


def case_tests_from_the_internet(place):
    one = Course(place, 6)
    window = (datetime.date.fromisoformat(one.today) + datetime.timedelta(days=2)).isoformat()
    body = {"system_id": one.system["id"], "targets": "www.example.test", "methods": "端口和漏洞扫描",
            "planned_from": one.today, "planned_to": window}
    made = one.manager.must("POST", "/api/internet-tests", body, status=201)
    path = f"/api/internet-tests/{made['id']}"
    refused(one.manager.ask("POST", f"{path}/approval", {}, match(1)), 403, "permission_denied")
    approved = one.signer.must("POST", f"{path}/approval", {}, headers=match(1))
    equal((approved["step"], approved["approved_day"]), ("approved", one.today))
    answer = one.manager.ask("PATCH", path, {"tested_day": one.today}, match(2))
    equal((answer.status, fields(answer)), (422, ["risk_notice", "test_authorisation"]), answer)
    one.risks_are_told()
    one.reviewed("test_authorisation")
    equal(one.product("test_authorisation", "signature", one.signer).status, 200)
    one.manager.must("PATCH", path, {"tested_day": one.today}, headers=match(2))
    refused(one.manager.ask("PATCH", path, {"targets": "*"}, match(3)), 422, "failed_precondition")
    refused(one.manager.ask("PATCH", path, {"reported_day": one.today}, match(3)), 400, "invalid_argument")
    done = one.manager.must("PATCH", path, {"closed_day": one.today, "data_deleted_day": one.today,
                                            "reported_day": one.today}, headers=match(3))
    equal((done["step"], one.manager.must("GET", path)), ("reported", done))
    refused(one.manager.ask("DELETE", path, headers=match(4)), 422, "failed_precondition")
    other = one.manager.must("POST", "/api/internet-tests", body, status=201)
    found = one.manager.must("GET", f"/api/internet-tests?system={one.system['id']}&reported=no")
    equal([test["id"] for test in found["items"]], [other["id"]])
    one.manager.must("DELETE", f"/api/internet-tests/{other['id']}", headers=match(1), status=204)
    expect(one.manager.must("GET", "/api/internet-tests?approved=no")["total"] == 0, "deleted, but there")
