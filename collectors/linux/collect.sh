#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Dengce Linux collector: reads the security settings of this host into one evidence bundle.
# Read-only; plain POSIX sh; no secret leaves the host (hashes, keys, tokens, process arguments).
# Usage: sh collect.sh [-o FILE.tar.gz]

VERSION=1
FILE_CAP=262144      # bytes kept of one file or of the output of one command
TOTAL_CAP=6291456    # bytes kept of everything
SEARCH_SECONDS=3     # time for each half of the search of special files
SEARCH_ROWS=2000     # special files kept
TOTAL_SECONDS=90     # after this no further command is started

# All is one function called at the very end: a shell that reads the script from a pipe
# (ssh host sh -s < collect.sh) starts only when all of it has come, and nothing eats its input.
main() {
exec </dev/null

usage() {
  cat <<'USAGE'
Usage: sh collect.sh [-o FILE.tar.gz] [-h]
Collects the security settings of this Linux host into a Dengce evidence bundle.
  -o FILE   where to write the bundle (default: dengce-<hostname>-<UTC time>.tar.gz here)
  -h        this help
Nothing on the host is changed. Run it as root to see everything; without root, what could not
be read is listed in the bundle. The path and the SHA-256 of the bundle go to standard output.
USAGE
}

say() { printf '%s\n' "dengce: $*" >&2; }
die() { say "$*"; exit 1; }

OUT=
while [ $# -gt 0 ]; do
  case $1 in
    -o)
      if [ $# -lt 2 ] || [ -z "$2" ]; then usage >&2; exit 2; fi
      OUT=$2
      shift 2
      ;;
    -h | --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
done

# A known environment: C locale, system programs first, nothing preloaded.
unset LD_PRELOAD LD_LIBRARY_PATH ENV BASH_ENV CDPATH GREP_OPTIONS TAR_OPTIONS GZIP XZ_OPT POSIXLY_CORRECT
PATH=/usr/sbin:/usr/bin:/sbin:/bin:/usr/local/sbin:/usr/local/bin
LC_ALL=C LANG=C TZ=UTC0 TERM=dumb SYSTEMD_COLORS=0 SYSTEMD_PAGER=cat PAGER=cat
export PATH LC_ALL LANG TZ TERM SYSTEMD_COLORS SYSTEMD_PAGER PAGER
unset LANGUAGE
umask 077
set +e -u
NL='
'
TAB=$(printf '\t')

have() { command -v "$1" >/dev/null 2>&1; }

for need in awk tar gzip date sed mkdir rm mv wc xargs dd cat; do
  have "$need" || die "the program '$need' is missing on this host"
done
if have sha256sum; then SUM='sha256sum'
elif have shasum; then SUM='shasum -a 256'
elif have openssl; then SUM='openssl dgst -sha256 -r'
elif have busybox; then SUM='busybox sha256sum'
else die "no program for SHA-256 on this host"
fi

renice -n 19 -p $$ >/dev/null 2>&1
ionice -c 3 -p $$ >/dev/null 2>&1

STARTED=$(date -u +%Y-%m-%dT%H:%M:%SZ)
START_SECOND=$(date +%s)
HOST=$(uname -n)
USER_ID=$(id -u)
if [ -z "$OUT" ]; then
  OUT="dengce-$(printf '%s' "$HOST" | tr -c 'A-Za-z0-9._-' '_')-$(date -u +%Y%m%dT%H%M%SZ).tar.gz"
fi
case $OUT in /*) ;; *) OUT=$(pwd)/$OUT ;; esac
[ -d "$OUT" ] && die "$OUT is a directory"
[ -d "${OUT%/*}/" ] || die "the directory ${OUT%/*} does not exist"

# ---- temporary directory, removed however the run ends ----
W=
CHILD=
PART=
finish() {
  trap - EXIT
  trap '' HUP INT TERM
  if [ -n "$CHILD" ]; then
    kill -TERM "$CHILD" 2>/dev/null
    wait "$CHILD" 2>/dev/null
  fi
  if [ -n "$PART" ]; then rm -f -- "$PART"; fi
  if [ -n "$W" ]; then rm -rf -- "$W"; fi
}
trap finish EXIT
trap 'finish; exit 129' HUP
trap 'finish; exit 130' INT
trap 'finish; exit 143' TERM

make_temp() {
  for base in "${TMPDIR:-/tmp}" /tmp /var/tmp "${OUT%/*}"; do
    if have mktemp; then
      W=$(mktemp -d "$base/dengce.XXXXXXXX" 2>/dev/null) && [ -n "$W" ] && return 0
    fi
    # mkdir is atomic and fails on anything that exists, so a planted name can not be taken over.
    for try in 1 2 3 4 5; do
      W=$base/dengce.$$.$START_SECOND.$try
      mkdir -m 700 "$W" 2>/dev/null && return 0
    done
  done
  W=
  return 1
}
make_temp || die "no temporary directory could be made"
mkdir "$W/data" "$W/data/files" "$W/data/commands" "$W/data/derived" "$W/lib" "$W/raw" ||
  die "the temporary directory can not be written"
: >"$W/files.list"
: >"$W/index"
exec 3>>"$W/index" 4>>"$W/files.list"

absent() { printf 'A\t%s\t%s\n' "$1" "$2" >&3; }

# ---- running one command: time limit, size limit, no input, interruptible ----
TIMEOUT_KIND=own
if have timeout; then
  if timeout -k 1 2 true 2>/dev/null; then TIMEOUT_KIND=kill
  elif timeout 2 true 2>/dev/null; then TIMEOUT_KIND=plain
  fi
fi

watched() {
  "$@" &
  w_job=$!
  # The watcher kills its own sleep when it is told to stop, so nothing outlives the run.
  (
    trap 'kill "$w_sleep" 2>/dev/null; exit 0' TERM
    sleep "$w_limit" &
    w_sleep=$!
    wait "$w_sleep"
    kill -TERM "$w_job" 2>/dev/null
    sleep 1
    kill -KILL "$w_job" 2>/dev/null
  ) >/dev/null 2>&1 &
  w_watcher=$!
  trap 'kill -TERM "$w_job" "$w_watcher" 2>/dev/null; exit 143' TERM
  wait "$w_job"
  w_rc=$?
  kill -TERM "$w_watcher" 2>/dev/null
  if [ "$w_rc" -eq 143 ] || [ "$w_rc" -eq 137 ]; then w_rc=124; fi
  wait "$w_watcher" 2>/dev/null
  return "$w_rc"
}

# bounded SECONDS OUTPUT COMMAND…: exit status in RC; 124 after a timeout.
bounded() {
  b_limit=$1 b_out=$2
  shift 2
  if [ $(($(date +%s) - START_SECOND)) -ge "$TOTAL_SECONDS" ]; then
    RC=124
    return
  fi
  (
    ulimit -c 0
    ulimit -f 16384
    case $TIMEOUT_KIND in
      kill) exec timeout -k 2 "$b_limit" "$@" ;;
      plain) exec timeout "$b_limit" "$@" ;;
      *)
        w_limit=$b_limit
        watched "$@"
        exit $?
        ;;
    esac
  ) </dev/null >"$b_out" 2>/dev/null &
  CHILD=$!
  wait "$CHILD" 2>/dev/null
  RC=$?
  CHILD=
  # Ended by a signal: the timeout of busybox tells it so, that of coreutils with 124.
  if [ "$RC" -eq 143 ] || [ "$RC" -eq 137 ]; then RC=124; fi
}

# run ID MODE SECONDS COMMAND…: keeps the output as data/commands/ID.txt.
run() {
  r_id=$1 r_mode=$2 r_limit=$3
  shift 3
  r_source="command:$*"
  if ! have "$1"; then
    absent "$r_source" not_installed
    return 1
  fi
  bounded "$r_limit" "$W/raw/$r_id" "$@"
  keep_output "$r_id" "$r_mode" "$r_source"
}

keep_output() {
  k_truncated=0
  if [ "$RC" -eq 124 ]; then
    if [ ! -s "$W/raw/$1" ]; then
      absent "$3" timeout
      return 1
    fi
    k_truncated=1
  fi
  if [ "$RC" -eq 153 ]; then k_truncated=1; fi
  if [ "$RC" -ne 0 ] && [ "$USER_ID" -ne 0 ] && [ ! -s "$W/raw/$1" ]; then
    absent "$3" denied
    return 1
  fi
  printf 'R\t%s\t%s\t%s\t%s\t%s\n' "$1" "$2" "$RC" "$k_truncated" "$3" >&3
}

# derived ID EXIT TRUNCATED: a table already written under data/derived.
derived() { printf 'E\tdata/derived/%s.txt\tderived:%s\t%s\t%s\n' "$1" "$1" "$2" "$3" >&3; }

# One command over the names of a list, whatever characters they hold.
xargs_lines() { sed 's|[^A-Za-z0-9_./-]|\\&|g' "$1" | { shift; xargs "$@"; }; }

# ---- choosing files ----
# Why a path can not be read: denied if a directory on the way may not be searched, else absent.
why_missing() {
  p=$1
  while [ -n "$p" ] && [ ! -e "$p" ]; do p=${p%/*}; done
  if [ -z "$p" ]; then p=/; fi
  if [ -d "$p" ] && [ ! -x "$p" ]; then WHY=denied; else WHY=absent; fi
  # Where the kernel's own file systems are not mounted, their files prove nothing by being absent.
  case $1 in
    /sys/*) if [ ! -d /sys/kernel ]; then WHY=denied; fi ;;
    /proc/*) if [ ! -d /proc/self ]; then WHY=denied; fi ;;
  esac
}

# add MODE PATH…: queues files for a masked copy. A glob without a match is noted as such.
add() {
  a_mode=$1
  shift
  a_count=0
  for f in "$@"; do
    case $f in
      *"$NL"* | *"$TAB"*)
        absent "file:${f%%["$NL$TAB"]*}?" denied
        continue
        ;;
    esac
    if [ ! -e "$f" ]; then
      case $f in
        *'*'*)
          p=${f%%'*'*}
          p=${p%/*}
          if [ -d "$p" ]; then
            if [ -r "$p" ] && [ -x "$p" ]; then WHY=absent; else WHY=denied; fi
          else
            why_missing "$p"
          fi
          ;;
        *) why_missing "$f" ;;
      esac
      absent "file:$f" "$WHY"
      continue
    fi
    [ -f "$f" ] || continue
    case $f in
      *~ | *.bak | *.swp | *.dpkg-old | *.dpkg-dist | *.rpmsave | *.rpmnew) continue ;;
    esac
    if [ -L "$f" ]; then
      case $(readlink -f "$f" 2>/dev/null) in
        */shadow | */shadow- | */gshadow | */gshadow- | */opasswd | /dev/* | /home/* | *.key | *.pem | */id_*)
          absent "file:$f" denied
          continue
          ;;
      esac
    fi
    if [ ! -r "$f" ]; then
      absent "file:$f" denied
      continue
    fi
    a_count=$((a_count + 1))
    if [ "$a_count" -gt 400 ]; then
      absent "file:$f" too_large
      continue
    fi
    printf '%s\t%s\n' "$a_mode" "$f" >&4
  done
}

