# SPDX-License-Identifier: Apache-2.0
"""Spreadsheets in and out: a messy workbook of 5,000 rows, 300 of them bad, as people hand them in."""
import io
import urllib.parse
import zipfile
from xml.sax.saxutils import escape

ROWS = 5000
NOTE = {"purpose": "示例核对", "recipient": "示例甲"}  # of every export
PACKAGE = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
                   '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
                   'relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/workbook.xml": '<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships">'
                       '<sheets><sheet name="填表说明" sheetId="1" r:id="rId1"/>'
                       '<sheet name="台账" sheetId="2" r:id="rId2"/></sheets></workbook>',
    "xl/_rels/workbook.xml.rels":
        '<Relationships>'
        '<Relationship Id="rId1" Type="http://x/worksheet" Target="worksheets/sheet1.xml"/>'
        '<Relationship Id="rId2" Type="http://x/worksheet" Target="/xl/worksheets/sheet2.xml"/>'
        '<Relationship Id="rId3" Type="http://x/sharedStrings" Target="sharedStrings.xml"/></Relationships>',
}


def expect(condition, what):
    if not condition:
        raise AssertionError(str(what))


def equal(got, wanted, what=""):
    expect(got == wanted, f"{what}: {got!r}, not {wanted!r}")


class Sheet:
    """Rows of cells; texts go to the shared strings, formulas keep the value that was saved."""

    def __init__(self, shared):
        self.shared, self.rows, self.merges = shared, [], []

    def cell(self, value):
        if isinstance(value, tuple):  # formula and its value
            return f'<c t="str"><f>{escape(value[0])}</f><v>{escape(value[1])}</v></c>'
        if isinstance(value, (int, float)):
            return f"<c><v>{value}</v></c>"
        if value == "":
            return "<c/>"
        return f'<c t="s"><v>{self.shared.setdefault(value, len(self.shared))}</v></c>'

    def row(self, number, cells, hidden=False):
        mark = ' hidden="1"' if hidden else ""
        self.rows.append(f'<row r="{number}"{mark}>' + "".join(map(self.cell, cells)) + "</row>")

    def xml(self):
        merges = "".join(f'<mergeCell ref="{ref}"/>' for ref in self.merges)
        return f"<worksheet><sheetData>{''.join(self.rows)}</sheetData><mergeCells>{merges}</mergeCells></worksheet>"


def messy_workbook(systems):
    """The bytes, and the sheet's numbers of the bad rows."""
    shared, bad = {}, []
    notes, sheet = Sheet(shared), Sheet(shared)
    notes.row(1, ["请按统一格式填写，勿改表头"])
    sheet.row(1, ["2026 年资产台账"])
    sheet.merges.append("A1:F1")
    sheet.row(3, ["序号", "资产 类别", "*设备名称", "ＩＰ地址", "所属系统（必填）", "品牌型号", "备注"])
    for index in range(ROWS):
        number = 5 + index + index // 100  # blank lines in between
        cells = [index + 1, "网络设备", f"设备 {index}", f"10.{index // 250}.{index % 250}.1",
                 systems[index % len(systems)], ("A1", f"型号{index % 7}"), ""]
        fault = index % 50
        if fault == 0:
            cells[1] = "没有的类别"
        elif fault == 1:
            cells[3] = "10.0.0"
        elif fault == 2:
            cells[4] = "没有的系统"
        if fault < 3:
            bad.append(number)
        sheet.row(number, cells, hidden=index % 11 == 0)
    files = dict(PACKAGE)
    files["xl/worksheets/sheet1.xml"], files["xl/worksheets/sheet2.xml"] = notes.xml(), sheet.xml()
    strings = sorted(shared, key=shared.get)
    files["xl/sharedStrings.xml"] = "<sst>" + "".join(f"<si><t>{escape(text)}</t></si>" for text in strings) + "</sst>"
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in files.items():
            package.writestr(name, text)
    return out.getvalue(), bad


def upload(person, noun, name, content, status=201):
    query = urllib.parse.urlencode({"noun": noun, "file_name": name})
    return person.must("POST", f"/api/imports?{query}", raw=content, status=status,
                       headers={"Content-Type": "application/octet-stream"})


def preview(person, made, defaults=None):
    return person.must("PUT", f"/api/imports/{made['id']}/mapping",
                       {"mapping": made["mapping"], "defaults": defaults or {}},
                       headers={"If-Match": f'"{made["version"]}"'})


