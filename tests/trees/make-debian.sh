#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes the tree debian12-default from a real installation (see README.md): copies the configuration
# files that evidence needs, keeps of unit files only [Install], of the package database only names,
# versions and architectures, of programs only that they are there (empty files). No binary is copied.
# Usage: make-debian.sh ROOT DEST     (ROOT: a debootstrap tree; DEST must not exist)
set -eu
root=$1 dest=$2
case $dest in /*) ;; *) dest=$(pwd)/$dest ;; esac
here=$(cd "$(dirname "$0")" && pwd)
mkdir "$dest"
cd "$root"

# Prose in comments belongs to its authors and is no evidence; settings commented out stay.
copy() {
  for f in "$@"; do
    [ -f "$root/$f" ] || continue
    mkdir -p "$dest/${f%/*}"
    if [ -L "$root/$f" ]; then cp -P "$root/$f" "$dest/$f"; continue; fi
    awk '/^[ \t]*#/ && !/^#[A-Z$*][A-Za-z.*$]*[ \t=]?[^ \t]*[ \t]?[^ \t]*[^.:]$/ { gap = 1; next }
         /^[ \t]*\/\// || /^[ \t]*$/ { gap = 1; next }
         { if (gap && out) print ""; gap = 0; out = 1; print }' "$root/$f" >"$dest/$f"
  done
}
empty() {
  for f in "$@"; do
    if [ -f "$root/$f" ]; then mkdir -p "$dest/${f%/*}"; : >"$dest/$f"; fi
  done
}

for l in bin sbin lib; do cp -P "$l" "$dest/$l"; done
copy etc/passwd etc/group etc/login.defs etc/default/useradd etc/nsswitch.conf etc/shells etc/pam.conf etc/pam.d/* \
  usr/lib/pam.d/* etc/security/*.conf etc/ssh/sshd_config etc/default/ssh etc/sudoers etc/profile etc/bash.bashrc \
  etc/profile.d/* root/.profile root/.bashrc etc/sysctl.conf usr/lib/sysctl.d/* usr/lib/modprobe.d/* etc/modprobe.d/* \
  etc/systemd/journald.conf etc/systemd/logind.conf etc/systemd/system.conf etc/audit/auditd.conf etc/audit/audit.rules \
  etc/audit/rules.d/* etc/audit/plugins.d/* etc/rsyslog.conf etc/rsyslog.d/* etc/logrotate.conf etc/logrotate.d/* \
  etc/chrony/chrony.conf etc/nftables.conf etc/crontab etc/cron.d/* etc/hosts.allow etc/hosts.deny etc/issue etc/issue.net \
  etc/apt/apt.conf.d/* etc/debian_version etc/timezone usr/lib/os-release
cp -P etc/os-release "$dest/etc/os-release"
cp -P etc/sysctl.d/99-sysctl.conf "$dest/etc/sysctl.d/99-sysctl.conf" 2>/dev/null ||
  { mkdir -p "$dest/etc/sysctl.d" && cp -P etc/sysctl.d/99-sysctl.conf "$dest/etc/sysctl.d/"; }
printf 'deb http://mirror.example/debian bookworm main\n' >"$dest/etc/apt/sources.list"

# Units: which exist, which are enabled, what [Install] says.
for f in usr/lib/systemd/system/*.service usr/lib/systemd/system/*.socket usr/lib/systemd/system/*.timer \
  usr/lib/systemd/system/*.target; do
  mkdir -p "$dest/usr/lib/systemd/system"
  if [ -L "$f" ]; then cp -P "$f" "$dest/$f"; continue; fi
  { printf '[Unit]\n'; awk '/^\[/ { on = ($0 == "[Install]") } on && NF && !/^#/' "$f"; } >"$dest/$f"
done
find etc/systemd/system -type d | while read -r d; do mkdir -p "$dest/$d"; done
find etc/systemd/system -type l | while read -r f; do cp -P "$f" "$dest/$f"; done
find etc/init.d etc/rc?.d -type f -o -type l | while read -r f; do
  mkdir -p "$dest/${f%/*}"
  if [ -L "$f" ]; then cp -P "$f" "$dest/$f"; else : >"$dest/$f"; fi
done

mkdir -p "$dest/var/lib/dpkg"
awk '/^$/ { if (p) print "" ; p = 0 } /^(Package|Status|Architecture|Version):/ { print; p = 1 }' var/lib/dpkg/status \
  >"$dest/var/lib/dpkg/status"

# Programs and other places whose presence or mode counts.
sed -n '/^for f in sshd auditd/,/; do$/p; /^for f in pam_unix.so/,/; do$/p' "$here/../../collectors/linux/collect.sh" |
  tr -c 'A-Za-z0-9_.-' '\n' | sort -u | while read -r name; do
  case $name in '' | for | in | do | f) continue ;; esac
  empty "usr/sbin/$name" "usr/bin/$name" "usr/libexec/$name" "usr/lib/systemd/$name" "usr/lib/x86_64-linux-gnu/security/$name"
done
find usr/bin usr/sbin usr/lib/openssh usr/lib/dbus-1.0 -type f -perm /6000 | while read -r f; do empty "$f"; done
empty etc/cron.daily/* etc/cron.weekly/* etc/ssh/ssh_host_rsa_key etc/ssh/ssh_host_rsa_key.pub etc/ssh/ssh_host_ed25519_key \
  etc/ssh/ssh_host_ed25519_key.pub etc/ssh/ssh_host_ecdsa_key etc/ssh/ssh_host_ecdsa_key.pub
for d in boot boot/grub etc/ssh/sshd_config.d etc/sudoers.d var/log/audit var/spool/cron/crontabs tmp var/tmp root home; do
  mkdir -p "$dest/$d"
done

# Below: what an installation on a machine adds to the bare tree (accounts, disks, boot loader, logs).
cat >"$dest/etc/shadow" <<'SHADOW'
root:$y$j9T$EXAMPLEONLYNOTREALSALT1$EXAMPLEONLYnotarealhashEXAMPLEONLYnotarealh:20454:0:99999:7:::
SHADOW
awk -F: '$1 != "root" { print $1 ":*:20454:0:99999:7:::" }' etc/passwd >>"$dest/etc/shadow"
sed -i 's/^\(_apt\|sshd\|_chrony\|messagebus\):\*/\1:!/' "$dest/etc/shadow"
printf 'operator1:x:1000:1000:,,,:/home/operator1:/bin/bash\n' >>"$dest/etc/passwd"
printf 'operator1:$y$j9T$EXAMPLEONLYNOTREALSALT2$EXAMPLEONLYnotarealhashEXAMPLEONLYnotarealh:20454:0:99999:7:::\n' >>"$dest/etc/shadow"
sed -i 's/^sudo:x:27:$/sudo:x:27:operator1/' "$dest/etc/group"
printf 'operator1:x:1000:\n' >>"$dest/etc/group"
mkdir -p "$dest/home/operator1"
: >"$dest/home/operator1/.bashrc"
cat >"$dest/etc/fstab" <<'FSTAB'
UUID=11111111-2222-3333-4444-555555555555 / ext4 errors=remount-ro 0 1
UUID=11111111-2222-3333-4444-666666666666 none swap sw 0 0
FSTAB
cat >"$dest/etc/default/grub" <<'GRUB'
GRUB_DEFAULT=0
GRUB_TIMEOUT=5
GRUB_DISTRIBUTOR=`lsb_release -i -s 2> /dev/null || echo Debian`
GRUB_CMDLINE_LINUX_DEFAULT="quiet"
GRUB_CMDLINE_LINUX=""
GRUB
cat >"$dest/boot/grub/grub.cfg" <<'GRUBCFG'
set default="0"
menuentry 'Debian GNU/Linux' --class debian $menuentry_id_option 'gnulinux-simple' {
	linux	/boot/vmlinuz-6.1.0-35-amd64 root=UUID=11111111-2222-3333-4444-555555555555 ro  quiet
	initrd	/boot/initrd.img-6.1.0-35-amd64
}
GRUBCFG
printf 'debian12\n' >"$dest/etc/hostname"
ln -s /usr/share/zoneinfo/Etc/UTC "$dest/etc/localtime"
for f in syslog auth.log kern.log cron.log user.log wtmp btmp lastlog dpkg.log audit/audit.log; do : >"$dest/var/log/$f"; done

