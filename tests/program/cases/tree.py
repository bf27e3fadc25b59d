# SPDX-License-Identifier: Apache-2.0
"""File trees: default against hardened, absent services, orders of files, odd texts, links."""
import pathlib
import shutil

from harness import (EVALUATED, MINIMAL, check_json, entries, equal, expect, new_dir, of_check, prepare,
                     small_bundle, tree_report)

ORDER = {"fail": 0, "partial": 1, "error": 0, "unknown": 2, "not_applicable": 2, "pass": 3}

# What must turn from a finding into a pass wherever a default tree has the finding.
HARDENED = (
    "linux-password-classes", "linux-password-history", "linux-password-max-days",
    "linux-lockout-unlock-time", "linux-two-factor-ssh", "linux-audit-account-changes",
    "linux-audit-privilege-config", "linux-audit-kernel-modules", "linux-audit-time-changes",
    "linux-log-retention", "linux-log-remote", "linux-audit-immutable", "linux-ssh-source-limit",
    "linux-malware-running", "linux-malware-autostart", "linux-malware-realtime",
    "linux-boot-loader-password", "linux-ima-measurement",
)
MORE_HARDENED = {
    "debian12": ("linux-lockout-ssh", "linux-lockout-console", "linux-shell-timeout", "linux-umask",
                 "linux-ssh-root-login", "linux-pam-nullok", "linux-account-max-days"),
    "rhel9": ("linux-lockout-ssh", "linux-lockout-console", "linux-shell-timeout", "linux-umask",
              "linux-ssh-root-login", "linux-pam-nullok"),
    "openeuler22": ("linux-ssh-root-login", "linux-pam-nullok", "linux-password-quality-root"),
}


def hold_pair(name):
    before = entries(tree_report(name + "-default"))
    after = entries(tree_report(name + "-hardened"))
    equal(before.keys(), after.keys())
    worse = [(key, before[key]["status"], after[key]["status"], after[key]["reason"]) for key in before
             if ORDER[after[key]["status"]] < ORDER[before[key]["status"]]]
    equal(worse, [], f"{name}: worse after hardening")
    findings = [(key, entry["status"], entry["reason"]) for key, entry in after.items()
                if entry["status"] in ("fail", "partial", "error")]
    equal(findings, [], f"{name}: the hardened tree has findings")
    changed = {key[2] for key in before if before[key]["status"] != after[key]["status"]}
    for check in (*HARDENED, *MORE_HARDENED[name]):
        expect(check in changed, f"{name}: {check} does not see the difference")
        equal(of_check(tree_report(name + "-hardened"), check)["status"], "pass", name, check)
        was = of_check(tree_report(name + "-default"), check)["status"]
        expect(was in ("fail", "partial"), name, check, was)


def case_debian_default_against_hardened():
    hold_pair("debian12")


def case_rhel_default_against_hardened():
    hold_pair("rhel9")


def case_openeuler_default_against_hardened():
    hold_pair("openeuler22")


def case_no_verdict_contradicts_its_points():
    for name in ("debian12-default", "debian12-hardened", "kylin-v10", "uos20", "ubuntu2204"):
        for item in tree_report(name)["items"]:
            statuses = {point["status"] for point in item["points"]}
            if item["verdict"] == "符合":
                expect(statuses <= {"pass", "not_applicable"}, name, item["code"], statuses)
            if item["verdict"] == "不适用":
                equal(statuses, {"not_applicable"}, name, item["code"])
            if item["verdict"] == "不符合":
                expect("fail" in statuses or "partial" in statuses, name, item["code"], statuses)
            if "fail" in statuses:
                expect(item["verdict"] != "符合", name, item["code"])


def remove_everywhere(root, *words):
    for path in sorted(root.rglob("*"), reverse=True):
        if any(word in path.name for word in words) and "share" not in path.parts:
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()


def case_no_sshd_is_not_applicable():
    place = prepare("debian12-default")
    remove_everywhere(place, "sshd", "ssh.service", "ssh.socket")
    status = place / "var/lib/dpkg/status"
    blocks = status.read_text().split("\n\n")
    status.write_text("\n\n".join(one for one in blocks if "Package: openssh-server\n" not in one + "\n"))
    bundle = check_json(place)["bundles"][0]
    for check in ("linux-ssh-empty-passwords", "linux-ssh-root-login", "linux-ssh-max-auth-tries"):
        entry = of_check(bundle, check)
        equal(entry["status"], "not_applicable", check)
        expect("SSH" in entry["reason"], entry)


