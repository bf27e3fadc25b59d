# SPDX-License-Identifier: Apache-2.0
"""`dengce score`: shape, both schemes, S/A/G, extensions, weights, risks, bad input."""
import collections

from harness import dengce, equal, expect, new_dir

VERDICTS = ["符合", "部分符合", "不符合", "不适用", "待确认"]
KEYS = {"scheme", "applicable", "counts", "conclusion", "complete", "range", "clause", "weights",
        "missing", "warnings", "derivation"}


def items(*args):
    return dengce("standard", "list", *args, "--format", "csv", status=0).rows()


def general(level="3", *args):
    return items("--level", level, "--extension", "general", *args)


def write(text, name="records.csv", encoding="utf-8"):
    path = new_dir() / name
    path.write_bytes(text.encode(encoding))
    return path


def records(rows, verdict=lambda row: "符合", encoding="utf-8"):
    lines = ["code,clause,object,verdict"]
    lines += [f"{row['code']},{row['clause']},对象一,{verdict(row)}" for row in rows]
    return write("\n".join(lines) + "\n", encoding=encoding)


def score(path, *args, scheme="2021", level="3", status=0):
    return dengce("score", path, "--scheme", scheme, "--level", level, "--format", "json", *args,
                  status=status).json()


def refused(path, *args, line=None, word=""):
    outcome = dengce("score", path, "--scheme", "2021", "--level", "3", *args, status=2)
    expect(not outcome.out, "nothing is printed for bad input", outcome)
    expect(word in outcome.err, outcome)
    if line:
        expect(f":{line}:" in outcome.err, f"line {line} is not named", outcome)
    return outcome


def case_everything_compliant():
    path = records(general())
    for scheme, key, conclusion in (("2021", "score", "优"), ("2025", "rate", "符合")):
        report = score(path, scheme=scheme)
        equal(set(report), KEYS | {key})
        equal(report[key], 100)
        equal(report["conclusion"], conclusion)
        equal(report["complete"], True)
        equal(report["range"], [100, 100])
        equal(report["applicable"], 211)
        equal(list(report["counts"]), VERDICTS)
        equal(report["counts"]["符合"], 211)
        equal(report["missing"], [])
        equal(report["weights"], None)
        equal(len(report["derivation"]), 211)
        for line in report["derivation"]:
            equal(list(line), ["code", "objects", "x", "weight", "lost"])
            equal((line["objects"], line["x"], line["lost"]), (["对象一"], 1, 0))
            equal(line["weight"], "一般" if scheme == "2021" else None)


def case_one_failing_item_costs_its_weight():
    rows = general()
    path = records(rows, lambda row: "不符合" if row["code"] == "L3-CES1-01" else "符合")
    weights = write("code,weight\nL3-CES1-01,关键\nL2-CES1-01,重要\n", "weights.csv")
    # 100 - 100/211 and 100 - 300/211
    equal(score(path)["score"], 99.53)
    report = score(path, "--weights", weights)
    equal(report["score"], 98.58)
    equal(report["weights"], str(weights))
    line = [line for line in report["derivation"] if line["code"] == "L3-CES1-01"][0]
    equal((line["x"], line["weight"], line["lost"]), (0, "关键", 1.42))
    # 210/211
    equal(score(path, scheme="2025")["rate"], 99.53)


def case_missing_items_leave_a_range():
    report = score(write("code,object,verdict\n"), scheme="2025")
    equal((report["rate"], report["range"], report["conclusion"], report["complete"]), (0, [0, 100], None, False))
    equal(len(report["missing"]), 211)
    equal(report["counts"]["待确认"], 211)
    rows = general()
    report = score(records(rows[1:]), scheme="2025")
    equal(report["missing"], [rows[0]["code"]])
    equal(report["complete"], False)
    equal(report["conclusion"], "符合", "both ends agree")
    equal(report["range"], [99.53, 100])
    equal(report["rate"], 99.53)
    pending = score(records(rows, lambda row: "待确认" if row is rows[0] else "符合"), scheme="2025")
    equal(pending["range"], report["range"])
    equal(pending["missing"], [])
    equal(pending["complete"], False)


def case_nothing_applicable_is_status_4():
    path = records(general(), lambda row: "不适用")
    for scheme, key in (("2021", "score"), ("2025", "rate")):
        report = score(path, scheme=scheme, status=4)
        equal((report["applicable"], report[key], report["conclusion"], report["range"]),
              (0, None, None, [None, None]))


