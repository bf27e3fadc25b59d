# SPDX-License-Identifier: Apache-2.0
"""The cases on SQLite and on PostgreSQL, then those of two servers; prints the totals."""
import os
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "lib")]
import cases  # noqa: E402
import closing  # noqa: E402
import process_cases  # noqa: E402
import two_servers  # noqa: E402
from place import Place  # noqa: E402
from postgres import Postgres  # noqa: E402

totals = {"ok": 0, "FAIL": 0}


def run(kind, module, place, words):
    for name, function in list(vars(module).items()):
        if not name.startswith("case_") or (words and not any(word in name for word in words)):
            continue
        start, text, outcome = time.monotonic(), "", "ok"
        try:
            function(place)
        except Exception as error:  # noqa: BLE001 - a broken case is a failed case
            outcome = "FAIL"
            text = str(error) if isinstance(error, AssertionError) else traceback.format_exc()
        totals[outcome] += 1
        print(f"{outcome} {kind} {name[5:]} [{time.monotonic() - start:.1f} s]"
              + (text and "\n    " + text.replace("\n", "\n    ")), flush=True)


def main():
    words = sys.argv[1:]
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dengce-api-"))
    with_postgres = os.environ.get("DENGCE_TEST_POSTGRES") != "off"
    postgres = Postgres() if with_postgres else None
    try:
        for kind in ("sqlite", "postgresql") if with_postgres else ("sqlite",):
            place = Place(folder / kind, postgres.create("api") if kind == "postgresql" else None)
            for module in (cases, process_cases, closing):
                run(kind, module, place, words)
            if kind == "postgresql":
                run(kind, two_servers, place, words)
            place.server.stop()
    finally:
        if postgres:
            postgres.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{totals['ok']} passed, {totals['FAIL']} failed")
    return 1 if totals["FAIL"] or not totals["ok"] else 0


sys.exit(main())