# Modes and owners that differ from 0644/0755 root:root, for prepare.sh.
{
  cd "$dest"
  find . \( -type f -o -type d \) ! -name . | sed 's/^\.\///' | while read -r f; do
    if [ -e "$root/$f" ]; then
      m=$(stat -c '%a %u %g' "$root/$f")
      case $m in '644 0 0' | '755 0 0') [ -d "$f" ] || [ "${m%% *}" = 644 ] || printf '%s %s\n' "$f" "$m" ;; *) printf '%s %s\n' "$f" "$m" ;; esac
    fi
  done
  cat <<'MODES'
etc/shadow 640 0 42
boot/grub/grub.cfg 400 0 0
home/operator1 700 1000 1000
home/operator1/.bashrc 644 1000 1000
var/log/syslog 640 0 4
var/log/auth.log 640 0 4
var/log/kern.log 640 0 4
var/log/cron.log 640 0 4
var/log/user.log 640 0 4
var/log/wtmp 664 0 43
var/log/btmp 660 0 43
var/log/lastlog 664 0 43
var/log/audit/audit.log 600 0 0
MODES
} | awk '$1 != "etc/hostname" { last[$1] = $0 } END { for (f in last) print last[f] }' | LC_ALL=C sort >"$dest.modes"
# git keeps no empty directory; prepare.sh takes the marks away again.
find "$dest" -type d -empty -exec sh -c ': >"$1/.keep"' sh {} \;
