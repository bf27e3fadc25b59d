#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Builds a small root directory with seeded secrets (every one contains CANARY, in some case of letters)
# and odd names, for tests/collect/run.sh.
# Usage: make-root.sh ROOT host|gawk|busybox|bare
#   host: this machine's programs, mawk · gawk: the same with gawk · busybox: only busybox · bare: host without timeout, stat, mktemp
set -eu
root=$1 tools=$2
mkdir -p "$root"
cd "$root"
mkdir -p usr/bin usr/sbin usr/lib etc/pam.d etc/ssh/sshd_config.d etc/sudoers.d etc/cron.d etc/cron.daily etc/profile.d \
  etc/security etc/sysctl.d etc/rsyslog.d etc/logrotate.d etc/apt/apt.conf.d etc/snmp etc/samba etc/audit/rules.d \
  etc/systemd etc/xinetd.d boot/grub boot/grub2 var/log/audit var/tmp var/spool/cron/crontabs var/lib/dpkg tmp root/.ssh home/worker/.ssh proc \
  run etc/yum.repos.d etc/clamav
chmod 1777 tmp var/tmp
mkdir dev
mknod -m 666 dev/null c 1 3
ln -s usr/bin bin
ln -s usr/sbin sbin
ln -s usr/lib lib

# ---- programs ----
with_libraries() {
  for p in "$@"; do
    at=
    for d in /usr/bin /bin /usr/sbin /sbin; do
      if [ -z "$at" ] && [ -f "$d/$p" ]; then at=$d/$p; fi
    done
    [ -n "$at" ] || continue
    cp -L "$at" "usr/bin/$p"
    ldd "$at" 2>/dev/null | awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^\//) print $i }' | while read -r l; do
      mkdir -p ".${l%/*}"
      [ -e ".$l" ] || cp -L "$l" ".$l"
    done
  done
}
if [ "$tools" = busybox ]; then
  with_libraries busybox
  for a in sh awk tar gzip date sed mkdir rm mv wc xargs dd cat sha256sum id uname tr head cut sort grep find stat mktemp timeout \
    readlink od du ls renice sleep kill ps env tail printf test true; do
    ln -s busybox "usr/bin/$a"
  done
else
  with_libraries dash bash mawk tar gzip date sed mkdir rm mv cp wc xargs dd cat sha256sum id uname tr head cut sort grep find readlink od du \
    ls renice sleep env tail true ps ip ss
  ln -s dash usr/bin/sh
  if [ "$tools" = gawk ]; then with_libraries gawk && ln -s gawk usr/bin/awk; else ln -s mawk usr/bin/awk; fi
  if [ "$tools" != bare ]; then with_libraries stat mktemp timeout; fi
fi
# Programs that only answer; one never ends, one never stops talking.
fake() { printf '#!/bin/sh\n%s\n' "$2" >"usr/sbin/$1"; chmod 755 "usr/sbin/$1"; }
fake sshd 'echo "permitrootlogin no"; echo "authorizedkeyscommand /x --token CANARYsshd"; echo "port 22"'
fake auditctl 'case $1 in -l) echo "-w /etc/passwd -p wa -k passwd"; echo "-a always,exit -F path=/usr/bin/su -F key=secret";; -s) echo "enabled 2";; esac'
fake sysctl 'echo "net.ipv4.ip_forward = 0"; echo "net.ipv4.tcp_fastopen_key = 01234567-canary00-00000000-00000000"; echo "net.ipv6.conf.all.stable_secret = CANARYstable"; echo "net.ipv4.conf.veth01.rp_filter = 1"'
fake getenforce 'exec sleep 30'
fake sestatus 'while :; do echo "a line that does not end the talk of this program, again and again"; done'
# shellcheck disable=SC2016
fake systemctl 'case $1 in list-unit-files) echo "ssh.service enabled enabled";; esac'
fake dpkg-query 'printf "base-passwd\t3.6\tamd64\tinstall ok installed\n"'

