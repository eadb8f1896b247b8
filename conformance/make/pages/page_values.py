"""values.md: numbers, percents, money, units, rates, text, choices, records, dates and what may be absent."""

from datetime import date, datetime, timedelta, timezone

import values_units

from suite import DECIMALS, F, amount, booked, money, number, percent, quantity


def build(page):
    numbers(page)
    percents(page)
    amounts(page)
    values_units.build(page)
    text_and_choices(page)
    records(page)
    times(page)
    absent(page)
    wrong(page)


def numbers(page):
    sheet = page.sheet("numbers", "let third = 1 / 3\nlet trips : integer = 7\nlet share : number = trips / 2")
    exact = [
        ("a third", "third", F("1/3")),
        ("a third three times", "third * 3", F(1)),
        ("a third of a cent and a half, rounded", "third * 0.015 rounded half up to 0.01", F("0.01")),
        ("underscores divide digits", "10_240", F(10240)),
        ("underscores in a product", "10_240 * 10_240", F(10240) ** 2),
        ("one tenth and two tenths", "0.1 + 0.2", F("0.3")),
        ("three tenths less one, less two", "0.3 - 0.2 - 0.1", F(0)),
        ("a hundredth of a tenth", "0.085 * 0.1", F("0.0085")),
        ("a sum of thirds and sevenths", "1 / 3 + 1 / 7", F("1/3") + F("1/7")),
        ("two thirds, reduced", "4 / 6", F("2/3")),
        ("a quotient that ends", "1 / 8", F("0.125")),
        ("a quotient below zero", "-7 / 3", F("-7/3")),
        ("as many decimals as are written", "0.00000000000000000001 * 3", F("0.00000000000000000003")),
        ("more digits than a binary float has", "12345678901234567890.12345 + 0.00001", F("12345678901234567890.12346")),
        ("a product of 40 digits", "12345678901234567890 * 12345678901234567890", F(12345678901234567890) ** 2),
        ("zeros at the end mean nothing", "2.50", F("2.5")),
        ("zeros before mean nothing", "007.0", F(7)),
        ("1.1 times 1.1", "1.1 * 1.1", F("1.21")),
        ("a quotient and its inverse", "(7 / 13) * 13 - 7", F(0)),
        ("a rounding loses what it says", "2 / 3 rounded to 0.001", F("0.667")),
    ]
    for name, text, value in exact:
        sheet.value("numbers:1", name, text, number(value))
    whole = [
        ("the quotient of two integers is a number", "trips / 2", F("3.5")),
        ("an integer where a number is wanted", "share", F("3.5")),
        ("a quotient rounded up to one", "share rounded up to 1", F(4)),
        ("a quotient rounded down to one", "share rounded down to 1", F(3)),
        ("an integer times an integer", "trips * 3", F(21)),
        ("an integer less an integer", "trips - 9", F(-2)),
        ("an integer and a fraction", "trips + 0.25", F("7.25")),
        ("a quotient of integers that is whole", "trips * 2 / 7", F(2)),
    ]
    for name, text, value in whole:
        sheet.value("numbers:2", name, text, number(value))
    division = page.rules("division", "input { crates : number }\noutput each = 12 / crates\noutput rest = crates")
    division.case("numbers:3", "a division by zero", {"crates": 0}, failed="division by zero")
    for crates in (5, -4, 7):
        division.output("numbers:3", f"a division by {crates}", "each", number(F(12) / crates), {"crates": crates})
    growth = page.rules(
        "growth",
        "input { n : integer }\n"
        "let grown = walk i in numbers(1, n) carrying x = 2 { next x = x * x }\noutput last = grown.final.x",
    )
    for n in (0, 1, 5, 9):
        growth.output("numbers:3", f"2 squared {n} times", "last", number(2**2**n), {"n": n})
    for n in (10, 40):
        growth.case("numbers:3", f"a number beyond all reason: 2 squared {n} times", {"n": n}, failed="overflow")
    page.wrong("numbers:2", "a quotient is no integer", "let trips : integer = 7\nlet wrong : integer = trips / 2  # ! RW0300")
    page.wrong("numbers:2", "a fraction is no integer", "let wrong : integer = 2.5  # ! RW0300")


