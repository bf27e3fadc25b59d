#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks one bundle of the collector: form, digests, no seeded secret, and what it must say.

Usage: check_bundle.py BUNDLE ROOT CASE   (CASE: dash, bash, busybox, bare, user, live)
"""
import hashlib
import json
import re
import sys
import tarfile

bundle, root, case = sys.argv[1:4]
problems = []


def expect(condition, text):
    if not condition:
        problems.append(text)


files = {}
with tarfile.open(bundle, "r:gz") as archive:
    for member in archive:
        if member.isfile():
            files[member.name] = archive.extractfile(member).read()
        else:
            expect(member.isdir(), f"{member.name} is neither a file nor a directory")
        expect(not member.name.startswith("/") and ".." not in member.name.split("/"), f"name {member.name}")

expect(next(iter(files)) == "manifest.json", "manifest.json does not come first")
manifest = json.loads(files["manifest.json"].decode("utf-8"))

# ---- form ----
expect(manifest["format"] == "dengce-bundle/1", "format")
expect(manifest["collector"] == {"name": "linux", "version": "1"}, "collector")
expect(manifest["platform"] == "linux" and manifest["target"]["name"], "platform, target")
expect(isinstance(manifest["target"]["addresses"], list), "addresses")
for field in ("started", "ended"):
    expect(re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", manifest[field]), field)
entries = {}
for entry in manifest["entries"]:
    path = entry["path"]
    expect(set(entry) == {"path", "source", "exit_code", "bytes", "truncated", "sha256", "sm3"}, f"{path}: keys")
    expect(path not in entries, f"{path} is listed twice")
    entries[path] = entry
    expect(re.match(r"data/(files/|commands/[a-z0-9-]+\.txt$|derived/[a-z0-9-]+\.txt$)", path), f"{path}: place")
    expect(re.match(r"(file:/|command:|derived:)", entry["source"]), f"{path}: source {entry['source']}")
    if path.startswith("data/files/"):
        expect(entry["source"] == "file:" + path[len("data/files"):], f"{path}: source {entry['source']}")
    expect(entry["sm3"] is None, f"{path}: sm3")
    if path not in files:
        problems.append(f"{path} is missing")
        continue
    expect(len(files[path]) == entry["bytes"], f"{path}: bytes")
    expect(hashlib.sha256(files[path]).hexdigest() == entry["sha256"], f"{path}: sha256")
expect(set(files) - {"manifest.json"} == set(entries), f"not listed: {set(files) - set(entries)}")
reasons = {"absent", "denied", "timeout", "too_large", "not_installed"}
absent = {}
for item in manifest["absent"]:
    expect(set(item) == {"source", "reason"} and item["reason"] in reasons, f"absent: {item}")
    absent[item["source"]] = item["reason"]
expect(sum(len(b) for b in files.values()) < 8 << 20, "size")


def text(path):
    return files.get(path, b"").decode("utf-8", "replace")


def lines(name):
    return text(f"data/derived/{name}.txt").splitlines()


# ---- secrets ----
hashes = re.compile(rb"\$(1|2[aby]?|5|6|7|y|gy|sm3)\$[A-Za-z0-9./$]{8,}|PRIVATE KEY")
for path, data in files.items():
    if case != "live":
        found = re.search(rb"(?i)canary[^\n]*", data)
        expect(not found, f"{path} holds a seeded secret: {found and found.group(0)[:60]}")
    found = hashes.search(data)
    expect(not found, f"{path} looks like holding a hash or key: {found and found.group(0)[:20]}")
for path in files:
    expect(not re.search(r"/(g?shadow-?|opasswd|\.bash_history|\.netrc|ssh_host_[a-z0-9]+_key)$", path), f"{path} was taken")

if case == "live":
    for name in ("password-state", "file-modes", "programs", "log-spans"):
        expect(f"data/derived/{name}.txt" in files or f"derived:{name}" in absent, f"derived {name}")
    expect("data/files/etc/passwd" in files, "passwd")
elif case == "user":
    expect(absent.get("derived:password-state") == "denied", "password state is not denied")
    expect(absent.get("file:/etc/sudoers") == "denied", "sudoers is not denied")
    expect(absent.get("file:/var/spool/cron/crontabs/*") == "denied", "crontabs are not denied")
    expect("data/files/etc/passwd" in files, "passwd")
    expect("uid|65534" in lines("collection"), "uid")
    expect(entries["data/derived/special-files.txt"]["truncated"], "a search without rights is not marked as incomplete")
else:
    state = dict(line.split("|", 1) for line in lines("password-state"))
    wanted = {
        "root": "set|sha512|19000|0|99999|7||",
        "worker": "set|yescrypt|19001|1|90|7|30|20000",
        "frozen": "locked|sha512|19000|0|99999|7||",
        "frozen2": "locked|sha256|19000|0|99999|7||",
        "star": "none||19000|0|99999|7||",
        "bang": "none||19000|0|99999|7||",
        "bangs": "none||19000|||||",
        "open": "empty||19000|0|99999|7||",
        "sm": "set|sm3|19000|0|99999|7||",
        "des": "set|des|19000|0|99999|7||",
        "odd": "unknown||19000|0|99999|7||",
        "old": "set|des||||||",
        "nobody": "none|||||||",
    }
    for name, row in wanted.items():
        expect(state.get(name) == row, f"password state of {name}: {state.get(name)}")
    expect(set(state) == set(wanted), f"accounts: {set(state) ^ set(wanted)}")

    # Names of all kinds survive.
    for name in ("odd name", "quo'te \"two\" $x", "back\\slash", "服务", "gb%B7%FE"):
        expect(f"data/files/etc/pam.d/{name}" in files, f"pam.d/{name}")
    expect("data/files/etc/profile.d/a b.sh" in files, "profile.d/a b.sh")
    expect(any(s.startswith("file:/etc/pam.d/new") and r == "denied" for s, r in absent.items()), "name with a line break")
    expect("data/files/etc/ssh/extra.conf" in files, "file included by sshd_config")
    expect(absent.get("file:/etc/profile.d/evil.sh") == "denied", "link to shadow")

    # What checks need is still there.
    def has(path, *wanted_lines):
        have = text(path).splitlines()
        for line in wanted_lines:
            expect(line in have, f"{path} lacks: {line}")

    has("data/files/etc/pam.d/login", "auth     required pam_unix.so nullok",
        "password\t[success=1 default=ignore]\tpam_unix.so obscure yescrypt", "password requisite pam_pwquality.so retry=3")
    has("data/files/etc/nsswitch.conf", "passwd: files systemd")
    has("data/files/etc/sudoers", "Defaults passwd_tries=3", "Defaults requiretty", "#includedir /etc/sudoers.d",
        "Cmnd_Alias CHANGEPASSWD = /usr/bin/passwd")
    expect("NOPASSWD: /usr/bin/mysql" in text("data/files/etc/sudoers"), "NOPASSWD was masked")
    has("data/files/etc/profile", "TMOUT=600", "readonly TMOUT", "umask 027")
    expect(text("data/files/etc/profile").splitlines()[3] == "export HISTSIZE=1000 KEY2=***", "HISTSIZE, line 4")
    has("data/files/etc/audit/rules.d/x.rules", "-w /etc/shadow -p wa -k passwd", "-w /etc/sudoers -p wa -k secret")
    has("data/commands/audit-rules.txt", "-w /etc/passwd -p wa -k passwd",
        "-a always,exit -F path=/usr/bin/su -F key=secret")
    has("data/commands/sshd-effective.txt", "permitrootlogin no", "port 22")
    has("data/commands/sysctl.txt", "net.ipv4.ip_forward = 0")
    expect("veth01" not in text("data/commands/sysctl.txt"), "interface of a container")
    has("data/commands/packages-dpkg.txt", "base-passwd\t3.6\tamd64\tinstall ok installed")
    has("data/files/etc/rsyslog.conf", "*.* @@192.0.2.10:6514", "authpriv.* /var/log/secure")
    has("data/files/etc/logrotate.d/mysql", "  rotate 30", "  weekly", "  endscript", "  maxage 200")
    has("data/files/etc/snmp/snmpd.conf", "rocommunity public", "rocommunity ***", "syslocation room")
    has("data/files/etc/samba/smb.conf", "encrypt passwords = yes", "ldap password = ***")
    has("data/files/etc/fstab", "//server/share /mnt cifs username=x,password=***,uid=0 0 0", "https://***@dav/x /dav davfs rw 0 0")
    has("data/files/etc/apt/sources.list", "deb https://***@apt.example.org/ stable main",
        "deb https://***@apt2.example.org/ stable main")
    has("data/files/etc/clamav/freshclam.conf", "HTTPProxyPassword ***", "Checks 24")
    has("data/files/boot/grub2/user.cfg", "GRUB2_PASSWORD=***")
    has("data/files/boot/grub/grub.cfg", "password_pbkdf2 admin ***", 'set superusers="admin"')
    expect("grub_password|yes" in lines("trusted-boot"), "grub password")
    has("data/files/etc/crontab", "17 * * * * root cd / && run-parts --report /etc/cron.hourly",
        "11 * * * * root /usr/bin/rsync -a /srv/ backup@192.0.2.1:/srv/data/", "TOKEN=***", "SHELL=/bin/sh")
    expect(len(text("data/files/etc/crontab").splitlines()) == 14, "crontab: number of lines")
    has("data/files/etc/security/access.conf", "Port 1")
    expect("daily|task" in lines("cron-directories"), "cron directory")

    # Bounds.
    expect(entries["data/files/etc/sysctl.d/big.conf"]["truncated"], "a big file is not marked as cut")
    expect(entries["data/files/etc/sysctl.d/big.conf"]["bytes"] <= 262144, "a big file is not cut")
    expect(entries["data/files/etc/sysctl.d/long.conf"]["truncated"], "a long line is not marked as cut")
    has("data/files/etc/sysctl.d/long.conf", "net.ipv4.ip_forward = 0", "net.ipv4.tcp_syncookies = 1")
    expect(absent.get("command:getenforce") == "timeout", "a command without end is not a timeout")
    talk = entries.get("data/commands/sestatus.txt")
    expect(talk and talk["truncated"] and talk["bytes"] <= 262144, "a command that talks without end")

    # Modes and special files.
    modes = {line.split("|", 6)[6]: line.split("|", 6) for line in lines("file-modes")}
    expect(modes["/etc/shadow"][:4] == ["file", "0640", "root", "root"], f"shadow: {modes.get('/etc/shadow')}")
    expect(modes["/tmp"][:2] == ["directory", "1777"], f"tmp: {modes.get('/tmp')}")
    expect("/home/worker/.bash_history" in modes and "/etc/pam.d/odd name" in modes, "modes of odd names")
    if case != "bare":
        expect(not entries["data/derived/special-files.txt"]["truncated"], "the search was cut")
        special = lines("special-files")
        expect("setuid|4755|4242|/usr/bin/suid-tool" in special, "setuid")
        expect("unowned|4755|4242|/usr/bin/suid-tool" in special, "unowned")
        expect(any(s.startswith("world_writable|0666|") and s.endswith("|/home/worker/open file") for s in special), "world writable")
        expect(any(s.startswith("world_writable_directory|0777|") and s.endswith("|/home/worker/opendir") for s in special), "directory")
        expect(any(s.startswith("netrc|") for s in special), "netrc")
        expect(not any("forged" in s for s in special), "a file name posed as a row")
        spans = {line.split("|")[0]: line.split("|")[1:3] for line in lines("log-spans")}
        expect(spans.get("/var/log/messages") == ["20485", "20522"], f"messages: {spans.get('/var/log/messages')}")
        expect(spans.get("/var/log/audit/audit.log") == ["20454", "20522"], f"audit: {spans.get('/var/log/audit/audit.log')}")
        expect(spans.get("/var/log/secure") == ["20458", "20522"], f"secure: {spans.get('/var/log/secure')}")
    else:
        expect(absent.get("derived:special-files") == "not_installed", "no stat, no search")
    programs = lines("programs")
    expect("sshd|1|/usr/sbin/sshd" in programs and "rsyslogd|0|" in programs, "programs")

for problem in problems[:40]:
    print(f"{case}: {problem}")
sys.exit(1 if problems else 0)
