"""lists.md: groups, walks, text, the other functions of the library."""

from suite import F, amount, money, number, percent, quantity, rounded


def build(page):
    groups(page)
    walks(page)
    text(page)
    library(page)


LINES = [
    [("70", "620"), ("85", "40"), ("70", "310")],
    [("85", "1")],
    [("70", "5"), ("70", "5"), ("92", "5.5")],
    [("100", "7"), ("85", "7"), ("100", "3"), ("70", "9"), ("85", "0.25")],
]


def given(lines, extra=None):
    return {"lines": [{"class": c, "weight": w, "at": i} for i, (c, w) in enumerate(lines)]} | (extra or {})


def groups(page):
    rules = page.rules(
        "groups",
        """
record Line { class : text, weight : mass in lb, at : integer }
input { lines : list of Line }
let groups = group line in lines by line.class
output keys = list of g.key for each g in groups
output sums = list of (sum of line.weight for each line in g.items) for each g in groups
output places = list of (list of line.at for each line in g.items) for each g in groups
output heavy = list of g.key for each g in (group line in lines by (line.weight > 100 lb))
charge CLASS "By class, {g.key}" for each g in groups
    = 0.10 USD per lb * sum of line.weight for each line in g.items
""",
    )
    for lines in LINES + [[]]:
        keys = list(dict.fromkeys(c for c, _ in lines))
        totals = [sum(F(w) for c, w in lines if c == k) for k in keys]
        name = f"{len(lines)} lines of {'-'.join(keys)}"
        for output, value in (
            ("keys", keys),
            ("sums", [quantity(t, "lb") for t in totals]),
            ("places", [[number(i) for i, (c, _) in enumerate(lines) if c == k] for k in keys]),
            ("heavy", list(dict.fromkeys(F(w) > 100 for _, w in lines))),
        ):
            rules.output("groups:1", f"{name}: {output}", output, value, given(lines))
        cents = lambda v: rounded(v / 10, "0.01")
        rules.case("groups:1", f"{name}: a line for each", given(lines), lines=[["CLASS", amount(cents(t))] for t in totals])