def case_no_auditd_is_fail():
    place = prepare("debian12-hardened")
    remove_everywhere(place, "audit")
    status = place / "var/lib/dpkg/status"
    blocks = status.read_text().split("\n\n")
    status.write_text("\n\n".join(one for one in blocks if "Package: auditd\n" not in one + "\n"))
    bundle = check_json(place)["bundles"][0]
    for check in ("linux-audit-account-changes", "linux-audit-kernel-modules"):
        equal(of_check(bundle, check)["status"], "fail", check)
    equal(next(item for item in bundle["items"] if item["code"] == "L3-CES1-12")["verdict"] in
          ("不符合", "部分符合"), True)


def case_unreadable_is_unknown():
    bundle = check_json(small_bundle(new_dir() / "b.tar.gz", absent=[
        {"source": "file:/etc/shadow", "reason": "denied"},
        {"source": "file:/etc/ssh/sshd_config", "reason": "denied"},
        {"source": "command:auditctl -l", "reason": "timeout"}]))["bundles"][0]
    for check in ("linux-empty-password", "linux-ssh-root-login", "linux-audit-account-changes"):
        entry = of_check(bundle, check)
        equal(entry["status"], "unknown", check)
        expect(entry["reason"], check)


def with_shadow(fields):
    place = prepare("debian12-default")
    passwd = (place / "etc/passwd").read_text().replace("zhang", "old")
    (place / "etc/passwd").write_text(passwd + "zhang:x:1901:1901::/home/zhang:/bin/bash\n")
    shadow = (place / "etc/shadow").read_text().replace("zhang", "old")
    (place / "etc/shadow").write_text(shadow + f"zhang:{fields}:20000:0:90:7:::\n")
    return check_json(place)["bundles"][0]


def case_empty_locked_and_set_passwords():
    empty = of_check(with_shadow(""), "linux-empty-password")
    equal(empty["status"], "fail")
    expect("zhang" in empty["reason"], empty)
    expect(empty["source"] and empty["source"]["path"] == "/etc/shadow", empty)
    for locked in ("!", "*", "!!", "!*", "!$6$EXAMPLEONLY$abc"):
        equal(of_check(with_shadow(locked), "linux-empty-password")["status"], "pass", locked)
    equal(of_check(with_shadow("$6$salt$EXAMPLEONLY"), "linux-empty-password")["status"], "pass")


def sshd(place, main, drop_ins=()):
    for path in (place / "etc/ssh/sshd_config.d").glob("*"):
        path.unlink()
    (place / "etc/ssh/sshd_config").write_text(main)
    (place / "etc/ssh/sshd_config.d").mkdir(exist_ok=True)
    for name, text in drop_ins:
        (place / "etc/ssh/sshd_config.d" / name).write_text(text)
    return of_check(check_json(place)["bundles"][0], "linux-ssh-root-login")


def case_sshd_include_and_first_value_wins():
    place = prepare("debian12-default")
    include = "Include /etc/ssh/sshd_config.d/*.conf\n"
    entry = sshd(place, include + "PermitRootLogin yes\n", [("50-a.conf", "PermitRootLogin no\n")])
    equal((entry["status"], entry["source"]["path"]), ("pass", "/etc/ssh/sshd_config.d/50-a.conf"))
    entry = sshd(place, "PermitRootLogin yes\n" + include, [("50-a.conf", "PermitRootLogin no\n")])
    equal((entry["status"], entry["source"]), ("fail", {"path": "/etc/ssh/sshd_config", "line": 1}))
    entry = sshd(place, include, [("20-b.conf", "PermitRootLogin yes\n"), ("10-a.conf", "PermitRootLogin no\n")])
    equal((entry["status"], entry["source"]["path"]), ("pass", "/etc/ssh/sshd_config.d/10-a.conf"))
    entry = sshd(place, "PermitRootLogin yes\n", [("50-a.conf", "PermitRootLogin no\n")])
    equal(entry["status"], "fail", "a drop-in that nothing includes counts for nothing")
    entry = sshd(place, "PermitRootLogin no\nMatch Address 192.0.2.0/24\n  PermitRootLogin yes\n")
    equal((entry["status"], entry["source"]["line"]), ("fail", 3))
    entry = sshd(place, "#PermitRootLogin no\n")
    expect(entry["status"] in ("partial", "fail"), "a comment sets nothing", entry)
    entry = sshd(place, "permitrootlogin=no\r\n")
    equal(entry["status"], "pass", "keywords ignore case, = and CRLF")


