# SPDX-License-Identifier: Apache-2.0
"""Finds every case_* function in cases/*.py, runs it, prints ok, skip or FAIL, and the totals."""
import concurrent.futures
import importlib.util
import os
import pathlib
import sys
import threading
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import harness  # noqa: E402


def load_modules():
    for path in sorted((HERE / "cases").glob("*.py")):
        spec = importlib.util.spec_from_file_location(path.stem, path)
        module = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(module)
        yield module


def cases_of(module, words):
    for name, function in vars(module).items():
        full = f"{module.__name__}.{name[5:]}"
        if name.startswith("case_") and callable(function):
            if not words or any(word in full for word in words):
                yield full, function


def run_case(full, function, output_lock, totals):
    start = time.monotonic()
    try:
        function()
        outcome, text = "ok", ""
    except harness.Skip as skip:
        outcome, text = "skip", f" ({skip})"
    except AssertionError as error:
        outcome, text = "FAIL", "\n    " + (str(error) or traceback.format_exc()).replace("\n", "\n    ")
    except Exception:  # noqa: BLE001 - a broken case is a failed case
        outcome, text = "FAIL", "\n    " + traceback.format_exc().replace("\n", "\n    ")
    with output_lock:
        totals[outcome] += 1
        print(f"{outcome} {full} [{time.monotonic() - start:.1f} s]{text}", flush=True)


def run_module(chosen, output_lock, totals):
    for full, function in chosen:
        run_case(full, function, output_lock, totals)


def main():
    if not os.access(harness.DENGCE, os.X_OK):
        print(f"no program at {harness.DENGCE}: build it, or set DENGCE", file=sys.stderr)
        return 2
    totals = {"ok": 0, "skip": 0, "FAIL": 0}
    output_lock = threading.Lock()
    groups = [list(cases_of(module, sys.argv[1:])) for module in load_modules()]
    with harness.workspace():
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for done in [pool.submit(run_module, group, output_lock, totals) for group in groups]:
                done.result()
    skipped = f", {totals['skip']} skipped" if totals["skip"] else ""
    print(f"{totals['ok']} passed, {totals['FAIL']} failed{skipped}")
    return 1 if totals["FAIL"] or not totals["ok"] else 0


sys.exit(main())
