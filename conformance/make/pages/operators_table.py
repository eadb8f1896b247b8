"""operators.md: the table of which values go together."""

from datetime import date, datetime, timedelta, timezone
from fractions import Fraction

from suite import F, money, number, percent, quantity


def build(page):
    arithmetic(page)
    times(page)
    comparisons(page)
    logic_and_options(page)
    not_in_the_table(page)


TABLE = "which-values-go-together:2."


POUND = F("0.45359237")


def arithmetic(page):
    sheet = page.sheet(
        "arithmetic",
        "input { i : integer, j : integer, n : number, p : percent, m : money, w : mass in lb, o : mass in oz, k : mass in kg, "
        "r : USD per cwt, l : length in ft }",
        given={"i": 7, "j": -2, "n": "0.3", "p": "12.5%", "m": "10.01", "w": 3, "o": 8, "k": 2, "r": 42, "l": 5},
    )
    i, j, n, p, m, w, r = 7, -2, F("0.3"), F("12.5"), F("10.01"), F(3), F(42)
    usd = lambda v: money(v)
    lb = lambda v: quantity(v, "lb")
    for row, text, value in [
        (1, "i + j", number(i + j)),
        (1, "i - j", number(i - j)),
        (1, "i * j", number(i * j)),
        (1, "j - i", number(j - i)),
        (1, "j * j", number(j * j)),
        (2, "i + n", number(i + n)),
        (2, "n + i", number(n + i)),
        (2, "n - j", number(n - j)),
        (2, "n * n", number(n * n)),
        (2, "i / n", number(i / n)),
        (2, "n / i", number(n / i)),
        (2, "i / j", number(Fraction(i, j))),
        (2, "j / i", number(Fraction(j, i))),
        (2, "n / n", number(1)),
        (2, "n * j", number(n * j)),
        (3, "p + p", percent(2 * p)),
        (3, "p - 20%", percent(p - 20)),
        (3, "p + 0.01%", percent(p + F("0.01"))),
        (3, "p - p", percent(0)),
        (4, "m + 0.005 USD", usd(m + F("0.005"))),
        (4, "m - 20 USD", usd(m - 20)),
        (4, "w + o", lb(w + F("0.5"))),
        (4, "o + w", quantity(56, "oz")),
        (4, "w - o", lb(F("2.5"))),
        (4, "o - w", quantity(-40, "oz")),
        (4, "w + k", lb(w + 2 / POUND)),
        (4, "k - w", quantity(2 - w * POUND, "kg")),
        (4, "r + 0.08 USD per lb", quantity(50, "USD per cwt")),
        (4, "l - 6 in", quantity("4.5", "ft")),
        (5, "p * i", percent(p * i)),
        (5, "p * n", percent(p * n)),
        (5, "p * j", percent(p * j)),
        (6, "i * p", percent(p * i)),
        (6, "n * p", percent(n * p)),
        (6, "j * p", percent(j * p)),
        (7, "p / i", percent(p / i)),
        (7, "p / n", percent(p / n)),
        (7, "p / j", percent(p / j)),
        (8, "p / 5%", number(p / 5)),
        (8, "p / p", number(1)),
        (8, "3% / p", number(3 / p)),
        (8, "-p / 30%", number(-p / 30)),
        (9, "m * i", usd(m * i)),
        (9, "m * n", usd(m * n)),
        (9, "m / i", usd(m / i)),
        (9, "m / n", usd(m / n)),
        (9, "w * j", lb(-6)),
        (9, "w / n", lb(10)),
        (9, "r * n", quantity(r * n, "USD per cwt")),
        (9, "r / i", quantity(6, "USD per cwt")),
        (9, "o / 3", quantity(F("8/3"), "oz")),
        (10, "i * m", usd(i * m)),
        (10, "n * m", usd(n * m)),
        (10, "j * w", lb(-6)),
        (10, "n * r", quantity(n * r, "USD per cwt")),
        (10, "i * o", quantity(56, "oz")),
        (11, "i / w", quantity(F("7/3"), "1 per lb")),
        (11, "n / m", quantity(n / m, "1 per USD")),
        (11, "6 / r", quantity(F("1/7"), "cwt per USD")),
        (11, "1 / 3 s", quantity(F("1/3"), "1 per s")),
        (12, "l * l", quantity(25, "ft·ft")),
        (12, "r * w", usd(r * w / 100)),
        (12, "w * r", usd(r * w / 100)),
        (12, "r * o", usd(r * F("0.5") / 100)),
        (12, "3 USD per lb * 2 lb per ft * l", usd(30)),
        (12, "100 mi / 2 h * 30 min", quantity(25, "mi")),
        (13, "w / o", number(6)),
        (13, "o / w", number(F("1/6"))),
        (13, "k / w", number(2 / (w * POUND))),
        (13, "m / w", quantity(m / w, "USD per lb")),
        (13, "m / 2 USD", number(m / 2)),
        (13, "r / r", number(1)),
        (13, "0.42 USD per lb / r", number(1)),
        (13, "l / 2 s", quantity("2.5", "ft per s")),
    ]:
        sheet.value(TABLE + str(row), text, text, value)