def percents(page):
    sheet = page.sheet("percents", "let fuel = 18.5%")
    for name, text, value in [
        ("a percent", "fuel", percent("18.5")),
        ("a sum of percents", "fuel + 1.25%", percent("19.75")),
        ("a difference of percents", "fuel - 20%", percent("-1.5")),
        ("a percent twice", "fuel * 2", percent(37)),
        ("twice a percent", "2 * fuel", percent(37)),
        ("a third of a percent", "1% / 3", percent("1/3")),
        ("a quotient of percents is a number", "18% / 12%", number("1.5")),
        ("a percent of an amount", "18.5% of 10.44 USD", money(F("10.44") * F("0.185"))),
        ("a percent of a number", "18.5% of 200", number(37)),
        ("a percent of a weight", "12.5% of 8 lb", quantity(1, "lb")),
        ("a percent of a percent", "50% of 18.5%", percent("9.25")),
        ("a percent over a hundred", "250% of 4 USD", money(10)),
        ("a percent below zero", "-5% of 20 USD", money(-1)),
        ("as a number, it is the fraction", "fuel as number", number("0.185")),
        ("a fraction as a percent", "0.185 as percent", percent("18.5")),
        ("a percent as a number and back", "(fuel as number) as percent", percent("18.5")),
        ("percents compare as they are", "18.5% > 18.49%", True),
        ("a percent is equal to itself, however written", "18.50% is 18.5%", True),
        ("less by a percent", "5% < 4%", False),
        ("zero percent of an amount", "0% of 99 USD", money(0)),
        ("a hundred percent of an amount", "100% of 0.07 USD", money("0.07")),
    ]:
        sheet.value("percents:1", name, text, value)
    for name, text in [
        ("a percent times an amount", "18.5% * 10 USD"),
        ("an amount and a percent", "10 USD + 5%"),
        ("a percent and a number", "5% + 1"),
        ("a number less a percent", "1 - 5%"),
        ("an amount by a percent", "10 USD / 5%"),
    ]:
        page.wrong("percents:1", name, f"let wrong = {text}  # ! RW0306")
    page.wrong("percents:1", "a percent more than a number", "let wrong = 5% > 1  # ! RW0300")
    page.wrong("percents:1", "a number is no percent", "let wrong : percent = 18.5  # ! RW0300")
    page.wrong("percents:1", "a percent is no number", "let wrong : number = 18.5%  # ! RW0300")


def amounts(page):
    sheet = page.sheet("money", "let rent = $12.50")
    for name, text, value in [
        ("dollars by their sign", "rent", money("12.5")),
        ("shown with its two decimals", "3 USD", money(3)),
        ("more decimals are kept", "0.085 USD", money("0.085")),
        ("a sum", "rent + 0.5 USD", money(13)),
        ("a difference below zero", "rent - 20 USD", money("-7.5")),
        ("a quotient of amounts", "10 USD / 4 USD", number("2.5")),
        ("an amount in four", "10 USD / 4", money("2.5")),
        ("an amount in three stays exact", "10 USD / 3 * 3", money(10)),
        ("an amount times a number", "1.5 * 4 USD", money(6)),
        ("underscores", "1_000_000 USD", money(1000000)),
        ("the negative of an amount", "-rent", money("-12.5")),
        ("amounts compare", "12.50 USD is $12.5", True),
    ]:
        sheet.value("money:1", name, text, value)
    # Every currency of another number of decimals than two, and some of two.
    for currency in (
        sorted(DECIMALS) + "AUD BRL CAD CHF CNY CZK DKK EUR GBP HKD HUF ILS INR MXN NOK NZD PLN SEK SGD THB TRY ZAR".split()
    ):
        sheet.value("money:1", f"decimals of {currency}", f"2 {currency} + 0.5 {currency}", money("2.5", currency))
    charges = page.rules(
        "minor_units",
        "input { rate : number }\n" + "\n".join(f"charge {c} = rate * 1 {c}" for c in ("USD", "JPY", "KWD", "CLF", "CHF")),
    )
    for rate in ("1.23455", "0.5", "-1.0005", "2.49995", "0.00005", "1234567.89"):
        lines = [[c, amount(booked(F(rate), c), c)] for c in ("USD", "JPY", "KWD", "CLF", "CHF")]
        charges.case("money:1", f"{rate}, booked in currencies of each number of decimals", {"rate": rate}, lines=lines)
    for name, text, code in [
        ("dollars and euros", "3 USD + 2 EUR", "RW0306"),
        ("an amount and a number", "3 USD + 2", "RW0306"),
        ("an amount times an amount is no amount", "3 USD * 2 USD > 5 USD", "RW0300"),
        ("a currency that is none", "3 USX", "RW0302"),
        ("yen are more than dollars", "3 JPY > 2 USD", "RW0300"),
        ("a dollar sign for an amount of numbers", "$3 + 1", "RW0306"),
    ]:
        page.wrong("money:1", name, f"let wrong = {text}  # ! {code}")


