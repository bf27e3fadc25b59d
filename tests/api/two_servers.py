# SPDX-License-Identifier: Apache-2.0
"""Two servers on one PostgreSQL: what one knows the other knows; one of them is killed in mid-work."""
import threading
import time

from cases import equal, expect, match, new_asset, refused, together
from place import command


class Writer(threading.Thread):
    """Makes and changes assets until its server is gone; keeps what was acknowledged."""

    def __init__(self, client, number):
        super().__init__(daemon=True)
        self.client, self.number = client, number
        self.last, self.maybe, self.stop = {}, {}, threading.Event()

    def run(self):
        count = 0
        while not self.stop.is_set():
            count += 1
            try:
                made = self.client.ask("POST", "/api/assets", new_asset(f"并行 {self.number}-{count}"))
                if made.status != 201:
                    raise AssertionError(f"create: {made}")
                asset = made.json()["id"]
                self.last[asset], self.maybe[asset] = "", "改"
                changed = self.client.ask("PATCH", f"/api/assets/{asset}", {"location": "改"}, match(1))
                if changed.status != 200:
                    raise AssertionError(f"change: {changed}")
                self.last[asset] = "改"
            except (OSError, __import__("http.client").client.HTTPException):
                return


def case_two_servers_share_everything_and_one_is_killed(place):
    first, second = place.server, place.new_server()
    try:
        share_sessions(place, second)
        share_keys(place, second)
        kill_one(place, first, second)
    finally:
        place.server = second


def share_sessions(place, second):
    there = place.client(server=second)
    here = place.person("manager")
    there.cookie, there.csrf = here.cookie, here.csrf
    there.must("GET", "/api/session")
    token = place.token(["asset:read"])
    other = place.client(token.token, second)
    other.must("GET", "/api/assets?limit=1")
    for held in there.must("GET", "/api/account/tokens")["items"]:
        there.must("DELETE", f"/api/account/tokens/{held['id']}", status=204)
    refused(token.ask("GET", "/api/assets?limit=1"), 401, "unauthenticated")


def share_keys(place, second):
    here = place.token(["asset:read", "asset:create"])
    clients = [here, place.client(here.token, second)]
    key = {"Idempotency-Key": "two-servers-" + str(time.time_ns())}
    answers = together(6, lambda number: clients[number % 2].ask("POST", "/api/assets", new_asset("两台服务器"), key))
    made = {answer.json()["id"] for answer in answers if answer.status == 201}
    equal(len(made), 1, [str(answer) for answer in answers])
    asset = made.pop()
    changer = place.token(["asset:change"])
    changers = [changer, place.client(changer.token, second)]
    answers = together(6, lambda number: changers[number % 2].ask(
        "PATCH", f"/api/assets/{asset}", {"location": str(number)}, match(1)))
    equal(sorted(answer.status for answer in answers), [200] + [412] * 5)


def kill_one(place, first, second):
    rights = ["asset:read", "asset:create", "asset:change"]
    here = place.token(rights)
    there = place.client(here.token, second)
    writers = [Writer(place.client(here.token, server), number) for number, server in
               enumerate((first, second, first, second))]
    for writer in writers:
        writer.start()
    time.sleep(1.5)
    first.kill()
    time.sleep(1)
    for writer in writers:
        writer.stop.set()
        writer.join(timeout=60)
        expect(not writer.is_alive(), "a writer hangs")
    acknowledged = 0
    for writer in writers:
        acknowledged += len(writer.last)
        for asset, location in writer.last.items():
            value = there.must("GET", f"/api/assets/{asset}")["location"]
            expect(value in (location, writer.maybe[asset]), f"{asset} holds {value}, not {location}")
    expect(acknowledged > 8, f"only {acknowledged} changes")
    there_person = place.client(server=second)
    manager = place.people["manager"]
    there_person.cookie, there_person.csrf = manager.cookie, manager.csrf
    there_person.must("GET", "/api/session")
    command("audit", "verify", *place.arguments)
