#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Copies a test tree and gives its files the modes and owners of NAME.modes, which git does not keep.
# Usage: prepare.sh NAME DEST     (DEST must not exist; owners are set only as root)
set -eu
if [ $# -ne 2 ]; then
  echo "usage: prepare.sh NAME DEST" >&2
  exit 2
fi
here=$(cd "$(dirname "$0")" && pwd)
name=$1 dest=$2
[ -d "$here/$name" ] || { echo "prepare.sh: no tree $name" >&2; exit 2; }
[ ! -e "$dest" ] || { echo "prepare.sh: $dest exists" >&2; exit 2; }
mkdir -p "$dest"
(cd "$here/$name" && tar -cf - .) | (cd "$dest" && tar -xf -)
# git keeps no empty directory, so a mark keeps it: away with it.
find "$dest" -name .keep -type f -exec rm -f {} +
find "$dest" -type d -exec chmod 755 {} +
find "$dest" -type f -exec chmod 644 {} +
uid=$(id -u)
if [ "$uid" -eq 0 ]; then chown -Rh 0:0 "$dest"; fi
if [ -f "$here/$name.modes" ]; then
  # Deepest paths first, so that a closed directory does not shut out its own files.
  sort -r "$here/$name.modes" | while read -r path mode owner group; do
    case $path in '' | '#'*) continue ;; esac
    [ -e "$dest/$path" ] || { echo "prepare.sh: $name.modes names $path, which is not there" >&2; exit 1; }
    # The owner first: changing it clears the set-id bits.
    if [ "$uid" -eq 0 ] && [ -n "${group:-}" ]; then chown "$owner:$group" "$dest/$path"; fi
    chmod "$mode" "$dest/$path"
  done
fi