def walks(page):
    rules = page.rules(
        "walks",
        """
input { uses : list of data in GiB, pool : data in GiB }
let drawn = walk use in uses carrying remaining = pool, most = 0 GiB {
  let taken = least of (use, remaining)
  keep { taken = taken, over = use - taken, before = most } when use > 20 GiB
  next remaining = remaining - taken
  next most = greatest of (most, use)
}
output taken = list of row.taken for each row in drawn.rows
output above = sum of row.over for each row in drawn.rows
output before = list of row.before for each row in drawn.rows
output remaining = drawn.final.remaining
output most = drawn.final.most
let swapped = walk use in uses carrying a = 1 GiB, b = 2 GiB { next a = b  next b = a }
output a_after = swapped.final.a
""",
    )
    for uses, pool in (
        (["40", "70", "10"], 100),
        ([], 5),
        (["20", "20.5"], 30),
        (["200"], 100),
        (["30", "25", "90", "10", "21"], 80),
    ):
        left, most, rows = F(pool), F(0), []
        for use in map(F, uses):
            taken = min(use, left)
            if use > 20:
                rows.append((taken, use - taken, most))
            left, most = left - taken, max(most, use)
        gib = lambda v: quantity(v, "GiB")
        sent = {"uses": uses, "pool": pool}
        for output, value in (
            ("taken", [gib(r[0]) for r in rows]),
            ("above", gib(sum((r[1] for r in rows), F(0)))),
            ("before", [gib(r[2]) for r in rows]),
            ("remaining", gib(left)),
            ("most", gib(most)),
            ("a_after", gib(1 if len(uses) % 2 == 0 else 2)),
        ):
            rules.output("walks:1", f"{uses} of {pool}: {output}", output, value, sent)
    cut = page.rules(
        "walks_cut",
        """
input { amounts : list of money }
let cut = walk amount in amounts carrying open = 0 USD, invoices = 0 {
  let sum = open + amount
  let full = sum >= 100 USD
  keep { invoice = sum } when full
  next open = if full then 0 USD else sum
  next invoices = if full then invoices + 1 else invoices
}
output invoiced = list of row.invoice for each row in cut.rows
output open = cut.final.open
output number = cut.final.invoices
charge BY_INVOICE for each row in cut.rows = row.invoice
""",
    )
    for amounts in (["60", "50", "30"], ["99.99"], ["100"], [], ["40", "40", "40", "99.99", "0.01"], ["250", "10", "89.99"]):
        open_, invoices = F(0), []
        for a in map(F, amounts):
            open_ += a
            if open_ >= 100:
                invoices.append(open_)
                open_ = F(0)
        sent = {"amounts": amounts}
        for output, value in (
            ("invoiced", [money(i) for i in invoices]),
            ("open", money(open_)),
            ("number", number(len(invoices))),
        ):
            cut.output("walks:2", f"{amounts}: {output}", output, value, sent)
        cut.case("walks:2", f"{amounts}: a line for each", sent, lines=[["BY_INVOICE", amount(i)] for i in invoices])
    ends = page.rules(
        "walks_end",
        "input { n : integer }\nlet counted = walk i in numbers(1, n) carrying sum = 0 { next sum = sum + i }\noutput o = counted.final.sum",
    )
    for n in (0, 1, 100, 1000):
        ends.output("walks:3", f"a walk ends with its list, {n}", "o", number(n * (n + 1) // 2), {"n": n})
    page.wrong(
        "walks:3",
        "no function calls itself",
        "function down(n : number) -> number = if n is 0 then 0 else down(n - 1)  # ! RW0400\nlet a = 1",
    )


def text(page):
    sheet = page.sheet("text", 'let code = " sw1a 1aa "\nlet price = 12.5 USD')
    for row, expression, value in [
        (1, "upper(code)", " SW1A 1AA "),
        (1, 'lower("ABC Ä")', "abc ä"),
        (1, 'upper("straße")', "STRASSE"),
        (1, 'lower(upper("aB"))', "ab"),
        (1, 'upper("")', ""),
        (2, "trim(code)", "sw1a 1aa"),
        (2, 'trim("a  b")', "a  b"),
        (2, 'trim("   ")', ""),
        (2, 'trim("\\na\\n")', "a"),
        (3, "without_spaces(upper(code))", "SW1A1AA"),
        (3, 'without_spaces("a  b c")', "abc"),
        (3, 'without_spaces("abc")', "abc"),
        (4, 'left("43004", 3)', "430"),
        (4, 'right("43004", 2)', "04"),
        (4, 'left("43004", 9)', "43004"),
        (4, 'right("43004", 9)', "43004"),
        (4, 'left("43004", 0)', ""),
        (4, 'right("43004", 0)', ""),
        (4, 'left("43004", -1)', ""),
        (4, 'right("43004", -2)', ""),
        (4, 'left("运费12", 2)', "运费"),
        (4, 'right("运费12", 3)', "费12"),
        (5, 'starts_with("43004", "430")', True),
        (5, 'starts_with("43004", "431")', False),
        (5, 'ends_with("43004", "04")', True),
        (5, 'ends_with("43004", "05")', False),
        (5, 'contains("43004", "00")', True),
        (5, 'contains("43004", "44")', False),
        (5, 'starts_with("abc", "A")', False),
        (5, 'contains("abc", "")', True),
        (5, 'ends_with("abc", "abcd")', False),
        (6, 'characters("运费 12")', "5"),
        (6, 'characters("")', "0"),
        (6, 'characters("Größe")', "5"),
        (6, "characters(code)", "10"),
        (7, 'number_from("0430") otherwise 0', "430"),
        (7, 'number_from("SW1") is given', False),
        (7, 'number_from("12.50")', "12.5"),
        (7, 'number_from("-3")', "-3"),
        (7, 'number_from("")', None),
        (7, 'number_from(" 1") is given', False),
        (7, 'number_from("1,000") is given', False),
        (7, 'number_from(left("43004", 3)) otherwise 0', "430"),
        (8, "text_from(price)", "12.50 USD"),
        (8, "text_from(3 lb)", "3 lb"),
        (8, "text_from(18.5%)", "18.5%"),
        (8, "text_from(2026-01-05)", "2026-01-05"),
        (8, "text_from(yes)", "yes"),
        (8, "text_from(1 / 4)", "0.25"),
        (8, "text_from(3 months)", "3 months"),
        (8, 'text_from("a")', "a"),
        (8, "text_from(08:00)", "08:00"),
        (8, "text_from(1_000 JPY)", "1000 JPY"),
        (8, "text_from(1 / 3)", "≈0.333333"),
    ]:
        sheet.value(f"text:2.{row}", expression, expression, value)
    postcodes = page.rules(
        "postcodes",
        "input { code : text }\nlet clean = without_spaces(upper(trim(code)))\noutput outward = left(clean, characters(clean) - 3)\noutput inward = right(clean, 3)\noutput sector = text_from(number_from(left(right(clean, 3), 1)) otherwise 0)",
    )
    for code, outward, inward, sector in (
        (" sw1a 1aa ", "SW1A", "1AA", "1"),
        ("m1 1ae", "M1", "1AE", "1"),
        ("EC1A 9BB", "EC1A", "9BB", "9"),
        ("ab", "", "AB", "0"),
    ):
        for output, value in (("outward", outward), ("inward", inward), ("sector", sector)):
            postcodes.output("text:1", f"{code!r}: {output}", output, value, {"code": code})


def library(page):
    place = "other-functions-of-the-library:1."
    sheet = page.sheet("library", "let one = 1")
    for row, expression, value in [
        (1, "numbers(1, 4)", ["1", "2", "3", "4"]),
        (1, "numbers(3, 3)", ["3"]),
        (1, "numbers(3, 2)", []),
        (1, "numbers(-1, 1)", ["-1", "0", "1"]),
        (1, "sum of numbers(1, 100)", "5050"),
        (1, "dates(2028-02-28, 2028-03-01)", ["2028-02-28", "2028-02-29", "2028-03-01"]),
        (1, "dates(2026-02-28, 2026-03-01)", ["2026-02-28", "2026-03-01"]),
        (1, "dates(2026-01-02, 2026-01-01)", []),
        (1, "count of dates(2026-01-01, 2026-12-31)", "365"),
        (2, "reversed([1, 2, 3])", ["3", "2", "1"]),
        (2, "reversed(numbers(1, 0))", []),
        (2, 'reversed(["a", "b"])', ["b", "a"]),
        (3, "concatenated([1, 2], [3])", ["1", "2", "3"]),
        (3, "concatenated(numbers(2, 1), [3])", ["3"]),
        (3, "concatenated([1], concatenated([2], [1]))", ["1", "2", "1"]),
        (4, "absolute(-3 lb)", quantity(3, "lb")),
        (4, "absolute(3.5)", "3.5"),
        (4, "absolute(-1 / 3)", "1/3"),
        (4, "absolute(-12.5%)", percent("12.5")),
        (4, "absolute(0 USD - 5 USD)", money(5)),
        (5, "whole(-2.7)", "-2"),
        (5, "whole(2.7)", "2"),
        (5, "whole(2)", "2"),
        (5, "whole(-1 / 3)", "0"),
        (5, "whole(7 / 2)", "3"),
        (6, "remainder(7, 3)", "1"),
        (6, "remainder(-7, 3)", "2"),
        (6, "remainder(250 USD, 100 USD)", money(50)),
        (6, "remainder(7.5, 2)", "1.5"),
        (6, "remainder(6, 3)", "0"),
        (6, "remainder(1 / 2, 1 / 3)", "1/6"),
        (6, "remainder(20 oz, 1 lb)", quantity(4, "oz")),
    ]:
        sheet.value(place + str(row), expression, expression, value)
    zero = page.rules("remainder", "input { x : number, y : number }\noutput o = remainder(x, y)")
    zero.case(place + "6", "a remainder of zero", {"x": 3, "y": 0}, failed="division by zero")
    for x, y in (("10", "4"), ("-0.5", "0.3"), ("100.01", "25")):
        zero.output(place + "6", f"the remainder of {x} by {y}", "o", number(F(x) - F(y) * (F(x) // F(y))), {"x": x, "y": y})
