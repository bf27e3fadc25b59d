#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Backup, restore, verify: of a running server, of damaged files. DENGCE=path of the program
# (default: build/release/dengce).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DENGCE:=$here/../../build/release/dengce}"
export DENGCE
exec python3 -B "$here/run.py" "$@"
