#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The whole HTTP API on SQLite and on PostgreSQL, each answer held to the OpenAPI document; two servers
# on one PostgreSQL of which one is killed. Words given choose cases: tests/api/run.sh two_servers
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DENGCE:=$here/../../build/release/dengce}"
export DENGCE
exec python3 -B "$here/run.py" "$@"
