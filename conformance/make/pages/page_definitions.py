"""definitions.md: `let`, `parameter`, `function`, `host function`, `output`, `flag`, `refuse`, and what nothing uses."""

from datetime import date

from suite import F, amount, booked, money, number, percent, quantity, rounded

POUND = F("0.45359237")


def build(page):
    names(page)
    lets(page)
    parameters(page)
    functions(page)
    outputs(page)
    flags_and_refusals(page)


def names(page):
    rules = page.rules(
        "order",
        "input { n : number }\ncharge BASE = rate * billed\nlet billed = 3 lb\nlet rate = 2.50 USD per lb\nlet unneeded = 1 / (n - n)\n"
        "output c = b + 1\nlet b = a + 1\nlet a = n\noutput safe = if n < 5 then n else unneeded",
    )
    for n in (0, 4):
        rules.case(
            "definitions:1", f"names in any order, {n}", {"n": n}, lines=[["BASE", "7.50 USD"]], outputs={"c": number(n + 2)}
        )
        rules.output("definitions:1", f"what is not needed is not computed, {n}", "safe", number(n), {"n": n})
    rules.case("definitions:1", "what is needed is computed", {"n": 5}, failed="division by zero")
    for name, text in [
        ("a definition that needs itself", "let a = a + 1  # ! RW0400"),
        ("two that need each other", "let a = b + 1\nlet b = a + 1  # ! RW0400"),
        ("three in a ring", "let a = b + 1\nlet b = c + 1\nlet c = a + 1  # ! RW0400"),
        ("a charge of itself", "charge A = 10% of A  # ! RW0400"),
        ("a name twice", "let a = 1\nlet a = 2  # ! RW0202"),
        ("a name that is not known", "let b = c  # ! RW0201"),
        ("a let and a parameter of one name", "let a = 1\nparameter a = 2  # ! RW0202"),
        ("a table is no value", "table t {\n  a : number\n  -> b : number\n  | a || b |\n  | 1 || 2 |\n}\nlet c = t  # ! RW0204"),
    ]:
        page.wrong("definitions:1", name, text)


def lets(page):
    sheet = page.sheet(
        "lets",
        "let limit : mass in kg = 66 lb\nlet long = 120 in\nlet doubled = long * 2\nlet feet : length in ft = long\nlet n : number = 7\nlet share : percent = 5%\n"
        "let fee : money in EUR = 3 EUR\nlet maybe : number? = 3\nlet rate : USD per kg = 2 USD per lb\nlet list : list of mass in oz = [1 lb, 2 oz]\nlet on_day : date = 2026-01-05",
    )
    for name, text, value in [
        ("converts to the stated unit", "limit", quantity(66 * POUND, "kg")),
        ("without a type", "long", quantity(120, "in")),
        ("of another", "doubled", quantity(240, "in")),
        ("inches as feet", "feet", quantity(10, "ft")),
        ("an integer as a number", "n / 2", number("3.5")),
        ("a percent", "share", percent(5)),
        ("another currency", "fee", money(3, "EUR")),
        ("a value where it may be absent", "maybe otherwise 4", number(3)),
        ("a rate in another unit", "rate", quantity(2 / POUND, "USD per kg")),
        ("a list in another unit", "list", [quantity(16, "oz"), quantity(2, "oz")]),
        ("a date", "on_day", "2026-01-05"),
    ]:
        sheet.value("let:1", name, text, value)
    for name, text in [
        ("a length as a mass", "let limit : mass in kg = 48 in  # ! RW0300"),
        ("a text as a number", 'let n : number = "3"  # ! RW0300'),
        ("euros as dollars", "let fee : money = 3 EUR  # ! RW0300"),
        ("a fraction as an integer", "let n : integer = 7 / 2  # ! RW0300"),
        ("an absent value as a plain one", "input { a : number? }\nlet n : number = a  # ! RW0305"),
    ]:
        page.wrong("let:1", name, text)


