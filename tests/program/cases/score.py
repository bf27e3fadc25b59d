# SPDX-License-Identifier: Apache-2.0
"""`dengce score`: shapes, statuses, bad files; figures held against a second, plain calculation."""
import fractions
import random

from harness import dengce, equal, expect, new_dir

F = fractions.Fraction
VERDICTS = ("符合", "部分符合", "不符合", "不适用", "待确认")
TECHNICAL = ("安全物理环境", "安全通信网络", "安全区域边界", "安全计算环境", "安全管理中心")
WEIGHT = {"一般": 1, "重要": 2, "关键": 3}
KEYS = {"scheme", "applicable", "counts", "conclusion", "complete", "range", "derivation", "weights", "missing"}


def write(text, name="records.csv", encoding="utf-8"):
    path = new_dir() / name
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


def items(level="3", extension="general", *options):
    return dengce("standard", "list", "--level", level, "--extension", extension, "--format", "csv",
                  *options, status=0).rows()


def records(rows):
    return write("code,object,verdict\n" + "".join(f"{code},{one},{verdict}\n" for code, one, verdict in rows))


def score(path, scheme="2025", level="3", *options, status=0):
    return dengce("score", path, "--scheme", scheme, "--level", level, "--format", "json", *options,
                  status=status).json()


def all_of(verdict, but=()):
    return [(item["code"], "o", dict(but).get(item["code"], verdict)) for item in items()]


def case_shape():
    path = records(all_of("符合"))
    for scheme, value in (("2021", "score"), ("2025", "rate")):
        result = score(path, scheme)
        expect(set(result) >= KEYS | {value}, set(result))
        expect(("rate" if value == "score" else "score") not in result, result.keys())
        equal((result["scheme"], result["applicable"], result["complete"]), (scheme, 211, True))
        equal(result["counts"], {"符合": 211, "部分符合": 0, "不符合": 0, "不适用": 0, "待确认": 0})
        equal((result[value], result["range"]), (100.0, [100.0, 100.0]))
        equal((result["weights"], result["missing"]), (None, []))
        equal(len(result["derivation"]), 211)
        for line in result["derivation"]:
            equal(set(line), {"code", "objects", "x", "weight", "lost"})
            equal((line["x"], line["lost"]), (1, 0))
    equal(score(path, "2021")["conclusion"], "优")
    equal(score(path, "2025")["conclusion"], "符合")


def half_up(value):
    """Two decimals, halves upwards."""
    return float(F(int(value * 100 + F(1, 2)), 100))


def combined(verdicts):
    left = [verdict for verdict in verdicts if verdict != "不适用"]
    if not left:
        return "不适用"
    return left[0] if set(left) in ({"符合"}, {"不符合"}) else "部分符合"


def plain_score(listed, rows, weights):
    """2021 and 2025 worked out from the words of the rules, without open records."""
    by_code = {}
    for code, _, verdict in rows:
        by_code.setdefault(code, []).append(verdict)
    verdicts = {item["code"]: combined(by_code[item["code"]]) for item in listed}
    applicable = [item for item in listed if verdicts[item["code"]] != "不适用"]
    share = F(100, len(applicable))
    lost = {True: F(0), False: F(0)}
    for item in applicable:
        x = {"符合": F(1), "部分符合": F(1, 2), "不符合": F(0)}[verdicts[item["code"]]]
        lost[item["layer"] in TECHNICAL] += WEIGHT[weights.get(item["code"], "一般")] * (1 - x) * share
    points = max(F(0), 50 - lost[True]) + max(F(0), 50 - lost[False])
    rate = F(100 * sum(verdict == "符合" for verdict in verdicts.values()), len(applicable))
    return points, rate, len(applicable)


