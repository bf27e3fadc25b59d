# SPDX-License-Identifier: Apache-2.0
"""Reviews over collected evidence: two collections compared (R-84), what listens to others (R-85)."""
from harness import dengce, equal, expect, new_dir, small_bundle, tree

ACCOUNTS = "root:x:0:0:root:/root:/bin/bash\n"
# ss -lntup as the collector keeps it.
SOCKETS = """Netid State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process
tcp   LISTEN 0      128          0.0.0.0:22         0.0.0.0:*     users:(("sshd",pid=1,fd=3))
tcp   LISTEN 0      128        127.0.0.1:5432       0.0.0.0:*     users:(("postgres",pid=2,fd=3))
tcp   LISTEN 0      128          8.8.4.4:3306       0.0.0.0:*     users:(("mysqld",pid=3,fd=3))
"""


def collected(place, name, files, commands=None):
    return small_bundle(place / name, files={path: text.encode() for path, text in files.items()},
                        commands=commands)


def case_a_new_account_and_a_changed_setting_are_told():
    place = new_dir()
    before = collected(place, "1.tar.gz", {"/etc/passwd": ACCOUNTS, "/etc/login.defs": "PASS_MAX_DAYS 90\n"})
    after = collected(place, "2.tar.gz", {"/etc/passwd": ACCOUNTS + "toor:x:0:0::/:/bin/sh\n",
                                          "/etc/login.defs": "PASS_MAX_DAYS 99999\n"})
    told = dengce("compare", before, after, "--format", "json", status=1).json()
    rows = {table["table"]: table["rows"] for table in told["tables"] if table["rows"]}
    equal(rows["account"][0]["kind"], "added")
    equal(rows["account"][0]["key"], {"name": "toor"})
    equal(rows["account"][0]["source_after"], {"path": "/etc/passwd", "line": 2})
    equal([(row["key"], row["values"]) for row in rows["login_defs"]],
          [({"keyword": "PASS_MAX_DAYS"}, [{"column": "value", "before": "90", "after": "99999"}])])
    text = dengce("compare", before, after, status=1).out
    expect("+ toor" in text and "~ PASS_MAX_DAYS：value 90 → 99999" in text, text)


def case_the_same_twice_is_status_0_and_the_other_way_round_is_removed():
    place = new_dir()
    before = collected(place, "1.tar.gz", {"/etc/passwd": ACCOUNTS})
    after = collected(place, "2.tar.gz", {"/etc/passwd": ACCOUNTS + "li:x:1000:1000::/home/li:/bin/sh\n"})
    equal(dengce("compare", before, before, "--format", "json", status=0).json()["changes"], 0)
    told = dengce("compare", after, before, "--format", "json", status=1).json()
    equal([row["kind"] for table in told["tables"] for row in table["rows"]], ["removed"])


def case_default_and_hardened_trees_differ():
    told = dengce("compare", tree("debian12-default"), tree("debian12-hardened"), "--format", "json",
                  status=1).json()
    changed = {table["table"] for table in told["tables"] if table["rows"]}
    expect({"login_defs", "sshd_setting", "password_quality", "sysctl_setting"} <= changed, changed)


def case_what_cannot_be_compared_is_said():
    place = new_dir()
    one = collected(place, "1.tar.gz", {"/etc/passwd": ACCOUNTS})
    told = dengce("compare", one, one, "--format", "json", status=0).json()
    unknown = {table["table"] for table in told["tables"] if table["unknown"]}
    expect("socket" in unknown and "account" not in unknown, unknown)
    broken = place / "broken.tar.gz"
    broken.write_bytes(one.read_bytes()[:40])
    failed = dengce("compare", one, broken, status=2)
    expect("broken.tar.gz" in failed.err, failed)


def case_exposure_tells_public_from_private():
    place = new_dir()
    bundle = collected(place, "1.tar.gz", {"/etc/passwd": ACCOUNTS}, {"sockets": ("ss -lntup", SOCKETS.encode())})
    told = dengce("exposure", bundle, "--format", "json", status=1).json()["hosts"][0]
    equal([(one["service"], one["reach"]) for one in told["services"]],
          [("mysql", "internet"), ("ssh", "network")])


def case_exposure_without_sockets_is_nothing_said():
    place = new_dir()
    bundle = collected(place, "1.tar.gz", {"/etc/passwd": ACCOUNTS})
    told = dengce("exposure", bundle, "--format", "json", status=4).json()["hosts"][0]
    expect(told["unknown"], told)
    equal(told["services"], [])
