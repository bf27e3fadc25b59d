# SPDX-License-Identifier: Apache-2.0
"""Runs the cases one after the other on one installation; prints the totals."""
import pathlib
import shutil
import sys
import tempfile
import time
import traceback

import ldap_cases
import oidc_cases
from place import Place

totals = {"ok": 0, "FAIL": 0}


def run(module, place, words):
    kind = module.__name__.removesuffix("_cases")
    for name, function in list(vars(module).items()):
        if not name.startswith("case_") or (words and not any(word in f"{kind} {name}" for word in words)):
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
    folder = pathlib.Path(tempfile.mkdtemp(prefix="dengce-signin-"))
    place = None
    try:
        place = Place(folder)
        for module in (ldap_cases, oidc_cases):
            run(module, place, sys.argv[1:])
    finally:
        for part in (place, getattr(place, "directory", None), getattr(place, "provider", None)):
            if part:
                part.stop()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{totals['ok']} passed, {totals['FAIL']} failed")
    return 1 if totals["FAIL"] or not totals["ok"] else 0


sys.exit(main())
