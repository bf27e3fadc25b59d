# SPDX-License-Identifier: Apache-2.0
"""Small commands: help, version, standard, facts, collect, content in a directory."""
import collections
import json
import os
import pathlib
import re
import tarfile

from harness import (ROOT, check_json, content_copy, dengce, digest, entries, equal, expect,
                     new_dir, small_bundle)

COMMANDS = ([], ["collect"], ["check"], ["score"], ["init"], ["demo"], ["serve"], ["report"], ["report", "assessment"],
            ["config"], ["config", "show"],
            ["facts"], ["facts", "schema"], ["standard"], ["standard", "list"], ["standard", "import"])
COLUMNS = ["code", "clause", "letter", "layer", "control_point", "extension", "sag", "kind", "text"]


def case_help_of_each_command():
    for command in COMMANDS:
        outcome = dengce(*command, "--help", status=0)
        expect("--help" in outcome.out and outcome.err == "", outcome)
    top = dengce("--help").out
    for command in {command[0] for command in COMMANDS if command}:
        expect(re.search(rf"^  {command} ", top, re.M), command, top)


def case_version():
    outcome = dengce("--version", status=0)
    expect(re.fullmatch(r"dengce \d+\.\d+\.\d+\n", outcome.out), outcome)


def case_unknown_words_are_status_2():
    for args in (["standard", "list"], ["standard", "list", "--level", "0"], ["standard", "fly"],
                 ["facts", "schema", "--format", "pdf"], ["collect", "--print-script", "windows"],
                 ["report", "assessment"], ["demo"], ["serve"], ["score"], ["--content"]):
        outcome = dengce(*args, status=2)
        expect(outcome.err and not outcome.out, outcome)


def case_standard_list_counts_and_header():
    for level, general in (("1", 55), ("2", 135), ("3", 211), ("4", 228)):
        outcome = dengce("standard", "list", "--level", level, "--format", "csv", status=0)
        equal(outcome.out.split("\n")[0].rstrip("\r"), ",".join(COLUMNS))
        rows = outcome.rows()
        equal(sum(row["extension"] == "general" for row in rows), general, f"level {level}")
        for row in rows:
            expect(f"L{level}-" in row["code"], row)
            for column in COLUMNS:
                expect(row[column] or column == "letter", row, column)
        for line in outcome.out.split("\n")[1:-1]:
            expect(not line.startswith('"'), "codes stand unquoted", line)
        keys = [(row["code"], row["clause"]) for row in rows]
        equal(len(set(keys)), len(keys))
        only = dengce("standard", "list", "--level", level, "--format", "csv", "--extension", "general", status=0)
        equal([row for row in rows if row["extension"] == "general"], only.rows())


def case_standard_list_layers_of_level_3():
    rows = dengce("standard", "list", "--level", "3", "--format", "csv", "--extension", "general", status=0).rows()
    counts = collections.Counter(row["layer"] for row in rows)
    equal(sum(counts.values()), 211)
    equal(dict(counts), {"安全物理环境": 22, "安全通信网络": 8, "安全区域边界": 20, "安全计算环境": 34,
                         "安全管理中心": 12, "安全管理制度": 7, "安全管理机构": 14, "安全管理人员": 12,
                         "安全建设管理": 34, "安全运维管理": 48})


def case_standard_list_sag():
    def codes(*options):
        return {row["code"] for row in dengce("standard", "list", "--level", "3", "--extension", "general",
                                              "--format", "csv", *options, status=0).rows()}
    equal(codes("--sag", "S3A3"), codes())
    mixed = codes("--sag", "S2A3G3")
    expect(any(code.startswith("L2-") for code in mixed) and mixed != codes(), "S2 takes items of level 2")
    expect(len(mixed) < len(codes()), "fewer items with S2")
    dengce("standard", "list", "--level", "3", "--sag", "S2A2", status=2)


def official(text, encoding="utf-8"):
    path = new_dir() / "official.csv"
    path.write_bytes(text.encode(encoding))
    return path


def case_standard_import_is_kept_beside_ours():
    data = new_dir() / "data"
    ours = dengce("standard", "list", "--level", "3", "--format", "csv", status=0).rows()
    dengce("standard", "import", official("code,wording,weight\nL3-CES1-01,某官方文字,关键\n"), "--data", data, status=0)
    after = dengce("standard", "list", "--level", "3", "--format", "csv", "--data", data, status=0).rows()
    for mine, row in zip(ours, after):
        equal({key: row[key] for key in COLUMNS}, mine)
    row = next(row for row in after if row["code"] == "L3-CES1-01")
    equal((row["official_wording"], row["official_weight"]), ("某官方文字", "关键"))
    equal(dengce("standard", "list", "--level", "3", "--format", "csv", status=0).rows(), ours)


