"""grammar/README.md, what it alone says: the types, what may be a name, what belongs together where no parentheses stand."""

from suite import F, amount, booked, money, number, percent, quantity

POUND = F("0.45359237")
RESERVED = (
    "and as because by else for from if in is less let maximum minimum no not of on or otherwise over per plus rounded then through under "
    "until up when where with yes"
).split()
FREE = (
    "zone date total unit charge table tiers input output rule ruleset module import enum record function parameter calendar windows flag "
    "refuse exception override remove test given expect first last least greatest sum count list group walk carrying keep next draw "
    "allocate remainder days increments start end length inside key items rows final any every has the tie sorted descending applied "
    "within contained started whole flat above graduated volume across valid effective priced published supersedes version currency "
    "rounding number integer percent money text months time instant half even down ceiling floor to minor each tagged shown at label"
).split()
NAMES = "what-may-be-a-name-and-what-belongs-together:"


def build(page):
    types(page)
    names(page)
    together(page)


def types(page):
    given = {
        "a": "1/3", "b": "7", "c": "18.5%", "d": "12.345", "e": "3 EUR", "f": "48 oz", "g": "5", "h": "0.421 USD per lb", "i": "160 JPY per EUR",
        "j": "2026-01-05", "k": "08:00", "l": "2026-01-05T08:00:00+01:00", "m": "15 months", "n": "Asia/Tokyo", "o": "x", "p": True, "q": "air",
        "r": {"w": "3 lb"}, "s": ["1", "2.5"], "u": [[1], []], "v": "2 ft2", "w": "3 m3", "x": "90 min", "y": "2 kWh", "z": "5 MB", "cents": "300 cent per cwt",
    }  # fmt: skip
    declared = [
        ("a", "number", number("1/3")), ("b", "integer", "7"), ("c", "percent", percent("18.5")), ("d", "money", money("12.345")), ("e", "money in EUR", money(3, "EUR")),
        ("f", "mass in lb", quantity(3, "lb")), ("g", "seat", quantity(5, "seat")), ("h", "USD per cwt", quantity("42.1", "USD per cwt")), ("i", "JPY per EUR", quantity(160, "JPY per EUR")),
        ("j", "date", "2026-01-05"), ("k", "time", "08:00"), ("l", "instant", "2026-01-05T07:00:00Z"), ("m", "months", "15 months"), ("n", "zone", "Asia/Tokyo"), ("o", "text", "x"),
        ("p", "yes/no", True), ("q", "Service", "air"), ("r", "Line", {"w": quantity(3, "lb")}), ("s", "list of number", ["1", "2.5"]), ("t", "number?", None), ("u", "list of list of integer", [["1"], []]),
        ("v", "area in ft2", quantity(2, "ft2")), ("w", "volume in L", quantity(3000, "L")), ("x", "duration in h", quantity("1.5", "h")), ("y", "energy in kJ", quantity(7200, "kJ")),
        ("z", "data in kB", quantity(5000, "kB")), ("cents", "USD per lb", quantity("0.03", "USD per lb")),
    ]  # fmt: skip
    text = "unit seat\nunit cent = 0.01 USD\nenum Service { ground, air }\nrecord Line { w : mass in lb }\ninput {\n"
    text += (
        "".join(f"  {name} : {ty}\n" for name, ty, _ in declared)
        + "}\n"
        + "".join(f"output o_{name} = {name}\n" for name, _, _ in declared)
    )
    rules = page.rules("types", text)
    for name, ty, value in declared:
        rules.output("types:1", f"an input of type {ty}", f"o_{name}", value, given)
    sheet = page.sheet("conversions", "input { x : number? }\nlet p = 18.5%\nlet w = 3 lb", given={})
    for place, expression, value in [
        ("types:2", "3 lb + 2 kg", quantity(3 + 2 / POUND, "lb")), ("types:2", "620 lb * 42.10 USD per cwt", money("261.02")), ("types:2", "1 ft / 1 in", number(12)), ("types:2", "1 GiB / 1 MiB", number(1024)),
        ("types:3", "p of 200 USD", money(37)), ("types:3", "p as number", number("0.185")), ("types:3", "0.185 as percent", percent("18.5")), ("types:3", "w as number in oz", number(48)), ("types:3", "3 as lb", quantity(3, "lb")),
        ("types:3", "p + 1.5% > 19.99%", True), ("types:3", "p * 2 + 1%", percent(38)),
        ("types:4", "x otherwise 3", number(3)), ("types:4", "if x is given then x + 1 else 0", number(0)), ("types:4", "x is given and x > 3", False), ("types:4", "x is not given or x > 3", True),
    ]:  # fmt: skip
        sheet.value(place, expression, expression, value)
    for place, name, text, code in [
        ("types:2", "dollars and euros", "let a = 1 USD + 1 EUR", "RW0306"), ("types:2", "pounds and inches", "let a = 1 lb + 1 in", "RW0306"), ("types:3", "a weight as a percent", "let a = 3 lb as percent", "RW0312"),
        ("types:3", "a text as a number", 'let a = "3" as number', "RW0312"), ("types:4", "an absent value in a sum", "input { x : number? }\nlet a = x + 1", "RW0305"), ("types:1", "a type that is none", "input { x : nmber }\nlet a = 1", "RW0301"),
    ]:  # fmt: skip
        lines = text.split("\n")
        at = len(lines) - 1 if "type that is none" not in name else 0
        lines[at] += f"  # ! {code}"
        page.wrong(place, name, "\n".join(lines))