def text_and_choices(page):
    sheet = page.sheet(
        "text",
        'let code = "SW1A 1AA"\nlet price = 12.5 USD\nlet weight = 3 lb\nlet day = 2026-01-05\n'
        'flag NOTE "the code is {code} and {{not}} more" when yes\nflag SUM "{price + 1 USD} for {weight}, {day}" when yes\n'
        'flag PLAIN "no braces" when yes\nflag MORE "{10% of price} {1 / 3} {yes}" when yes',
    )
    for name, text, value in [
        ("a text", "code", "SW1A 1AA"),
        ("a quote in it", r'"say \"three\""', 'say "three"'),
        ("a backslash in it", r'"a\\b"', "a\\b"),
        ("a new line in it", r'"a\nb"', "a\nb"),
        ("capitals count", '"abc" is "ABC"', False),
        ("spaces count", '"a" is "a "', False),
        ("the same text", '"运费" is "运费"', True),
        ("nothing in it", '""', ""),
        ("not the same", '"a" is not "b"', True),
    ]:
        sheet.value("text:1", name, text, value)
    for code, text in [
        ("NOTE", "the code is SW1A 1AA and {not} more"),
        ("SUM", "13.50 USD for 3 lb, 2026-01-05"),
        ("PLAIN", "no braces"),
        ("MORE", "1.25 USD ≈0.333333 yes"),
    ]:
        sheet.rules.case("text:1", f"what is filled in: {code}", None, messages={code: text})
    logic = page.sheet("yes_and_no", "let heavy = 60 lb > 50 lb\nlet light = not heavy")
    for name, text, value in [
        ("a comparison", "heavy", True),
        ("its opposite", "light", False),
        ("both", "heavy and not (3 < 2)", True),
        ("one of them", "light or heavy", True),
        ("neither", "not (light or heavy)", False),
        ("yes is not no", "yes is not no", True),
    ]:
        logic.value("yes-and-no:1", name, text, value)
    page.wrong("yes-and-no:1", "a number is no yes", "let wrong = 1 and yes  # ! RW0300")
    choices = page.rules(
        "enumerations",
        'enum Service { ground "Ground", two_day "Second day", overnight }\nenum Storage { ground, upstairs }\n'
        "input { service : Service }\noutput fast = service is not ground\noutput chosen = service is one of (ground, two_day)\n"
        "output itself = service\noutput place = Storage.ground\noutput full = service is Service.ground\n"
        "output price = if service is ground then 1 USD else if service is two_day then 2 USD else 3 USD",
    )
    for position, service in enumerate(("ground", "two_day", "overnight")):
        for output, value in [
            ("fast", service != "ground"),
            ("chosen", service != "overnight"),
            ("itself", service),
            ("full", service == "ground"),
            ("price", money(position + 1)),
        ]:
            choices.output("enumerations:1", f"{service}: {output}", output, value, {"service": service})
    choices.output("enumerations:1", "a member of another list by its name", "place", "ground", {"service": "overnight"})
    choices.case("enumerations:1", "no member", {"service": "sea"}, failed="input not accepted", path="service")
    choices.case("enumerations:1", "a label is no member", {"service": "Ground"}, failed="input not accepted", path="service")
    page.wrong(
        "enumerations:1",
        "a member that is none",
        "enum Service { ground, two_day }\ninput { service : Service }\n" "output wrong = service is overnight  # ! RW0201",
    )
    page.wrong(
        "enumerations:1",
        "members have no order",
        "enum Service { ground, two_day }\ninput { service : Service }\n" "output wrong = service > ground  # ! RW0300",
    )