def case_sysctl_order():
    place = prepare("debian12-default")
    for path in ("etc/sysctl.d", "usr/lib/sysctl.d"):
        (place / path).mkdir(parents=True, exist_ok=True)

    def forward(files):
        for folder in ("etc/sysctl.d", "usr/lib/sysctl.d"):
            for path in (place / folder).glob("*"):
                path.unlink()
        if (place / "etc/sysctl.conf").is_symlink() or (place / "etc/sysctl.conf").exists():
            (place / "etc/sysctl.conf").unlink()
        for path, text in files.items():
            (place / path).write_text(text)
        return of_check(check_json(place)["bundles"][0], "linux-suid-dumpable")

    on, off = "fs.suid_dumpable = 1\n", "fs.suid_dumpable = 0\n"
    equal(forward({"etc/sysctl.d/10-a.conf": on, "etc/sysctl.d/20-b.conf": off})["status"], "pass")
    entry = forward({"etc/sysctl.d/10-a.conf": off, "etc/sysctl.d/20-b.conf": on})
    equal((entry["status"], entry["source"]["path"]), ("fail", "/etc/sysctl.d/20-b.conf"))
    # The same name in /etc hides the one of /usr/lib, though it says nothing about the key.
    hidden = forward({"usr/lib/sysctl.d/30-x.conf": on, "etc/sysctl.d/30-x.conf": "kernel.sysrq = 0\n"})
    expect(hidden["source"] is None or "30-x" not in hidden["source"]["path"], hidden)
    expect(hidden["status"] != "fail", hidden)
    # Order is by name over all directories.
    entry = forward({"usr/lib/sysctl.d/90-x.conf": on, "etc/sysctl.d/10-a.conf": off})
    equal((entry["status"], entry["source"]["path"]), ("fail", "/usr/lib/sysctl.d/90-x.conf"))
    equal(forward({"etc/sysctl.d/10-a.conf": "fs/suid_dumpable=1\n"})["status"], "fail")


def case_links_stay_inside_the_tree():
    secret = pathlib.Path("/etc/passwd").read_text()
    place = prepare("debian12-default")
    (place / "etc/passwd").unlink()
    (place / "etc/passwd").symlink_to("../" * 12 + "etc/passwd-real")
    (place / "etc/passwd-real").write_text("root:x:0:0::/root:/bin/bash\nli:x:0:0::/home/li:/bin/bash\n")
    bundle = check_json(place)["bundles"][0]
    entry = of_check(bundle, "linux-account-uid-unique")
    equal(entry["status"], "fail")
    expect("li" in entry["reason"], entry)
    # An absolute link means a place of the tree, never of this host.
    (place / "etc/passwd").unlink()
    (place / "etc/passwd").symlink_to("/etc/passwd-real")
    equal(of_check(check_json(place)["bundles"][0], "linux-account-uid-unique")["status"], "fail")
    for target in ("/etc/passwd", "../" * 12 + "etc/hosts-of-nobody", "/proc/self/root/etc/passwd",
                   str(place.parent / "outside")):
        (place.parent / "outside").write_text(secret)
        (place / "etc/passwd").unlink()
        (place / "etc/passwd").symlink_to(target)
        equal(of_check(check_json(place)["bundles"][0], "linux-account-uid-unique")["status"], "unknown", target)


def case_a_linked_directory_stays_inside():
    place = prepare("debian12-default")
    shutil.rmtree(place / "etc/ssh/sshd_config.d", ignore_errors=True)
    outside = place.parent / "outside"
    outside.mkdir()
    (outside / "a.conf").write_text("PermitRootLogin yes\n")
    (place / "etc/ssh/sshd_config.d").symlink_to(outside)
    (place / "etc/ssh/sshd_config").write_text("Include /etc/ssh/sshd_config.d/*.conf\nPermitRootLogin no\n")
    equal(of_check(check_json(place)["bundles"][0], "linux-ssh-root-login")["status"], "pass")