def names(page):
    for i in range(0, len(RESERVED), 7):
        words = RESERVED[i : i + 7]
        sheet = page.sheet(f"reserved_{i}", "\n".join(f"let `{word}` = {i + k}" for k, word in enumerate(words)))
        for k, word in enumerate(words):
            sheet.value(NAMES + "1", f"`{word}` in backticks", f"`{word}` + 0", str(i + k))
    page.wrong(NAMES + "1", "reserved words without backticks", "\n".join(f"let {word} = 1  # ! RW0100" for word in RESERVED))
    sheet = page.sheet("free", "\n".join(f"let {word} = {k}" for k, word in enumerate(FREE)))
    for k, word in enumerate(FREE):
        sheet.value(NAMES + "1", f"`{word}` is free", f"{word} + 0", str(k))
    fields = page.sheet(
        "fields",
        'record Row { minimum : money, from : date, in : length in in, when : text, per : number }\nlet row : Row = { minimum = 3 USD, from = 2026-01-05, in = 2 in, when = "x", per = 1 }',
    )
    for text, value in (
        ("row.minimum", money(3)),
        ("row.from", "2026-01-05"),
        ("row.in", quantity(2, "in")),
        ("row.when", "x"),
        ("row.per + 1", "2"),
        ("{ maximum = 3 }.maximum", "3"),
        ("2 in + 1 ft", quantity(14, "in")),
    ):
        fields.value(NAMES + "1", f"a field of any word: {text}", text, value)


def together(page):
    record = "record Line { fee : money, weight : mass in lb }\ninput { lines : list of Line, day : date }\n"
    sheet = page.sheet("together", record + "let fees = [1 USD, 2 USD]\nlet base = 100 USD\ntable t {\n  k : integer\n  valid\n  -> price : money\n  | k | valid || price |\n  | 1 | 2026-01-01 until 2026-02-01 || 5 |\n  | 1 | from 2026-02-01 || 7 |\n}\nfunction twice(x : money) = x * 2\nlet period = { day = 2026-01-31 }",
                       given={"lines": [{"fee": "1.5", "weight": 2}, {"fee": "4", "weight": 8}], "day": "2026-02-01"})  # fmt: skip
    sheet.line("let spread =\n  1 USD\n  + 2 USD\n  * 3")
    for row, text, value in [
        (2, "spread", money(7)), (3, "sum of fees + 1 USD", money(4)), (3, "sum of line.fee * 2 + 1 USD for each line in lines", money(13)), (3, "greatest of fees - 5 USD", money(-3)), (3, "count of fees + 1", "3"), (3, "first of fees + 1 USD", money(2)),
        (3, "last of fees * 2", money(4)), (3, "2 * sum of fees", money(6)), (3, "greatest of (1 USD, 2 USD) + 3 USD", money(5)),
        (4, "sum of line.fee for each line in lines + 1 USD", money("6.5")), (4, "sum of line.fee for each line in lines where line.weight > 1 lb and line.fee > 2 USD", money(4)), (4, "count of each line in lines where line.weight + 1 lb > 4 lb", "1"),
        (4, "any line in lines has line.fee > 3 USD or line.weight > 9 lb", True), (5, "base less 3% of base + 1 USD", money(96)), (5, "base minimum 50 USD + 60 USD", money(110)), (5, "base plus 10% of base * 2", money(120)), (5, "base less 10 USD - 5 USD", money(95)),
        (5, "twice(base less 10%)", money(180)), (5, "greatest of (base less 50%, 40 USD)", money(50)), (5, "[base less 10%, base]", [money(90), money(100)]), (5, "(base less 10%) * 2", money(180)),
        (6, "list of line.weight for each line in lines sorted by line.weight descending", [quantity(8, "lb"), quantity(2, "lb")]), (6, "list of line.fee for each line in lines sorted by line.fee descending then by line.weight", [money(4), money("1.5")]),
        (6, "t[1].price on day", money(7)), (6, "(t[1] on period.day).price", money(5)), (6, "(t[1] on 2026-01-31).price", money(5)), (6, "t[1].price on 2026-01-15", money(5)),
        (7, "base minimum (3 as USD)", money(100)), (7, "base maximum (3 as USD)", money(3)),
    ]:  # fmt: skip
        sheet.value(NAMES + str(row), text, text, value)
    booking = page.rules(
        "booking",
        'input { x : money }\ncharge A = x minimum 10 USD as UP\ncharge B = x maximum 5 USD as DOWN "capped"\ncharge C = x minimum (10 as USD)',
    )
    for x in ("3", "7", "12"):
        v = F(x)
        lines = (
            [("A", v)]
            + ([("UP", 10 - v)] if v < 10 else [])
            + [("B", v)]
            + ([("DOWN", 5 - v)] if v > 5 else [])
            + [("C", max(v, F(10)))]
        )
        booking.case(NAMES + "7", f"`as` books the difference, {x}", {"x": x}, lines=[[c, amount(booked(a))] for c, a in lines])
    page.wrong(NAMES + "2", "a unit on the next line", "let a = 3\nlb  # ! RW0111")
    for levels in (5, 64 - 10):
        page.rules(f"levels_{levels}", f"output o = {'-(' * levels}{levels}{')' * levels}").case(
            NAMES + "8", f"{levels} levels", None, outputs={"o": str(levels if levels % 2 == 0 else -levels)}
        )
    page.wrong(NAMES + "8", "65 levels", f"output o = {'(' * 65}7{')' * 65}  # ! RW0105")
