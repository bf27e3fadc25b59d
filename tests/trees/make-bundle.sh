#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes an evidence bundle of a test tree by running the collector inside it, with nothing but a
# static busybox beside its files: tests/trees/make-bundle.sh TREE HOSTNAME OUTPUT.tar.gz
# Needs root (chroot) and busybox-static. The demo's bundles under content/demo/bundle were made so.
set -eu
tree=$1 name=$2 output=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
sh "$here/prepare.sh" "$tree" "$work/root"
tools=$work/root/.collector
mkdir -p "$tools/bin" "$work/root/tmp" "$work/root/dev"
cp "$(command -v busybox)" "$tools/busybox"
for applet in $("$tools/busybox" --list); do ln -s ../busybox "$tools/bin/$applet"; done
: >"$work/root/dev/null"
# The programs of a tree are empty files: only busybox may be found. The kernel of the machine this
# runs on says nothing about the tree: no uname, a network and host name of its own, no /proc.
sed -e 's#^PATH=/.*#PATH=/.collector/bin#' \
  -e 's#sysctl 10 sysctl#sysctl 10 no-sysctl#' \
  -e 's#command \([0-9]*\) \(uname\|ip\|ifconfig\|netstat\|ps\|sysctl\) #command \1 no-\2 #g' "$here/../../collectors/linux/collect.sh" >"$tools/collect.sh"
unshare --net --uts sh -c 'echo "$1" >/proc/sys/kernel/hostname; shift; exec chroot "$@"' sh "$name" \
  "$work/root" /.collector/bin/env -i PATH=/.collector/bin HOME=/root TMPDIR=/tmp \
  /.collector/bin/sh /.collector/collect.sh -o /tmp/bundle.tar.gz
mv "$work/root/tmp/bundle.tar.gz" "$output"
