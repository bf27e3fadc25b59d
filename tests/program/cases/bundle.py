# SPDX-License-Identifier: Apache-2.0
"""Bad and odd bundles: each is named with file and reason, status 2, nothing else happens."""
import gzip
import io
import json
import tarfile
import zipfile

from harness import (MINIMAL, bundle_parts, check_json, dengce, digest, equal, expect, new_dir, of_check,
                     pack, small_bundle)


def refused(path, *words, options=()):
    """The one error of a bundle that can not be used names it and says the words."""
    report = check_json(path, *options, status=2)
    equal(report["bundles"], [])
    expect(report["errors"], report)
    for error in report["errors"]:
        equal(set(error), {"path", "line", "reason"})
        expect(str(path) in error["path"], error)
        expect(error["line"] is None or error["line"] > 0, error)
    reasons = " | ".join(error["reason"] for error in report["errors"])
    for word in words:
        expect(word in reasons, f"{word!r} not in: {reasons}")
    return report["errors"]


def case_right_bundle_is_taken():
    bundle = check_json(small_bundle(new_dir() / "b.tar.gz"), status=1)["bundles"][0]
    equal((bundle["target"], bundle["platform"]), ("host-1", "linux"))
    entry = of_check(bundle, "linux-password-max-days")
    equal((entry["status"], entry["source"]), ("pass", {"path": "/etc/login.defs", "line": 1}))


