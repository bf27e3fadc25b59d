# SPDX-License-Identifier: Apache-2.0
"""`dengce destroy`: what it names is gone from every file, the certificate says so, the chain proves it."""
import contextlib
import hashlib
import json
import re
import sqlite3
import zipfile

from harness import EXPORT_NOTE, demo_copy, dengce, equal, expect, new_dir

SYSTEM = "上海市预算管理一体化信息系统"
ORDER = ("--system", SYSTEM, "--reason", "合同期满，委托方书面要求", "--approved-by", "示例甲")
EMPTIED = ("bundle", "record", "record_text", "point_answer", "risk_judgement", "assessment_table", "snapshot",
           "assessment_object", "assessment")


def tables(data):
    with contextlib.closing(sqlite3.connect(f"file:{data}/dengce.db?mode=ro", uri=True)) as database:
        names = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: database.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


def pieces(data):
    """Bytes out of the middle of everything that lies sealed."""
    with contextlib.closing(sqlite3.connect(f"file:{data}/dengce.db?mode=ro", uri=True)) as database:
        queries = ("SELECT archive FROM bundle", "SELECT facts FROM bundle", "SELECT content FROM record_text",
                   "SELECT sealed FROM snapshot", "SELECT sealed FROM point_answer", "SELECT sealed FROM risk_judgement")
        sealed = [row[0] for query in queries for row in database.execute(query)]
    # A page of the database holds some 4,000 bytes of it in one piece, and each begins with its wrapped key.
    return [bytes(one[at:at + 24]) for one in sealed for at in (12, len(one) // 2)]


def text_of(certificate):
    with zipfile.ZipFile(certificate) as package:
        equal(package.testzip(), None)
        return re.sub(r"<[^>]+>", "", package.read("word/document.xml").decode())


def case_destroys_and_certifies():
    data = demo_copy()
    before, sealed = tables(data), pieces(data)
    expect(len(sealed) > 500, len(sealed))
    stored = b"".join(path.read_bytes() for path in data.iterdir())
    expect(sum(piece in stored for piece in sealed) > len(sealed) * 0.9, "the pieces are not there to begin with")
    with contextlib.closing(sqlite3.connect(f"file:{data}/dengce.db?mode=ro", uri=True)) as database:
        bundles = [row[0] for row in database.execute("SELECT sm3 FROM bundle")]
    certificate = new_dir() / "证明.docx"
    outcome = dengce("destroy", "--data", data, *ORDER, "--certificate", certificate, status=0)
    number = re.search(r"XH-\S+?(?=：)", outcome.out).group(0)
    after = tables(data)
    equal({name: after[name] for name in EMPTIED}, dict.fromkeys(EMPTIED, 0))
    for name in ("information_system", "asset", "account", "contract", "team"):
        equal(after[name], before[name], name)
    stored = b"".join(path.read_bytes() for path in data.iterdir())
    equal([piece for piece in sealed if piece in stored], [])
    text = text_of(certificate)
    for wanted in (number, SYSTEM, "合同期满，委托方书面要求", "示例甲", *bundles):
        expect(wanted in text, wanted)
    expect("{{" not in text and "未销毁的内容" not in text, text)
    exported = dengce("audit", "export", *EXPORT_NOTE, "--data", data, "-o", "-", status=0)
    entry = json.loads(next(line for line in exported.out.splitlines() if "evidence.destroy" in line))
    equal(entry["after_sm3"], hashlib.new("sm3", certificate.read_bytes()).hexdigest())
    equal(json.loads(entry["detail"])["certificate"], number)
    dengce("verify", "--data", data, status=0)
    dengce("audit", "verify", "--data", data, status=0)


def case_destruction_is_ordered_in_full():
    data = demo_copy()
    place = new_dir()
    before = tables(data)
    for refused in (("--system", "没有的系统", *ORDER[2:]), (*ORDER[:2], "--reason", "", *ORDER[4:]), ORDER[:4]):
        outcome = dengce("destroy", "--data", data, *refused, "--certificate", place / "a.docx")
        expect(outcome.status == 2 and not (place / "a.docx").exists(), refused, outcome)
    (place / "there.docx").write_bytes(b"x")
    outcome = dengce("destroy", "--data", data, *ORDER, "--certificate", place / "there.docx", status=2)
    expect("不覆盖" in outcome.err, outcome)
    outcome = dengce("destroy", "--data", data, *ORDER, "--certificate", place / "no/such/folder.docx")
    expect(outcome.status != 0, outcome)
    equal(tables(data), before)
    dengce("destroy", "--data", data, *ORDER, "--certificate", place / "a.docx", status=0)
    outcome = dengce("destroy", "--data", data, *ORDER, "--certificate", place / "b.docx", status=3)
    expect("没有可销毁" in outcome.err and not (place / "b.docx").exists(), outcome)


def case_what_is_due_is_listed_and_destroyed_in_one_order():
    data = demo_copy()
    place = new_dir()
    with contextlib.closing(sqlite3.connect(data / "dengce.db")) as database:
        today = database.execute("SELECT date('now')").fetchone()[0]
        end = database.execute("SELECT end_day FROM contract").fetchone()[0]
    expect(today < "2027-06", "the contract's months have passed: set the day of this case anew", today)
    early = dengce("retention", "--data", data, status=0)
    expect("网络安全法" in early.out and "2027-07-01" in early.out, early.out)
    refused = dengce("destroy", "--data", data, "--due", *ORDER[2:], "--certificate", place / "a.docx", status=3)
    expect("没有到期的内容" in refused.err and not (place / "a.docx").exists(), refused)
    later = dengce("retention", "--data", data, "--day", "2027-07-01", status=1)
    expect(SYSTEM in later.out, later.out)
    dengce("retention", "--data", data, "--day", "soon", status=2)
    dengce("destroy", "--data", data, "--due", *ORDER, "--certificate", place / "a.docx", status=2)
    with contextlib.closing(sqlite3.connect(data / "dengce.db")) as database:
        database.execute("UPDATE contract SET end_day = ?", (end - 400,))
        database.commit()
    outcome = dengce("destroy", "--data", data, "--due", *ORDER[2:], "--certificate", place / "b.docx", status=0)
    expect("保存期限已满" in outcome.out, outcome)
    after = tables(data)
    equal({name: after[name] for name in EMPTIED}, dict.fromkeys(EMPTIED, 0))
    expect(SYSTEM in text_of(place / "b.docx"), "the system is not named")
    dengce("retention", "--data", data, "--day", "2027-07-01", status=0)
    dengce("audit", "verify", "--data", data, status=0)