def case_figures_equal_a_plain_calculation():
    listed = items()
    for seed in range(12):
        draw = random.Random(seed)
        odds = [draw.random() + 0.02 for _ in range(4)]
        rows = [(item["code"], f"o{number}", draw.choices(VERDICTS[:4], odds)[0])
                for item in listed for number in range(draw.choice((1, 1, 2, 5)))]
        weights = {item["code"]: draw.choice(tuple(WEIGHT)) for item in draw.sample(listed, 80)}
        weights_file = write("code,weight\n" + "".join(f"{code},{w}\n" for code, w in weights.items()), "weights.csv")
        points, rate, applicable = plain_score(listed, rows, weights)
        path = records(rows)
        first = score(path, "2021", "3", "--weights", weights_file)
        equal((first["score"], first["applicable"]), (half_up(points), applicable), seed)
        equal(first["weights"], str(weights_file))
        wanted = "优" if points >= 90 else "良" if points >= 80 else "中" if points >= 70 else "差"
        equal(first["conclusion"], wanted, seed)
        second = score(path, "2025")
        equal((second["rate"], second["applicable"]), (half_up(rate), applicable), seed)
        wanted = "符合" if rate > 90 else "基本符合" if rate >= 60 else "不符合"
        equal(second["conclusion"], wanted, seed)
        total = sum(line["lost"] or 0 for line in second["derivation"])
        expect(abs(total - (100 - float(rate))) < 0.005 * len(listed) + 0.01, seed, total, float(rate))


def case_missing_items_leave_a_range():
    listed = items()
    rows = [(item["code"], "o", "符合") for item in listed[:200]]
    result = score(records(rows), "2025")
    equal(result["missing"], [item["code"] for item in listed[200:]])
    equal((result["complete"], result["counts"]["待确认"]), (False, 11))
    equal(result["rate"], result["range"][0])
    expect(result["range"][0] < result["range"][1], result["range"])
    equal(result["range"], [half_up(F(20000, 211)), 100.0])
    equal(result["conclusion"], "符合", "both ends agree")
    result = score(records(rows[:150]), "2025")
    equal((result["conclusion"], result["complete"]), (None, False))
    result = score(records([]), "2021")
    equal((result["conclusion"], result["complete"], len(result["missing"])), (None, False, 211))


def case_open_record_counts_as_pending():
    rows = all_of("符合", [("L3-CES1-01", "待确认")])
    result = score(records(rows), "2025")
    equal((result["counts"]["待确认"], result["complete"], result["missing"]), (1, False, []))


def case_nothing_applicable_is_status_4():
    path = records(all_of("不适用"))
    for scheme, key in (("2021", "score"), ("2025", "rate")):
        outcome = dengce("score", path, "--scheme", scheme, "--level", "3", "--format", "json", status=4)
        result = outcome.json()
        equal((result["applicable"], result[key], result["conclusion"]), (0, None, None))


def case_not_applicable_is_neutral():
    base = all_of("符合", [(item["code"], "不符合") for item in items()[:60]])
    before = score(records(base), "2025")
    more = base + [(code, "p", "不适用") for code, _, _ in base[:100]]
    after = score(records(more), "2025")
    for key in ("rate", "applicable", "counts", "conclusion"):
        equal(after[key], before[key], key)


def case_worse_results_never_raise_the_score():
    listed = items()
    draw = random.Random(7)
    order = ("符合", "部分符合", "不符合")
    rows = [(item["code"], "o", draw.choice(order)) for item in listed]
    values = [(score(records(rows), "2021")["score"], score(records(rows), "2025")["rate"])]
    for _ in range(6):
        rows = [(code, one, order[min(2, order.index(verdict) + (draw.random() < 0.2))]) for code, one, verdict in rows]
        path = records(rows)
        values.append((score(path, "2021")["score"], score(path, "2025")["rate"]))
        expect(values[-1][0] <= values[-2][0] and values[-1][1] <= values[-2][1], values)


def case_risks_decide():
    path = records(all_of("符合", [("L3-CES1-01", "不符合")]))

    def conclusion(scheme, text):
        return score(path, scheme, "3", "--risks", write("problem,risk,hazard\n" + text, "risks.csv"))["conclusion"]
    equal(conclusion("2021", "P1,低,no\n"), "优")
    equal(conclusion("2021", "P1,中,no\n"), "良")
    equal(conclusion("2021", "P1,高,no\n"), "差")
    equal(conclusion("2025", "P1,高,no\n"), "符合")
    equal(conclusion("2025", "P1,高,yes\n"), "基本符合")


