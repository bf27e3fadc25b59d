#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Checks what the program says about the test trees. Usage: check_trees.py DENGCE TREES WORK"""
import json
import os
import shutil
import subprocess
import sys

dengce, trees, work = sys.argv[1:4]
problems = []
finding = ("fail", "partial")


def run(root):
    done = subprocess.run([dengce, "check", root, "--level", "3", "--format", "json"], capture_output=True, text=True)
    bundle = json.loads(done.stdout)["bundles"][0]
    statuses = {}
    for item in bundle["items"]:
        for point in item["points"]:
            if point["check"]:
                key = (item["code"], point["point"], point["check"])
                statuses[key] = point["status"]
    return done.returncode, bundle, statuses


def prepare(name):
    root = os.path.join(work, name)
    subprocess.run(["sh", os.path.join(trees, "prepare.sh"), name, root], check=True)
    return root


def listing(root):
    """path → what differs when it differs: kind, mode, owner, bytes or target."""
    found = {}
    for directory, folders, files in os.walk(root):
        for name in folders + files:
            path = os.path.join(directory, name)
            status = os.lstat(path)
            relative = os.path.relpath(path, root)
            if os.path.islink(path):
                found[relative] = ("link", os.readlink(path))
            elif os.path.isdir(path):
                found[relative] = ("directory", status.st_mode & 0o7777, status.st_uid, status.st_gid)
            else:
                with open(path, "rb") as file:
                    found[relative] = ("file", status.st_mode & 0o7777, status.st_uid, status.st_gid, file.read())
    return found


def revert(root, path, was):
    """Makes one path of a hardened tree what it is in the default tree."""
    target = os.path.join(root, path)
    if os.path.lexists(target) and (was is None or was[0] != "directory"):
        shutil.rmtree(target) if os.path.isdir(target) and not os.path.islink(target) else os.remove(target)
    if was is None:
        return
    if was[0] == "link":
        os.symlink(was[1], target)
        return
    if was[0] == "directory":
        os.makedirs(target, exist_ok=True)
    else:
        os.makedirs(os.path.dirname(target), exist_ok=True)
        with open(target, "wb") as file:
            file.write(was[4])
    if os.getuid() == 0:
        os.chown(target, was[2], was[3])
    os.chmod(target, was[1])


names = sorted(n for n in os.listdir(trees) if os.path.isdir(os.path.join(trees, n)))
roots = {name: prepare(name) for name in names}
results = {name: run(roots[name]) for name in names}
for name, (code, bundle, statuses) in results.items():
    findings = [k for k, s in statuses.items() if s in finding]
    errors = [k for k, s in statuses.items() if s == "error"]
    if bundle["platform"] != "linux" or not bundle["evaluated"]:
        problems.append(f"{name}: nothing evaluated")
    if errors:
        problems.append(f"{name}: errors {errors}")
    if name.endswith("-hardened"):
        if findings or code != 0:
            problems.append(f"{name}: exit status {code}, findings {[(k, statuses[k]) for k in findings]}")
    elif code != 1 or len(findings) < 25:
        problems.append(f"{name}: exit status {code}, only {len(findings)} findings")
    print(f"   {name}: {bundle['evaluated']} evaluated, {len(findings)} findings")

# Owners count in the comparison of single paths, and only root can set them.
if os.getuid() == 0:
    default, hardened = listing(roots["debian12-default"]), listing(roots["debian12-hardened"])
    base = results["debian12-hardened"][2]
    expected = {}
    with open(os.path.join(trees, "differences.txt"), encoding="utf-8") as file:
        for line in file:
            line = line.rstrip("\n")
            if line and not line.startswith("#"):
                path, what = line.split(None, 1)
                expected[path] = what
    differing = [p for p in sorted(set(default) | set(hardened))
                 if default.get(p) != hardened.get(p) and not (default.get(p) is None and hardened[p][0] == "directory")]
    for path in expected:
        if path not in differing:
            problems.append(f"differences.txt names {path}, which does not differ")
    copy = os.path.join(work, "copy")
    shown = 0
    for path in differing:
        what = expected.get(path)
        if what is None:
            problems.append(f"{path} differs between the Debian trees and is not in differences.txt")
            continue
        if what.startswith("("):
            continue
        shutil.rmtree(copy, ignore_errors=True)
        subprocess.run(["cp", "-a", roots["debian12-hardened"], copy], check=True)
        revert(copy, path, default.get(path))
        _, _, statuses = run(copy)
        changed = {k[2] for k in set(statuses) | set(base) if statuses.get(k) != base.get(k)}
        for check in what.split():
            if check not in changed:
                problems.append(f"{path} as in the default tree: the status of {check} does not change (changed: {sorted(changed)})")
        shown += 1
    print(f"   debian12: {shown} of {len(differing)} differing paths show one by one, the others are explained")

for problem in problems:
    print("FAILED:", problem)
print("trees: " + (f"{len(problems)} failures" if problems else "all good"))
sys.exit(1 if problems else 0)