# On a merged /usr the short directory is the same one, so it is not read twice.
add_vendor() {
  v_mode=$1 v_name=$2
  add "$v_mode" /usr/lib/$v_name/*.conf
  if [ -d "/usr/local/lib/$v_name" ]; then add "$v_mode" /usr/local/lib/$v_name/*.conf; fi
  if [ -d "/run/$v_name" ]; then add "$v_mode" /run/$v_name/*.conf; fi
  if [ ! -L /lib ] && [ -d "/lib/$v_name" ]; then add "$v_mode" /lib/$v_name/*.conf; fi
}

# ======================================================================================
# awk programs
# ======================================================================================
cat >"$W/lib/mask.awk" <<'AWK'
# Masks secrets. mask(line, mode) keeps one line for one line, so line numbers stay true.
function mask_init(   i, n, names) {
  names = "passw(or)?d|passwd|passphrase|passcode|pwd|_pass|-pass|\\.pass|auth_?pass|secret|token|bindpw|rootpw|sshpass"
  names = names "|requirepass|masterauth|authorization|community|psk|environment"
  names = names "|(api|access|secret|private|auth|encryption|encrypt|signing|shared|master|session|fastopen|license|account|storage|service|aes|hmac|preshared|pre_shared)[-_. ]?key(_id)?"
  pair_any = "(" names "|(^|[ \t,;?&({\"'])(key|pass))[\"']?[ \t]*(=>|:=|=|:)[ \t]*"
  pair_equal = "(" names ")[\"']?[ \t]*=[ \t]*"
  option = "(^|[ \t\"'=])--?[a-z0-9_-]*(" names ")[ \t]+"
  first_word = "^[ \t]*[a-z0-9_.:-]*(passw(or)?d|passphrase|secret|token|requirepass|masterauth|bindpw|rootpw|community)[ \t]+[^ \t=:]"
  hex32 = ""
  for (i = 0; i < 32; i++) hex32 = hex32 "[0-9A-Fa-f]"
  hex32 = hex32 "[0-9A-Fa-f]*"
  word40 = ""
  for (i = 0; i < 40; i++) word40 = word40 "[A-Za-z0-9_+]"
  word40 = word40 "[A-Za-z0-9_+=-]*"
  split("PATH SHELL MAILTO HOME LOGNAME USER LANG RANDOM_DELAY START_HOURS_RANGE CRON_TZ MAILFROM", keep_list, " ")
  for (i in keep_list) keep_name[keep_list[i]] = 1
  # Plain words of scheduled commands that say what is done.
  n = split("add all archive auto autoclean backup cache cat cd check clean cleanup compact copy create cron daily delete disable dump enable exit export false full generate hourly incremental info install list log logs make monthly no now off on prune purge quiet rebuild refresh reload remove renew report reset restart rotate run runonce save scan scrub send server set snapshot start state status stop summary sync sysstat system test then true trim update upgrade vacuum verify weekly yes", keep_list, " ")
  for (i = 1; i <= n; i++) plain_word[keep_list[i]] = 1
}
function start_file() { in_key = 0; in_script = 0 }

function mask(s, mode) {
  if (in_key) {
    if (s ~ /-----END /) in_key = 0
    return "***"
  }
  if (s ~ /-----BEGIN [A-Z0-9 ]*PRIVATE KEY/) {
    in_key = (s !~ /-----END /)
    return "***"
  }
  if (mode != "command" && mode != "sysctl" && mode != "audit_command" && s ~ /^[ \t]*#/) {
    # Comments are not evidence and are where people leave notes: only their place is kept.
    if (!(mode == "sudo" && s ~ /^#(include|includedir)?[ \t]*["\/0-9]/)) return "#"
  }
  if (mode == "passwd") return mask_field(s)
  if (mode == "cron" || mode == "crontab" || mode == "anacron") s = mask_cron(s, mode)
  else if (mode == "shell") s = mask_shell(s)
  else if (mode == "snmp") s = mask_snmp(s)
  else if (mode == "grub") s = mask_grub(s)
  else if (mode == "logrotate") {
    if (in_script) {
      if (s ~ /^[ \t]*endscript/) in_script = 0
      else return "#"
    } else if (s ~ /^[ \t]*(post|pre)rotate|^[ \t]*(first|last)action|^[ \t]*preremove/) in_script = 1
  }
  return mask_words(s, mode)
}

function mask_words(s, mode,   l) {
  if (s ~ /[$]/) s = mask_match(s, "[$](1|2[abxy]?|3|5|6|7|y|gy|sm3|md5|sha1|apr1|argon2[id]*|scrypt|pbkdf2[-a-z0-9]*|P|H|S|bcrypt[-a-z0-9]*)[$,][A-Za-z0-9./$=,+_-]+", 10)
  if (s ~ /grub[.]pbkdf2/) s = mask_match(s, "grub[.]pbkdf2[A-Za-z0-9.]*", 12)
  if (s ~ /[{][A-Z0-9-]+[}]/) s = mask_match(s, "[{](S?SHA[0-9]*|S?MD5|CRYPT|PBKDF2[-A-Z0-9]*|ARGON2|SM3)[}][^ \t\"',;]+", 8)
  if (index(s, "://")) s = mask_url(s)
  if (s ~ /AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|eyJ/)
    s = mask_match(s, "(AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|eyJ)[A-Za-z0-9_.-]+", 20)
  if (mode == "audit" || mode == "audit_command" || mode == "command") return s
  if (length(s) >= 32) {
    s = mask_match(s, hex32, 32)
    if (s ~ /[A-Z]/ && s ~ /[0-9]/ && s ~ /[a-z]/) s = mask_mixed(s)
  }
  l = tolower(s)
  if (l ~ /:om(mysql|pgsql|libdbi):/) {
    match(l, /:om(mysql|pgsql|libdbi):/)
    return substr(s, 1, RSTART + RLENGTH - 1) "***"
  }
  if (mode == "sudo" && s ~ /[ \t]-[pau][^ \t,:-]/) s = mask_attached(s)
  if (mode == "names" && l ~ /^[ \t]*(server_args|env)[ \t]*[+=]|^[ \t]*crypto[ \t].*pw[ \t]/) {
    match(s, /=|pw[ \t]/)
    return substr(s, 1, RSTART + RLENGTH - 1) " ***"
  }
  if (l !~ /environment|pass|pwd|secret|token|key|psk|bindpw|rootpw|authorization|masterauth|community/) return s
  if (mode == "sudo") return mask_option(s)
  s = mask_option(s)
  if (mode == "conf" && tolower(s) ~ first_word) {
    match(s, /^[ \t]*[^ \t]+[ \t]+/)
    return substr(s, 1, RLENGTH) "***"
  }
  if (mode == "names" || mode == "pam" || mode == "mount" || mode == "sysctl") return mask_pairs(s, pair_equal, mode)
  return mask_pairs(s, pair_any, mode)
}

function mask_match(s, re, least,   out) {
  out = ""
  while (match(s, re)) {
    if (RLENGTH >= least) out = out substr(s, 1, RSTART - 1) "***"
    else out = out substr(s, 1, RSTART + RLENGTH - 1)
    s = substr(s, RSTART + RLENGTH)
  }
  return out s
}

# -pSECRET and the like in the command of a sudo rule.
function mask_attached(s,   out) {
  out = ""
  while (match(s, /[ \t]-[pau][^ \t,:-][^ \t,]*/)) {
    out = out substr(s, 1, RSTART + 2) "***"
    s = substr(s, RSTART + RLENGTH)
  }
  return out s
}

# Long words of mixed case with digits are keys or tokens, not names.
function mask_mixed(s,   out, w) {
  out = ""
  while (match(s, word40)) {
    w = substr(s, RSTART, RLENGTH)
    if (w ~ /[A-Z]/ && w ~ /[a-z]/ && w ~ /[0-9]/) out = out substr(s, 1, RSTART - 1) "***"
    else out = out substr(s, 1, RSTART + RLENGTH - 1)
    s = substr(s, RSTART + RLENGTH)
  }
  return out s
}