def parameters(page):
    series = [
        (date(2026, 1, 5), F("18.5")),
        (date(2026, 2, 2), F("17.75")),
        (date(2026, 2, 9), F("17.5")),
        (date(2026, 3, 30), F(19)),
    ]
    rows = "\n".join(
        f"  from {day}  {percent(v)['value']}%" + (f'  because "week {i}"' if i == 0 else "") for i, (day, v) in enumerate(series)
    )
    rules = page.rules(
        "series",
        'input { ship_date : date, published : date }\nparameter handling = 4.10 USD because "Price list 7"\nparameter fuel : percent {\n'
        + rows
        + "\n}\noutput today = fuel\noutput before = fuel on published\noutput fee = handling\ncharge FUEL = fuel of 100 USD",
        "currency USD  priced on ship_date",
    )
    at = lambda day: [v for start, v in series if start <= day][-1]
    for day in (
        date(2026, 1, 5),
        date(2026, 2, 1),
        date(2026, 2, 2),
        date(2026, 2, 8),
        date(2026, 2, 9),
        date(2026, 3, 29),
        date(2026, 3, 30),
        date(2030, 1, 1),
    ):
        given = {"ship_date": day.isoformat(), "published": "2026-01-30"}
        rules.output("parameter:2", f"on the pricing date {day}", "today", percent(at(day)), given)
        rules.case("parameter:2", f"a charge of it on {day}", given, lines=[["FUEL", amount(at(day))]])
        rules.output(
            "parameter:2",
            f"on another date, {day}",
            "before",
            percent(at(day)),
            {"ship_date": "2026-02-09", "published": day.isoformat()},
        )
    given = {"ship_date": "2026-02-10", "published": "2026-01-30"}
    rules.output("parameter:1", "a constant", "fee", money("4.1"), given)
    for ship, published in (("2026-01-04", "2026-02-01"), ("2026-02-01", "2026-01-04"), ("2025-12-31", "2025-12-31")):
        rules.case(
            "parameter:3",
            f"before the first value: {ship}, {published}",
            {"ship_date": ship, "published": published},
            failed="no row matched",
        )
    sheet = page.sheet(
        "parameters",
        'parameter rate = 42.10 USD per cwt\nparameter share = 12.5%\nparameter limit = 48 in because "Guide, page 3"\nparameter first : date = 2026-01-05\nparameter name = "list 7"\nparameter active = yes\n'
        "parameter steps : list of number = [1, 2.5]",
    )
    for name, text, value in [
        ("a rate", "rate * 620 lb", money("261.02")),
        ("a percent", "share of 8 USD", money(1)),
        ("a length", "limit", quantity(48, "in")),
        ("a date", "first + 1 day", "2026-01-06"),
        ("a text", "name", "list 7"),
        ("yes", "active", True),
        ("a list", "steps", ["1", "2.5"]),
    ]:
        sheet.value("parameter:1", name, text, value)
    ended = page.rules(
        "series_that_ends",
        "input { day : date }\nparameter fee : money {\n  from 2026-01-01 through 2026-01-31  3 USD\n  from 2026-02-01 until 2026-03-01  4 USD\n  2026-03-01 through 2026-03-31  5 USD\n}\noutput a = fee on day",
    )
    for day, value in (
        ("2026-01-01", 3),
        ("2026-01-31", 3),
        ("2026-02-01", 4),
        ("2026-02-28", 4),
        ("2026-03-01", 5),
        ("2026-03-31", 5),
    ):
        ended.output("parameter:2", f"a period that ends, {day}", "a", money(value), {"day": day})
    ended.case("parameter:3", "after the last value that ends", {"day": "2026-04-01"}, failed="no row matched")
    page.wrong(
        "parameter:1",
        "a parameter that is computed",
        "input { weight : mass in lb }\nparameter limit = weight  # ! RW0402\ncharge A = 1 USD",
    )
    page.wrong(
        "parameter:2",
        "no date to read it on",
        "parameter fuel : percent { from 2026-01-05 18.50% }\ncharge FUEL = fuel of 100 USD  # ! RW0403",
    )
    page.wrong(
        "parameter:2",
        "a series without a type",
        "input { day : date }\nparameter fuel { from 2026-01-05 18.50% }  # ! RW0316\ncharge FUEL = (fuel on day) of 100 USD",
    )
    page.wrong(
        "parameter:4",
        "a hole in a series",
        "input { ship_date : date }\nparameter fuel : percent {\n  from 2026-01-05 until 2026-02-01  18.50%  # ! RW0409\n  from 2026-02-02  17.75%\n}\ncharge FUEL = fuel of 100 USD",
        "currency USD  priced on ship_date",
    )
    page.wrong(
        "parameter:4",
        "two values on one day",
        "input { ship_date : date }\nparameter fuel : percent {\n  from 2026-01-05 through 2026-03-01  18.50%\n  from 2026-02-02  17.75%  # ! RW0410\n}\ncharge FUEL = (fuel on ship_date) of 100 USD",
    )
    page.wrong(
        "parameter:4",
        "a series that begins after its rule set",
        "input { ship_date : date }\nparameter fuel : percent {\n  from 2026-02-02  17.75%  # ! RW0409\n}\ncharge FUEL = fuel of 100 USD",
        "currency USD  effective 2026-01-05 through 2026-12-31  priced on ship_date",
    )