def case_a_messy_workbook_is_imported(place):
    manager = place.person("manager")
    systems = [one["name"] for one in manager.must("GET", "/api/systems?limit=500")["items"]]
    before = manager.must("GET", "/api/assets?limit=1")["total"]
    content, bad = messy_workbook(systems)
    made = upload(manager, "asset", "台账（终稿）.xlsx", content)
    equal((made["state"], made["sheet"], made["head_line"], made["rows"]), ("mapping", "台账", 3, ROWS))
    equal({made["columns"][int(column)]["head"]: field for column, field in made["mapping"].items()},
          {"序号": None, "资产 类别": "class", "*设备名称": "name", "ＩＰ地址": "addresses",
           "所属系统（必填）": "systems", "品牌型号": "attributes.品牌型号", "备注": "attributes.备注"})
    seen = preview(manager, made)
    equal(seen["preview"], {"rows": ROWS, "new": ROWS - len(bad), "changed": 0, "same": 0, "duplicate": 0,
                            "bad": len(bad)})
    lines, after = [], ""
    while after is not None:
        page = manager.must("GET", f"/api/imports/{made['id']}/problems?limit=101{after and '&after=' + after}")
        lines += [problem["line"] for problem in page["items"]]
        after = page["next"]
    equal(lines, bad, "every bad row is named, by its line")
    problems = manager.ask("GET", f"/api/imports/{made['id']}/problems.csv").body.decode("utf-8-sig")
    equal(len(problems.splitlines()), len(bad) + 1)
    stale = manager.ask("POST", f"/api/imports/{made['id']}/apply", {}, {"If-Match": '"1"'})
    equal(stale.status, 412, stale)
    match = {"If-Match": f'"{seen["version"]}"'}
    done = manager.must("POST", f"/api/imports/{made['id']}/apply", {}, headers=match)
    equal(done["result"], {"created": ROWS - len(bad), "changed": 0, "skipped": 0, "bad": len(bad)})
    equal(manager.must("GET", "/api/assets?limit=1")["total"], before + ROWS - len(bad), "no good row is lost")
    # The same file again: nothing new; and what comes out goes in again as it was.
    again = preview(manager, upload(manager, "asset", "again.xlsx", content))
    equal((again["preview"]["same"], again["preview"]["new"]), (ROWS - len(bad), 0))
    out = manager.ask("POST", "/api/exports", {"noun": "asset", "format": "xlsx", "filter": {"class": "网络设备", "q": "", "limit": 100}, **NOTE})
    equal(out.status, 200, out)
    expect("filename" in out.headers["Content-Disposition"], out.headers)
    back = preview(manager, upload(manager, "asset", "export.xlsx", out.body))
    equal((back["preview"]["new"], back["preview"]["changed"], back["preview"]["bad"]), (0, 0, 0), back["preview"])
    # One of them is changed by hand; undo names it and takes back all others.
    one = manager.must("GET", "/api/assets?limit=1&q=" + urllib.parse.quote("设备 4999"))["items"][0]
    manager.must("PATCH", f"/api/assets/{one['id']}", {"location": "示例机房"}, headers={"If-Match": '"1"'})
    undone = manager.must("POST", f"/api/imports/{made['id']}/undo", {},
                          headers={"If-Match": f'"{done["version"]}"'})
    equal((undone["removed"], [kept["id"] for kept in undone["kept"]]), (ROWS - len(bad) - 1, [one["id"]]))
    equal(manager.must("GET", "/api/assets?limit=1")["total"], before + 1)
    manager.must("DELETE", f"/api/assets/{one['id']}", headers={"If-Match": '"2"'}, status=204)
    equal(manager.must("GET", f"/api/imports/{made['id']}")["state"], "undone")
    expect(manager.must("GET", "/api/imports?noun=asset")["total"] >= 3, "imports are listed")


def case_no_spreadsheet_does_harm(place):
    manager = place.person("manager")
    system = manager.must("GET", "/api/systems?limit=1")["items"][0]
    formula = '=HYPERLINK("http://192.0.2.1","x")'
    made = manager.must("POST", "/api/assets", {"class": "其他系统或设备", "name": formula, "systems": [system["id"]],
                                                "attributes": {"用途": "+1"}}, status=201)
    text = manager.ask("POST", "/api/exports", {"noun": "asset", "format": "csv", "filter": {"class": "其他系统或设备"}, **NOTE})
    expect(text.body.startswith(b"\xef\xbb\xbf"), "no byte order mark")
    for line in text.body.decode("utf-8-sig").splitlines():
        for cell in line.split(","):
            expect(cell.strip('"')[:1] not in ("=", "+", "-", "@"), line)
    book = manager.ask("POST", "/api/exports", {"noun": "asset", "format": "xlsx", "filter": {}, **NOTE})
    with zipfile.ZipFile(io.BytesIO(book.body)) as package:
        for name in package.namelist():
            expect(b"<f>" not in package.read(name), f"a formula in {name}")
    manager.must("DELETE", f"/api/assets/{made['id']}", headers={"If-Match": '"1"'}, status=204)
    for noun, content in (("asset", b""), ("asset", b"PK\x03\x04" + b"x" * 100), ("asset", b"\xff\xfe\x00"),
                          ("asset", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600), ("moon", b"a\nb\n")):
        answer = manager.ask("POST", f"/api/imports?noun={noun}&file_name=x", raw=content,
                             headers={"Content-Type": "application/octet-stream"})
        expect(answer.status in (400, 413, 415, 422) and answer.json()["detail"], answer)
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/workbook.xml", b"\0" * (300 << 20))
    answer = manager.ask("POST", "/api/imports?noun=asset&file_name=x", raw=bomb.getvalue(),
                         headers={"Content-Type": "application/octet-stream"})
    equal(answer.status, 413, answer)
    equal(manager.ask("GET", "/api/import/templates/moon.xlsx").status, 404)
    for noun in ("system", "filing", "asset", "data_item", "contact"):
        for kind in ("xlsx", "csv"):
            equal(manager.ask("GET", f"/api/import/templates/{noun}.{kind}").status, 200)
