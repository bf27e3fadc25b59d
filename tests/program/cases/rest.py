# SPDX-License-Identifier: Apache-2.0
"""Evidence at rest: a copied data directory without the key shows no line of evidence and no fact."""
import csv
import io
import json
import re
import shutil
import tarfile

from harness import EXPORT_NOTE, ROOT, demo, dengce, equal, expect, new_dir

# Names and addresses of the asset ledger stay readable: docs/security.md says so.
SHORTEST = 24


def evidence_lines():
    """Distinctive lines of the example bundles: settings, accounts, command output."""
    lines = set()
    for path in sorted((ROOT / "content/demo/bundle").glob("*.tar.gz")):
        with tarfile.open(fileobj=io.BytesIO(path.read_bytes())) as package:
            for member in package.getmembers():
                if not member.isfile() or member.name == "manifest.json":
                    continue
                for line in package.extractfile(member).read().splitlines():
                    if len(line.strip()) >= SHORTEST:
                        lines.add(line.strip())
    expect(len(lines) > 1000, len(lines))
    return lines


def stored_bytes(data):
    return b"\0".join(path.read_bytes() for path in sorted(data.rglob("*")) if path.is_file())


def found(lines, stored):
    return sorted(line for line in lines if line in stored)[:5]


def case_no_line_of_evidence_in_clear():
    data, _ = demo()
    stored = stored_bytes(data)
    expect(len(stored) > 1_000_000, len(stored))
    lines = evidence_lines()
    equal(found(lines, stored), [])
    for path in sorted((ROOT / "content/demo/bundle").glob("*.tar.gz")):
        archive = path.read_bytes()
        for at in range(0, len(archive) - 64, len(archive) // 8):
            expect(archive[at:at + 64] not in stored, f"{path.name} at {at}")


def case_no_fact_and_no_value_of_a_record_in_clear():
    """What the checks saw, as the program says it of the same bundles."""
    data, _ = demo()
    stored = stored_bytes(data)
    values = set()
    for path in sorted((ROOT / "content/demo/bundle").glob("*.tar.gz")):
        answer = json.loads(dengce("check", path, "--format", "json").out)
        collect(answer, values)
    expect(len(values) > 100, len(values))
    equal(found({value.encode() for value in values}, stored), [])


def collect(value, out):
    """Sentences of verdicts that quote a value of the host."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in ("record", "reason", "excerpt") and isinstance(inner, str) and re.search(r"\d|/|=", inner):
                if len(inner.encode()) >= SHORTEST:
                    out.add(inner)
            else:
                collect(inner, out)
    elif isinstance(value, list):
        for inner in value:
            collect(inner, out)


def case_the_key_lies_beside_and_opens_it():
    data, _ = demo()
    expect(not [path for path in data.rglob("*") if path.suffix == ".key"], "a key in the data directory")
    stolen = new_dir() / "stolen"
    shutil.copytree(data, stolen)
    outcome = dengce("report", "assessment", "--data", stolen, "--system", "1", "--output", stolen / "a.xlsx")
    expect(outcome.status == 2 and "stolen.key" in outcome.err, outcome)
    other = new_dir() / "other"
    dengce("init", "--data", other, status=0)
    outcome = dengce("verify", "--data", stolen, "--key", f"{other}.key")
    expect(outcome.status != 0 and "主密钥" in outcome.err + outcome.out, outcome)
    outcome = dengce("verify", "--data", stolen, "--key", f"{data}.key")
    expect(outcome.status == 0 and "证据" in outcome.out, outcome)


def case_the_archive_reads_without_the_program():
    """Evidence bit for bit, records in the order of the worksheet, with what they rest on."""
    data, _ = demo()
    file = new_dir() / "all.tar"
    dengce("archive", *EXPORT_NOTE, "--data", data, "--output", file, status=0)
    with tarfile.open(file) as archive:
        entries = {member.name: archive.extractfile(member).read() for member in archive}
    for path in sorted((ROOT / "content/demo/bundle").glob("*.tar.gz")):
        equal(sum(content == path.read_bytes() for content in entries.values()), 1, path.name)
    folder = next(name for name in entries if name.startswith("assessments/")).rsplit("/", 1)[0]
    rows = list(csv.DictReader(io.StringIO(entries[f"{folder}/records.csv"].decode("utf-8-sig"))))
    points = json.loads(entries[f"{folder}/points.json"])
    snapshot = json.loads(next(content for name, content in entries.items() if "/snapshots/" in name))
    equal(len(rows), len(points))
    equal(len(rows), len(snapshot["records"]))
    expect(all(row["verdict"] in ("符合", "部分符合", "不符合", "不适用", "待确认") for row in rows))
    expect(sum("经核查" in row["record"] for row in rows) > 100)
    quoted = sum(bool(point.get("source")) for one in points for point in one["points"])
    expect(quoted > 100, quoted)
