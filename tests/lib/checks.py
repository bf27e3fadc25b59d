# SPDX-License-Identifier: Apache-2.0
"""What suites that count their checks share: check, the program's command line, the last line."""
import os
import subprocess

DENGCE = os.environ["DENGCE"]
_passed, _failed = [], []


def check(name, ok, more=""):
    (_passed if ok else _failed).append(name)
    if not ok:
        print(f"FAILED {name}: {more}")


def dengce(*arguments):
    """Exit status and all that was said."""
    done = subprocess.run([DENGCE, *map(str, arguments)], capture_output=True, text=True, timeout=300)
    return done.returncode, done.stdout + done.stderr


def summary():
    """Prints how it went; the exit status of the suite."""
    print(f"{len(_passed)} passed, {len(_failed)} failed")
    return 1 if _failed else 0