# ---- accounts ----
cat >etc/passwd <<'X'
root:x:0:0:root user:/root:/bin/bash
worker:x:1000:1000:a worker, room 1:/home/worker:/bin/bash
old:CAnaryDES1234:1001:1001::/home/old:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
X
cat >etc/shadow <<'X'
root:$6$CANARYsalt$CANARYhash0000000000000000000000000000000000:19000:0:99999:7:::
worker:$y$j9T$CANARYsalt$CANARYhash00000000000000000000000000000000:19001:1:90:7:30:20000:
frozen:!$6$CANARYsalt$CANARYhash0000000000000000000000000000000:19000:0:99999:7:::
frozen2:!!$5$CANARYsalt$CANARYhash0000000000000000000000000000000:19000:0:99999:7:::
star:*:19000:0:99999:7:::
bang:!:19000:0:99999:7:::
bangs:!!:19000::::::
open::19000:0:99999:7:::
sm:$sm3$CANARYsalt$CANARYhash00000000000000000000000000000:19000:0:99999:7:::
des:caNARYdes1234:19000:0:99999:7:::
odd:CANARYnotahash:19000:0:99999:7:::
X
cp etc/shadow etc/shadow-
printf 'root:x:0:\nworker:x:1000:\ngrouppw:$6$CANARYsalt$CANARYgroup0000000000000:50:worker\n' >etc/group
printf 'root:*::\ngrouppw:$6$CANARYsalt$CANARYgshadow000000000::worker\n' >etc/gshadow
chmod 640 etc/shadow etc/shadow- etc/gshadow
printf 'worker:1000:CANARYopasswd\n' >etc/security/opasswd
printf 'PASS_MAX_DAYS 90\n# the root password is CANARYcomment\n' >etc/login.defs
printf 'passwd: files systemd\nshadow: files\ngroup: files systemd\n' >etc/nsswitch.conf

# ---- files with secrets in them ----
cat >etc/pam.d/login <<'X'
auth     required pam_mysql.so user=x passwd=CANARYpam host=db
auth     required pam_unix.so nullok
password	[success=1 default=ignore]	pam_unix.so obscure yescrypt
password requisite pam_pwquality.so retry=3
X
printf 'auth required pam_deny.so\n' >"etc/pam.d/odd name"
printf 'auth required pam_permit.so\n' >"etc/pam.d/quo'te \"two\" \$x"
printf 'auth required pam_permit.so\n' >'etc/pam.d/back\slash'
printf 'auth required pam_permit.so\n' >etc/pam.d/服务
printf 'auth required pam_permit.so\n' >"$(printf 'etc/pam.d/gb\267\376')"
printf 'auth required pam_permit.so\n' >"etc/pam.d/new
line"
printf 'Include /etc/ssh/sshd_config.d/*.conf\nInclude /etc/ssh/extra.conf\nPermitRootLogin no\nAuthorizedKeysCommand /x --password CANARYcommand\n' >etc/ssh/sshd_config
printf 'MaxAuthTries 4\n' >etc/ssh/sshd_config.d/10.conf
printf 'LogLevel VERBOSE\n' >etc/ssh/extra.conf
printf -- '-----BEGIN OPENSSH PRIVATE KEY-----\nCANARYkey\n-----END OPENSSH PRIVATE KEY-----\n' >etc/ssh/ssh_host_rsa_key
chmod 600 etc/ssh/ssh_host_rsa_key
cat >etc/sudoers <<'X'
Defaults passwd_tries=3
Defaults requiretty
#includedir /etc/sudoers.d
Cmnd_Alias CHANGEPASSWD = /usr/bin/passwd
worker ALL=(root) NOPASSWD: /usr/bin/mysql -uroot -pCANARYsudo, /usr/bin/x --password=CANARYsudo2
X
chmod 440 etc/sudoers
cat >etc/crontab <<'X'
SHELL=/bin/sh
TOKEN=CANARYenv
17 * * * * root cd / && run-parts --report /etc/cron.hourly
1 * * * * root curl -H "X-Token: CANARYheader" https://u:CANARYurl@h/
2 * * * * root mysqldump -u root -pCANARYmysql db
3 * * * * root PGPASSWORD=CANARYpg pg_dump -f /backup/x.sql
4 * * * * root /opt/run --token CANARYtoken --api-key=CANARYapi
5 * * * * root sshpass -p CANARYsshpass ssh backup@h
6 * * * * root sh -c 'export P=CANARYsh; run --x CANARYsh2'
7 * * * * root echo canarylower | sudo -S /usr/bin/x
8 * * * * root /opt/backup.sh canaryword
9 * * * * root rsync -a user:CANARYrsync@host::mod /x
10 * * * * root curl -u user:CANARYcolon http://h/CANARYpath
11 * * * * root /usr/bin/rsync -a /srv/ backup@192.0.2.1:/srv/data/
X
printf '5 1 * * * /usr/bin/worker --secret CANARYspool\n' >var/spool/cron/crontabs/worker
chmod 700 var/spool/cron/crontabs
printf '#!/bin/sh\necho CANARYscript\n' >etc/cron.daily/task
chmod 755 etc/cron.daily/task
cat >etc/profile <<'X'
TMOUT=600
readonly TMOUT
export DB_PASSWORD=CANARYprofile
export HISTSIZE=1000 KEY2=CANARYbeside
alias m='mysql -pCANARYalias'
echo CANARYecho | login
umask 027
X
printf 'TOKEN=CANARYenvironment\nPATH=/usr/bin\n' >etc/environment
ln -s /etc/shadow etc/profile.d/evil.sh
printf 'umask 027\n' >'etc/profile.d/a b.sh'
cat >etc/fstab <<'X'
//server/share /mnt cifs username=x,password=CANARYfstab,uid=0 0 0
/dev/sda1 / ext4 defaults 0 1
https://u:CANARYdav@dav/x /dav davfs rw 0 0
X
printf 'set superusers="admin"\npassword_pbkdf2 admin grub.pbkdf2.sha512.10000.CANARY00.CANARY11\npassword admin2 CANARYgrub\nset secret=CANARYgrub2\n' >boot/grub/grub.cfg
printf 'GRUB2_PASSWORD=grub.pbkdf2.sha512.10000.CANARY22.CANARY33\n' >boot/grub2/user.cfg
printf 'rocommunity CANARYsnmp 10.0.0.0/8\nrocommunity public\ncom2sec ro default CANARYsnmp2\ncreateUser u SHA CANARYsnmp3\nsyslocation room\n' >etc/snmp/snmpd.conf
cat >etc/rsyslog.conf <<'X'
*.* :ommysql:127.0.0.1,Syslog,user,CANARYommysql
action(type="ommysql" server="h" db="x" uid="y" pwd="CANARYpwd")
*.* @@192.0.2.10:6514
authpriv.* /var/log/secure
X
cat >etc/logrotate.d/mysql <<'X'
/var/log/mysql.log {
  rotate 30
  weekly
  postrotate
    mysqladmin -pCANARYlogrotate flush-logs
  endscript
  maxage 200
}
X
printf 'Acquire::http::Proxy "http://u:CANARYproxy@p:3128/";\n' >etc/apt/apt.conf.d/95proxy
printf 'deb https://CANARYtoken:@apt.example.org/ stable main\ndeb https://user:CANARYp@ss@apt2.example.org/ stable main\n' >etc/apt/sources.list
fake apt-get true
fake apt 'echo "Listing..."; echo "bash/stable-security 5.3 amd64 [upgradable from: 5.2]"'
printf 'HTTPProxyPassword CANARYfreshclam\nChecks 24\n' >etc/clamav/freshclam.conf
printf '[global]\nencrypt passwords = yes\nldap password = CANARY with blanks CANARY\n' >etc/samba/smb.conf
printf 'DefaultEnvironment="DB=CANARYdefault"\nDumpCore=no\n' >etc/systemd/system.conf
printf 'service x\n{\n server_args = -p CANARYxinetd\n disable = yes\n}\n' >etc/xinetd.d/x
printf 'server 192.0.2.1\ncrypto pw CANARYntp\n' >etc/ntp.conf
printf 'keys: AKIACANARYCANARY1234\njwt eyJCANARYeyJhbGciOi.CANARY\nghp_CANARYcanary0123456789\n' >etc/issue
printf -- '-----BEGIN RSA PRIVATE KEY-----\nCANARYpem\nCANARYpem2\n-----END RSA PRIVATE KEY-----\nPort 1\n' >etc/security/access.conf
printf '* hard core 0\n' >etc/security/limits.conf
printf '%s\n' '-w /etc/shadow -p wa -k passwd' '-w /etc/sudoers -p wa -k secret' >etc/audit/rules.d/x.rules
awk 'BEGIN { for (i = 0; i < 30000; i++) print "kernel.pid_max = 4194304" }' >etc/sysctl.d/big.conf
awk 'BEGIN { s = "x"; for (i = 0; i < 16; i++) s = s s; print "net.ipv4.ip_forward = 0"; print s; print "net.ipv4.tcp_syncookies = 1" }' >etc/sysctl.d/long.conf
: >var/lib/dpkg/status

