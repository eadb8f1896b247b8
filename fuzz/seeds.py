#!/usr/bin/env python3
"""What a fuzzer begins with: writes fuzz/seeds/TARGET from what the repository has of each kind, and the dictionary fuzz/rules.dict
from the words of the grammar. Run it anywhere; it needs Python 3.9 and nothing else.

    python3 fuzz/seeds.py            write seeds and dictionary
    python3 fuzz/seeds.py --check    fail where the dictionary is not what the grammar says
"""
import hashlib, json, re, sys, zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SEEDS = ROOT / "fuzz" / "seeds"
MARK = b"\n---\n"


def words():
    grammar = (ROOT / "grammar" / "ratewright.pest").read_text()
    found = set(re.findall(r'"((?:[^"\\]|\\.)+)"', grammar))
    return sorted(word for word in found if "\\u" not in word)


def entry(word):
    """A word of the grammar as the dictionary writes it: signs that do not print and those with a meaning there as `\\xNN`."""
    plain = word.encode("latin-1", "ignore").decode("unicode_escape")
    return '"' + "".join(sign if " " <= sign <= "~" and sign not in '"\\' else f"\\x{ord(sign):02x}" for sign in plain) + '"'


def dictionary():
    lines = ["# The words of the grammar. Written by fuzz/seeds.py."]
    lines += [entry(word) for word in words() if all(32 <= ord(sign) < 127 for sign in word)]
    lines += [f'"{word}"' for word in ("USD", "EUR", "JPY", "lb", "kg", "in", "min", "day", "0.01", "18.5%", "2026-01-05", "08:00", "Europe/London")]
    return "\n".join(lines) + "\n"


def seed(target, content):
    content = content.encode() if isinstance(content, str) else content
    if 0 < len(content) <= 32 * 1024:
        folder = SEEDS / target
        folder.mkdir(parents=True, exist_ok=True)
        (folder / hashlib.sha1(content).hexdigest()[:16]).write_bytes(content)


def texts(folder, ending):
    return [path.read_text() for path in sorted((ROOT / folder).rglob(f"*{ending}")) if "target" not in path.parts]


def examples():
    """The rule sets of the reference, each with the input that its first line gives."""
    for page in sorted((ROOT / "docs" / "language").glob("*.md")):
        for block in re.findall(r"```rules[^\n]*\n(.*?)```", page.read_text(), re.S):
            head = "" if re.search(r"^(ruleset|module) ", block, re.M) else "ruleset r { currency USD }\n"
            yield head + block


