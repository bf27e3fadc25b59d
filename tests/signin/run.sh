#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Signing in through other places: a directory (a private slapd) and an identity provider (provider.py),
# all on the loopback. Words given choose cases: tests/signin/run.sh ldap
set -eu
here=$(cd "$(dirname "$0")" && pwd)
: "${DENGCE:=$here/../../build/release/dengce}"
export DENGCE
exec python3 -B "$here/run.py" "$@"
