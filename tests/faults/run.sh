#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Bad input and faults against a running server, from outside: tests/faults/run.sh; HALF_OPEN=2000 unless told.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DENGCE:=$here/../../build/release/dengce}"
export DENGCE
exec python3 -B "$here/run.py"
