#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kill -9 at any moment of a write-heavy run, then of imports: tests/crash/run.sh; ROUNDS=30 unless told
# (make soak: 1000).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DENGCE:=$here/../../build/release/dengce}"
export DENGCE
python3 -B "$here/run.py"
exec python3 -B "$here/imports.py"
