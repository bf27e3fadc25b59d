#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The program on the test trees: a hardened tree has no finding, a default one has, and every
# difference between the two Debian trees shows in a status or is explained in differences.txt.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
if [ -z "${DENGCE:-}" ] || [ ! -x "$DENGCE" ]; then
  echo "trees: DENGCE names no program; left out"
  exit 0
fi
work=$(mktemp -d "${TMPDIR:-/tmp}/trees-test.XXXXXX")
trap 'chmod -R u+rwX "$work" 2>/dev/null; rm -rf "$work"' EXIT
python3 "$here/check_trees.py" "$DENGCE" "$here" "$work"