def records(page):
    sheet = page.sheet(
        "records",
        "record Line { weight : mass in lb, count : integer = 1, note : text? }\n"
        'let line : Line = { weight = 3 lb }\nlet full : Line = { note = "glass", weight = 32 oz, count = 4 }',
    )
    for name, text, value in [
        ("a default", "line.count", "1"),
        ("a field times a field", "line.weight * line.count", quantity(3, "lb")),
        ("a field that is absent", 'line.note otherwise "none"', "none"),
        ("the fields in another order", 'full.note otherwise "none"', "glass"),
        ("a field in its unit", "full.weight", quantity(2, "lb")),
        ("four of them", "full.weight * full.count", quantity(8, "lb")),
        ("a record without a type", "{ a = 1, b = yes }", {"a": "1", "b": True}),
        ("a record in a record", "{ a = { b = 2 lb } }.a.b", quantity(2, "lb")),
    ]:
        sheet.value("records:1", name, text, value)
    page.wrong(
        "records:1",
        "a field that is not written",
        "record Line { weight : mass in lb, count : integer = 1 }\nlet wrong : Line = { count = 2 }  # ! RW0308",
    )
    page.wrong(
        "records:1",
        "a field that is not there",
        "record Line { weight : mass in lb }\nlet line : Line = { weight = 3 lb }\nlet wrong = line.colour  # ! RW0307",
    )


def times(page):
    place = "dates-times-instants-months:1."
    sheet = page.sheet("times", "let start = 2026-01-31")
    day = date(2026, 1, 31)
    for days in (1, 28, 29, 30, 334, 365, -31, -400):
        later = (day + timedelta(days=days)).isoformat()
        sign = "+" if days > 0 else "-"
        sheet.value(place + "1", f"{days} days later", f"start {sign} {abs(days)} day", later)
    for other in ("2026-03-01", "2024-02-28", "2031-12-31"):
        sheet.value(place + "1", f"days since {other}", f"start - {other}", quantity((day - date.fromisoformat(other)).days, "day"))
    sheet.value(place + "1", "days compare", "start < 2026-02-01", True)
    for text, value in [
        ("08:00", "08:00"),
        ("08:00:30", "08:00:30"),
        ("00:00", "00:00"),
        ("23:59:59", "23:59:59"),
        ("08:00:00", "08:00"),
    ]:
        sheet.value(place + "2", f"the time {text}", text, value)
    sheet.value(place + "2", "times compare", "08:00 < 08:00:30", True)
    moment = datetime(2026, 3, 3, 19, 59, 40, tzinfo=timezone.utc)
    zulu = lambda t: t.strftime("%Y-%m-%dT%H:%M:%SZ")
    for text in ("2026-03-03T19:59:40Z", "2026-03-03T19:59:40+01:00", "2026-03-03T19:59:40-05:30", "2026-03-03T00:15:00+14:00"):
        sheet.value(place + "3", f"the instant {text}", text, zulu(datetime.fromisoformat(text).astimezone(timezone.utc)))
    sheet.value(place + "3", "one point in time, written twice", "2026-03-03T20:59:40+01:00 is 2026-03-03T19:59:40Z", True)
    sheet.value(place + "3", "seconds between", "2026-03-03T20:00:00Z - 2026-03-03T19:59:40Z", quantity(20, "s"))
    for text, seconds in [("90 min", 5400), ("20 s", 20), ("2 day", 172800), ("1 week", 604800)]:
        sheet.value(place + "5", f"{text} later", f"2026-03-03T19:59:40Z + {text}", zulu(moment + timedelta(seconds=seconds)))
    sheet.value(place + "5", "an hour and a half in minutes", "0 min + 1.5 h", quantity(90, "min"))
    sheet.value(place + "5", "30 days are 720 hours", "30 day is 720 h", True)
    for text, months in [
        ("3 months", 3),
        ("1 month", 1),
        ("1 year", 12),
        ("1 year + 3 months", 15),
        ("2 years", 24),
        ("3 months * 4", 12),
    ]:
        sheet.value(place + "4", f"months: {text}", text, f"{months} month" + ("" if months == 1 else "s"))
    for text, value in [
        ("start + 1 month", "2026-02-28"),
        ("start - 1 year", "2025-01-31"),
        ("start + 13 months", "2027-02-28"),
        ("start + 25 months", "2028-02-29"),
    ]:
        sheet.value(place + "4", f"months: {text}", text, value)
    sheet.value(place + "4", "a year is twelve months", "1 year is 12 months", True)
    page.wrong(place + "4", "months are no days", "let wrong = 1 month + 30 day  # ! RW0306")
    page.wrong(place + "1", "a day that does not exist", "let wrong = 2026-02-30  # ! RW0108")
    page.wrong(place + "2", "an hour that does not exist", "let wrong = 25:00  # ! RW0108")
    page.wrong(place + "1", "a date and a date", "let wrong = 2026-01-01 + 2026-01-02  # ! RW0306")