def functions(page):
    sheet = page.sheet(
        "functions",
        "function per_hundred(weight : mass in lb, rate : USD per cwt) = weight * rate rounded to 0.01 USD\nfunction billed(weight : mass in lb) -> mass in lb = weight rounded up to 1 lb\n"
        "function double(x : number) = x * 2\nfunction quadruple(x : number) = double(double(x))\nfunction larger(a : money, b : money) = if a > b then a else b\n"
        "function in_kilos(weight : mass in lb) -> mass in kg = weight\nfunction fee(amount : money) = 1.5% of (amount - 1_000 USD minimum 0 USD) minimum 2.00 USD\nfunction answer() = 42\n",
    )
    for text, value in [
        ("per_hundred(620 lb, 42.10 USD per cwt)", money("261.02")),
        ("per_hundred(333 lb, 42.105 USD per cwt)", money(rounded(F(333) * F("42.105") / 100, "0.01"))),
        ("billed(2.2 lb)", quantity(3, "lb")),
        ("billed(1 kg)", quantity(3, "lb")),
        ("double(3.5)", number(7)),
        ("quadruple(3)", number(12)),
        ("larger(3 USD, 2.99 USD)", money(3)),
        ("larger(3 USD, 3.01 USD)", money("3.01")),
        ("in_kilos(10 lb)", quantity(10 * POUND, "kg")),
        ("fee(1_010 USD)", money(2)),
        ("fee(9_000 USD)", money(120)),
        ("answer()", number(42)),
        ("double(double(2)) + double(1)", number(10)),
    ]:
        sheet.value("function:1", text, text, value)
    for name, text in [
        ("too many values", "function double(x : money) = x * 2\nlet a = double(1 USD, 2 USD)  # ! RW0311"),
        ("too few values", "function sum_of_two(x : number, y : number) = x + y\nlet a = sum_of_two(1)  # ! RW0311"),
        ("a function that is none", "let b = doubled(1 USD)  # ! RW0201"),
        ("a function that calls itself", "function deep(x : number) -> number = deep(x - 1)  # ! RW0400\nlet a = 1"),
        ("a value of another kind", "function double(x : money) = x * 2\nlet a = double(3 lb)  # ! RW0300"),
        ("a let is no function", "let b = 1\nlet a = b(2)  # ! RW0310"),
        ("a result of another kind", "function f(x : number) -> mass in lb = x  # ! RW0300\nlet a = f(1)"),
    ]:
        page.wrong("function:1", name, text)
    host = page.rules(
        "host",
        'host function distance(origin : text, destination : text) -> length in mi\ninput { stops : list of text, per_mile : USD per mi }\nlet way = distance("Boston", "Albany")\n'
        'output miles = way\noutput far = sum of distance(stop, "Albany") for each stop in stops\noutput kilometres = 0 km + way\ncharge TRIP = way * per_mile',
    )
    for rate in ("0.56", "0.333", "0"):
        host.case(
            "host-function:1", f"a trip at {rate}", {"stops": [], "per_mile": rate}, lines=[["TRIP", amount(booked(120 * F(rate)))]]
        )
    for stops in ([], ["A"], ["A", "B", "C"]):
        host.output(
            "host-function:1",
            f"called for {len(stops)} stops",
            "far",
            quantity(120 * len(stops), "mi"),
            {"stops": stops, "per_mile": 1},
        )
    host.output(
        "host-function:1", "its result converts", "kilometres", quantity(120 * F("1.609344"), "km"), {"stops": [], "per_mile": 1}
    )
    failing = page.rules(
        "host_failing",
        'host function failing(origin : text) -> length in mi\ninput { ask : yes/no }\ncharge TRIP = (if ask then failing("Boston") else 1 mi) * 0.56 USD per mi',
    )
    failing.case("host-function:1", "what fails in it", {"ask": True}, failed="host function failed")
    failing.case("host-function:1", "what is not asked cannot fail", {"ask": False}, lines=[["TRIP", "0.56 USD"]])


def outputs(page):
    sheet = page.sheet(
        "outputs",
        "record Line { weight : mass in lb, note : text? }\nenum Service { ground, air }\ninput { weight : mass in lb, note : text? }\nlet billed = weight rounded up to 1 lb\nlet line : Line = { weight = weight }",
        given={"weight": "2.2"},
    )
    for name, text, value in [
        ("a weight", "billed", quantity(3, "lb")),
        ("a list", "[1, 2]", ["1", "2"]),
        ("a date", "2026-01-31 + 30 day", "2026-03-02"),
        (
            "a record",
            "{ weight = billed, deficit = billed - weight }",
            {"weight": quantity(3, "lb"), "deficit": quantity("0.8", "lb")},
        ),
        ("an amount", "0.105 USD", money("0.105")),
        ("a number", "1 / 3", "1/3"),
        ("a percent", "12.5%", percent("12.5")),
        ("yes", "weight > 2 lb", True),
        ("a text", '"a text"', "a text"),
        ("a member", "Service.air", "air"),
        ("what is absent", "note", None),
        ("an instant", "2026-01-05T08:00:00+01:00", "2026-01-05T07:00:00Z"),
        ("a time", "08:00", "08:00"),
        ("months", "15 months", "15 months"),
        ("a list of records", "[{ a = 1 USD }]", [{"a": money(1)}]),
        ("a list of lists", "[[1], [2, 3]]", [["1"], ["2", "3"]]),
        ("an empty list", "list of x for each x in [1, 2] where x > 3", []),
        ("a rate", "2.50 USD per lb", quantity("2.5", "USD per lb")),
    ]:
        sheet.value("output:1", name, text, value)