def case_extension_and_sag_sets():
    general = {item["code"] for item in items()}
    cloud = {item["code"] for item in items("3", "cloud")}
    path = records(all_of("符合"))
    result = score(path, "2025", "3", "--extension", "cloud")
    equal(set(result["missing"]), cloud - general)
    expect(result["missing"], "cloud adds items")
    outside = records([*all_of("符合"), (min(cloud - general), "o", "符合")])
    outcome = dengce("score", outside, "--scheme", "2025", "--level", "3", status=2)
    expect(min(cloud - general) in outcome.err and "records.csv:213" in outcome.err, outcome)
    mixed = items("3", "general", "--sag", "S2A3G3")
    rows = records([(item["code"], "o", "符合") for item in mixed])
    equal(score(rows, "2021", "3", "--sag", "S2A3G3")["applicable"], len(mixed))


def case_every_level_scores():
    for level, total in (("1", 55), ("2", 135), ("3", 211), ("4", 228)):
        rows = records([(item["code"], "o", "符合") for item in items(level)])
        equal(score(rows, "2025", level)["applicable"], total)


def case_bad_rows_are_named_with_file_and_line():
    head = "code,object,verdict\n"
    good = "L3-CES1-01,o,符合\n"
    for text, line, word in ((head + good + "L3-CES1-99,o,符合\n", 3, "L3-CES1-99"),
                             (head + good + good, 3, "L3-CES1-01"),
                             (head + "L3-CES1-01,o,合格\n", 2, "合格"),
                             (head + "L3-CES1-01,o,\n", 2, ""),
                             (head + "L2-CES1-01,o,符合\n", 2, "L2-CES1-01"),
                             ("code,verdict\nL3-CES1-01,符合\n", 1, "object"),
                             (head + good + "L3-CES1-02,o\n", 3, ""),
                             (head + good + 'L3-CES1-02,"o,符合\n', 3, ""),
                             ("", 1, "")):
        for scheme in ("2021", "2025"):
            outcome = dengce("score", write(text), "--scheme", scheme, "--level", "3", "--format", "json", status=2)
            expect(f"records.csv:{line}" in outcome.err or (line == 1 and "records.csv" in outcome.err), text, outcome)
            expect(word in outcome.err and outcome.out == "", text, outcome)


def case_all_bad_rows_come_together():
    text = "code,object,verdict\nX-1,o,符合\nL3-CES1-01,o,好\nX-2,o,符合\n"
    outcome = dengce("score", write(text), "--scheme", "2025", "--level", "3", status=2)
    for line in (2, 3, 4):
        expect(f"records.csv:{line}" in outcome.err, line, outcome)


def case_encodings_and_line_ends():
    text = "code,object,verdict\n" + "".join(f"{code},主机,{verdict}\n" for code, _, verdict in all_of("部分符合"))
    wanted = score(write(text), "2021")["score"]
    for variant in (text.encode("utf-8-sig"), text.replace("\n", "\r\n").encode(), text.encode("gb18030")):
        equal(score(write(variant), "2021")["score"], wanted)


def case_partial_on_a_single_step_item_is_a_warning():
    result = score(records(all_of("部分符合")), "2025")
    expect(result["warnings"], "items with one step warn")
    for warning in result["warnings"]:
        expect(warning["code"] and warning["line"] > 1 and warning["reason"], warning)
    expect(len(result["warnings"]) < 211, "not every item has one step")


