# SPDX-License-Identifier: Apache-2.0
"""One table of what was measured: bench/table.py FOLDER reads FOLDER/*.json (Google Benchmark) and
FOLDER/collect.txt. Medians over the repetitions; the goal stands beside a figure that has one."""
import json
import pathlib
import re
import sys

# benchmark name → (row of the goals, what is measured, limit in milliseconds, which time counts)
GOALS = {
    "one_host": (2, "one host, 300 checks, from stored facts", 6, "cpu"),
    "open_facts/2000": (3, "open the facts of 2,000 hosts", 6000, "cpu"),
    "many_hosts/1": (3, "2,000 hosts, 300 checks, one thread", 4000, "cpu"),
    "many_hosts/2": (3, "2,000 hosts, 300 checks, two threads", 4000, "cpu"),
    "one_changed_check": (3, "one changed check, 5,000 hosts", 500, "real"),
    "take_in": (4, "take in a bundle: unpack, verify, parse", 8, "cpu"),
    "store/100000_records/0": (5, "store 100,000 records of 39 systems", 1000, "real"),
    "store/100000_records_again/1": (5, "the same in place of the old ones", 1000, "real"),
    "score/39_systems": (6, "both scores of 39 systems", 100, "real"),
    "score/one_changed_record": (6, "after one changed record", 5, "real"),
    "docx/4000": (7, "report of 4,000 rows, DOCX", 500, "real"),
    "docx/20000": (7, "report of 20,000 rows, DOCX", 1500, "real"),
}
GOALS_BY_ROW = {1: "≤ 3 CPU-s, ≤ 6 s, ≤ 400 KB", 9: "p95 ≤ 30 ms; overview ≤ 100 ms", 12: "≤ 300 ms, ≤ 300 MiB"}
SKIP = {"name", "run_name", "run_type", "repetitions", "threads", "aggregate_name", "aggregate_unit", "iterations",
        "real_time", "cpu_time", "time_unit", "family_index", "per_family_instance_index", "repetition_index"}
UNIT = {"ns": 1e-6, "us": 1e-3, "ms": 1.0, "s": 1e3}


def plain(name):
    """docx/4000/real_time/process_time → docx/4000"""
    return re.sub(r"(/(iterations:\d+|repeats:\d+|real_time|process_time))+$", "", name)


def rows(folder):
    collect = folder / "collect.txt"
    if collect.exists():
        yield (1, "collect this host", collect.read_text().strip().removeprefix("collect: "), GOALS_BY_ROW[1])
    server = folder / "server.txt"
    if server.exists():
        for line in server.read_text().splitlines():
            row = 9 if " p95 " in line else 12
            yield (row, "server on a large database", line.removeprefix("server: "), GOALS_BY_ROW[row])
    for path in sorted(folder.glob("*_bench.json")):
        found = json.loads(path.read_text())["benchmarks"]
        medians = [one for one in found if one.get("aggregate_name") == "median"] or found
        for one in medians:
            name = plain(one["run_name"])
            factor = UNIT[one["time_unit"]]
            real, cpu = one["real_time"] * factor, one["cpu_time"] * factor
            extra = ", ".join(f"{key} {value:,.0f}" for key, value in one.items()
                              if key not in SKIP and isinstance(value, (int, float)))
            row, what, limit, which = GOALS.get(name, (None, name, None, "real"))
            goal = ""
            if limit is not None:
                reached = "reached" if (cpu if which == "cpu" else real) <= limit else "NOT reached"
                goal = f"≤ {limit} ms {'CPU' if which == 'cpu' else ''}".strip() + f": {reached}"
            yield (row or 99, what, f"{real:.1f} ms, {cpu:.1f} ms CPU" + (f" ({extra})" if extra else ""), goal)


def main():
    table = sorted(rows(pathlib.Path(sys.argv[1])), key=lambda one: one[0])
    print("| row | what | median | goal |\n|---|---|---|---|")
    for row, what, median, goal in table:
        print(f"| {row if row < 99 else ''} | {what} | {median} | {goal} |")


main()