def absent(page):
    rules = page.rules(
        "absent",
        "input { weight : mass in lb, declared : money?, discount : percent?, list : list of number }\n"
        "output insured = if declared is given then 1% of declared else 0 USD\noutput reduced = discount otherwise 5%\n"
        "output valuable = declared is given and declared > 100 USD\noutput itself = declared\noutput asked = declared is not given\n"
        "output unless = declared is not given or declared < 50 USD\n"
        "output most = greatest of x for each x in list if any\noutput least = (least of x for each x in list if any) otherwise 99\n"
        "output first = first of list if any\noutput last = (last of list if any) otherwise -1",
    )
    for declared in (None, "0", "49.99", "50", "100", "100.01"):
        given = {"weight": 3, "list": []} | ({} if declared is None else {"declared": declared})
        value = None if declared is None else F(declared)
        for output, expected in [
            ("insured", money(0 if value is None else value / 100)),
            ("valuable", value is not None and value > 100),
            ("itself", None if value is None else money(value)),
            ("asked", value is None),
            ("unless", value is None or value < 50),
        ]:
            rules.output("values-that-may-be-absent:1", f"declared {declared}: {output}", output, expected, given)
    for discount, expected in ((None, 5), ("0%", 0), ("7.5%", "7.5")):
        given = {"weight": 3, "list": []} | ({} if discount is None else {"discount": discount})
        rules.output(
            "values-that-may-be-absent:1", f"discount {discount}: missing is not zero", "reduced", percent(expected), given
        )
    for values in ([], [3], [2, 7, 5], [-4, -9]):
        given = {"weight": 3, "list": values}
        for output, expected in [
            ("most", number(max(values)) if values else None),
            ("least", number(min(values)) if values else "99"),
            ("first", number(values[0]) if values else None),
            ("last", number(values[-1]) if values else "-1"),
        ]:
            rules.output("values-that-may-be-absent:2", f"{values}: {output}", output, expected, given)
    rows = page.rules(
        "absent_rows",
        "input { code : text }\ntable zone {\n  code : text\n  -> number : integer\n  | code || number |\n  | A || 1 |\n  | B || 2 |\n}\n"
        "let row = zone[code] if any\noutput found = row is given\noutput number = if row is given then row.number else 0",
    )
    for code, value in (("A", 1), ("B", 2), ("C", 0)):
        rows.output("values-that-may-be-absent:2", f"a row of {code}", "found", value > 0, {"code": code})
        rows.output("values-that-may-be-absent:2", f"the number of {code}", "number", number(value), {"code": code})
    page.wrong(
        "values-that-may-be-absent:1",
        "used without asking",
        "input { declared : money? }\noutput wrong = 1% of declared  # ! RW0305",
    )
    page.wrong(
        "values-that-may-be-absent:1",
        "asked of what is always given",
        "input { weight : mass in lb }\noutput wrong = weight is given  # ! RW0313",
    )
    page.wrong(
        "values-that-may-be-absent:1",
        "asked the wrong way round",
        "input { declared : money? }\n" "output wrong = if declared is given then 0 USD else 1% of declared  # ! RW0305",
    )


def wrong(page):
    sheet = page.sheet(
        "shown",
        'let third = 1 / 3\nflag LONG "{third}" when yes\nflag NEGATIVE "{-third}" when yes\nflag TWO "{2 / 3}" when yes\n'
        'flag ENDS "{1 / 8}" when yes\nflag CENTS "{10 USD / 3}" when yes',
    )
    for code, text in [
        ("LONG", "≈0.333333"),
        ("NEGATIVE", "≈-0.333333"),
        ("TWO", "≈0.666667"),
        ("ENDS", "0.125"),
        ("CENTS", "≈3.333333 USD"),
    ]:
        sheet.rules.case("numbers:1", f"shown: {code}", None, messages={code: text})
