# SPDX-License-Identifier: Apache-2.0
"""`dengce check`: shape of the output, exit statuses, kinds of input, options."""
import csv
import io
import json
import pathlib

from harness import (EVALUATED, MINIMAL, bundle_parts, check_json, content_copy, dengce, entries, equal, expect,
                     need_root, new_dir, of_check, pack, prepare, small_bundle, tree, tree_report)

ITEM_KEYS = {"code", "clause", "letter", "verdict", "record", "points"}
POINT_KEYS = {"point", "status", "check", "reason", "source"}
STATUSES = {"pass", "partial", "fail", "not_applicable", "unknown", "error"}
VERDICTS = {"符合", "部分符合", "不符合", "不适用", "待确认"}


def hold_shape(report):
    equal(set(report), {"bundles", "errors"})
    for bundle in report["bundles"]:
        equal(set(bundle), {"path", "target", "platform", "evaluated", "items"})
        for key in ("path", "target", "platform"):
            expect(isinstance(bundle[key], str), key)
        statuses = []
        for item in bundle["items"]:
            equal(set(item), ITEM_KEYS)
            expect(item["verdict"] in VERDICTS, item["code"], item["verdict"])
            expect(item["points"], item["code"], "an item without points")
            expect(item["record"], item["code"], "an item without a record")
            pairs = [(point["point"], point["check"]) for point in item["points"]]
            equal(len(pairs), len(set(pairs)), item["code"], "two entries of one (point, check)")
            for point in item["points"]:
                hold_point(item["code"], point)
                statuses.append(point["status"])
        equal(bundle["evaluated"], sum(status in EVALUATED for status in statuses))


def hold_point(code, point):
    equal(set(point), POINT_KEYS)
    expect(type(point["point"]) is int and point["point"] >= 1, code, point)
    expect(point["status"] in STATUSES, code, point)
    expect(point["check"] is None or point["check"], code, point)
    expect(isinstance(point["reason"], str) and point["reason"], code, point)
    if point["check"] is None:
        equal(point["status"], "unknown", code, "no check, and yet a status")
    if point["source"] is not None:
        equal(set(point["source"]), {"path", "line"})
        expect(isinstance(point["source"]["path"], str) and point["source"]["path"], code, point)
        expect(type(point["source"]["line"]) is int and point["source"]["line"] >= 0, code, point)


def keys_of(bundle):
    return [(item["code"], item["clause"], item["letter"], point["point"], point["check"])
            for item in bundle["items"] for point in item["points"]]


def case_json_shape():
    bundle = small_bundle(new_dir() / "b.tar.gz")
    for path in (tree("debian12-default"), tree("rhel9-hardened"), bundle):
        hold_shape(check_json(path))


def case_same_entries_whatever_the_input():
    bare = new_dir() / "login.defs"
    bare.write_bytes(MINIMAL["/etc/login.defs"])
    empty = new_dir() / "empty"
    empty.mkdir()
    inputs = [tree("debian12-default"), tree("openeuler22-hardened"), tree("kylin-v10"),
              small_bundle(new_dir() / "b.tar.gz"), bare, empty]
    report = check_json(*inputs, "--platform", "linux")
    equal(len(report["bundles"]), len(inputs), report["errors"])
    for bundle in report["bundles"]:
        equal(keys_of(bundle), keys_of(report["bundles"][0]), bundle["path"])


def case_levels_and_sag_choose_items():
    path = small_bundle(new_dir() / "b.tar.gz")
    level3 = check_json(path)["bundles"][0]
    level2 = check_json(path, "--level", "2")["bundles"][0]
    expect(all(item["code"].startswith("L3-") for item in level3["items"]), "level 3")
    expect(all(item["code"].startswith("L2-") for item in level2["items"]), "level 2")
    expect(len(level2["items"]) < len(level3["items"]), "level 2 asks less")
    expect(any(point["check"] for item in level2["items"] for point in item["points"]), "level 2 has checks")
    # S2: identification and access control (S) as level 2 asks them, backup (A) as level 3 does.
    mixed = check_json(path, "--level", "3", "--sag", "S2A3G3")["bundles"][0]
    full = {row["code"]: row["sag"] for level in ("2", "3") for row in
            dengce("standard", "list", "--level", level, "--format", "csv", status=0).rows()}
    for item in mixed["items"]:
        wanted = "L2-" if full[item["code"]] == "S" else "L3-"
        expect(item["code"].startswith(wanted), item["code"], full[item["code"]])
    same = check_json(path, "--level", "3", "--sag", "S3A3")["bundles"][0]
    equal(keys_of(same), keys_of(level3))


def case_object_class_chooses_items():
    path = small_bundle(new_dir() / "b.tar.gz")
    server = {key[0] for key in keys_of(check_json(path)["bundles"][0])}
    network = check_json(path, "--object-class", "网络设备", status=4)["bundles"][0]
    expect(network["items"] and {item["code"] for item in network["items"]} != server, "same items")
    equal({point["check"] for item in network["items"] for point in item["points"]}, {None})
    wrong = dengce("check", path, "--object-class", "飞船", status=2)
    expect("飞船" in wrong.err and wrong.out == "", wrong)