def main():
    if "--check" in sys.argv:
        sys.exit(0 if (ROOT / "fuzz" / "rules.dict").read_text() == dictionary() else "fuzz/rules.dict is stale: python3 fuzz/seeds.py")
    (ROOT / "fuzz" / "rules.dict").write_text(dictionary())
    rules = texts("rules", ".rules") + texts("tests/cases", ".rules") + texts("examples", ".rules") + list(examples())
    for text in rules:
        for target in ("parse", "format", "check"):
            seed(target, text)
        seed("quote", text.encode() + MARK + b'{"weight": 3, "ship_date": "2026-02-10"}')
    for older, newer in zip(rules, rules[1:]):
        seed("difference", older.encode() + MARK + older.replace("1", "2", 1).encode())
    seed("quote", 'ruleset r { currency USD }\ninput { weight : mass in lb }\ncharge A = 2 USD per lb * weight\n---\n{"weight": 3}')
    seed("json_input", json.dumps({"amount": "12.50 USD", "bounded": 7, "chosen": "JPY", "count": 3, "day": "2026-02-28", "at": "2026-03-03T19:59:40Z", "time": "08:30", "zone": "Europe/London", "share": "18.5%", "factor": 1.5, "weight": "3 kg", "people": 4, "months": "3 months", "fast": True, "service": "two_day", "text": "é", "postcode": "43004", "lines": [{"weight": 1, "price": "2 USD"}], "numbers": [1, 2.5], "rate": "2 USD per cwt", "declared": None}))
    seed("json_input", "{}")
    seed("field_input", "amount=12.50 USD\nweight=3 lb\nlines.0.weight=3\nnumbers.0=1\nday=2026-02-28\nfast=yes\nservice=ground")
    seed("csv_table", "service,postcode,weight,price\nground,430,up to 1,9.12\nground,430,over 1,10.44\ntwo_day,any,any,31.00 USD\n")
    seed("csv_table", "service;postcode;weight;price\n")
    for path in sorted((ROOT / "crates").rglob("*.dmn")):
        seed("dmn", path.read_bytes())
    for ending in (".xlsx", ".ods"):
        for path in sorted((ROOT / "crates").rglob(f"*{ending}")):
            seed("workbook", path.read_bytes())
    seed("workbook", workbook())
    cells = "".join(f'<c r="{column}1" t="inlineStr"><is><t>{text}</t></is></c>' for column, text in zip("ABCD", ("service", "postcode", "weight", "price")))
    row = '<c r="A2" t="s"><v>0</v></c><c r="B2" s="1"><v>430</v></c><c r="C2" t="str"><f t="shared" si="0" ref="C2:C3">A1</f><v>up to 50</v></c><c r="D2"><v>9.12</v></c>'
    strings = '<sst uniqueCount="1"><si><r><t xml:space="preserve">ground</t></r></si></sst>'
    styles = '<styleSheet><numFmts><numFmt numFmtId="200" formatCode="0.00"/></numFmts><fonts><font><name val="Arial"/><sz val="11"/></font></fonts><cellXfs><xf numFmtId="0"/><xf numFmtId="200" fontId="0"/></cellXfs></styleSheet>'
    sheet = f'<worksheet><dimension ref="A1:D2"/><sheetData><row r="1">{cells}</row><row r="2">{row}</row></sheetData><mergeCells><mergeCell ref="F1:G1"/></mergeCells></worksheet>'
    seed("workbook", MARK.join(part.encode() for part in (sheet, strings, styles)))
    words = "".join(f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>' for text in ("service", "postcode", "weight", "price"))
    numbers = '<table:table-cell office:value-type="string" office:string-value="ground"/><table:table-cell office:value-type="float" office:value="430"/><table:table-cell table:number-columns-repeated="2" office:value-type="percentage" office:value="0.1"/>'
    seed("workbook", f'<d><table:table table:name="S"><table:table-row>{words}</table:table-row><table:table-row table:number-rows-repeated="2">{numbers}</table:table-row></table:table></d>')
    seed("recorded", '{"id": "S-1", "key": "C-9", "at": "2026-02-10T08:00:00Z", "input": {"weight": 3.0}, "answer": {"lines": [{"charge": "BASE", "amount": "7.50 USD"}], "total": "7.50 USD"}}\n{"id": "S-2", "input": {}, "answer": {"refused": {"code": "E17"}}}\n')
    seed("recorded", '{"id": "shipment", "fields": {"weight": {"from": "KG", "unit": "kg"}}, "answer": {"total": "T", "currency": "USD"}}\n---\nshipment,KG,T\nS-1,3.0,7.50\n')
    seed("recorded", "id,weight,answer.total,answer.charge.BASE\nS-1,3 lb,7.50 USD,7.50 USD\n")
    seed("stages", '{ "format": 1, "migration": "parcel", "stage": "canary", "share": "5 %", "who": "Ada", "why": "the first week" }')
    for path in sorted((ROOT / "examples" / "migration").glob("*.json")):
        seed("stages", path.read_bytes())
    seed("arithmetic", bytes([7, 20, 5, 7, 40, 3, 1, 0, 1, 0, 1, 2, 3, 1, 2, 4, 1, 3, 12, 2, 1]))
    for text in ("2026-02-28", "0001-01-01", "9999-12-31", "\x07\xea\x00\x02\x00\x1c\x80\x01\x80\x01"):
        seed("dates", text.encode("latin-1"))
    for text in ("2026-03-03T19:59:40+01:00", "24:00", "Europe/London", "\x01" + "\x00" * 8, "\x04" + "\x11" * 8):
        seed("zones", text.encode("latin-1"))


def workbook():
    """The smallest workbook that is read: one sheet with the headings of the target and a row."""
    import io
    out = io.BytesIO()
    cells = [["service", "postcode", "weight", "price"], ["ground", "430", "up to 50", "9.12"]]
    rows = "".join(
        f'<row r="{at}">' + "".join(f'<c r="{column}{at}" t="inlineStr"><is><t>{text}</t></is></c>' for column, text in zip("ABCD", row)) + "</row>"
        for at, row in enumerate(cells, 1)
    )
    main_space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    packages = "http://schemas.openxmlformats.org/package/2006/relationships"
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in {
            "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{packages}"><Relationship Id="r1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
            "xl/workbook.xml": f'<workbook xmlns="{main_space}" xmlns:r="{relations}"><sheets><sheet name="Rates" sheetId="1" r:id="r1"/></sheets></workbook>',
            "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{packages}"><Relationship Id="r1" Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
            "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main_space}"><sheetData>{rows}</sheetData></worksheet>',
        }.items():
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            file.writestr(info, content)
    return out.getvalue()


if __name__ == "__main__":
    main()
