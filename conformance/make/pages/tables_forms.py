"""tables.md: inline tables, CSV files, crosstabs."""

from tables_model import Row, any_, chosen, prefix, span, value

from suite import F, money, number, quantity


def build(page):
    inline(page)
    csv(page)
    crosstabs(page)


def inline(page):
    rules = page.rules(
        "inline",
        """
enum Service { ground, two_day, overnight }
input { service : Service, zone : integer, weight : mass in lb }
table base_rate unique {
  service : Service
  zone    : integer by range
  weight  : mass in lb by range
  -> price : money

  | service            | zone        | weight          || price     | because        |
  | ground             | 2 through 4 | up to 1         || 9.12      | "Rate sheet 3" |
  | ground             | 2 through 4 | over 1 up to 10 || 10.44 USD |                |
  | two_day, overnight | any         | up to 16 oz     || 21.5      | "Rate sheet 4" |
  | two_day, overnight | any         | over 1 lb       || 31.00     |                |
  | otherwise                                         || refuse "R7" "no rate for zone {zone}" |
}
charge BASE = base_rate[service, zone, weight].price

test "up to one pound" {
  given service = ground, zone = 4, weight = 1 lb
  expect charge BASE is 9.12 USD by base_rate row 1
  expect explanation of BASE has "Rate sheet 3"
}
test "a row without a reason" {
  given service = ground, zone = 4, weight = 2 lb
  expect charge BASE is 10.44 USD by base_rate row 2
}
test "the wrong row" {
  given service = ground, zone = 4, weight = 2 lb
  expect charge BASE is 10.44 USD by base_rate row 1
}
""",
    )
    ground, others = value("ground"), value("two_day", "overnight")
    rows = [
        Row([ground, span(2, 4), span(None, 1)], "9.12"),
        Row([ground, span(2, 4), span(1, 10, "(]")], "10.44"),
        Row([others, any_, span(None, 1)], "21.5"),
        Row([others, any_, span(1, None, "()")], "31"),
    ]
    for service in ("ground", "two_day", "overnight"):
        for zone, weight in ((2, "0.5"), (4, "1"), (3, "1.001"), (2, "10"), (4, "10.1"), (5, "1"), (1, "3")):
            given = {"service": service, "zone": zone, "weight": weight}
            row = chosen(rows, [service, F(zone), F(weight)])
            if row:
                rules.case(
                    "inline-tables:1",
                    f"{service}, zone {zone}, {weight} lb",
                    given,
                    lines=[["BASE", f"{money(row.value)['amount']} USD"]],
                )
            else:
                rules.case(
                    "inline-tables:1",
                    f"{service}, zone {zone}, {weight} lb",
                    given,
                    refused="R7",
                    message=f"no rate for zone {zone}",
                )
    rules.case(
        "inline-tables:1",
        "reasons and rows",
        tests={"up to one pound": "passed", "a row without a reason": "passed", "the wrong row": "failed"},
    )
    units = page.rules(
        "inline_units",
        "input { w : mass in lb }\ntable t {\n  w : mass in lb by range\n  -> price : money\n  -> rate : USD per cwt\n  -> share : percent\n  | w || price | rate | share |\n"
        "  | up to 1 || 9.12 | 42 | 5% |\n  | over 1 lb up to 1 kg || 10 USD | 42.5 USD per cwt | 7.5% |\n  | over 1 kg || 11.5 | 0.43 USD per lb | 10% |\n}\nlet row = t[w]\n"
        "output price = row.price\noutput rate = row.rate\noutput share = row.share",
    )
    for w, price, rate, share in (("1", "9.12", "42", "5"), ("2.2", 10, "42.5", "7.5"), ("2.3", "11.5", 43, 10)):
        for output, expected in (("price", money(price)), ("rate", quantity(rate, "USD per cwt")), ("share", quantity(share, "%"))):
            units.output("inline-tables:1", f"{w} lb: {output} with and without its unit", output, expected, {"w": w})
    for name, code, text in [
        ("a cell in another currency", "RW0509", "  a : integer\n  -> p : money\n  | a || p |\n  | 1 || 3 EUR | # ! RW0509\n"),
        ("a percent without its sign", "RW0508", "  a : integer\n  -> p : percent\n  | a || p |\n  | 1 || 3 | # ! RW0508\n"),
        ("a heading that is no column", "RW0501", "  a : integer\n  -> p : money\n  | a | b || p | # ! RW0501\n  | 1 | 2 || 3 |\n"),
        (
            "a row with too few cells",
            "RW0503",
            "  a : integer\n  -> p : money\n  -> q : money\n  | a || p | q |\n  | 1 || 3 | # ! RW0503\n",
        ),
        ("an empty cell", "RW0507", "  a : integer\n  -> p : money\n  | a || p |\n  | 1 || | # ! RW0507\n"),
        ("a cell that cannot be read", "RW0506", "  a : integer\n  -> p : money\n  | a || p |\n  | 1 || many | # ! RW0506\n"),
        ("a row whose double bar is missing", "RW0503", "  a : integer\n  -> p : money\n  | a || p |\n  | 1 | 2 | # ! RW0503\n"),
        ("a heading twice", "RW0502", "  a : integer\n  -> p : money\n  | a || p | p | # ! RW0502\n  | 1 || 3 | 4 |\n"),
        (
            "otherwise before another row",
            "RW0512",
            "  a : integer\n  -> p : money\n  | a || p |\n  | otherwise || 3 |\n  | 1 || 4 | # ! RW0512\n",
        ),
    ]:
        page.wrong("inline-tables:1", name, "input { i : integer }\ntable t {\n" + text + "}\noutput o = t[i].p")
    page.wrong(
        "inline-tables:1",
        "a table without rows",
        "input { i : integer }\ntable t { # ! RW0505\n  a : integer\n  -> p : money\n  | a || p |\n}\noutput o = t[i].p",
    )
    page.wrong(
        "tables:1",
        "too many keys",
        'table z {\n  code : text\n  -> n : integer\n  | code || n |\n  | A || 1 |\n}\nlet a = z["A", 1].n  # ! RW0413',
    )
    page.wrong(
        "what-is-reported",
        "a column that is not there",
        'table z {\n  code : text\n  -> n : integer\n  | code || n |\n  | A || 1 |\n}\nlet a = z["A"].colour  # ! RW0307',
    )
    page.wrong(
        "what-is-reported",
        "a table without keys",
        "table z {\n  code : text\n  -> n : integer\n  | code || n |\n  | A || 1 |\n}\nlet a = z  # ! RW0204",
    )
    page.wrong(
        "what-is-reported",
        "a key of another kind",
        "table z {\n  code : text\n  -> n : integer\n  | code || n |\n  | A || 1 |\n}\nlet a = z[1].n  # ! RW0300",
    )
    once = page.rules(
        "declared_once",
        "input { x : number, y : number }\ntable square {\n  n : number\n  -> s : number\n  | n || s |\n  | 1 || 1 |\n  | 2 || 4 |\n  | 3 || 9 |\n}\noutput a = square[x].s + square[y].s\noutput b = square[square[2].s - 1].s",
    )
    for x, y in ((1, 1), (2, 3), (3, 3)):
        once.output("tables:1", f"looked up twice: {x}, {y}", "a", number(x * x + y * y), {"x": x, "y": y})
    once.output("tables:1", "looked up with what was looked up", "b", number(9), {"x": 1, "y": 1})