# scheme://user:password@host: everything up to the last @ of the word goes.
function mask_url(s,   out, p, word, n, at) {
  out = ""
  while ((p = index(s, "://")) > 0) {
    out = out substr(s, 1, p + 2)
    s = substr(s, p + 3)
    match(s, /^[^ \t"'<>`]*/)
    n = RLENGTH
    word = substr(s, 1, n)
    at = n
    while (at > 0 && substr(word, at, 1) != "@") at--
    if (at > 0) {
      out = out "***@"
      s = substr(s, at + 1)
    }
  }
  return out s
}

function value_length(rest, whole, mode,   c, i, n) {
  c = substr(rest, 1, 1)
  n = length(rest)
  if (c == "\"" || c == "'") {
    for (i = 2; i <= n; i++) {
      if (substr(rest, i, 1) == "\\") i++
      else if (substr(rest, i, 1) == c) return i
    }
    return n
  }
  if (whole) return n
  if (mode == "mount") match(rest, /^[^ \t,]*/)
  else match(rest, /^[^] \t&)}"'<>|]*/)
  return RLENGTH
}

function mask_pairs(s, re, mode,   out, l, n, rest, before, len, v, name, whole) {
  out = ""
  l = tolower(s)
  while (match(l, re)) {
    name = substr(l, RSTART, RLENGTH)
    before = out substr(s, 1, RSTART - 1)
    n = RSTART + RLENGTH
    rest = substr(s, n)
    # The value of a name that opens the line runs to its end; so does a header.
    whole = (before ~ /^[ \t;]*[A-Za-z0-9_.:-]*$/ && mode != "mount") || name ~ /authorization/
    # In files of "some words = value" the name may be several words.
    if (mode == "conf" && before ~ /^[A-Za-z0-9_.: \t-]*$/) whole = 1
    len = value_length(rest, whole, mode)
    v = tolower(substr(rest, 1, len))
    gsub(/^[ \t"']+|[ \t"';]+$/, "", v)
    if (v ~ /^(|yes|no|true|false|on|off|none|null|[*][*][*])$/ || (name ~ /key/ && v ~ /^(\/|file:)/))
      out = out substr(s, 1, n + len - 1)
    else
      out = out substr(s, 1, n - 1) "***"
    s = substr(rest, len + 1)
    l = tolower(s)
  }
  return out s
}

# --password VALUE and the like, wherever they stand.
function mask_option(s,   out, l, n, rest, len) {
  out = ""
  l = tolower(s)
  while (match(l, option "[^-]")) {
    n = RSTART + RLENGTH - 1
    rest = substr(s, n)
    len = value_length(rest, 0, "")
    out = out substr(s, 1, n - 1) "***"
    s = substr(rest, len + 1)
    l = tolower(s)
  }
  s = out s
  out = ""
  l = tolower(s)
  while (match(l, "(-[a-z0-9_-]*(passw(or)?d|passwd|secret|token|api-?key)|mysql_pwd|pgpassword)=")) {
    n = RSTART + RLENGTH
    rest = substr(s, n)
    len = value_length(rest, 0, "")
    out = out substr(s, 1, n - 1) "***"
    s = substr(rest, len + 1)
    l = tolower(s)
  }
  return out s
}

function mask_field(s,   n, part, i, out) {
  n = split(s, part, ":")
  if (n < 3) return s
  if (part[2] !~ /^[x*!]*$/) part[2] = "***"
  out = part[1]
  for (i = 2; i <= n; i++) out = out ":" part[i]
  return out
}

# Shell profiles: only lines about idle time, history and file mask, and of those only such values.
function mask_shell(s,   out, name, rest, len) {
  if (s !~ /TMOUT|HIST[A-Z]|[Uu][Mm][Aa][Ss][Kk]|[Aa][Uu][Tt][Oo][Ll][Oo][Gg][Oo][Uu][Tt]/) return "#"
  out = ""
  while (match(s, /[A-Za-z_][A-Za-z0-9_]*=/)) {
    name = substr(s, RSTART, RLENGTH - 1)
    out = out substr(s, 1, RSTART + RLENGTH - 1)
    rest = substr(s, RSTART + RLENGTH)
    len = value_length(rest, 0, "")
    if (name ~ /^(TMOUT|HIST(SIZE|FILESIZE|TIMEFORMAT|CONTROL|FILE|IGNORE)|UMASK|AUTOLOGOUT|autologout)$/) out = out substr(rest, 1, len)
    else if (len > 0) out = out "***"
    s = substr(rest, len + 1)
  }
  return out s
}

function mask_snmp(s,   n, w, d) {
  n = split(s, w, /[ \t]+/)
  d = tolower(w[1] == "" ? w[2] : w[1])
  if (d !~ /^(r[ow]community6?|com2sec6?|com2secunix|createuser|usmuser|trapcommunity|trapsink|trap2sink|informsink|trapsess|authcommunity|proxy|defauthpassphrase|defprivpassphrase|defpassphrase|community)$/) return s
  # The two factory-set names are a finding, not a secret.
  if (d ~ /^(r[ow]community6?|com2sec6?)$/ && s ~ /[ \t](public|private)([ \t]|$)/) return s
  match(s, /^[ \t]*[^ \t]+/)
  return substr(s, 1, RLENGTH) " ***"
}

function mask_grub(s) {
  if (s ~ /^[ \t]*password_pbkdf2[ \t]/) {
    match(s, /^[ \t]*password_pbkdf2[ \t]+[^ \t]+/)
    return substr(s, 1, RLENGTH) " ***"
  }
  if (s ~ /^[ \t]*password[ \t]/) return "password ***"
  if (s ~ /^[ \t]*(set[ \t]+superusers|export[ \t]+superusers|menuentry|submenu|linux|linux16|linuxefi|kernel|options|GRUB_)/ || s ~ /^[A-Z0-9_]+=/) return s
  return ""
}

# Scheduled commands: program names, options, paths and plain words stay; values go.
function mask_cron(s, mode,   head, n, i, fields) {
  if (s ~ /^[ \t]*[A-Za-z_][A-Za-z0-9_]*[ \t]*=/) {
    match(s, /[A-Za-z_][A-Za-z0-9_]*/)
    if (substr(s, RSTART, RLENGTH) in keep_name) return s
    match(s, /^[^=]*=/)
    return substr(s, 1, RLENGTH) "***"
  }
  fields = (mode == "crontab") ? 5 : (mode == "anacron") ? 3 : 6
  if (s ~ /^[ \t]*@/) fields = (mode == "anacron") ? 3 : fields - 4
  head = ""
  for (i = 0; i < fields; i++) {
    if (!match(s, /^[ \t]*[^ \t]+[ \t]*/)) break
    head = head substr(s, 1, RLENGTH)
    s = substr(s, RLENGTH + 1)
  }
  return head mask_command(s)
}

function word_of(w) {
  sub(/[;)]$/, "", w)
  return w
}

function mask_command(s,   out, w, named, after_option, program, first, secret_program, gap, shell) {
  out = ""
  after_option = 0
  first = 1
  program = ""
  while (match(s, /[^ \t]/)) {
    gap = substr(s, 1, RSTART - 1)
    s = substr(s, RSTART)
    if (substr(s, 1, 1) ~ /["'`]/ && !(shell && after_option)) {
      w = substr(s, 1, value_length_any(s))
    } else {
      match(s, /^[^ \t]+/)
      w = substr(s, 1, RLENGTH)
    }
    s = substr(s, length(w) + 1)
    out = out gap
    if (w ~ /^([|&;(){}!<>]|\|\||&&|[0-9]?>+(&[0-9])?|\]|\[)+$/) {
      out = out w
      first = (w !~ />|</) && (w != "]")
      after_option = 0
      continue
    }
    if (shell && after_option) gsub(/["']/, "", w)
    if (first && w ~ /^[A-Za-z_][A-Za-z0-9_]*=/) {
      match(w, /^[^=]*=/)
      out = out substr(w, 1, RLENGTH) "***"
      continue
    }
    if (first || w ~ /^(then|do|else|exec|nice|sudo|nohup|time)$/) {
      out = out (w ~ /^[A-Za-z0-9_.\/~$({\["+-]+[;)]?$/ ? w : "***")
      program = w
      gsub(/^.*\/|[;)(]/, "", program)
      secret_program = (program ~ /^(mysql|maria|mongo|redis|ldap|sshpass|curl|wget|smbclient|expect|psql|sqlplus|exp|imp|rman|isql|disql|ftp|lftp|echo|printf|passwd|chpasswd)/)
      shell = (program ~ /^(sh|bash|dash|ksh|su|runuser|flock)$/)
      first = (w ~ /^(if|then|do|else|while|until|exec|nice|sudo|nohup|time|ionice|chronic|env)$/)
      after_option = 0
      continue
    }
    if (w ~ /^-/) {
      if (w ~ /^--?[A-Za-z0-9][A-Za-z0-9_-]*$/ && !(w ~ /^-[^-]..../) && !(secret_program && w ~ /^-[^-]./)) out = out w
      else if (w ~ /^--[A-Za-z0-9_-]+=/) { match(w, /^[^=]*=/); out = out substr(w, 1, RLENGTH) "***" }
      else if (w ~ /^-[^-]/) out = out substr(w, 1, 2) "***"
      else out = out "***"
      after_option = 1
      named = (w ~ /^--/ || w ~ /^-[pPawkKuUtsS]$/)
      if (shell && w ~ /^-[a-z]*c$/) first = 1
      continue
    }
    if (w ~ /^[0-9]?>>?(\/|&)/ || w ~ /^<\//) out = out w
    else if (w ~ /^[~.]?\/[A-Za-z0-9_.\/*+%-]*[;)]?$/) out = out w
    else if (!secret_program && w ~ /^([A-Za-z0-9_.-]+@)?[A-Za-z0-9.-]+:\/[A-Za-z0-9_.\/-]*(::[a-z{}-]*)?$/) out = out w
    else if (!after_option && !secret_program && (word_of(w) in plain_word)) out = out w
    else if (w ~ /^[0-9]+[;)]?$/ && !secret_program && !(after_option && named)) out = out w
    else out = out "***"
    after_option = 0
    if (w ~ /;$/) first = 1
  }
  return out s
}

function value_length_any(s,   c, i, n) {
  c = substr(s, 1, 1)
  n = length(s)
  for (i = 2; i <= n; i++) {
    if (substr(s, i, 1) == "\\") i++
    else if (substr(s, i, 1) == c) return i
  }
  return n
}
AWK

cat >"$W/lib/names.awk" <<'AWK'
# Names for bundle paths and JSON: what is not UTF-8 is written with % and two hex digits.
function names_init(   i) {
  for (i = 1; i < 256; i++) ord[sprintf("%c", i)] = i
}
function is_utf8(s,   i, n, b, more) {
  n = length(s)
  more = 0
  for (i = 1; i <= n; i++) {
    b = ord[substr(s, i, 1)]
    if (more > 0) {
      if (b < 128 || b > 191) return 0
      more--
    } else if (b >= 240 && b <= 244) more = 3
    else if (b >= 224 && b < 240) more = 2
    else if (b >= 194 && b < 224) more = 1
    else if (b >= 128) return 0
  }
  return more == 0
}
function utf8_name(s,   i, n, c, out) {
  if (s !~ /[^ -~]/ || is_utf8(s)) return s
  out = ""
  n = length(s)
  for (i = 1; i <= n; i++) {
    c = substr(s, i, 1)
    out = out (ord[c] >= 128 ? sprintf("%%%02X", ord[c]) : c)
  }
  return out
}
function json(s,   i, n, c, out) {
  s = utf8_name(s)
  if (s !~ /[\\"]/ && s !~ /[^ -~]/) return "\"" s "\""
  out = ""
  n = length(s)
  for (i = 1; i <= n; i++) {
    c = substr(s, i, 1)
    if (c == "\\" || c == "\"") out = out "\\" c
    else if (ord[c] < 32 || ord[c] == 127) out = out sprintf("\\u%04x", ord[c])
    else out = out c
  }
  return "\"" out "\""
}
AWK

cat >"$W/lib/jobs.awk" <<'AWK'
# The list of copies to make: chosen files first, then the outputs of commands.
BEGIN {
  FS = "\t"
  names_init()
}
FILENAME ~ /files[.]list$/ {
  if ($2 in seen) next
  seen[$2] = 1
  name = utf8_name($2)
  print $1 "\t" $2 "\t" work "/data/files" name "\tfile:" name "\t0\t0"
  next
}
$1 == "R" {
  print $3 "\t" work "/raw/" $2 "\t" work "/data/commands/" $2 ".txt\t" $6 "\t" $4 "\t" $5
}
AWK

cat >"$W/lib/copy.awk" <<'AWK'
# Reads jobs (mode, source path, target path, source text, exit code, truncated) and writes masked copies.
BEGIN {
  FS = "\t"
  mask_init()
  names_init()
  while ((getline line < sizes) > 0) {
    sub(/^[ \t]+/, "", line)
    p = index(line, " ")
    size[substr(line, p + 1)] = substr(line, 1, p - 1) + 0
  }
  close(sizes)
  total = 0
}
function quoted(s,   out, p) {
  out = ""
  while ((p = index(s, "'")) > 0) {
    out = out substr(s, 1, p - 1) "'\\''"
    s = substr(s, p + 1)
  }
  return "'" out s "'"
}
function emit(line, mode) {
  if (length(line) > 16384) {
    line = substr(line, 1, 16384)
    cut = 1
  }
  # Interfaces of containers would fill the table of kernel settings.
  if (mode == "sysctl" && line ~ /^(net\.ipv[46]\.(neigh|conf)\.(veth|cali|br-|vnet|tap|lxc|flannel|cni)|kernel\.sched_domain|net\.ipv[46]\.neigh\.)/) return
  line = mask(line, mode)
  bytes += length(line) + 1
  if (bytes > cap || total + bytes > total_cap) {
    cut = 1
    full = 1
    return
  }
  print line > target
}
{
  mode = $1; from = $2; target = $3; source = $4; code = $5; cut = $6 + 0
  bytes = 0
  full = 0
  start_file()
  if (total >= total_cap) {
    print "A\t" source "\ttoo_large"
    next
  }
  printf "" > target
  reader = ""
  if (size[from] > cap) {
    cut = 1
    reader = "dd bs=4096 count=" int(cap / 4096) " if=" quoted(from) " 2>/dev/null"
    while (!full && (reader | getline line) > 0) emit(line, mode)
    close(reader)
    state = 0
  } else {
    while (!full && (state = (getline line < from)) > 0) emit(line, mode)
    close(from)
  }
  close(target)
  if (state < 0) {
    print "A\t" source "\tdenied"
    print target > failed
    next
  }
  total += bytes
  print "E\t" substr(target, length(work) + 2) "\t" source "\t" code "\t" cut
}
AWK

cat >"$W/lib/shadow.awk" <<'AWK'
# name|state|scheme|last_change|min|max|warn|inactive|expire, never the hash itself.
function scheme_of(h) {
  if (h ~ /^[$]1[$]/) return "md5"
  if (h ~ /^[$]2[abxy]?[$]/) return "blowfish"
  if (h ~ /^[$]5[$]/) return "sha256"
  if (h ~ /^[$]6[$]/) return "sha512"
  if (h ~ /^[$]y[$]/) return "yescrypt"
  if (h ~ /^[$]gy[$]/) return "gost-yescrypt"
  if (h ~ /^[$]sm3[$]/) return "sm3"
  if (h ~ /^[$]/) return "other"
  if (h ~ /^_/ && length(h) == 20) return "des"
  if (length(h) == 13 && h ~ /^[A-Za-z0-9.\/]*$/) return "des"
  return ""
}
function number(s) { return s ~ /^-?[0-9]+$/ ? s : "" }
function row(name, field, a, b, c, d, e, f,   state, scheme, h) {
  scheme = ""
  if (field == "") state = "empty"
  else if (field ~ /^[!*]/) {
    h = field
    sub(/^[!*]+/, "", h)
    scheme = scheme_of(h)
    state = (field ~ /^!/ && scheme != "") ? "locked" : "none"
    if (state == "none") scheme = ""
  } else if ((scheme = scheme_of(field)) != "") state = "set"
  else if (field == "x" || field == "NP" || field == "LK") state = "none"
  else state = "unknown"
  print name "|" state "|" scheme "|" number(a) "|" number(b) "|" number(c) "|" number(d) "|" number(e) "|" number(f)
}
BEGIN {
  FS = ":"
  while ((getline line < shadow) > 0) {
    split(line, s, ":")
    if (s[1] == "" || s[1] ~ /^[+-]/) continue
    seen[s[1]] = 1
    row(s[1], s[2], s[3], s[4], s[5], s[6], s[7], s[8])
  }
  while ((getline line < passwd) > 0) {
    split(line, s, ":")
    if (s[1] == "" || s[1] ~ /^[+-]/ || (s[1] in seen)) continue
    row(s[1], s[2], "", "", "", "", "", "")
  }
}
AWK

cat >"$W/lib/modes.awk" <<'AWK'
# stat lines (type and mode in hex, uid, gid, size, mtime, path) to the tables of modes.
BEGIN {
  FS = "|"
  while ((getline line < "/etc/passwd") > 0) { split(line, s, ":"); if (!(s[3] in user)) user[s[3]] = s[1] }
  while ((getline line < "/etc/group") > 0) { split(line, s, ":"); if (!(s[3] in team)) team[s[3]] = s[1] }
  rows = 0
}
function hex(s,   i, v) {
  v = 0
  s = tolower(s)
  for (i = 1; i <= length(s); i++) v = v * 16 + index("0123456789abcdef", substr(s, i, 1)) - 1
  return v
}
function bit(v, n) { return int(v / n) % 2 }
function octal(v) { return sprintf("%d%d%d%d", int(v / 512) % 8, int(v / 64) % 8, int(v / 8) % 8, v % 8) }
function owner(u) { return (u in user) ? user[u] : u }
function group_of(g) { return (g in team) ? team[g] : g }
function special(kind) {
  if (++rows > limit) { print "1" > cutmark; return }
  print kind "|" octal(mode % 4096) "|" owner($2) "|" path
}
/^[0-9a-fA-F]+\|[0-9]+\|[0-9]+\|[0-9]+\|-?[0-9]+\|\// {
  mode = hex($1)
  type = int(mode / 4096)
  path = $0
  sub(/^[^|]*\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|/, "", path)
  if (path in seen) next
  seen[path] = 1
  kind = (type == 8) ? "file" : (type == 4) ? "directory" : (type == 10) ? "link" : "other"
  if (table == "modes") {
    print kind "|" octal(mode % 4096) "|" owner($2) "|" group_of($3) "|" $4 "|" int($5 / 86400) "|" path
    next
  }
  if (type == 10) next
  base = path
  sub(/^.*\//, "", base)
  if (type == 8 && bit(mode, 2048)) special("setuid")
  if (type == 8 && bit(mode, 1024)) special("setgid")
  if (type == 8 && bit(mode, 2)) special("world_writable")
  if (type == 4 && bit(mode, 2) && !bit(mode, 512)) special("world_writable_directory")
  if (local_names && (!($2 in user) || !($3 in team))) special("unowned")
  if (base == ".rhosts" || path == "/etc/hosts.equiv") special("rhosts")
  if (base == ".netrc") special("netrc")
}
AWK

cat >"$W/lib/spans.awk" <<'AWK'
# How far back each log reaches: from the first record of readable text files, else from file times.
BEGIN {
  FS = "|"
  split("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec", m, " ")
  for (i = 1; i <= 12; i++) month[m[i]] = i
}
function days(y, mo, d,   era, yoe, doy) {
  if (mo <= 2) y--
  era = int(y / 400)
  yoe = y - era * 400
  doy = int((153 * (mo + (mo > 2 ? -3 : 9)) + 2) / 5) + d - 1
  return era * 146097 + yoe * 365 + int(yoe / 4) - int(yoe / 100) + doy - 719468
}
function year_of(day,   y) {
  y = 1970 + int(day / 365.2425)
  while (days(y + 1, 1, 1) <= day) y++
  while (days(y, 1, 1) > day) y--
  return y
}
function first_day(path, mtime_day,   line, w, d, y, n) {
  for (n = 0; n < 20 && (getline line < path) > 0; n++) {
    if (match(line, /[0-9][0-9][0-9][0-9]-[01][0-9]-[0-3][0-9]/) && RSTART < 12) {
      close(path)
      return days(substr(line, RSTART, 4) + 0, substr(line, RSTART + 5, 2) + 0, substr(line, RSTART + 8, 2) + 0)
    }
    if (match(line, /audit\([0-9]+/)) { close(path); return int(substr(line, RSTART + 6, RLENGTH - 6) / 86400) }
    split(line, w, " ")
    if ((w[1] in month) && w[2] ~ /^[0-9]+$/ && w[2] <= 31) {
      # No year in the record: the latest such day that is not after the file's time.
      y = year_of(mtime_day)
      d = days(y, month[w[1]], w[2] + 0)
      if (d > mtime_day + 1) d = days(y - 1, month[w[1]], w[2] + 0)
      close(path)
      return d
    }
  }
  close(path)
  return ""
}
/^[0-9a-fA-F]+\|[0-9]+\|[0-9]+\|[0-9]+\|[0-9]+\|\// {
  if ($1 !~ /^8/ || $4 == 0) next
  path = $0
  sub(/^[^|]*\|[^|]*\|[^|]*\|[^|]*\|[^|]*\|/, "", path)
  base = path
  sub(/\.(gz|xz|bz2|zst)$/, "", base)
  sub(/[-.]20[0-9][0-9][0-9][0-9][0-9][0-9][-0-9]*$/, "", base)
  sub(/\.[0-9]+$/, "", base)
  day = int($5 / 86400)
  first = ""
  if (path !~ /\.(gz|xz|bz2|zst)$/ && path !~ /(wtmp|btmp|lastlog|faillog|tallylog)/) first = first_day(path, day)
  if (first == "" && path != base) first = day
  if (first != "" && (!(base in oldest) || first < oldest[base])) oldest[base] = first
  if (!(base in newest) || day > newest[base]) newest[base] = day
  if (!(base in bytes)) order[++count] = base
  bytes[base] += $4
}
END {
  for (i = 1; i <= count; i++) {
    base = order[i]
    printf "%s|%s|%s|%.0f\n", base, oldest[base], newest[base], bytes[base]
  }
  if (journal_new != "") print "journal|" int(journal_old / 86400) "|" int(journal_new / 86400) "|" journal_bytes
}
AWK

cat >"$W/lib/manifest.awk" <<'AWK'
BEGIN {
  FS = "\t"
  names_init()
  while ((getline line < sums) > 0) {
    escaped = (substr(line, 1, 1) == "\\")
    if (escaped) line = substr(line, 2)
    name = substr(line, 67)
    if (escaped) gsub(/\\\\/, "\\", name)
    sum[name] = substr(line, 1, 64)
  }
  while ((getline line < sizes) > 0) {
    sub(/^[ \t]+/, "", line)
    p = index(line, " ")
    bytes[substr(line, p + 1)] = substr(line, 1, p - 1)
  }
  printf "{\"format\":\"dengce-bundle/1\",\"collector\":{\"name\":\"linux\",\"version\":%s},\"platform\":\"linux\",\n", json(version)
  printf "\"target\":{\"name\":%s,\"addresses\":[", json(host)
  n = split(addresses, a, " ")
  for (i = 1; i <= n; i++) printf "%s%s", (i > 1 ? "," : ""), json(a[i])
  printf "]},\"started\":%s,\"ended\":%s,\n\"entries\":[", json(started), json(ended)
}
$1 == "E" {
  if (!($2 in sum) || !($2 in bytes)) {
    # A file that can not be digested must not stand in the bundle.
    print $2 > lost
    missing[++absences] = "{\"source\":" json($3) ",\"reason\":\"denied\"}"
    next
  }
  printf "%s\n{\"path\":%s,\"source\":%s,\"exit_code\":%d,\"bytes\":%d,\"truncated\":%s,\"sha256\":\"%s\",\"sm3\":null}", (entries++ ? "," : ""), json($2), json($3), $4, bytes[$2], ($5 ? "true" : "false"), sum[$2]
}
$1 == "A" && !(($2 "\t" $3) in told) {
  told[$2 "\t" $3] = 1
  missing[++absences] = "{\"source\":" json($2) ",\"reason\":" json($3) "}"
}
END {
  printf "],\n\"absent\":["
  for (i = 1; i <= absences; i++) printf "%s\n%s", (i > 1 ? "," : ""), missing[i]
  printf "]}\n"
}
AWK

# ======================================================================================
# files
# ======================================================================================
say "reading files"
add conf /etc/os-release /usr/lib/os-release /etc/hostname /etc/timezone
for f in /etc/redhat-release /etc/system-release /etc/openEuler-release /etc/kylin-release /etc/.kyinfo \
  /etc/os-version /etc/debian_version /etc/lsb-release /etc/product-info; do
  if [ -e "$f" ]; then add conf "$f"; fi
done
add passwd /etc/passwd /etc/group
add names /etc/login.defs /etc/default/useradd /etc/nsswitch.conf /etc/securetty /etc/shells
add pam /etc/pam.conf /etc/pam.d/*
if [ -d /usr/lib/pam.d ]; then add pam /usr/lib/pam.d/*; fi
add names /etc/security/*.conf /etc/security/pwquality.conf.d/*.conf /etc/security/limits.d/*.conf
add names /etc/ssh/sshd_config /etc/ssh/sshd_config.d/*.conf /etc/sysconfig/sshd /etc/default/ssh
if [ -d /usr/etc/ssh ]; then add names /usr/etc/ssh/sshd_config /usr/etc/ssh/sshd_config.d/*.conf; fi
add names /etc/crypto-policies/config /etc/crypto-policies/state/current \
  /etc/crypto-policies/back-ends/opensshserver.config
# Files that sshd_config includes from other places.
if [ -r /etc/ssh/sshd_config ]; then
  set -f
  for f in $(awk 'tolower($1) == "include" { for (i = 2; i <= NF; i++) print $i }' /etc/ssh/sshd_config | head -n 20); do
    case $f in
      /etc/ssh/sshd_config.d/* | /etc/crypto-policies/*) ;;
      *.key | *shadow*) ;;
      /*) set +f; add names $f; set -f ;;
      *) set +f; add names /etc/ssh/$f; set -f ;;
    esac
  done
  set +f
fi
add sudo /etc/sudoers /etc/sudoers.d/*
add shell /etc/profile /etc/bash.bashrc /etc/bashrc /etc/csh.cshrc /etc/csh.login /etc/zsh/zshrc /etc/profile.d/*.sh \
  /etc/profile.d/*.csh /etc/environment /root/.profile /root/.bash_profile /root/.bashrc
add names /etc/inetd.conf /etc/xinetd.conf /etc/xinetd.d/*
add sysctl /etc/sysctl.conf /etc/sysctl.d/*.conf
add_vendor sysctl sysctl.d
add names /etc/modprobe.conf /etc/modprobe.d/*.conf
add_vendor names modprobe.d
add mount /etc/fstab /proc/self/mounts
add names /etc/crypttab /proc/modules /proc/swaps /proc/mdstat
add mount /proc/cmdline
add conf /etc/systemd/journald.conf /etc/systemd/journald.conf.d/*.conf /etc/systemd/logind.conf \
  /etc/systemd/logind.conf.d/*.conf /etc/systemd/coredump.conf /etc/systemd/coredump.conf.d/*.conf \
  /etc/systemd/system.conf /etc/systemd/system.conf.d/*.conf /etc/systemd/user.conf \
  /etc/systemd/timesyncd.conf /etc/systemd/timesyncd.conf.d/*.conf /etc/systemd/journal-upload.conf
for d in journald logind coredump system timesyncd; do
  for f in /usr/lib/systemd/$d.conf /usr/lib/systemd/$d.conf.d/*.conf /run/systemd/$d.conf.d/*.conf; do
    if [ -f "$f" ]; then add conf "$f"; fi
  done
done
add audit /etc/audit/auditd.conf /etc/audit/audit.rules /etc/audit/rules.d/*.rules
add conf /etc/audit/plugins.d/*.conf /etc/audit/audisp-remote.conf /etc/audisp/plugins.d/*.conf \
  /etc/audisp/audisp-remote.conf
add conf /etc/rsyslog.conf /etc/rsyslog.d/*.conf /etc/syslog.conf /etc/syslog-ng/syslog-ng.conf \
  /etc/syslog-ng/conf.d/*.conf
add logrotate /etc/logrotate.conf /etc/logrotate.d/*
add names /etc/chrony.conf /etc/chrony/chrony.conf /etc/chrony/conf.d/*.conf /etc/chrony/sources.d/*.sources \
  /etc/chrony.d/*.conf /etc/ntp.conf /etc/ntpsec/ntp.conf /etc/ptp4l.conf
add audit /etc/nftables.conf /etc/sysconfig/nftables.conf /etc/sysconfig/iptables /etc/sysconfig/ip6tables \
  /etc/iptables/rules.v4 /etc/iptables/rules.v6 /etc/ufw/ufw.conf /etc/ufw/user.rules /etc/ufw/user6.rules \
  /etc/default/ufw
add conf /etc/firewalld/firewalld.conf /etc/firewalld/zones/*.xml
add names /etc/selinux/config /sys/fs/selinux/enforce /sys/module/apparmor/parameters/enabled \
  /sys/kernel/security/lsm /sys/kernel/security/lockdown
add grub /boot/grub/grub.cfg /boot/grub2/grub.cfg /boot/grub2/user.cfg /boot/grub/custom.cfg /etc/default/grub \
  /etc/grub.d/40_custom /etc/grub.d/01_users /boot/efi/EFI/*/grub.cfg /boot/efi/EFI/*/user.cfg \
  /boot/loader/entries/*.conf
add crontab /var/spool/cron/crontabs/* /var/spool/cron/*
add cron /etc/crontab /etc/cron.d/*
add anacron /etc/anacrontab
add names /etc/cron.allow /etc/cron.deny /etc/at.allow /etc/at.deny
add names /etc/hosts.allow /etc/hosts.deny
add conf /etc/issue /etc/issue.net
add conf /etc/aide.conf /etc/aide/aide.conf /etc/aide/aide.conf.d/*.conf
for f in /etc/clamav/clamd.conf /etc/clamav/freshclam.conf /etc/clamd.conf /etc/clamd.d/*.conf /etc/freshclam.conf \
  /etc/usbguard/usbguard-daemon.conf /etc/aliases /etc/vsftpd.conf /etc/vsftpd/vsftpd.conf /etc/samba/smb.conf \
  /etc/exports /etc/exports.d/*.exports /etc/fail2ban/jail.local /etc/fail2ban/jail.d/*; do
  if [ -e "$f" ]; then add conf "$f"; fi
done
if [ -e /etc/snmp/snmpd.conf ]; then add snmp /etc/snmp/snmpd.conf; fi
if have apt-get; then
  add conf /etc/apt/apt.conf /etc/apt/apt.conf.d/* /etc/apt/sources.list /etc/apt/sources.list.d/*
fi
if have rpm; then
  add conf /etc/dnf/dnf.conf /etc/dnf/automatic.conf /etc/yum.conf /etc/yum/yum-cron.conf /etc/yum.repos.d/*.repo
fi

# ======================================================================================
# commands
# ======================================================================================
say "asking the system"
search_special() {
  # Local file systems only: one start point per device, the places that matter most first.
  awk '
    function plain(s,   out, i) {
      out = ""
      while ((i = index(s, "\\0")) > 0) { out = out substr(s, 1, i - 1) sprintf("%c", substr(s, i + 2, 1) * 8 + substr(s, i + 3, 1)); s = substr(s, i + 4) }
      return out s
    }
    $3 ~ /^(ext[234]|xfs|btrfs|f2fs|jfs|reiserfs|zfs|ufs|tmpfs|bcachefs)$/ || $2 == "/" {
      if (($3 != "tmpfs" && ($1 in seen)) || $2 ~ /^\/(proc|sys|run|dev)(\/|$)/ && $2 != "/dev/shm") next
      if ($2 ~ /^\/(var\/lib\/(docker|containerd|containers|kubelet|snapd)|snap)\//) next
      seen[$1] = 1
      if ($2 != "/") print plain($2)
    }' /proc/self/mounts 2>/dev/null | head -n 60 >"$W/raw/mounts"
  set --
  while IFS= read -r f; do
    if [ -d "$f" ]; then set -- "$@" "$f"; fi
  done <"$W/raw/mounts"
  early=
  for f in /etc /usr/bin /usr/sbin /usr/local /usr/libexec /root /home /tmp /var/tmp /var/spool /srv /opt; do
    if [ -d "$f" ] && [ ! -L "$f" ]; then early="$early $f"; fi
  done
  if [ ! -L /bin ] && [ -d /bin ]; then early="$early /bin /sbin"; fi
  who=-uid
  grp=-gid
  if ! find / -maxdepth 0 -uid 0 >/dev/null 2>&1; then who=-user grp=-group; fi
  # Owners from a directory service can not be told from missing ones without asking the network.
  if [ "$LOCAL_NAMES" = 1 ]; then
    ids=$(awk -F: -v w="$who" '$3 ~ /^[0-9]+$/ && n < 400 { n++; printf "%s%s %s", (n > 1 ? " -o " : ""), w, $3 }' /etc/passwd)
    gids=$(awk -F: -v w="$grp" '$3 ~ /^[0-9]+$/ && n < 400 { n++; printf "%s%s %s", (n > 1 ? " -o " : ""), w, $3 }' /etc/group)
    # The leading test decides for nearly every file, so the long lists are seldom walked.
    unowned="-o ! $who 0 ! ( $ids ) -o ! $grp 0 ! ( $gids )"
  else
    unowned=
  fi
  any="( -perm -4000 -o -perm -2000 -o -perm -2 )"
  if find / -maxdepth 0 -perm /6002 >/dev/null 2>&1; then any="-perm /6002"; fi
  perms="( -type f $any -o -type d -perm -2 ! -perm -1000 $unowned )"
  skip="-type d ( -path /var/lib/docker -o -path /var/lib/containerd -o -path /var/lib/containers -o -path /var/lib/kubelet -o -path /var/lib/snapd -o -path /proc -o -path /sys -o -path /run )"
  rest="-type d ( -path /run"
  for f in $early /var/lib/docker /var/lib/containerd /var/lib/containers /var/lib/kubelet /var/lib/snapd /proc /sys; do
    rest="$rest -o -path $f"
  done
  rest="$rest )"
  set -f
  old_ifs=$IFS
  # Words are split at blanks only; names with a line break are left out, they could pose as rows.
  IFS=' '
  bounded "$SEARCH_SECONDS" "$W/raw/special-1" find $early -xdev $skip -prune -o $perms ! -path "*$NL*" -exec $STAT {} +
  SEARCH_RC=$RC
  bounded "$SEARCH_SECONDS" "$W/raw/special-2" find / "$@" -xdev $rest -prune -o $perms ! -path "*$NL*" -exec $STAT {} +
  IFS=$old_ifs
  set +f
  if [ "$RC" -ne 0 ]; then SEARCH_RC=$RC; fi
  # Files of the old trust between hosts lie in home directories only.
  : >"$W/raw/special-3"
  for f in /etc/hosts.equiv /root/.rhosts /root/.netrc; do
    if [ -f "$f" ]; then $STAT "$f" >>"$W/raw/special-3" 2>/dev/null; fi
  done
  while IFS= read -r f; do
    for d in .rhosts .netrc; do
      if [ -f "$f/$d" ]; then $STAT "$f/$d" >>"$W/raw/special-3" 2>/dev/null; fi
    done
  done <"$W/raw/homes"
}

units_from_files() {
  : >"$W/raw/unit-paths"
  for d in /etc/systemd/system /run/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system /lib/systemd/system; do
    if [ -L /lib ] && [ "$d" = /lib/systemd/system ]; then continue; fi
    for f in "$d"/*.service "$d"/*.socket "$d"/*.timer "$d"/*.target "$d"/*.mount; do
      case $f in *"$NL"* | *'|'*) continue ;; esac
      if [ -e "$f" ]; then
        # systemd takes an empty file, like a link to /dev/null, for masked.
        if [ ! -s "$f" ]; then kind=masked
        elif [ -L "$f" ]; then kind=alias
        else kind=file
        fi
        printf '%s|%s\n' "$kind" "$f" >>"$W/raw/unit-paths"
      fi
    done
  done
  : >"$W/raw/unit-links"
  for f in /etc/systemd/system/*.wants/* /etc/systemd/system/*.requires/* /run/systemd/system/*.wants/*; do
    case $f in *"$NL"*) continue ;; esac
    if [ -e "$f" ] || [ -L "$f" ]; then printf '%s\n' "${f##*/}" >>"$W/raw/unit-links"; fi
  done
  sed -n 's/^file|//p' "$W/raw/unit-paths" >"$W/raw/unit-list"
  xargs_lines "$W/raw/unit-list" grep -l -E '^(WantedBy|RequiredBy|Alias|UpheldBy)=.' -- >"$W/raw/unit-wanted" 2>/dev/null
  awk -F '|' '
    # A link to x@1.service enables the template x@.service.
    FILENAME ~ /unit-links$/ { name = $0; sub("@.*[.]", "@.", name); enabled[name] = 1; next }
    FILENAME ~ /unit-wanted$/ { wanted[$0] = 1; next }
    {
      name = $2
      sub("^.*/", "", name)
      if (name in seen) next
      seen[name] = 1
      state = $1
      if (state == "file") state = (name in enabled) ? "enabled" : ($2 in wanted) ? "disabled" : "static"
      print name " " state
    }
  ' "$W/raw/unit-links" "$W/raw/unit-wanted" "$W/raw/unit-paths" >"$W/data/derived/unit-files.txt"
  derived unit-files 0 0
}

run uname command 5 uname -srm
run virtualization command 5 systemd-detect-virt
run addresses command 5 ip -o addr || run addresses command 5 ifconfig -a
if have sshd; then
  bounded 10 "$W/raw/sshd-effective" sshd -T
  if [ "$RC" -ne 0 ] && [ ! -s "$W/raw/sshd-effective" ]; then
    # Old versions want a connection when Match is used: one that no rule will name.
    bounded 10 "$W/raw/sshd-effective" sshd -T -C user=nobody,host=none.invalid,addr=192.0.2.1
  fi
  keep_output sshd-effective names "command:sshd -T"
else
  absent "command:sshd -T" not_installed
fi
run sysctl sysctl 10 sysctl -a
run unit-files command 15 systemctl list-unit-files --no-pager --no-legend --type=service,socket,timer,target,mount
# Without an answer (no systemctl, or not allowed) the unit files and links themselves tell what is enabled.
if [ ! -s "$W/raw/unit-files" ] && [ -d /usr/lib/systemd/system ]; then units_from_files; fi
UNIT_STATES=$W/raw/unit-files
if [ ! -s "$UNIT_STATES" ]; then UNIT_STATES=$W/data/derived/unit-files.txt; fi
run units command 15 systemctl list-units --all --no-pager --no-legend --plain --full --type=service,socket,timer
run timers command 10 systemctl list-timers --all --no-pager --no-legend
run audit-rules audit_command 10 auditctl -l
run audit-status audit_command 10 auditctl -s
run sockets command 10 ss -lntup || run sockets command 10 netstat -lntup
if have ps && ps -eo pid,user:32,comm >/dev/null 2>&1; then
  run processes command 10 ps -eo pid,user:32,comm
else
  run processes command 10 ps -o pid,user,comm
fi
run lastlog command 10 lastlog || run lastlog command 10 lastlog2
# The program of the other family is often there without a database; then it would answer "nothing".
if [ -e /var/lib/dpkg/status ]; then
  # shellcheck disable=SC2016
  run packages-dpkg command 20 dpkg-query -W -f '${Package}\t${Version}\t${Architecture}\t${Status}\n'
  # A copy of the package cache saves a second of work; apt itself must not write to the real one.
  if have apt; then
    mkdir -p "$W/apt/archives/partial"
    if [ -r /var/cache/apt/pkgcache.bin ] && cp /var/cache/apt/pkgcache.bin /var/cache/apt/srcpkgcache.bin "$W/apt" 2>/dev/null; then
      bounded 20 "$W/raw/updates-apt" apt list --upgradable -o Dir::Cache="$W/apt"
    else
      bounded 20 "$W/raw/updates-apt" apt list --upgradable -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
    fi
    keep_output updates-apt command "command:apt list --upgradable"
    rm -rf "$W/apt"
  else
    absent "command:apt list --upgradable" not_installed
  fi
fi
if [ -d /var/lib/rpm ] || [ -d /usr/lib/sysimage/rpm ]; then
  if [ ! -e /var/lib/dpkg/status ]; then
    run packages-rpm command 20 rpm -qa --qf '%{NAME}\t%{VERSION}-%{RELEASE}\t%{ARCH}\t%{INSTALLTIME}\t%{EPOCH}\n'
    if have dnf; then
      run updates-dnf command 25 dnf -C -q --setopt=logdir="$W" check-update
      run updates-dnf-security command 25 dnf -C -q --setopt=logdir="$W" updateinfo list --security
    else
      run updates-dnf command 25 yum -C -q check-update
      run updates-dnf-security command 25 yum -C -q updateinfo list security
    fi
  fi
fi
run nft-ruleset audit_command 10 nft list ruleset
run iptables audit_command 10 iptables-save
run ip6tables audit_command 10 ip6tables-save
# These two start an interpreter: only where they are there and can answer.
if have firewall-cmd; then
  if [ -e /run/firewalld.pid ] || [ -e /var/run/firewalld.pid ] || grep -q firewalld "$W/raw/processes" 2>/dev/null; then
    run firewalld command 15 firewall-cmd --list-all-zones
    run firewalld-default command 15 firewall-cmd --get-default-zone
  else
    absent "command:firewall-cmd --list-all-zones" absent
  fi
else
  absent "command:firewall-cmd --list-all-zones" not_installed
fi
run ufw command 10 ufw status verbose
run sestatus command 5 sestatus
run getenforce command 5 getenforce
run aa-status command 10 aa-status
run timedatectl command 5 timedatectl
if have systemctl && [ -e /run/systemd/timesync ]; then run timesync command 5 timedatectl show-timesync; fi
run chrony-sources command 5 chronyc -n sources
run ntpq command 5 ntpq -pn
run lsblk command 5 lsblk -P -o NAME,TYPE,FSTYPE,MOUNTPOINT,PKNAME,SIZE
run journal-usage command 10 journalctl --disk-usage
run mokutil command 5 mokutil --sb-state
if [ "$USER_ID" -eq 0 ] && have lvs; then
  run lvs command 10 lvs --readonly --noheadings --separator '|' -o vg_name,lv_name,origin,segtype
fi
if have zfs; then run zfs-snapshots command 10 zfs list -H -t snapshot -o name; fi

# ======================================================================================
# tables made here
# ======================================================================================
say "making tables"
STAT="stat -c %f|%u|%g|%s|%Y|%n"
LOCAL_NAMES=1
if [ -r /etc/nsswitch.conf ] &&
  awk '$1 ~ /^(passwd|group):$/ { for (i = 2; i <= NF; i++) if ($i !~ /^(files|compat|systemd|altfiles|db|extrausers|\[.*\]?|.*\])$/) bad = 1 } END { exit !bad }' /etc/nsswitch.conf; then
  LOCAL_NAMES=0
fi

printf 'uid|%s\nday|%s\n' "$USER_ID" "$((START_SECOND / 86400))" >"$W/data/derived/collection.txt"
derived collection 0 0

if [ ! -e /etc/shadow ] || [ -r /etc/shadow ]; then
  awk -v shadow=/etc/shadow -v passwd=/etc/passwd -f "$W/lib/shadow.awk" >"$W/data/derived/password-state.txt"
  derived password-state 0 0
else
  absent derived:password-state denied
fi

# ---- modes of sensitive paths ----
: >"$W/modes.list"
mode_of() {
  for f in "$@"; do
    case $f in *"$NL"*) continue ;; esac
    if [ -e "$f" ] || [ -L "$f" ]; then
      printf '%s\n' "$f" >&5
    else
      case $f in
        *'*'*) ;;
        *)
          why_missing "$f"
          if [ "$WHY" = denied ]; then absent "derived:file-modes $f" denied; fi
          ;;
      esac
    fi
  done
}
exec 5>>"$W/modes.list"
mode_of / /etc /etc/passwd /etc/passwd- /etc/shadow /etc/shadow- /etc/group /etc/group- /etc/gshadow /etc/gshadow- \
  /etc/security /etc/security/* /etc/login.defs /etc/sudoers /etc/sudoers.d /etc/sudoers.d/* /etc/ssh /etc/ssh/* \
  /etc/ssh/sshd_config.d/* /etc/pam.d /etc/pam.d/* /etc/crontab /etc/anacrontab /etc/cron.* /etc/cron.d/* /etc/at.allow \
  /etc/at.deny /var/spool/cron /var/spool/cron/* /var/spool/cron/crontabs/* /etc/audit /etc/audit/* /etc/audit/rules.d/* \
  /var/log /var/log/* /var/log/audit/* /var/log/sudo-io /var/log/journal /etc/profile /etc/bash.bashrc /etc/bashrc \
  /etc/profile.d /etc/profile.d/* /etc/environment /etc/hosts /etc/hosts.allow /etc/hosts.deny /etc/issue /etc/issue.net \
  /etc/motd /etc/fstab /etc/crypttab /etc/exports /etc/sysctl.conf /etc/sysctl.d /etc/sysctl.d/* /etc/securetty /etc/shells \
  /etc/rsyslog.conf /etc/rsyslog.d /etc/rsyslog.d/* /etc/syslog-ng/syslog-ng.conf /etc/logrotate.conf /etc/logrotate.d \
  /etc/systemd/journald.conf /etc/systemd/system /etc/chrony.conf /etc/chrony/chrony.conf /etc/ntp.conf /etc/aide.conf \
  /etc/aide/aide.conf /etc/selinux/config /etc/nsswitch.conf /etc/services /etc/inetd.conf /etc/xinetd.conf /etc/xinetd.d \
  /etc/init.d /etc/rc.local /etc/rc.d/rc.local /etc/snmp/snmpd.conf /etc/vsftpd.conf /etc/vsftpd/vsftpd.conf \
  /etc/samba/smb.conf /etc/apt/sources.list /etc/yum.repos.d /etc/apt/auth.conf /etc/ssl/private /etc/pki/tls/private \
  /etc/krb5.keytab /boot /boot/grub /boot/grub2 /boot/grub/grub.cfg /boot/grub2/grub.cfg /boot/grub2/user.cfg \
  /boot/efi/EFI/*/grub.cfg /etc/default/grub /etc/grub.d /root /root/.ssh /root/.ssh/* /root/.bash_history /root/.rhosts \
  /root/.netrc /home /home/* /tmp /var/tmp /dev/shm /var /usr /usr/bin /usr/sbin /usr/bin/su /usr/bin/sudo \
  /usr/bin/passwd /usr/bin/crontab /usr/bin/at /usr/bin/mount /usr/bin/chage /usr/bin/gpasswd /usr/sbin/sshd \
  /usr/sbin/auditctl /usr/sbin/auditd /usr/bin/gcc /usr/bin/wget /usr/bin/curl /var/lib/aide /var/lib/clamav
: >"$W/raw/homes"
if [ -r /etc/passwd ]; then
  # Homes on the network are left alone: looking would mount or wait.
  awk -F: '
    BEGIN {
      while ((getline line < "/proc/self/mounts") > 0) {
        split(line, m, " ")
        if (m[2] != "/" && m[3] ~ /^(nfs|nfs4|cifs|smb3|autofs|afs|ceph|glusterfs|fuse.*|9p|lustre)$/) away[m[2]] = 1
      }
    }
    $3 !~ /^[0-9]+$/ || ($3 > 0 && $3 < 500) || $3 >= 60000 || $6 !~ /^\/./ || ++n > 300 { next }
    {
      for (a in away) if (index($6 "/", a "/") == 1) next
      print $6
    }' /etc/passwd >"$W/raw/homes" 2>/dev/null
  while IFS= read -r f; do
    mode_of "$f" "$f/.ssh" "$f/.ssh/authorized_keys" "$f/.bash_history" "$f/.rhosts" "$f/.netrc" "$f/.bashrc" "$f/.profile"
  done <"$W/raw/homes"
fi
exec 5>&-
head -n 1500 "$W/modes.list" >"$W/modes.short"
if have stat; then
  # shellcheck disable=SC2086
  xargs_lines "$W/modes.short" $STAT -- >"$W/raw/modes" 2>/dev/null
else
  # No stat: the long listing gives all but the time.
  xargs_lines "$W/modes.short" ls -ldn -- 2>/dev/null | awk '
    function digit(s, a, b, c,   v) {
      v = (substr(s, a, 1) == "r") * 4 + (substr(s, b, 1) == "w") * 2
      return v + (substr(s, c, 1) ~ /[xst]/)
    }
    { m = digit($1, 2, 3, 4) * 64 + digit($1, 5, 6, 7) * 8 + digit($1, 8, 9, 10)
      if (substr($1, 4, 1) ~ /[sS]/) m += 2048
      if (substr($1, 7, 1) ~ /[sS]/) m += 1024
      if (substr($1, 10, 1) ~ /[tT]/) m += 512
      t = substr($1, 1, 1); m += (t == "-" ? 32768 : t == "d" ? 16384 : t == "l" ? 40960 : 4096)
      p = index($0, " /"); path = substr($0, p + 1); if (t == "l") sub(/ -> .*$/, "", path)
      printf "%x|%s|%s|%s|0|%s\n", m, $3, $4, $5, path }' >"$W/raw/modes"
fi
awk -v table=modes -f "$W/lib/modes.awk" "$W/raw/modes" >"$W/data/derived/file-modes.txt"
derived file-modes 0 "$([ "$(wc -l <"$W/modes.list")" -gt 1500 ] && echo 1 || echo 0)"

# ---- special files ----
if have find && have stat; then
  say "searching special files"
  search_special
  : >"$W/cutmark"
  cat "$W/raw/special-1" "$W/raw/special-2" "$W/raw/special-3" 2>/dev/null |
    awk -v table=special -v limit="$SEARCH_ROWS" -v local_names="$LOCAL_NAMES" -v cutmark="$W/cutmark" \
      -f "$W/lib/modes.awk" >"$W/data/derived/special-files.txt"
  cut=0
  if [ -s "$W/cutmark" ] || [ "$SEARCH_RC" -gt 123 ]; then cut=1; fi
  # Without rights some directories were closed to the search: it is not complete.
  if [ "$USER_ID" -ne 0 ] && [ "$SEARCH_RC" -ne 0 ]; then cut=1; fi
  derived special-files "$SEARCH_RC" "$cut"
else
  absent derived:special-files not_installed
fi

# ---- presence of well-known programs ----
BIN_DIRS="/usr/sbin /usr/bin /sbin /bin /usr/local/sbin /usr/local/bin"
DAEMON_DIRS="$BIN_DIRS /usr/libexec /usr/lib/systemd /lib/systemd /usr/lib/postfix/sbin /usr/libexec/postfix /usr/lib/openssh /usr/lib/apt /usr/libexec/mysqld /usr/lib/clamav"
look_for() {
  l_name=$1
  shift
  l_readable=1
  for d in "$@"; do
    if [ -e "$d/$l_name" ]; then
      printf '%s|1|%s\n' "$l_name" "$d/$l_name" >&5
      return
    fi
    if [ -d "$d" ] && [ ! -x "$d" ]; then l_readable=0; fi
  done
  if [ "$l_readable" = 1 ]; then printf '%s|0|\n' "$l_name" >&5; fi
}
exec 5>"$W/data/derived/programs.txt"
for f in sshd auditd auditctl augenrules rsyslogd syslogd syslog-ng systemd-journald chronyd ntpd ntpdate \
  systemd-timesyncd ptp4l clamd clamscan clamonacc freshclam aide aideinit tripwire samhain ossec-control wazuh-agentd rkhunter \
  chkrootkit maldet fail2ban-server sshguard denyhosts usbguard-daemon fapolicyd falco suricata snort osqueryd \
  in.telnetd telnetd utelnetd in.rshd in.rlogind in.rexecd in.tftpd tftpd vsftpd proftpd pure-ftpd \
  xinetd inetd inetutils-inetd rpcbind rpc.nfsd smbd nmbd snmpd named dnsmasq httpd apache2 nginx lighttpd \
  mysqld mariadbd postgres mongod redis-server dockerd containerd kubelet podman cupsd avahi-daemon master \
  sendmail exim4 dovecot squid slapd dhcpd ypserv Xorg gdm gdm3 lightdm sddm firewalld firewall-cmd ufw nft \
  iptables ip6tables apparmor_parser aa-status sestatus getenforce setenforce semanage sudo su cron crond atd \
  anacron logrotate unattended-upgrade unattended-upgrades dnf-automatic yum-cron keepalived heartbeat corosync \
  pacemakerd drbdadm haproxy rsync rsnapshot borg restic duplicity bacula-fd bareos-fd amandad timeshift snapper \
  xtrabackup mysqldump pg_dump gcc cc make gdb strace tcpdump nmap nc ncat telnet ftp tftp rsh rlogin wget curl \
  python3 perl cryptsetup veritysetup mokutil tpm2_pcrread sssd realmd oddjobd authselect kysec_set getstatus \
  openvpn ipsec gmssl; do
  # shellcheck disable=SC2086
  look_for "$f" $DAEMON_DIRS
done
for f in pam_unix.so pam_faillock.so pam_tally2.so pam_tally.so pam_pwquality.so pam_cracklib.so pam_passwdqc.so \
  pam_pwhistory.so pam_google_authenticator.so pam_oath.so pam_radius_auth.so pam_u2f.so pam_pkcs11.so pam_sss.so \
  pam_ldap.so pam_krb5.so pam_wheel.so pam_access.so pam_tty_audit.so; do
  look_for "$f" /usr/lib/security /usr/lib64/security /lib/security /lib64/security /lib/*-linux-gnu*/security \
    /usr/lib/*-linux-gnu*/security
done
exec 5>&-
derived programs 0 0

# ---- scheduled jobs by directory, and services of the old kind ----
exec 5>"$W/data/derived/cron-directories.txt"
for d in hourly daily weekly monthly; do
  for f in /etc/cron.$d/*; do
    case $f in *"$NL"* | */.placeholder) continue ;; esac
    if [ -f "$f" ] && [ -x "$f" ]; then printf '%s|%s\n' "$d" "${f##*/}" >&5; fi
  done
done
exec 5>&-
derived cron-directories 0 0

exec 5>"$W/data/derived/sysv-services.txt"
for f in /etc/init.d/* /etc/rc.d/init.d/*; do
  case $f in *"$NL"* | */README | */functions | */skeleton | */rc | */rcS | */netconsole) continue ;; esac
  if [ -L /etc/init.d ] && [ "${f#/etc/init.d/}" != "$f" ]; then continue; fi
  [ -f "$f" ] && [ -x "$f" ] || continue
  n=${f##*/}
  levels=
  for l in 2 3 4 5; do
    for s in /etc/rc$l.d/S[0-9][0-9]"$n" /etc/rc.d/rc$l.d/S[0-9][0-9]"$n"; do
      if [ -e "$s" ]; then levels=${levels%"$l"}$l; fi
    done
  done
  printf '%s|%s\n' "$n" "$levels" >&5
done
exec 5>&-
derived sysv-services 0 0

# ---- logs: how far back ----
if have stat && [ -d /var/log ] && [ -r /var/log ]; then
  : >"$W/logs.list"
  for f in /var/log/* /var/log/audit/* /var/log/chrony/* /var/log/apt/* /var/log/clamav/*; do
    case $f in *"$NL"*) continue ;; esac
    if [ -f "$f" ]; then printf '%s\n' "$f" >>"$W/logs.list"; fi
  done
  head -n 600 "$W/logs.list" >"$W/logs.short"
  if [ -s "$W/logs.short" ]; then
    # shellcheck disable=SC2086
    xargs_lines "$W/logs.short" $STAT -- >"$W/raw/logs" 2>/dev/null
  else
    : >"$W/raw/logs"
  fi
  oldest= newest= used=0
  if have journalctl; then
    # Only the time of the first and last record is read; the reader stops after one line.
    limit=
    if [ "$TIMEOUT_KIND" != own ]; then limit="timeout 5"; fi
    # shellcheck disable=SC2086
    oldest=$($limit journalctl -q --no-pager -o short-unix 2>/dev/null </dev/null | head -n 1 | awk '{ print int($1) }')
    # shellcheck disable=SC2086
    newest=$($limit journalctl -q --no-pager -o short-unix -n 1 2>/dev/null </dev/null | awk 'NR == 1 { print int($1) }')
    used=$(du -sk /var/log/journal /run/log/journal 2>/dev/null | awk '{ s += $1 } END { printf "%.0f", s * 1024 }')
  fi
  awk -v journal_old="$oldest" -v journal_new="$newest" -v journal_bytes="$used" -f "$W/lib/spans.awk" "$W/raw/logs" \
    >"$W/data/derived/log-spans.txt"
  derived log-spans 0 0
  if [ -d /var/log/audit ] && [ ! -x /var/log/audit ]; then absent "derived:log-spans /var/log/audit" denied; fi
else
  absent derived:log-spans denied
fi

# ---- update state ----
day_of() { stat -L -c %Y "$@" 2>/dev/null | awk '$1 > m { m = $1 } END { if (m) print int(m / 86400) }'; }
{
  if [ -e /var/lib/dpkg/status ]; then
    printf 'refreshed_day|%s\n' "$(day_of /var/lib/apt/periodic/update-success-stamp /var/lib/apt/lists)"
    printf 'last_update_day|%s\n' "$(day_of /var/lib/dpkg/status)"
  else
    printf 'refreshed_day|%s\n' "$(day_of /var/cache/dnf/*/repodata/repomd.xml /var/cache/yum/*/*/*/repomd.xml)"
    printf 'last_update_day|%s\n' "$(awk -F '\t' '$4 > m { m = $4 } END { if (m) print int(m / 86400) }' "$W/raw/packages-rpm" 2>/dev/null)"
  fi
  if [ -r /etc/apt/apt.conf.d/20auto-upgrades ] &&
    grep -q '^[^/#]*Unattended-Upgrade[ "]*[1-9]' /etc/apt/apt.conf.d/20auto-upgrades; then
    printf 'automatic|unattended-upgrades\n'
  elif grep -q '^dnf-automatic[a-z-]*[.]timer *enabled' "$UNIT_STATES" 2>/dev/null; then printf 'automatic|dnf-automatic\n'
  elif grep -q '^yum-cron[.]service *enabled' "$UNIT_STATES" 2>/dev/null; then printf 'automatic|yum-cron\n'
  else printf 'automatic|none\n'
  fi
} | awk -F '|' '$2 != ""' >"$W/data/derived/update-state.txt"
derived update-state 0 0

# ---- time, boot chain ----
{
  f=$(readlink -f /etc/localtime 2>/dev/null)
  case $f in */zoneinfo/*) printf 'timezone|%s\n' "${f##*/zoneinfo/}" ;; esac
  if [ -e /run/systemd/timesync/synchronized ]; then printf 'synchronized|yes\n'; fi
} >"$W/data/derived/time-state.txt"
derived time-state 0 0

first_line() {
  LINE=
  if [ -r "$1" ]; then IFS= read -r LINE <"$1" 2>/dev/null; fi
}
{
  if [ -d /sys/firmware/efi ]; then printf 'firmware|uefi\n'
  elif [ -d /sys/firmware ]; then printf 'firmware|bios\n'
  fi
  boot=
  for f in /sys/firmware/efi/efivars/SecureBoot-*; do
    if [ -r "$f" ]; then boot=$(od -An -t u1 "$f" 2>/dev/null | awk '{ v = $NF } END { print v }'); fi
  done
  if [ "$boot" = 1 ]; then printf 'secure_boot|enabled\n'
  elif [ "$boot" = 0 ]; then printf 'secure_boot|disabled\n'
  elif [ ! -d /sys/firmware/efi ] && [ -d /sys/firmware ]; then printf 'secure_boot|unsupported\n'
  fi
  if [ -d /sys/class ]; then
    tpm=absent
    for f in /sys/class/tpm/tpm[0-9]*; do
      if [ -e "$f" ]; then
        first_line "$f/tpm_version_major"
        if [ "$LINE" = 2 ]; then tpm=2.0; else tpm=1.2; fi
      fi
    done
    printf 'tpm|%s\n' "$tpm"
  fi
  if [ -d /sys/kernel/security/ima ]; then
    first_line /sys/kernel/security/ima/runtime_measurements_count
    if [ -n "$LINE" ]; then printf 'ima_measurements|%s\n' "$LINE"; fi
    ima=none
    case $(cat /proc/cmdline 2>/dev/null) in
      *ima_policy=tcb* | *ima_tcb*) ima=tcb ;;
      *ima_policy=*) ima=custom ;;
    esac
    for f in /etc/ima/ima-policy /etc/ima/ima-policy.systemd; do
      if [ -s "$f" ]; then ima=custom; fi
    done
    printf 'ima_policy|%s\n' "$ima"
  elif [ -d /sys/kernel/security ] && [ -r /sys/kernel/security/lsm ]; then
    printf 'ima_policy|none\nima_measurements|0\n'
  fi
  first_line /sys/kernel/security/lockdown
  case $LINE in
    *'[none]'*) printf 'kernel_lockdown|none\n' ;;
    *'[integrity]'*) printf 'kernel_lockdown|integrity\n' ;;
    *'[confidentiality]'*) printf 'kernel_lockdown|confidentiality\n' ;;
  esac
  first_line /sys/module/module/parameters/sig_enforce
  case $LINE in
    Y | 1) printf 'module_signature|yes\n' ;;
    N | 0) printf 'module_signature|no\n' ;;
  esac
  grub=
  for f in /boot/grub/grub.cfg /boot/grub2/grub.cfg /boot/grub2/user.cfg /etc/grub.d/* /boot/efi/EFI/*/grub.cfg /boot/efi/EFI/*/user.cfg; do
    [ -f "$f" ] || continue
    if [ ! -r "$f" ]; then
      if [ "$grub" != yes ]; then grub=denied; fi
      continue
    fi
    if [ -z "$grub" ]; then grub=no; fi
    # The branch of the generated file that reads user.cfg names the variable only.
    if grep -q -E '^[[:space:]]*(password|password_pbkdf2)[[:space:]]+[^[:space:]$]+[[:space:]]+[^[:space:]$]|^GRUB2_PASSWORD=.' "$f" 2>/dev/null; then grub=yes; fi
  done
  case $grub in yes | no) printf 'grub_password|%s\n' "$grub" ;; esac
  if [ -r /proc/cmdline ]; then
    case $(cat /proc/cmdline) in
      *roothash=* | *dm-verity* | *systemd.verity=*) printf 'dm_verity|yes\n' ;;
      *) printf 'dm_verity|no\n' ;;
    esac
  fi
} >"$W/data/derived/trusted-boot.txt"
derived trusted-boot 0 0

# ---- malware protection ----
PROCESS_NAMES=" $(awk 'NR > 1 { printf "%s ", $3 }' "$W/raw/processes" 2>/dev/null)"
# product NAME "DIRECTORIES OR FILES" "PROCESSES" "UNITS" SIGNATURE-FILES…
product() {
  m_name=$1 m_paths=$2 m_processes=$3 m_units=$4
  shift 4
  m_installed=0 m_running=0 m_enabled= m_day=
  for f in $m_paths; do
    if [ -e "$f" ]; then m_installed=1; fi
  done
  for f in $m_processes; do
    case $PROCESS_NAMES in *" $f "*) m_running=1 m_installed=1 ;; esac
  done
  if [ "$m_installed" = 1 ] && [ -s "$UNIT_STATES" ]; then
    m_enabled=0
    for f in $m_units; do
      if grep -q "^${f}[.]service *enabled" "$UNIT_STATES"; then m_enabled=1; fi
    done
    if [ -z "$m_units" ]; then m_enabled=; fi
  fi
  if [ "$m_installed" = 1 ] && [ $# -gt 0 ]; then m_day=$(day_of "$@"); fi
  if [ ! -s "$W/raw/processes" ]; then m_running=; fi
  printf '%s|%s|%s|%s|%s\n' "$m_name" "$m_installed" "$m_running" "$m_enabled" "$m_day" >&5
}
exec 5>"$W/data/derived/malware-products.txt"
# Install directories and process names as the vendors ship them.
product clamav "/usr/sbin/clamd /usr/bin/clamscan /usr/bin/clamdscan" "clamd clamav-daemon" \
  "clamav-daemon clamd@scan clamd clamav-clamonacc" /var/lib/clamav/daily.c?d /var/lib/clamav/main.c?d
product 360 "/opt/360safe /opt/360sdesk /opt/360epp /opt/360" "360safed 360entclient 360tray" "360safed 360entclient"
product qianxin "/opt/qaxsafe /opt/qianxin /opt/qax" "qaxsafed qaxtray qax_edr" "qaxsafed qaxsafe"
product jowto "/usr/local/jowto /opt/jowto" "jowto_agent" ""
product rising "/opt/rising /opt/RisingSoftware /opt/rav" "ravd rsavd rising_agent" ""
product kingsoft "/opt/kingsoft/v8 /opt/kingsoft/kdsec" "kxlinux" ""
product jiangmin "/opt/jiangmin" "jmkvd" ""
product huorong "/opt/huorong /opt/apps/com.huorong.esm" "hresm hrd" ""
product sangfor "/sf/edr /opt/sangfor/edr" "edr_agent eps_services sfavsrv" "eps_services edr_agent"
product asiainfo "/opt/ds_agent /opt/asiainfo" "ds_agent ds_am" "ds_agent"
product qingteng "/titan/agent" "titanagent titan_monitor" ""
product safedog "/etc/safedog /opt/safedog" "sdsvrd sdcmd sdccs" "safedog"
product aliyun-aegis "/usr/local/aegis" "AliYunDun AliYunDunMonito AliSecGuard" "aegis"
product tencent-yunjing "/usr/local/qcloud/YunJing" "YDService YDLive YDEyes" ""
product huawei-hss "/usr/local/hostguard /usr/local/uniagent" "hostguard hostwatch uniagent" "hostguard"
product baidu-hosteye "/opt/hosteye" "hosteye" "hosteye"
product elkeid "/etc/elkeid" "elkeid-agent" "elkeid-agent"
product kylin-defender "/usr/bin/ksc-defender /usr/share/ksc-defender" "ksc-defender" "ksc-defender"
product deepin-defender "/usr/bin/deepin-defender" "deepin-defender" ""
product kaspersky "/opt/kaspersky/kesl /opt/kaspersky/kav4fs" "kesl kav4fs-supervis" "kesl kesl-supervisor"
product sophos "/opt/sophos-av /opt/sophos-spl" "savd sophos_watchdog sspl" "sav-protect sophos-spl"
product eset "/opt/eset/efs /opt/eset/esets" "oaeventd esets_daemon" "efs eset"
product mcafee "/opt/McAfee /opt/isec" "mfetpd isectpd nailsd" "mfetpd"
product symantec "/opt/Symantec" "rtvscand sisamdagent" "symcfgd rtvscand sisamdagent"
product trendmicro "/opt/TrendMicro" "splxmain vsapiapp" "splx"
product falcon-sensor "/opt/CrowdStrike" "falcon-sensor falcon-sensor-b" "falcon-sensor"
product sentinelone "/opt/sentinelone" "s1-agent s1-orchestrator" "sentinelone"
product mdatp "/opt/microsoft/mdatp" "wdavdaemon mdatp" "mdatp"
product carbonblack "/opt/carbonblack" "cbagentd cbdaemon" "cbagentd cbdaemon"
product bitdefender "/opt/bitdefender-security-tools" "bdsecd epagd" "bdsec"
product drweb "/opt/drweb.com" "drweb-configd drweb-se" "drweb-configd"
product maldet "/usr/local/maldetect" "" "maldet"
exec 5>&-
derived malware-products 0 0

# ---- signs of backup ----
backup_tool() {
  b_name=$1
  shift
  for f in "$@"; do
    if [ -e "$f" ]; then
      printf 'tool|%s|%s\n' "$b_name" "$f" >&5
      return
    fi
  done
}
exec 5>"$W/data/derived/backup-signs.txt"
backup_tool bacula /usr/sbin/bacula-fd /opt/bacula
backup_tool bareos /usr/sbin/bareos-fd
backup_tool amanda /usr/lib/amanda/amandad /usr/libexec/amanda/amandad /usr/lib64/amanda/amandad
backup_tool borg /usr/bin/borg /usr/local/bin/borg
backup_tool restic /usr/bin/restic /usr/local/bin/restic
backup_tool duplicity /usr/bin/duplicity
backup_tool rsnapshot /usr/bin/rsnapshot
backup_tool timeshift /usr/bin/timeshift
backup_tool snapper /usr/bin/snapper
backup_tool rear /usr/sbin/rear
backup_tool xtrabackup /usr/bin/xtrabackup /usr/bin/mariabackup
backup_tool pgbackrest /usr/bin/pgbackrest
backup_tool netbackup /usr/openv
backup_tool commvault /opt/commvault /opt/simpana
backup_tool networker /usr/sbin/nsrexecd /opt/nsr
backup_tool spectrum-protect /opt/tivoli/tsm
backup_tool veeam /usr/sbin/veeamservice /opt/veeam
backup_tool scutech-dbackup /opt/scutech
backup_tool info2soft /usr/local/sdata /usr/drbksoft
backup_tool eisoo-anybackup /opt/AnyBackup /usr/local/AnyBackup
backup_tool kylin-backup /usr/bin/kybackup /usr/bin/yhkylin-backup-tools
backup_tool deepin-backup /usr/bin/deepin-recovery /usr/bin/uos-recovery
if [ -s "$W/raw/lvs" ]; then
  awk -F '|' '$3 ~ /[^ ]/ { gsub(/ /, ""); print "snapshot|" $1 "/" $2 "|" $3 }' "$W/raw/lvs" >&5
fi
if [ -s "$W/raw/zfs-snapshots" ]; then head -n 50 "$W/raw/zfs-snapshots" | sed 's/.*/snapshot|&|zfs/' >&5; fi
for f in keepalived pacemakerd corosync heartbeat drbdadm; do
  for d in /usr/sbin /usr/bin /usr/libexec; do
    if [ -e "$d/$f" ]; then
      case $PROCESS_NAMES in *" $f "*) state=running ;; *) state=installed ;; esac
      printf 'replication|%s|%s\n' "$f" "$state" >&5
      break
    fi
  done
