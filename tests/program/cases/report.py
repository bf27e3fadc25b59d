# SPDX-License-Identifier: Apache-2.0
"""`dengce report assessment`: same snapshot, same bytes; figures that agree; bad wishes named."""
import collections
import contextlib
import re
import shutil
import sqlite3
import xml.etree.ElementTree as xml
import zipfile

from harness import Skip, demo, demo_copy, dengce, equal, expect, new_dir

SYSTEM = "上海市预算管理一体化信息系统"
CELL = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def report(data, output, *options, status=0):
    return dengce("report", "assessment", "--data", data, "--system", SYSTEM, "--output", output, *options,
                  status=status, timeout=600)


def open_read_only(data):
    return contextlib.closing(sqlite3.connect(f"file:{data}/dengce.db?mode=ro", uri=True))


def snapshot_id(data):
    with open_read_only(data) as database:
        return database.execute("SELECT id FROM snapshot").fetchone()[0]


def record_counts(data):
    with open_read_only(data) as database:
        return collections.Counter(dict(database.execute("SELECT verdict, count(*) FROM record GROUP BY verdict")))


def sheets_of(path):
    """name → rows of cell texts."""
    with zipfile.ZipFile(path) as package:
        equal(package.testzip(), None)
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                xml.fromstring(package.read(name))
        shared = []
        if "xl/sharedStrings.xml" in package.namelist():
            shared = ["".join(one.itertext()) for one in xml.fromstring(package.read("xl/sharedStrings.xml"))]
        names = [sheet.get("name") for sheet in xml.fromstring(package.read("xl/workbook.xml")).iter(CELL + "sheet")]
        out = {}
        for number, name in enumerate(names, 1):
            rows = []
            for row in xml.fromstring(package.read(f"xl/worksheets/sheet{number}.xml")).iter(CELL + "row"):
                cells = []
                for cell in row.iter(CELL + "c"):
                    text = "".join(cell.itertext())
                    cells.append(shared[int(text)] if cell.get("t") == "s" else text)
                rows.append(cells)
            out[name] = rows
        return out


def case_same_snapshot_same_xlsx_bytes():
    data, _ = demo()
    place = new_dir()
    for scheme in ("2025", "2021"):
        report(data, place / "a.xlsx", "--scheme", scheme)
        report(data, place / "b.xlsx", "--scheme", scheme, "--snapshot", snapshot_id(data))
        equal((place / "a.xlsx").read_bytes() == (place / "b.xlsx").read_bytes(), True, scheme)


def laid_out():
    """A data directory whose reports may keep their page numbers."""
    if not hasattr(laid_out, "data"):
        laid_out.data = demo_copy()
    return laid_out.data


def case_same_snapshot_same_docx_bytes():
    data = laid_out()
    place = new_dir()
    for scheme in ("2025", "2021"):
        report(data, place / "a.docx", "--scheme", scheme)
        report(data, place / "b.docx", "--scheme", scheme)
        equal((place / "a.docx").read_bytes() == (place / "b.docx").read_bytes(), True, scheme)
        with zipfile.ZipFile(place / "a.docx") as package:
            equal(package.testzip(), None)
            text = package.read("word/document.xml").decode()
            xml.fromstring(text)
            expect(SYSTEM in text and "演示数据" in text, scheme)
            expect("{{" not in text and "}}" not in text, "a tag is left in the document", scheme)


def case_xlsx_holds_every_record():
    data, _ = demo()
    path = new_dir() / "a.xlsx"
    report(data, path)
    sheets = sheets_of(path)
    wanted = record_counts(data)
    name, rows = max(sheets.items(), key=lambda sheet: len(sheet[1]))
    header = next(row for row in rows if any("判定" in cell or "结果" in cell for cell in row))
    records = rows[rows.index(header) + 1:]
    verdicts = collections.Counter(cell for row in records for cell in row if cell in wanted)
    equal(verdicts, wanted, name, header)


def case_snapshot_that_is_not_there_and_other_bad_wishes():
    data, _ = demo()
    place = new_dir()
    base = ["report", "assessment", "--data", data]
    for args, word in ((["--system", "没有的系统", "--output", place / "a.docx"], "没有的系统"),
                       (["--system", SYSTEM, "--scheme", "2019", "--output", place / "a.docx"], "2019"),
                       (["--system", SYSTEM, "--snapshot", "nothing", "--output", place / "a.docx"], "nothing"),
                       (["--system", SYSTEM, "--output", place / "a.odt"], "a.odt"),
                       (["--system", SYSTEM, "--output", place / "a"], "docx"),
                       (["--system", "上海市发改委门户网站", "--output", place / "a.docx"], "上海市发改委门户网站"),
                       (["--system", SYSTEM, "--output", place / "no/such/folder/a.xlsx"], "no/such/folder")):
        outcome = dengce(*base, *args)
        expect(outcome.status == 2, outcome)
        expect(word in outcome.err, word, outcome)
        expect(not list(place.iterdir()), "a file was left", list(place.iterdir()))
    outcome = dengce("report", "assessment", "--data", place / "none", "--system", SYSTEM, "--output", place / "a.docx")
    expect(outcome.status == 2 and "none" in outcome.err, outcome)


def case_output_is_replaced_as_a_whole():
    data, _ = demo()
    path = new_dir() / "a.xlsx"
    path.write_text("old")
    report(data, path)
    expect(zipfile.is_zipfile(path), "the old file stayed")
    equal([one.name for one in path.parent.iterdir()], ["a.xlsx"])


def case_pdf_or_a_clear_message():
    data = laid_out()
    path = new_dir() / "a.pdf"
    outcome = dengce("report", "assessment", "--data", data, "--system", SYSTEM, "--output", path, timeout=900)
    if shutil.which("soffice") is None and shutil.which("libreoffice") is None:
        expect(outcome.status != 0 and "LibreOffice" in outcome.err and not path.exists(), outcome)
        raise Skip("LibreOffice is not installed: only its message was looked at")
    expect(outcome.status == 0, outcome)
    expect(path.read_bytes().startswith(b"%PDF-"), "no PDF")
    expect(len(re.findall(rb"/Type\s*/Page\b", path.read_bytes())) > 20 or path.stat().st_size > 100_000, "too small")