def csv(page):
    page.text(
        "zones.csv",
        'Origin,miles_lower,miles_upper,Zone Number,remarks\n430,0,150,2,near\n430,150,300,3,\n431,0,300,4,far\n43,300,,9,"beyond, far"\n',
    )
    rules = page.rules(
        "csv",
        'input { origin : text, miles : length in mi }\ntable zones first from "zones.csv" {\n  origin : text by longest prefix column "Origin"\n'
        '  miles  : length in mi by range from "miles_lower" until "miles_upper"\n  -> zone : integer column "Zone Number"\n  ignoring "remarks"\n  | otherwise || 0 |\n}\noutput zone = zones[origin, miles].zone',
    )
    rows = [
        Row([prefix("430"), span(0, 150, "[)")], 2),
        Row([prefix("430"), span(150, 300, "[)")], 3),
        Row([prefix("431"), span(0, 300, "[)")], 4),
        Row([prefix("43"), span(300, None)], 9),
    ]
    for origin, miles in (
        ("43004", "0"),
        ("43004", "149.9"),
        ("43004", "150"),
        ("43004", "299.9"),
        ("43004", "300"),
        ("43104", "299"),
        ("43104", "300"),
        ("43999", "500"),
        ("43999", "100"),
        ("50000", "400"),
        ("430", "1"),
    ):
        row = chosen(rows, [origin, F(miles)])
        rules.output(
            "tables-in-csv-files:1",
            f"{origin}, {miles} mi",
            "zone",
            number(row.value if row else 0),
            {"origin": origin, "miles": miles},
        )
    page.text(
        "fees.csv",
        'code,weight,fee,share\n"GB, FR",up to 1,1.05,5%\n"GB, FR",over 1 up to 10,2 USD,7.5%\nany,up to 10,9,10%\n"a ""quoted"" code",up to 10,4,1%\n',
    )
    fees = page.rules(
        "csv_cells",
        'input { code : text, weight : mass in kg }\ntable fees first from "fees.csv" {\n  code : text\n  weight : mass in kg by range\n  -> fee : money\n  -> share : percent\n}\nlet row = fees[code, weight]\noutput fee = row.fee\noutput share = row.share',
    )
    for code, weight, fee, share in (
        ("GB", "1", "1.05", "5"),
        ("FR", "1.01", "2", "7.5"),
        ("DE", "0.5", "9", "10"),
        ("FR", "10", "2", "7.5"),
        ('a "quoted" code', "3", "9", "10"),
    ):
        fees.output("tables-in-csv-files:1", f"{code}, {weight} kg: fee", "fee", money(fee), {"code": code, "weight": weight})
        fees.output(
            "tables-in-csv-files:1", f"{code}, {weight} kg: share", "share", quantity(share, "%"), {"code": code, "weight": weight}
        )
    fees.case("tables-in-csv-files:1", "no row", {"code": "GB", "weight": "10.1"}, failed="no row matched")
    page.text("wrong_cell.csv", "code,fee\nA,1\nB,many\n")
    page.text("wrong_column.csv", "code,fee,remark\nA,1,x\n")
    for name, file, code in (
        ("a mistake in a file is told with its line", "wrong_cell.csv", "RW0506:wrong_cell.csv:3"),
        ("a column that is not declared", "wrong_column.csv", "RW0501:wrong_column.csv:1"),
    ):
        path = f"wrong_{file.split('.')[0].split('_')[1]}_of_a_file.rules"
        page.text(
            path,
            f'ruleset conformance.csv {{ currency USD }}\ninput {{ c : text }}\ntable t from "{file}" {{\n  code : text\n  -> fee : money\n}}\noutput o = t[c].fee\n',
        )
        page.add(
            "rejected", {"paragraph": page.id("tables-in-csv-files:1"), "name": name, "rules": path, "expect": {"rejected": [code]}}
        )