done
if [ -r /proc/drbd ]; then printf 'replication|drbd|loaded\n' >&5; fi
if [ -e /etc/rsyncd.conf ]; then
  case $PROCESS_NAMES in *" rsync "*) state=running ;; *) state=configured ;; esac
  printf 'replication|rsync-daemon|%s\n' "$state" >&5
fi
exec 5>&-
derived backup-signs 0 0

# ======================================================================================
# masked copies, manifest, archive
# ======================================================================================
say "masking and packing"
exec 3>&- 4>&-
awk -v work="$W" -f "$W/lib/names.awk" -f "$W/lib/jobs.awk" "$W/files.list" "$W/index" >"$W/jobs" ||
  die "internal error: list of files"
awk -F '\t' '{ p = $3; sub("/[^/]*$", "", p); if (!(p in seen)) { seen[p] = 1; print p } }' "$W/jobs" >"$W/dirs"
xargs_lines "$W/dirs" mkdir -p -- || die "internal error: directories"
awk -F '\t' '{ print $2 }' "$W/jobs" >"$W/paths"
xargs_lines "$W/paths" wc -c -- >"$W/sizes" 2>/dev/null
: >"$W/failed"
awk -v work="$W" -v sizes="$W/sizes" -v failed="$W/failed" -v cap="$FILE_CAP" -v total_cap="$TOTAL_CAP" \
  -f "$W/lib/mask.awk" -f "$W/lib/names.awk" -f "$W/lib/copy.awk" "$W/jobs" >"$W/index2" ||
  die "internal error: masking"