def case_risks_and_hazards():
    path = records(general())
    risks = write("problem,risk,hazard\nT001,高,yes\nT002,低,no\n", "risks.csv")
    equal(score(path, "--risks", risks)["conclusion"], "差")
    equal(score(path, "--risks", risks, scheme="2025")["conclusion"], "基本符合")
    mild = write("problem,risk,hazard\nT001,中,no\n", "risks.csv")
    equal(score(path, "--risks", mild)["conclusion"], "良")
    equal(score(path, "--risks", mild, scheme="2025")["conclusion"], "符合")


def case_grades_and_extensions():
    mixed = general("3", "--sag", "S2A3")
    report = score(records(mixed), "--sag", "S2A3G3")
    equal((report["complete"], report["applicable"]), (True, len(mixed)))
    expect(any(line["code"].startswith("L2-CES1") for line in report["derivation"]), "level-2 items count")
    cloud = items("--level", "3", "--extension", "cloud")
    report = score(records(cloud), "--extension", "cloud")
    equal((report["complete"], report["applicable"]), (True, 257))
    refused(records(cloud), word="不在")
    for sag in ("S1A1", "S4A3", "S3", "x"):
        refused(records(mixed), "--sag", sag)
    refused(records(mixed), "--extension", "cloudy")


def case_big_data_needs_its_clause():
    rows = items("--level", "3", "--extension", "bigdata")
    big = [row for row in rows if row["extension"] == "bigdata"]
    equal(score(records(rows), "--extension", "bigdata")["applicable"], 211 + len(big))
    often = collections.Counter(row["code"] for row in big).most_common(1)[0]
    expect(often[1] > 1, "no code of big data is ambiguous")
    refused(write(f"code,object,verdict\n{often[0]},a,符合\n"), "--extension", "bigdata", line=2, word=often[0])


def case_partial_on_a_single_step_item_is_a_warning():
    one = [row for row in general() if row["code"] == "L3-CES1-03"]
    report = score(records(one, lambda row: "部分符合"))
    equal([warning["code"] for warning in report["warnings"]], ["L3-CES1-03"])
    equal(report["warnings"][0]["line"], 2)
    line = [line for line in report["derivation"] if line["code"] == "L3-CES1-03"][0]
    equal(line["x"], 0.5)


def case_bad_rows_name_file_line_and_reason():
    head = "code,object,verdict\n"
    refused(write(head + "L3-XXX1-01,a,符合\n"), line=2, word="L3-XXX1-01")
    refused(write(head + "L3-CES1-01,a,合格\n"), line=2, word="合格")
    refused(write(head + "L3-CES1-01,a,符合\nL3-CES1-02,a,符合\nL3-CES1-01,a,不符合\n"), line=4, word="重复")
    refused(write(head + "L3-CES1-01,,符合\n"), line=2, word="对象")
    refused(write(head + "L3-CES1-01,a\n"), line=2)
    refused(write(head + 'L3-CES1-01,"a,符合\n'), line=2, word="引号")
    refused(write("code,verdict\nL3-CES1-01,符合\n"), word="object")
    refused(write(head + "L2-CES1-01,a,符合\n"), line=2, word="不在")
    both = refused(write(head + "X-1,a,符合\nX-2,a,符合\n"), line=2)
    expect(":3:" in both.err, "all problems come together", both)
    good = write(head)
    refused(good, "--weights", write("code,weight\nL3-CES1-01,很高\n", "w.csv"), line=2, word="很高")
    refused(good, "--weights", write("code,weight\nL3-CES1-01,一般\nL3-CES1-01,重要\n", "w.csv"), line=3, word="重复")
    refused(good, "--risks", write("problem,risk,hazard\nT1,极高,no\n", "r.csv"), line=2, word="极高")
    refused(good, "--risks", write("problem,risk,hazard\nT1,高,maybe\n", "r.csv"), line=2, word="maybe")
    refused(new_dir() / "absent.csv", word="absent.csv")
    refused(good, "--set", "nothing=1", word="nothing")
    dengce("score", good, "--scheme", "2019", "--level", "3", status=2)
    dengce("score", good, "--scheme", "2021", "--level", "5", status=2)


def case_records_in_gb18030():
    path = records(general(), encoding="gb18030")
    equal(score(path)["score"], 100)
    path = write("\ufeff" + records(general()).read_text(encoding="utf-8"))
    equal(score(path)["score"], 100)


def case_text_says_the_conclusion_and_why():
    path = records(general(), lambda row: "不符合" if row["code"] == "L3-CES1-01" else "符合")
    out = dengce("score", path, "--scheme", "2021", "--level", "3", status=0).out
    for words in ("99.53", "结论：优", "依据：", "L3-CES1-01", "对象一"):
        expect(words in out, words, out)