def times(page):
    sheet = page.sheet(
        "times",
        "input { d : date, e : date, t : instant, u : instant, n : integer }",
        given={"d": "2024-01-31", "e": "2023-11-30", "t": "2024-02-28T23:59:30Z", "u": "2024-03-01T00:00:00+01:00", "n": 3},
    )
    d, e = date(2024, 1, 31), date(2023, 11, 30)
    for text, value in [
        ("d + 1 month", "2024-02-29"),
        ("d + 13 months", "2025-02-28"),
        ("d - 1 month", "2023-12-31"),
        ("d - 2 months", "2023-11-30"),
        ("e + 3 months", "2024-02-29"),
        ("d + 1 year", "2025-01-31"),
        ("e - 1 year", "2022-11-30"),
        ("d + 0 months", "2024-01-31"),
    ]:
        sheet.value(TABLE + "14", text, text, value)
    for text, days in [
        ("d + 1 day", 1),
        ("d + 29 day", 29),
        ("d - 31 day", -31),
        ("d + 1 week", 7),
        ("d + 48 h", 2),
        ("d + 366 day", 366),
        ("d - 86400 s", -1),
    ]:
        sheet.value(TABLE + "15", text, text, (d + timedelta(days=days)).isoformat())
    for text, value in [
        ("d - e", (d - e).days),
        ("e - d", (e - d).days),
        ("d - d", 0),
        ("2024-03-01 - d", 30),
        ("2025-03-01 - 2024-03-01", 365),
        ("2024-03-01 - 2023-03-01", 366),
    ]:
        sheet.value(TABLE + "16", text, text, quantity(value, "day"))
    t = datetime(2024, 2, 28, 23, 59, 30, tzinfo=timezone.utc)
    zulu = lambda moment: moment.strftime("%Y-%m-%dT%H:%M:%SZ")
    for text, seconds in [("t + 30 s", 30), ("t + 1 day", 86400), ("t - 1 h", -3600), ("t + 90 min", 5400), ("t + 1 week", 604800)]:
        sheet.value(TABLE + "17", text, text, zulu(t + timedelta(seconds=seconds)))
    for text, value in [("u - t", 82830), ("t - u", -82830), ("t - t", 0), ("2024-03-01T00:00:00Z - u", 3600)]:
        sheet.value(TABLE + "18", text, text, quantity(value, "s"))
    for row, text, months in [
        (19, "1 year + 3 months", 15),
        (19, "1 month + 1 month", 2),
        (19, "11 months + 1 month", 12),
        (20, "3 months * n", 9),
        (20, "1 year * 2", 24),
        (20, "1 month * 0", 0),
        (21, "n * 3 months", 9),
        (21, "n * 1 month", 3),
        (21, "5 * 1 year", 60),
    ]:
        sheet.value(TABLE + str(row), text, text, f"{months} month" + ("" if months == 1 else "s"))
    rules = page.rules("days_and_hours", "input { day : date, h : duration in h }\noutput later = day + h\noutput before = day - h")
    for hours in (24, 0, 72, -24):
        given = {"day": "2026-01-05", "h": hours}
        rules.output(
            "which-values-go-together:4",
            f"{hours} hours are whole days: after",
            "later",
            (date(2026, 1, 5) + timedelta(hours=hours)).isoformat(),
            given,
        )
        rules.output(
            "which-values-go-together:4",
            f"{hours} hours are whole days: before",
            "before",
            (date(2026, 1, 5) - timedelta(hours=hours)).isoformat(),
            given,
        )
    for hours in ("36", "0.5", "-1"):
        rules.case(
            "which-values-go-together:4",
            f"{hours} hours are no whole number of days",
            {"day": "2026-01-05", "h": hours},
            failed="input not accepted",
        )
    moments = page.rules("moments_and_parts", "input { i : instant, parts : integer }\noutput later = i + 1 s / parts")
    for parts, later in ((4, "2026-03-03T19:59:40.25Z"), (1_000_000_000, "2026-03-03T19:59:40.000000001Z")):
        given = {"i": "2026-03-03T19:59:40Z", "parts": parts}
        moments.output("which-values-go-together:4", f"a second in {parts} parts", "later", later, given)
    for parts in (3, 2_000_000_000):
        given = {"i": "2026-03-03T19:59:40Z", "parts": parts}
        name = f"a second in {parts} parts is no whole number of nanoseconds"
        moments.case("which-values-go-together:4", name, given, failed="input not accepted")