def case_usage_errors_are_status_2():
    path = small_bundle(new_dir() / "b.tar.gz")
    for args in (["check"], ["check", path, "--level", "5"], ["check", path, "--level", "x"],
                 ["check", path, "--sag", "S9A3"], ["check", path, "--format", "xml"],
                 ["check", path, "--platform", "windows"], ["check", path, "--no-such-option"],
                 ["nonsense"], []):
        outcome = dengce(*args, status=2)
        expect(outcome.err, "no word about it", outcome)
    expect("windows" in dengce("check", path, "--platform", "windows").err, "platform not named")


def case_missing_path_is_named():
    outcome = dengce("check", "/no/such/place", "--format", "json", status=2)
    report = outcome.json()
    equal(report["bundles"], [])
    equal([(error["path"], error["line"]) for error in report["errors"]], [("/no/such/place", None)])
    expect(report["errors"][0]["reason"], report)
    expect("/no/such/place" in outcome.err, outcome)


def case_neither_bundle_nor_tree():
    place = new_dir()
    (place / "notes.txt").write_text("x")
    report = check_json(place, status=2)
    equal(report["errors"][0]["path"], str(place))
    garbage = place / "garbage.tar.gz"
    garbage.write_bytes(b"\x1f\x8b" + bytes(range(200)))
    equal(check_json(garbage, status=2)["errors"][0]["path"], str(garbage))


def case_empty_directory_is_status_4():
    empty = new_dir() / "empty"
    empty.mkdir()
    report = check_json(empty, status=4)
    equal(report["errors"], [])
    equal(report["bundles"][0]["evaluated"], 0)
    hold_shape(report)
    statuses = {point["status"] for item in report["bundles"][0]["items"] for point in item["points"]}
    equal(statuses, {"unknown"})
    equal({item["verdict"] for item in report["bundles"][0]["items"]}, {"待确认"})


def case_nothing_evaluated_is_status_4():
    place = new_dir() / "root"
    (place / "etc").mkdir(parents=True)
    (place / "etc/motd").write_text("hello\n")
    report = check_json(place)
    if report["bundles"][0]["evaluated"] == 0:
        dengce("check", place, status=4)
    else:
        # Whatever is evaluated then must have a reason and, if it fails, the absence was proven.
        for key, entry in entries(report["bundles"][0]).items():
            expect(entry["status"] not in EVALUATED or entry["reason"], key)


def content_with(check, query=None):
    """Content whose mapping holds one check only, its query replaced if one is given."""
    def change(content):
        mapping = content / "standard/gbt22239-2019/mapping.csv"
        lines = mapping.read_text().splitlines()
        mapping.write_text("\n".join([lines[0]] + [l for l in lines if f",{check}," in l]) + "\n")
        if query is not None:
            file = content / f"check/linux/{check}.yaml"
            before = file.read_text()
            start = before.index("query: |")
            end = before.index("\nrecord:", start)
            file.write_text(before[:start] + "query: |\n  " + query + before[end:])
    return content_copy(change)


def case_no_finding_is_status_0():
    content = content_with("linux-account-uid-unique")
    path = small_bundle(new_dir() / "b.tar.gz")
    report = dengce("--content", content, "check", path, "--format", "json", status=0).json()
    equal(report["bundles"][0]["evaluated"], 1)
    twice = dict(MINIMAL)
    twice["/etc/passwd"] += b"li:x:1000:1000::/home/li:/bin/bash\n"
    path = small_bundle(new_dir() / "b.tar.gz", files=twice)
    dengce("--content", content, "check", path, status=1)


def case_evaluation_error_is_status_3():
    endless = ("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
               " SELECT 'pass' AS status, 'x' AS reason, 0 AS total, '' AS same, NULL AS source FROM n"
               " WHERE i < 0")
    content = content_with("linux-account-uid-unique", endless)
    place = new_dir()
    path = small_bundle(place / "b.tar.gz")
    outcome = dengce("--content", content, "check", path, "--format", "json", status=3)
    entry = of_check(outcome.json()["bundles"][0], "linux-account-uid-unique")
    equal(entry["status"], "error")
    expect(entry["reason"], entry)
    # 2 before 3 before 4.
    empty = place / "empty"
    empty.mkdir()
    dengce("--content", content, "check", path, empty, status=3)
    dengce("--content", content, "check", path, empty, place / "missing", status=2)


def case_precedence_of_exit_statuses():
    place = new_dir()
    empty = place / "empty"
    empty.mkdir()
    finding = small_bundle(place / "finding.tar.gz")
    missing = place / "missing.tar.gz"
    expect(dengce("check", finding).status == 1, "a default host has findings")
    for inputs, wanted in (([finding], 1), ([finding, empty], 4), ([empty, finding], 4),
                           ([missing, finding], 2), ([finding, missing], 2), ([empty, missing], 2),
                           ([finding, empty, missing], 2), ([finding, finding], 1)):
        outcome = dengce("check", *inputs, "--format", "json")
        equal(outcome.status, wanted, inputs, outcome.err)
        equal(len(outcome.json()["bundles"]), sum(one != missing for one in inputs))