# ---- modes, special files, logs ----
printf 'x\n' >usr/bin/suid-tool
chmod 4755 usr/bin/suid-tool
printf 'x\n' >'home/worker/open file'
chmod 666 'home/worker/open file'
mkdir home/worker/opendir
chmod 777 home/worker/opendir
printf 'machine h login x password CANARYnetrc\n' >home/worker/.netrc
printf 'CANARYhistory\n' >home/worker/.bash_history
mkdir -p "home/worker/bad
104755|0|0|1|1|/bin"
printf 'x\n' >"home/worker/bad
104755|0|0|1|1|/bin/forged"
chmod 666 "home/worker/bad
104755|0|0|1|1|/bin/forged"
chown 4242:4242 usr/bin/suid-tool
chmod 4755 usr/bin/suid-tool
printf '2026-03-01T00:00:00+00:00 h x CANARYlog\n' >var/log/messages
touch -d 2026-02-01 var/log/messages.1
printf 'x\n' >var/log/messages.1
touch -d 2026-02-01T00:00:00Z var/log/messages.1
printf 'type=DAEMON_START msg=audit(1767225600.123:1): op=start\n' >var/log/audit/audit.log
printf 'Jan  5 10:00:00 h x: y\n' >var/log/secure
touch -d 2026-03-10T00:00:00Z var/log/secure var/log/messages var/log/audit/audit.log
chmod 600 var/log/audit/audit.log
