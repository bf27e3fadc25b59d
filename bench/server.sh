#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Row 12, and row 9 as a browser meets it: the server on a database of 3,000 systems, 50,000 assets and
# the evidence of 5,000 hosts. Usage: bench/server.sh [RUNS]; DENGCE=program.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DENGCE:=$here/../build/release/dengce}"
export DENGCE
exec python3 -B "$here/server.py" "${1:-7}"