def case_one_bad_bundle_does_not_stop_the_others():
    place = new_dir()
    good = small_bundle(place / "good.tar.gz")
    other = small_bundle(place / "other.tar.gz", target="host-2")
    bad = place / "bad.tar.gz"
    bad.write_bytes(good.read_bytes()[:200])
    report = check_json(good, bad, other, status=2)
    equal([bundle["target"] for bundle in report["bundles"]], ["host-1", "host-2"])
    equal({error["path"] for error in report["errors"]}, {str(bad)})


def case_unpacked_bundle_equals_the_archive():
    place = new_dir()
    manifest, contents = bundle_parts()
    archive = pack(place / "b.tar.gz", manifest, contents)
    directory = place / "open"
    for name, data in [("manifest.json", json.dumps(manifest).encode()), *contents]:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(data)
    one, two = check_json(archive, directory)["bundles"]
    equal(one["items"], two["items"])
    equal(one["target"], two["target"])


def case_bare_file_needs_a_platform():
    place = new_dir()
    sshd = place / "sshd_config"
    sshd.write_text("PermitRootLogin yes\nPermitEmptyPasswords yes\n")
    without = check_json(sshd, status=2)
    expect("platform" in without["errors"][0]["reason"], without)
    report = check_json(sshd, "--platform", "linux", status=1)
    bundle = report["bundles"][0]
    entry = of_check(bundle, "linux-ssh-empty-passwords")
    equal((entry["status"], entry["source"]), ("fail", {"path": "/etc/ssh/sshd_config", "line": 2}))
    # What the one file does not hold stays open.
    equal(of_check(bundle, "linux-empty-password")["status"], "unknown")
    odd = place / "unheard-of.conf"
    odd.write_text("a = b\n")
    expect("unheard-of.conf" in dengce("check", odd, "--platform", "linux", status=2).err, "name")


def case_csv_holds_the_same_rows():
    path = tree("debian12-hardened")
    bundle = check_json(path)["bundles"][0]
    rows = list(csv.DictReader(io.StringIO(dengce("check", path, "--format", "csv", status=0).out)))
    equal(len(rows), len(keys_of(bundle)))
    flat = [(item, point) for item in bundle["items"] for point in item["points"]]
    for row, (item, point) in zip(rows, flat):
        equal((row["code"], row["clause"], row["letter"], row["verdict"], row["point"], row["status"]),
              (item["code"], item["clause"], item["letter"], item["verdict"], str(point["point"]),
               point["status"]))
        equal(row["check"], point["check"] or "")
        equal(row["source_line"], str(point["source"]["line"]) if point["source"] else "")


def case_text_has_no_colour_and_names_source_lines():
    outcome = dengce("check", tree("debian12-default"), status=1)
    expect("\x1b" not in outcome.out + outcome.err, "escape sequences without a terminal")
    expect("/etc/ssh/sshd_config" in outcome.out, outcome.out[:500])
    bundle = tree_report("debian12-default")
    for item in bundle["items"]:
        expect(item["code"] in outcome.out, item["code"])


def case_sources_name_the_deciding_line():
    place = tree("debian12-default")
    bundle = tree_report("debian12-default")
    entry = of_check(bundle, "linux-password-max-days")
    equal(entry["status"], "fail")
    line = (place / entry["source"]["path"].lstrip("/")).read_text().splitlines()[entry["source"]["line"] - 1]
    equal(line.split()[0], "PASS_MAX_DAYS")
    expect("99999" in line and "99999" in entry["reason"], line, entry)


def inside(root, path, hops=0):
    """A path of a tree with its links followed inside the tree."""
    place = root
    for part in pathlib.Path(path.lstrip("/")).parts:
        place = place / part
        if place.is_symlink():
            expect(hops < 20, "a loop of links", path)
            target = str(place.readlink())
            start = "" if target.startswith("/") else str(place.parent.relative_to(root)) + "/"
            place = inside(root, start + target, hops + 1)
    return place


def case_every_line_cited_exists():
    for name in ("debian12-hardened", "rhel9-hardened", "openeuler22-default", "kylin-v10", "uos20"):
        root = tree(name)
        for key, entry in entries(tree_report(name)).items():
            source = entry["source"]
            if source is None or not source["path"].startswith("/") or source["line"] == 0:
                continue
            path = inside(root, source["path"])
            expect(path.is_file(), name, key, source)
            lines = path.read_bytes().count(b"\n") + 1
            expect(1 <= source["line"] <= lines, name, key, source, f"{lines} lines")


def case_account_file_of_mode_0_is_read_as_root():
    need_root()
    place = prepare("debian12-default")
    (place / "etc/shadow").chmod(0)
    (place / "etc/passwd").chmod(0)
    before = entries(tree_report("debian12-default"))
    after = entries(check_json(place)["bundles"][0])
    for key, entry in before.items():
        if key[2] in ("linux-empty-password", "linux-account-uid-unique", "linux-password-hash"):
            equal(after[key]["status"], entry["status"], key)
    equal(of_check(check_json(place)["bundles"][0], "linux-empty-password")["status"], "pass")