def flags_and_refusals(page):
    rules = page.rules(
        "flags",
        'input { longest : length in in, country : text = "US" }\nflag OVERSIZE "a side of {longest} is over 48 in" when longest > 48 in\nflag TINY "all sides are under 4 in" when longest < 4 in\n'
        'flag ABROAD "to {country}" when country is not "US"\ncharge BASE = 10 USD',
    )
    for longest, country, flags in (
        ("48", "US", []),
        ("48.01", "US", ["OVERSIZE"]),
        ("3.99", "US", ["TINY"]),
        ("4", "CA", ["ABROAD"]),
        ("50", "CA", ["OVERSIZE", "ABROAD"]),
        ("1", "MX", ["TINY", "ABROAD"]),
    ):
        rules.case(
            "flag:1",
            f"{longest} in to {country}",
            {"longest": longest, "country": country},
            flags=flags,
            lines=[["BASE", "10.00 USD"]],
            totals=["10.00 USD"],
        )
    rules.case("flag:1", "its message", {"longest": "50.5"}, messages={"OVERSIZE": "a side of 50.5 in is over 48 in"})
    rules.case("flag:1", "another message", {"longest": "5", "country": "CA"}, messages={"ABROAD": "to CA"})
    rules = page.rules(
        "refusals",
        'input { country : text, weight : mass in lb }\nrefuse NO_SERVICE "we do not ship to {country}" when country is "XX"\nrefuse TOO_HEAVY "{weight} is more than 70 lb" when weight > 70 lb\n'
        'refuse NEVER "not to the moon" when country is "XX" and weight > 70 lb or country is "MOON"\ncharge BASE = 10 USD / (weight - weight + (if country is "ZZ" then 0 lb else 1 lb)) * 1 lb',
    )
    for country, weight, code, message in (
        ("XX", 3, "NO_SERVICE", "we do not ship to XX"),
        ("US", "70.5", "TOO_HEAVY", "70.5 lb is more than 70 lb"),
        ("XX", 99, "NO_SERVICE", "we do not ship to XX"),
        ("MOON", 99, "TOO_HEAVY", "99 lb is more than 70 lb"),
        ("MOON", 1, "NEVER", "not to the moon"),
        ("ZZ", 71, "TOO_HEAVY", "71 lb is more than 70 lb"),
    ):
        rules.case("refuse:1", f"{weight} lb to {country}", {"country": country, "weight": weight}, refused=code, message=message)
    rules.case("refuse:1", "no refusal", {"country": "US", "weight": 70}, lines=[["BASE", "10.00 USD"]])
    rules.case("refuse:1", "no refusal, and an error", {"country": "ZZ", "weight": 70}, failed="division by zero")
    for name, text in [
        ("warn a let that nothing uses", "let handling = 3 USD  # ! RW0900\ncharge BASE = 1 USD"),
        ("warn an input that nothing uses", "input { weight : mass in lb }  # ! RW0900\ncharge BASE = 1 USD"),
        ("warn a function that nothing uses", "function f(x : number) = x  # ! RW0900\ncharge BASE = 1 USD"),
        ("warn a parameter that nothing uses", "parameter p = 3  # ! RW0900\ncharge BASE = 1 USD"),
        (
            "warn a table that nothing uses",
            "table t {  # ! RW0900\n  a : number\n  -> b : number\n  | a || b |\n  | 1 || 2 |\n}\ncharge BASE = 1 USD",
        ),
        ("warn tiers that nothing uses", "tiers t graduated over number { above 1 USD }  # ! RW0900\ncharge BASE = 1 USD"),
        (
            "warn windows that nothing uses",
            'windows w in zone "Europe/London" { every day 08:00 until 09:00 }  # ! RW0900\ncharge BASE = 1 USD',
        ),
        (
            "warn a let, and neither unit, enumeration, record nor calendar",
            "unit seat\nenum E { a, b }\nrecord R { a : number }\ncalendar c { 25 December }\nlet l = 1  # ! RW0900\ncharge BASE = 1 USD",
        ),
    ]:
        page.wrong("what-nothing-uses:1", name, text)