def case_bad_weights_and_risks():
    path = records(all_of("符合"))
    for option, name, text, line in (("--weights", "weights.csv", "code,weight\nL3-CES1-01,最重\n", 2),
                                     ("--weights", "weights.csv", "code,weight\nNO-1,一般\n", 2),
                                     ("--weights", "weights.csv", "code\nL3-CES1-01\n", 1),
                                     ("--weights", "weights.csv", "code,weight\nL3-CES1-01,一般\nL3-CES1-01,关键\n", 3),
                                     ("--risks", "risks.csv", "problem,risk,hazard\nP,大,no\n", 2),
                                     ("--risks", "risks.csv", "problem,risk,hazard\nP,高,maybe\n", 2),
                                     ("--risks", "risks.csv", "problem,risk\nP,高\n", 1)):
        outcome = dengce("score", path, "--scheme", "2021", "--level", "3", option, write(text, name), status=2)
        expect(f"{name}:{line}" in outcome.err, text, outcome)


def case_corrections_and_high_risk_weights_are_switches():
    path = records(all_of("符合", [("L3-CES1-01", "不符合")]))
    plain = score(path, "2021")
    fixed = write("code,verdict\nL3-CES1-01,部分符合\n", "corrections.csv")
    outcome = dengce("score", path, "--scheme", "2021", "--level", "3", "--corrections", fixed, status=2)
    expect("overall_changes_value" in outcome.err, outcome)
    corrected = score(path, "2021", "3", "--corrections", fixed, "--set", "overall_changes_value=yes")
    line = next(line for line in corrected["derivation"] if line["code"] == "L3-CES1-01")
    equal(line["x"], 0.5)
    expect(plain["score"] < corrected["score"] < 100, plain["score"], corrected["score"])
    for text, at in (("code,verdict\nL3-CES1-01,待确认\n", 2), ("code,verdict\nL1-PES1-01,符合\n", 2),
                     ("code,verdict\nL3-CES1-01,符合\nL3-CES1-01,符合\n", 3)):
        outcome = dengce("score", path, "--scheme", "2021", "--level", "3", "--corrections", write(text, "c.csv"),
                         "--set", "overall_changes_value=yes", status=2)
        expect(f"c.csv:{at}" in outcome.err, text, outcome)
    raised = score(path, "2021", "3", "--set", "high_risk_items_are_key=yes")
    expect({line["weight"] for line in raised["derivation"]} == {"一般", "关键"}, "weights of two kinds")


def case_usage_errors():
    path = records(all_of("符合"))
    for args in ([path], [path, "--scheme", "2021"], [path, "--level", "3"], [path, "--scheme", "2019", "--level", "3"],
                 [path, "--scheme", "2021", "--level", "7"], ["/no/such.csv", "--scheme", "2021", "--level", "3"],
                 [path, "--scheme", "2021", "--level", "3", "--extension", "moon"],
                 [path, "--scheme", "2021", "--level", "3", "--sag", "S9A9"],
                 [path, "--scheme", "2021", "--level", "3", "--weights", "/no/such.csv"]):
        outcome = dengce("score", *args, status=2)
        expect(outcome.err and outcome.out == "", outcome)


def case_text_form_names_what_decided():
    path = records(all_of("符合", [("L3-CES1-01", "不符合")]))
    outcome = dengce("score", path, "--scheme", "2021", "--level", "3", status=0)
    for word in ("99.53", "优", "L3-CES1-01", "一般"):
        expect(word in outcome.out, word, outcome)
    expect("\x1b" not in outcome.out, "no colour")


def case_bigdata_codes_need_a_clause():
    rows = items("3", "bigdata")
    own = [row for row in rows if row["extension"] == "bigdata"]
    expect(own, "big data has items")
    text = "code,object,verdict\n" + "".join(f"{row['code']},o,符合\n" for row in own[:1])
    outcome = dengce("score", write(text), "--scheme", "2025", "--level", "3", "--extension", "bigdata", status=2)
    expect("条款" in outcome.err and "records.csv:2" in outcome.err, outcome)
    text = "code,object,verdict,clause\n" + "".join(f"{row['code']},o,符合,{row['clause']}\n" for row in own)
    result = score(write(text), "2025", "3", "--extension", "bigdata")
    equal(result["counts"]["符合"], len(own))
