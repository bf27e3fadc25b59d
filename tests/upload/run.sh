#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A large upload over broken lines: MEGABYTES=64 unless told. DENGCE=path of the program.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DENGCE:=$here/../../build/release/dengce}"
export DENGCE
exec python3 -B "$here/run.py"
