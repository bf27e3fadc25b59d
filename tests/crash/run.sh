#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# kill -9 at any moment of a write-heavy run: tests/crash/run.sh; ROUNDS=30 unless told (make soak: 1000).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DENGCE:=$here/../../build/release/dengce}"
export DENGCE
exec python3 -B "$here/run.py"
