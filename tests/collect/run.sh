#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Tests of the Linux collector: in a root of its own with seeded secrets, under dash, bash and busybox
# sh (there with busybox's own tools and awk only); without rights; interrupted; through the program.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
script=$here/../../collectors/linux/collect.sh
work=$(mktemp -d "${TMPDIR:-/tmp}/collect-test.XXXXXX")
trap 'chmod -R u+rwX "$work" 2>/dev/null; rm -rf "$work"' EXIT
failures=0
note() { printf '   %s\n' "$*"; }
failed() { printf 'FAILED: %s\n' "$*"; failures=$((failures + 1)); }

for shell in dash bash "busybox sh"; do
  # shellcheck disable=SC2086
  if command -v ${shell%% *} >/dev/null; then
    $shell -n "$script" || failed "$shell does not accept the script"
  fi
done

# A root of its own needs chroot and a device node.
rooted=no
if [ "$(id -u)" -eq 0 ] && chroot / true 2>/dev/null && mknod "$work/null" c 1 3 2>/dev/null && : 2>/dev/null >"$work/null"; then
  rooted=yes
fi

run_case() { # NAME TOOLS SHELL…
  name=$1 tools=$2
  shift 2
  root=$work/$name
  sh "$here/make-root.sh" "$root" "$tools"
  cp "$script" "$root/collect.sh"
  if ! chroot "$root" "$@" /collect.sh -o /out.tar.gz >"$work/$name.out" 2>"$work/$name.err"; then
    failed "$name: exit status, $(cat "$work/$name.err")"
    return
  fi
  talk=$(grep -v '^dengce: ' "$work/$name.err" || :)
  [ -z "$talk" ] || failed "$name: unexpected on standard error: $talk"
  [ "$(sed -n 1p "$work/$name.out")" = /out.tar.gz ] || failed "$name: the path is not on standard output"
  [ "$(sed -n 2p "$work/$name.out")" = "sha256:$(sha256sum <"$root/out.tar.gz" | cut -d' ' -f1)" ] || failed "$name: digest line"
  python3 "$here/check_bundle.py" "$root/out.tar.gz" "$root" "$name" || { failed "$name: bundle"; return; }
  left=$(find "$root/tmp" "$root/var/tmp" -mindepth 1 ! -name 'keep*' | head)
  [ -z "$left" ] || failed "$name: left behind $left"
  [ -z "$(find "$root" -maxdepth 1 -name '*.part.*')" ] || failed "$name: part file left"
  note "$name: bundle good"
}

if [ "$rooted" = yes ]; then
  run_case dash host /bin/dash
  run_case bash host /bin/bash
  if command -v busybox >/dev/null; then run_case busybox busybox /bin/sh; else note "busybox is not installed: that case left out"; fi
  if command -v gawk >/dev/null; then run_case gawk gawk /bin/bash; else note "gawk is not installed: that case left out"; fi
  run_case bare bare /bin/dash

  # The script through a pipe, as over ssh.
  root=$work/dash
  rm -f "$root/out.tar.gz" "$root/usr/sbin/getenforce" "$root/usr/sbin/sestatus"
  chroot "$root" /bin/dash -s -- -o /out.tar.gz <"$script" >/dev/null 2>&1 || failed "pipe: exit status"
  [ -s "$root/out.tar.gz" ] || failed "pipe: no bundle"

  # Told to stop: no temporary directory, no part file, no bundle, no process.
  rm -f "$root/out.tar.gz"
  printf '#!/bin/sh\nexec sleep 47.%s\n' $$ >"$root/usr/bin/timedatectl"
  chmod 755 "$root/usr/bin/timedatectl"
  chroot "$root" /bin/dash /collect.sh -o /out.tar.gz >/dev/null 2>&1 &
  pid=$!
  tries=0
  while [ ! -e "$(find "$root/tmp" -path '*raw/timedatectl' 2>/dev/null | head -n 1)" ] && [ $tries -lt 100 ]; do
    sleep 0.2
    tries=$((tries + 1))
  done
  kill -TERM "$pid" || failed "interrupted: ended before it was told to"
  status=0
  wait "$pid" || status=$?
  [ "$status" -eq 143 ] || failed "interrupted: exit status $status"
  [ -z "$(find "$root/tmp" -mindepth 1 ! -name 'keep*')" ] || failed "interrupted: temporary directory left"
  [ ! -e "$root/out.tar.gz" ] && [ -z "$(find "$root" -maxdepth 1 -name '*.part.*')" ] || failed "interrupted: file left"
  sleep 0.3
  # shellcheck disable=SC2009
  if ps -eo args | grep -q "[s]leep 47\.$$\$"; then failed "interrupted: a command goes on"; fi
  note "interrupted: nothing left"

  # Without rights: what root sees and others do not is listed as denied.
  sh "$here/make-root.sh" "$work/user" host
  cp "$script" "$work/user/collect.sh"
  rm "$work/user/usr/sbin/getenforce" "$work/user/usr/sbin/sestatus"
  chmod 755 "$work/user/collect.sh" "$work/user"
  chmod 755 "$work"
  mkdir -m 777 "$work/user/drop"
  if chroot --userspec=65534:65534 "$work/user" /bin/dash /collect.sh -o /drop/out.tar.gz >/dev/null 2>"$work/user.err"; then
    python3 "$here/check_bundle.py" "$work/user/drop/out.tar.gz" "$work/user" user || failed "user: bundle"
    note "user: bundle good"
  else
    failed "user: exit status, $(cat "$work/user.err")"
  fi
else
  note "not root, or no device nodes here: the cases in a root of their own are left out"
fi

# ---- usage and errors, on this host ----
status=0
sh "$script" -x >/dev/null 2>&1 || status=$?
[ "$status" -eq 2 ] || failed "unknown option: exit status $status"
status=0
sh "$script" -o /nonexistent/dir/x.tar.gz >/dev/null 2>&1 || status=$?
[ "$status" -eq 1 ] || failed "missing directory: exit status $status"
sh "$script" -h | grep -q '^Usage:' || failed "-h"
# Nothing runs of a script that came only in part.
head -c 30000 "$script" >"$work/half.sh"
(cd "$work" && sh half.sh >/dev/null 2>&1) || :
[ -z "$(find "$work" -maxdepth 1 -name 'dengce-*')" ] || failed "half a script did something"

# ---- through the program ----
if [ -n "${DENGCE:-}" ] && [ -x "$DENGCE" ]; then
  "$DENGCE" collect --print-script linux >"$work/printed.sh" && cmp -s "$work/printed.sh" "$script" || failed "--print-script differs"
  "$DENGCE" collect --output "$work/live bundle.tar.gz" >"$work/live.out" 2>"$work/live.err" || failed "dengce collect: $(cat "$work/live.err")"
  [ "$(sed -n 1p "$work/live.out")" = "$work/live bundle.tar.gz" ] || failed "dengce collect: path"
  grep -q "^sha256:$(sha256sum <"$work/live bundle.tar.gz" | cut -d' ' -f1)\$" "$work/live.out" || failed "dengce collect: digest"
  python3 "$here/check_bundle.py" "$work/live bundle.tar.gz" / live || failed "dengce collect: bundle"
  status=0
  "$DENGCE" collect --print-script plan9 >/dev/null 2>&1 || status=$?
  [ "$status" -eq 2 ] || failed "--print-script of an unknown platform: exit status $status"
  note "program: good"
else
  note "DENGCE is not set: the program is left out"
fi

if [ "$failures" -gt 0 ]; then
  echo "collect: $failures failures"
  exit 1
fi
echo "collect: all good"