def case_truncated_at_any_place():
    place = new_dir()
    whole = small_bundle(place / "whole.tar.gz").read_bytes()
    for part in (0, 1, 2, 9, 20, len(whole) // 4, len(whole) // 2, len(whole) - 200, len(whole) - 20):
        cut = place / f"cut{part}.tar.gz"
        cut.write_bytes(whole[:part])
        refused(cut)


def case_altered_entry_is_named_with_its_digest():
    manifest, contents = bundle_parts()
    name, data = contents[3]
    contents[3] = (name, data.replace(b"90", b"30"))
    errors = refused(pack(new_dir() / "b.tar.gz", manifest, contents), "data/files/etc/login.defs", "SHA-256")
    equal(len(errors), 1)


def case_every_altered_entry_is_named():
    manifest, contents = bundle_parts()
    contents = [(name, data + b"#\n") for name, data in contents]
    errors = refused(pack(new_dir() / "b.tar.gz", manifest, contents), *MINIMAL)
    equal(len(errors), len(MINIMAL))


def case_wrong_sm3():
    manifest, contents = bundle_parts()
    manifest["entries"][0]["sm3"] = "0" * 64
    refused(pack(new_dir() / "b.tar.gz", manifest, contents), "SM3", "/etc/os-release")


def case_unlisted_missing_and_repeated_files():
    manifest, contents = bundle_parts()
    refused(pack(new_dir() / "b.tar.gz", manifest, [*contents, ("data/files/etc/extra", b"x")]), "etc/extra")
    refused(pack(new_dir() / "b.tar.gz", manifest, contents[:-1]), "etc/login.defs")
    refused(pack(new_dir() / "b.tar.gz", manifest, [*contents, contents[0]]), "etc/os-release")
    manifest["entries"].append(manifest["entries"][0])
    refused(pack(new_dir() / "b.tar.gz", manifest, contents), "etc/os-release")


def case_names_that_leave_the_bundle():
    for name in ("../evil", "data/../../evil", "/etc/evil", "data/files/..", "C:evil", "data\\evil"):
        manifest, contents = bundle_parts()
        manifest["entries"].append({"path": name, "source": "file:/x", "exit_code": 0, "bytes": 1,
                                    "truncated": False, "sha256": digest(b"x"), "sm3": None})
        place = new_dir()
        refused(pack(place / "b.tar.gz", manifest, [*contents, (name, b"x")]))
        equal([one.name for one in place.iterdir()], ["b.tar.gz"], name)
        expect(not (place.parent / "evil").exists(), name)


def case_links_and_devices():
    for kind, target in ((tarfile.SYMTYPE, "/etc/passwd"), (tarfile.LNKTYPE, "manifest.json"),
                         (tarfile.CHRTYPE, ""), (tarfile.FIFOTYPE, "")):
        manifest, contents = bundle_parts()
        link = tarfile.TarInfo("data/files/etc/shadow")
        link.type, link.linkname = kind, target
        refused(pack(new_dir() / "b.tar.gz", manifest, [*contents, (link, b"")]), "etc/shadow")


def case_non_utf8_name():
    manifest, contents = bundle_parts()
    bad = "data/files/" + "中文".encode("gb18030").decode("utf-8", "surrogateescape")
    refused(pack(new_dir() / "b.tar.gz", manifest, [*contents, (bad, b"x")]), "UTF-8")


def case_bomb():
    manifest, contents = bundle_parts()
    data = b"\0" * (60 << 20)
    name = "data/files/etc/zero"
    manifest["entries"].append({"path": name, "source": "file:/etc/zero", "exit_code": 0, "bytes": len(data),
                                "truncated": False, "sha256": digest(data), "sm3": None})
    refused(pack(new_dir() / "b.tar.gz", manifest, [*contents, (name, data)]), "etc/zero")


def case_many_entries():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for number in range(20_100):
            archive.addfile(tarfile.TarInfo(f"data/{number}"))
    path = new_dir() / "b.tar.gz"
    path.write_bytes(gzip.compress(out.getvalue(), 1))
    refused(path)


def case_zip_form_is_the_same():
    manifest, contents = bundle_parts()
    place = new_dir()
    with zipfile.ZipFile(place / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in [("manifest.json", json.dumps(manifest).encode()), *contents]:
            archive.writestr(name, data)
    one, two = check_json(place / "b.zip", pack(place / "b.tar.gz", manifest, contents), status=1)["bundles"]
    equal(one["items"], two["items"])


def case_bundle_in_one_folder():
    manifest, contents = bundle_parts()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in [("manifest.json", json.dumps(manifest).encode()), *contents]:
            info = tarfile.TarInfo("host-1/" + name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    path = new_dir() / "b.tgz"
    path.write_bytes(gzip.compress(out.getvalue()))
    equal(check_json(path, status=1)["bundles"][0]["target"], "host-1")


def case_other_platform_and_format():
    refused(small_bundle(new_dir() / "b.tar.gz", platform="windows"), "platform")
    manifest, contents = bundle_parts()
    manifest["format"] = "dengce-bundle/9"
    refused(pack(new_dir() / "b.tar.gz", manifest, contents), "dengce-bundle/1")


def case_manifest_that_is_no_manifest():
    manifest, contents = bundle_parts()
    good = json.dumps(manifest).encode()
    for raw in (b"", b"{", b"[]", b"null", good + b"}", good[:-1], good.replace(b'"entries"', b'"entrys"'),
                good.replace(b'"bytes": ', b'"bytes": -'), good.replace(b'"truncated": false', b'"truncated": 0'),
                b"[" * 100_000, good.replace(b"2026-01-02T03:04:05Z", b"yesterday")):
        refused(pack(new_dir() / "b.tar.gz", None, contents, raw), "")
    lines = json.dumps(manifest, indent=1).splitlines()
    lines[6] = lines[6] + " oops"
    errors = refused(pack(new_dir() / "b.tar.gz", None, contents, "\n".join(lines).encode()))
    equal(errors[0]["line"], 7)


def case_huge_manifest():
    manifest, contents = bundle_parts()
    raw = json.dumps(manifest).encode()
    raw += b" " * (17 << 20)
    refused(pack(new_dir() / "b.tar.gz", None, contents, raw))


def case_no_manifest():
    _, contents = bundle_parts()
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for name, data in contents:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    path = new_dir() / "b.tar.gz"
    path.write_bytes(gzip.compress(out.getvalue()))
    refused(path, "manifest.json")


def case_directory_with_a_link_in_it():
    manifest, contents = bundle_parts()
    directory = new_dir() / "open"
    for name, data in [("manifest.json", json.dumps(manifest).encode()), *contents]:
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(data)
    (directory / "data/files/etc/passwd").unlink()
    (directory / "data/files/etc/passwd").symlink_to("/etc/passwd")
    errors = check_json(directory, status=2)["errors"]
    expect("etc/passwd" in json.dumps(errors), errors)


def case_tampering_is_seen_in_the_text_form_too():
    manifest, contents = bundle_parts()
    contents[0] = (contents[0][0], b"x" * len(contents[0][1]))
    outcome = dengce("check", pack(new_dir() / "b.tar.gz", manifest, contents), status=2)
    expect("SHA-256" in outcome.err and "b.tar.gz" in outcome.err, outcome)
    equal(outcome.out, "")