def case_standard_import_bad_rows_are_named():
    for text, line, word in (("code,wording\nL3-CES1-99,x\n", 2, "L3-CES1-99"),
                             ("code,wording\nL3-CES1-01,x\nL3-CES1-01,y\n", 3, "L3-CES1-01"),
                             ("code,weight\nL3-CES1-01,很重\n", 2, "很重"),
                             ("wording\nx\n", 1, "code"),
                             ("code,wording\nL3-CES1-01\n", 2, "")):
        data = new_dir() / "data"
        outcome = dengce("standard", "import", official(text), "--data", data, status=2)
        expect(f"official.csv:{line}" in outcome.err and word in outcome.err, outcome)
        expect(not data.exists() or not any(data.iterdir()), "something was stored")


def case_facts_schema():
    schema = json.loads(dengce("facts", "schema", "--format", "json", status=0).out)
    names = [table["name"] for table in schema["tables"]]
    expect({"account", "coverage", "sshd_setting", "program"} <= set(names), names)
    for table in schema["tables"]:
        expect(table["meaning"] and table["columns"], table["name"])
        equal(table["columns"][-1]["name"], "source", table["name"])
        equal(len({column["name"] for column in table["columns"]}), len(table["columns"]), table["name"])
    for form in ("text", "markdown"):
        out = dengce("facts", "schema", "--format", form, status=0).out
        for name in names:
            expect(re.search(rf"^(## )?{name}\b", out, re.M), form, name)


def case_printed_script_is_the_file():
    outcome = dengce("collect", "--print-script", "linux", status=0)
    equal(digest(outcome.bytes), digest((ROOT / "collectors/linux/collect.sh").read_bytes()))


def case_collected_bundle_verifies_and_is_evaluated():
    path = new_dir() / "here.tar.gz"
    outcome = dengce("collect", "--output", path, status=0)
    expect(str(path) in outcome.out, outcome)
    equal(path.stat().st_mode & 0o077, 0, "a bundle is its owner's alone")
    with tarfile.open(path) as archive:
        manifest = json.load(archive.extractfile("manifest.json"))
        for entry in manifest["entries"]:
            equal(digest(archive.extractfile(entry["path"]).read()), entry["sha256"], entry["path"])
    report = check_json(path)
    equal(report["errors"], [])
    bundle = report["bundles"][0]
    equal(bundle["target"], manifest["target"]["name"])
    expect(bundle["evaluated"] > 10, bundle["evaluated"])
    equal([key for key, entry in entries(bundle).items() if entry["status"] == "error"], [])
    if os.getuid() == 0:
        for line in pathlib.Path("/etc/shadow").read_text().splitlines():
            secret = line.split(":")[1]
            if len(secret) > 20:
                expect(secret.encode() not in path.read_bytes() and secret not in dengce("check", path).out, "a hash left the host")


def case_collect_to_an_impossible_place():
    outcome = dengce("collect", "--output", "/no/such/folder/x.tar.gz")
    expect(outcome.status == 2 and "/no/such/folder" in outcome.err, outcome)


def case_broken_check_file_is_named_with_its_line():
    name = "check/linux/linux-account-uid-unique.yaml"
    path = small_bundle(new_dir() / "b.tar.gz")

    def yaml_error(content):
        file = content / name
        file.write_text(file.read_text().replace("title: ", "title: [", 1))

    def sql_error(content):
        file = content / name
        file.write_text(file.read_text().replace("FROM account", "FROM acount", 1))

    def field_error(content):
        file = content / name
        file.write_text(file.read_text().replace("advice:", "advise:", 1))

    for change in (yaml_error, sql_error, field_error):
        content = content_copy(change)
        for command in (["check", path], ["demo", "--data", new_dir() / "data"]):
            outcome = dengce("--content", content, *command, status=2)
            expect(re.search(re.escape(name) + r":\d+", outcome.err), change.__name__, outcome)
            equal(outcome.out, "", "nothing is printed as a result")


def case_write_attempts_in_a_check_are_refused():
    def writes(content):
        file = content / "check/linux/linux-account-uid-unique.yaml"
        text = file.read_text()
        start, end = text.index("query: |"), text.index("\nrecord:")
        file.write_text(text[:start] + "query: |\n  ATTACH DATABASE '/tmp/x.db' AS x" + text[end:])
    outcome = dengce("--content", content_copy(writes), "check", small_bundle(new_dir() / "b.tar.gz"), status=2)
    expect("linux-account-uid-unique.yaml" in outcome.err, outcome)


def case_broken_mapping_and_content_folder():
    def unknown_check(content):
        file = content / "standard/gbt22239-2019/mapping.csv"
        file.write_text(file.read_text() + "3,L3-CES1-01,1,服务器,linux,linux-no-such-check,auto\n")
    path = small_bundle(new_dir() / "b.tar.gz")
    outcome = dengce("--content", content_copy(unknown_check), "check", path, status=2)
    expect("linux-no-such-check" in outcome.err and re.search(r"mapping\.csv:\d+", outcome.err), outcome)
    outcome = dengce("--content", "/no/such/content", "check", path, status=2)
    expect("/no/such/content" in outcome.err, outcome)