def crosstabs(page):
    rules = page.rules(
        "crosstab",
        """
enum Class { c70 "70", c85 "85" }
input { class : Class, weight : mass in lb, year : integer, zone : text }
table class_rate crosstab {
  class : Class
  across weight : mass in lb by break
  -> rate : USD per cwt

  | class || 0     | 500   | 1000  |
  | c70   || 48.12 | 41.06 | 33.87 |
  | c85   || 55.40 | 47.20 | 39.02 |
}
table by_year crosstab {
  zone : text
  across year : integer
  -> fee : money
  | zone || 2025 | 2026 |
  | A    || 1.00 | 1.10 |
  | B    || 2.00 | 2.20 |
}
table by_range crosstab {
  zone : text
  across weight : mass in lb by range
  -> fee : money
  | zone || up to 5 | over 5 |
  | A, B || 3       | 4      |
}
output rate = class_rate[class, weight].rate
output fee = by_year[zone, year].fee
output banded = by_range[zone, weight].fee
""",
    )
    rates = {"c70": ["48.12", "41.06", "33.87"], "c85": ["55.40", "47.20", "39.02"]}
    for cls in rates:
        for weight in ("0", "499.9", "500", "620", "999.99", "1000", "5000"):
            index = sum(F(weight) >= b for b in (500, 1000))
            rules.output(
                "crosstabs:1",
                f"{cls}, {weight} lb",
                "rate",
                quantity(rates[cls][index], "USD per cwt"),
                {"class": cls, "weight": weight, "year": 2025, "zone": "A"},
            )
    for zone, year, fee in (("A", 2025, 1), ("A", 2026, "1.1"), ("B", 2025, 2), ("B", 2026, "2.2")):
        rules.output(
            "crosstabs:1", f"zone {zone} in {year}", "fee", money(fee), {"class": "c70", "weight": 1, "year": year, "zone": zone}
        )
    rules.case(
        "crosstabs:1", "a year without a column", {"class": "c70", "weight": 1, "year": 2027, "zone": "A"}, failed="no row matched"
    )
    for weight, fee in (("5", 3), ("5.01", 4)):
        rules.output(
            "crosstabs:1",
            f"ranges across, {weight} lb",
            "banded",
            money(fee),
            {"class": "c70", "weight": weight, "year": 2025, "zone": "B"},
        )
    rules.case(
        "crosstabs:1", "below the first break", {"class": "c70", "weight": "-1", "year": 2025, "zone": "A"}, failed="no row matched"
    )
    page.wrong(
        "crosstabs:1",
        "a key across in a plain table",
        "input { x : integer }\ntable t {\n  across a : integer  # ! RW0121\n  -> p : money\n  | a || p |\n  | any || 2 |\n}\noutput o = t[x].p",
    )