def case_crlf():
    files = {path: data.replace(b"\n", b"\r\n") for path, data in MINIMAL.items()}
    bundle = check_json(small_bundle(new_dir() / "b.tar.gz", files=files))["bundles"][0]
    equal(of_check(bundle, "linux-password-max-days")["status"], "pass")
    equal(of_check(bundle, "linux-account-uid-unique")["status"], "pass")


def case_gb18030_and_other_bytes():
    files = dict(MINIMAL)
    files["/etc/passwd"] = ("root:x:0:0:管理员:/root:/bin/bash\n"
                            "zhang:x:0:0:张三:/home/zhang:/bin/bash\n").encode("gb18030")
    bundle = check_json(small_bundle(new_dir() / "b.tar.gz", files=files))["bundles"][0]
    entry = of_check(bundle, "linux-account-uid-unique")
    equal((entry["status"], entry["source"]["path"]), ("fail", "/etc/passwd"))
    files["/etc/passwd"] = b"\xef\xbb\xbf" + MINIMAL["/etc/passwd"]
    files["/etc/login.defs"] = b"# \xff\xfe\x80 odd\nPASS_MAX_DAYS 400\n\x00\x01\n"
    bundle = check_json(small_bundle(new_dir() / "b.tar.gz", files=files))["bundles"][0]
    equal(of_check(bundle, "linux-password-max-days")["source"]["line"], 2)


def case_line_of_100_megabytes():
    place = prepare("debian12-default")
    with open(place / "etc/login.defs", "wb") as file:
        file.write(b"PASS_MAX_DAYS ")
        for _ in range(100):
            file.write(b"9" * (1 << 20))
        file.write(b"\n")
    bundle = check_json(place)["bundles"][0]
    entry = of_check(bundle, "linux-password-max-days")
    equal(entry["status"], "unknown")
    expect(entry["reason"], entry)
    equal(of_check(bundle, "linux-account-uid-unique")["status"], "pass", "the rest is still evaluated")
    bare = new_dir() / "login.defs"
    shutil.copy(place / "etc/login.defs", bare)
    report = check_json(bare, "--platform", "linux", status=2)
    expect(str(bare) in report["errors"][0]["path"], report)


def case_long_lines_below_the_limit():
    files = dict(MINIMAL)
    files["/etc/login.defs"] = b"# " + b"x" * (9 << 20) + b"\nPASS_MAX_DAYS 400\n"
    bundle = check_json(small_bundle(new_dir() / "b.tar.gz", files=files))
    if bundle["errors"]:  # so even a text would be a bomb to the unpacker: it must say so
        expect("压缩" in bundle["errors"][0]["reason"], bundle["errors"])
    else:
        entry = of_check(bundle["bundles"][0], "linux-password-max-days")
        equal((entry["status"], entry["source"]["line"]), ("fail", 2))


def case_services_of_a_tree_are_decided_by_files():
    place = prepare("debian12-hardened")
    links = [path for path in (place / "etc/systemd/system").rglob("*clamav*")]
    expect(links, "the hardened tree enables its malware protection")
    before = of_check(tree_report("debian12-hardened"), "linux-malware-autostart")
    equal(before["status"], "pass")
    for path in links:
        path.unlink()
    after = of_check(check_json(place)["bundles"][0], "linux-malware-autostart")
    equal(after["status"], "fail", "no enablement link, no service")


def case_audit_rules_d_are_read_in_a_tree():
    place = prepare("debian12-hardened")
    rules = place / "etc/audit/rules.d"
    equal(of_check(tree_report("debian12-hardened"), "linux-audit-kernel-modules")["status"], "pass")
    for path in rules.glob("*.rules"):
        path.write_text("".join(line for line in path.read_text().splitlines(True) if "module" not in line))
    for path in (place / "etc/audit").glob("audit.rules"):
        path.unlink()
    equal(of_check(check_json(place)["bundles"][0], "linux-audit-kernel-modules")["status"], "fail")


def case_all_trees_evaluate():
    for name in ("kylin-v10", "uos20", "ubuntu2204"):
        bundle = tree_report(name)
        expect(bundle["evaluated"] > 60, name, bundle["evaluated"])
        broken = [key for key, entry in entries(bundle).items() if entry["status"] == "error"]
        equal(broken, [], name)
        expect(any(entry["status"] in EVALUATED and entry["source"] for entry in entries(bundle).values()), name)
