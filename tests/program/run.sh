#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests of the whole program from outside: tests/program/run.sh [WORD…] runs the cases whose names
# contain a word. DENGCE=path of the program (default: build/release/dengce).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DENGCE:=$here/../../build/release/dengce}"
export DENGCE
exec python3 -B "$here/run.py" "$@"