def comparisons(page):
    kinds = [
        (22, "number, 2.5 and 3", "number", "2.5", "3", -1),
        (22, "integer and number", "integer", "3", "2.9", 1),
        (22, "equal numbers", "number", "3.0", "3", 0),
        (22, "fractions", "number", "1 / 3", "0.3333", 1),
        (23, "pounds and ounces", "mass in lb", "3 lb", "47.9 oz", 1),
        (23, "kilograms and pounds", "mass in kg", "1 kg", "2.3 lb", -1),
        (23, "an inch and 2.54 cm", "length in in", "1 in", "2.54 cm", 0),
        (23, "amounts", "money", "9.99 USD", "10 USD", -1),
        (23, "rates", "USD per cwt", "42 USD per cwt", "0.42 USD per lb", 0),
        (24, "percents", "percent", "12.5%", "12%", 1),
        (24, "dates", "date", "2026-02-28", "2026-03-01", -1),
        (24, "times", "time", "08:00", "08:00:01", -1),
        (24, "instants", "instant", "2026-03-03T20:00:00+01:00", "2026-03-03T19:00:00Z", 0),
        (24, "months", "months", "13 months", "1 year", 1),
        (24, "texts", "text", '"abc"', '"abd"', -1),
        (24, "a text and a longer one", "text", '"ab"', '"abc"', -1),
        (24, "capitals before small letters", "text", '"Z"', '"a"', -1),
    ]
    operators = {
        "<": lambda c: c < 0,
        "<=": lambda c: c <= 0,
        ">": lambda c: c > 0,
        ">=": lambda c: c >= 0,
        "is": lambda c: c == 0,
        "is not": lambda c: c != 0,
    }
    lets = "\n".join(f"let a{i} : {ty} = {left}\nlet b{i} = {right}" for i, (_, _, ty, left, right, _) in enumerate(kinds))
    sheet = page.sheet("comparisons", lets)
    for i, (row, name, _, left, right, compared) in enumerate(kinds):
        for operator, holds in operators.items():
            sheet.value(TABLE + str(row), f"{name}: {left} {operator} {right}", f"a{i} {operator} b{i}", holds(compared))
        sheet.value(TABLE + str(row), f"{name}: {left} is one of ({right})", f"a{i} is one of (b{i})", compared == 0)
    others = page.sheet(
        "equalities",
        "enum Size { small, large }\nlet size : Size = small\nlet done = yes\nlet ones : list of number = [1, 2]\nlet trips = 3\n"
        "let fractions : list of number = [0.5, 3]\nlet whole : list of integer = [1, 3]\nlet wide : list of number = whole",
    )
    for row, text, value in [
        (25, "done is yes", True),
        (25, "done is not yes", False),
        (25, "size is small", True),
        (25, "size is large", False),
        (25, "size is not large", True),
        (25, "size is one of (small, large)", True),
        (25, "size is one of (large)", False),
        (25, "done is one of (no)", False),
        (26, "ones is [1, 2]", True),
        (26, "ones is [2, 1]", False),
        (26, "ones is not [1]", True),
        (26, "ones is one of ([1], [1, 2])", True),
        (27, "trips is one of fractions", True),
        (27, "0.5 is one of fractions", True),
        (27, "0.25 is one of fractions", False),
        (27, "3.5 is one of whole", False),
        (27, "3 is one of whole", True),
    ]:
        others.value(TABLE + str(row), text, text, value)
    for text, value in [
        ("trips is one of (2.5, 3)", True),
        ("trips is one of (2.5, 3.5)", False),
        ("trips is from 2.5 through 2.9", False),
        ("trips is from 2.5 through 3.5", True),
        ("trips > 2.999", True),
        ("trips is 3.0", True),
    ]:
        others.value("which-values-go-together:3", text, text, value)
    others.value("which-values-go-together:3", "a list of whole numbers as one of numbers", "wide", ["1", "3"])
    for text, value in [
        ("3 is one of (1, 2)", False),
        ("3 is one of ([1, 2, 3])", True),
        ("2 is not one of (1, 3)", True),
        ("1 is not one of (1, 3)", False),
    ]:
        if "[" not in text:
            others.value("which-values-go-together:4", text, text, value)