if [ -s "$W/failed" ]; then xargs_lines "$W/failed" rm -f --; fi
grep -v '^R' "$W/index" >>"$W/index2"

cd "$W" || die "the temporary directory is gone"
find data -type f >"$W/all"
xargs_lines "$W/all" $SUM -- >"$W/sums" 2>/dev/null || xargs_lines "$W/all" $SUM >"$W/sums"
xargs_lines "$W/all" wc -c -- >"$W/sizes2"
ADDRESSES=$(awk '{ for (i = 1; i < NF; i++) if ($i == "inet" || $i == "inet6") { a = $(i + 1); sub(/\/.*/, "", a); sub(/^addr:/, "", a); if (a !~ /^(127\.|::1$|fe80:)/) print a } }' "$W/raw/addresses" 2>/dev/null | head -n 32)
: >"$W/lost"
awk -v sums="$W/sums" -v sizes="$W/sizes2" -v lost="$W/lost" -v version="$VERSION" -v host="$HOST" \
  -v addresses="$(printf '%s' "$ADDRESSES" | tr '\n' ' ')" \
  -v started="$STARTED" -v ended="$(date -u +%Y-%m-%dT%H:%M:%SZ)" \
  -f "$W/lib/names.awk" -f "$W/lib/manifest.awk" "$W/index2" >"$W/manifest.json" ||
  die "internal error: manifest"
if [ -s "$W/lost" ]; then xargs_lines "$W/lost" rm -f --; fi

PART=$OUT.part.$$
# Never through a link that somebody else placed: the part file must be new.
(set -C; : >"$PART") 2>/dev/null || die "can not write $PART"
if tar -cf - manifest.json data | gzip -9 -n >"$PART" && [ -s "$PART" ] && gzip -t <"$PART" 2>/dev/null; then
  mv -f -- "$PART" "$OUT" || die "can not write $OUT"
  PART=
else
  die "can not write the bundle to $OUT"
fi
cd / || exit 1
say "done: $(wc -c <"$OUT") bytes"
printf '%s\n' "$OUT"
printf 'sha256:%s\n' "$($SUM <"$OUT" | sed 's/[^0-9a-f].*//')"
}

main "$@"