def logic_and_options(page):
    rules = page.rules(
        "logic", "input { a : yes/no, b : yes/no }\noutput both = a and b\noutput either = a or b\noutput neither = not a and not b"
    )
    for a in (False, True):
        for b in (False, True):
            for output, value in [("both", a and b), ("either", a or b), ("neither", not a and not b)]:
                rules.output(TABLE + "28", f"{output}: {a}, {b}", output, value, {"a": a, "b": b})
    rules = page.rules(
        "options",
        "input { a : number?, b : number? }\noutput one = a otherwise 2.5\noutput two = a otherwise b\noutput three = a otherwise b otherwise 9\noutput whole = a otherwise 2",
    )
    for a in (None, "0", "1.5"):
        for b in (None, "-4"):
            given = {k: v for k, v in (("a", a), ("b", b)) if v is not None}
            for row, output, value in [
                (31, "one", a or "2.5"),
                (32, "two", a or b),
                (31, "three", a or b or "9"),
                (31, "whole", a or "2"),
            ]:
                rules.output(TABLE + str(row), f"{output}: {a}, {b}", output, value, given)


def not_in_the_table(page):
    values = {
        "integer": "i",
        "number": "n",
        "percent": "p",
        "amount": "m",
        "weight": "w",
        "length": "l",
        "date": "d",
        "instant": "t",
        "months": "c",
        "text": "x",
        "yes/no": "y",
    }
    head = "input { i : integer, n : number, p : percent, m : money, w : mass in lb, l : length in ft, d : date, t : instant, c : months, x : text, y : yes/no }\n"
    for left, operator, right in [
        ("text", "+", "text"),
        ("text", "+", "number"),
        ("yes/no", "+", "integer"),
        ("date", "+", "number"),
        ("date", "*", "integer"),
        ("date", "+", "date"),
        ("date", "-", "instant"),
        ("instant", "+", "months"),
        ("instant", "-", "date"),
        ("months", "-", "months"),
        ("months", "*", "number"),
        ("months", "/", "integer"),
        ("months", "+", "integer"),
        ("integer", "+", "percent"),
        ("percent", "-", "number"),
        ("percent", "*", "percent"),
        ("percent", "*", "amount"),
        ("amount", "+", "number"),
        ("amount", "-", "percent"),
        ("amount", "+", "weight"),
        ("weight", "-", "length"),
        ("number", "-", "amount"),
        ("integer", "/", "percent"),
        ("amount", "/", "percent"),
        ("text", "*", "integer"),
        ("yes/no", "*", "yes/no"),
        ("months", "+", "date"),
        ("amount", "/", "date"),
    ]:
        name = f"{left} {operator} {right}".replace("+", "plus").replace("-", "less").replace("*", "times").replace(" / ", " by ")
        page.wrong(
            "which-values-go-together:1", name, f"{head}output wrong = {values[left]} {operator} {values[right]}  # ! RW0306"
        )
    for left, operator, right in [
        ("text", "<", "number"),
        ("date", ">", "instant"),
        ("yes/no", "<", "yes/no"),
        ("amount", "is", "number"),
        ("percent", ">=", "number"),
        ("months", "<", "weight"),
        ("weight", "is", "length"),
        ("text", "is", "yes/no"),
    ]:
        name = f"{left} compared {'less' if '<' in operator else 'more' if '>' in operator else 'same'} {right}"
        page.wrong(
            "which-values-go-together:1", name, f"{head}output wrong = {values[left]} {operator} {values[right]}  # ! RW0300"
        )
    for left, operator, right in [("number", "and", "yes/no"), ("yes/no", "or", "text"), ("date", "and", "yes/no")]:
        page.wrong(
            "which-values-go-together:1",
            f"{left} {operator} {right}",
            f"{head}output wrong = {values[left]} {operator} {values[right]}  # ! RW0300",
        )
