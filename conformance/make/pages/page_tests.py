"""tests.md: what tests beside the rules expect, what books of tests hold, and the ways in which pricing can fail."""

RULES = """
enum Service { ground, two_day }
input {
  service  : Service
  weight   : mass in lb from 0.1 lb through 150 lb
  country  : text = "US"
  lines    : list of mass in lb = []
  divisor  : number = 1
  gold     : yes/no = no
  silver   : yes/no = no
  note     : text?
}
table base_rate {
  service : Service
  weight  : mass in lb by range
  -> price : money
  | service | weight          || price | because        |
  | ground  | up to 1         || 9.12  | "Rate sheet 3" |
  | ground  | over 1 up to 10 || 10.44 | "Rate sheet 4" |
  | two_day | up to 10        || 31.00 | "Rate sheet 5" |
}
let billed = weight rounded up to 1 lb
charge BASE "Transportation" = base_rate[service, billed].price because "by {billed}"
charge LINE for each line in lines = 0.10 USD per lb * line
charge HEAVY = 20 USD when weight > 8 lb
charge DIVIDED = 1 USD / divisor - 1 USD minimum 0 USD when divisor is not 1
charge LOYAL = 0 USD
exception golden to LOYAL = 0.50 USD when gold
exception silvern to LOYAL = 0.25 USD when silver
total minimum 10.00 USD as TRUE_UP "Minimum charge"
flag ABROAD "to {country}" when country is not "US"
flag NOTED "with a note" when note is given
refuse NO_SERVICE "we do not ship to {country}" when country is "XX"
refuse NO_STORM "not now" when country is "YY"
"""
PARCEL = "service = ground, weight = 2.4 lb"
SMALL = "service = ground, weight = 1 lb"

# Row of the table of expectations, what is given, what is expected, whether it holds.
TESTS = [
    (1, PARCEL, "charge BASE is 10.44 USD", True),
    (1, PARCEL, "charge BASE is 10.43 USD", False),
    (1, PARCEL, "charge HEAVY is 20 USD", False),
    (1, SMALL + ", lines = [3 lb, 4 lb]", "charge LINE is 0.70 USD", True),
    (1, SMALL + ", lines = [3 lb, 4 lb]", "charge LINE is 0.30 USD", False),
    (1, SMALL, "charge TRUE_UP is 0.88 USD", True),
    (1, SMALL, "charge TRUE_UP is 0 USD", False),
    (1, SMALL + ", lines = []", "charge LOYAL is 0 USD", True),
    (2, SMALL + ", lines = [3 lb, 4 lb]", "charge LINE is [0.30 USD, 0.40 USD]", True),
    (2, SMALL + ", lines = [3 lb, 4 lb]", "charge LINE is [0.40 USD, 0.30 USD]", False),
    (2, SMALL + ", lines = [3 lb]", "charge LINE is [0.30 USD, 0.40 USD]", False),
    (2, PARCEL, "charge BASE is [10.44 USD]", True),
    (3, PARCEL, "charge BASE is 10.44 USD by base_rate row 2", True),
    (3, PARCEL, "charge BASE is 10.44 USD by base_rate row 1", False),
    (3, SMALL, "charge BASE is 9.12 USD by base_rate row 1", True),
    (3, PARCEL, "charge BASE is 9.12 USD by base_rate row 2", False),
    (4, PARCEL, "charge BASE", True),
    (4, PARCEL, "no charge BASE", False),
    (4, PARCEL, "no charge HEAVY", True),
    (4, "service = ground, weight = 8.5 lb", "no charge HEAVY", False),
    (4, "service = ground, weight = 8.5 lb", "charge HEAVY", True),
    (4, PARCEL, "no charge TRUE_UP", True),
    (4, PARCEL, "no charge LINE", True),
    (5, PARCEL, "total is 10.44 USD", True),
    (5, PARCEL, "total is 10.45 USD", False),
    (5, SMALL, "total is 10 USD", True),
    (5, "service = ground, weight = 8.5 lb", "total is 30.44 USD", True),
    (6, PARCEL, "billed is 3 lb", True),
    (6, PARCEL, "billed is 48 oz", True),
    (6, PARCEL, "billed > 3 lb", False),
    (6, PARCEL, "weight is 2.4 lb and service is ground", True),
    (6, PARCEL, "BASE + 1 USD is 11.44 USD", True),
    (7, SMALL + ', country = "CA"', "flag ABROAD", True),
    (7, SMALL, "flag ABROAD", False),
    (7, SMALL, "no flag ABROAD", True),
    (7, SMALL + ', country = "CA"', "no flag ABROAD", False),
    (7, SMALL + ', note = "x"', "flag NOTED", True),
    (8, SMALL + ', country = "XX"', "refusal NO_SERVICE", True),
    (8, SMALL, "refusal NO_SERVICE", False),
    (8, SMALL + ', country = "YY"', "refusal NO_SERVICE", False),
    (8, SMALL + ', country = "YY"', "refusal NO_STORM", True),
    (9, "service = ground, weight = 11 lb", "error no row matched", True),
    (9, SMALL, "error no row matched", False),
    (9, "service = ground, weight = 11 lb", "error division by zero", False),
    (9, "service = ground, weight = 151 lb", "error input not accepted", True),
    (9, SMALL + ", divisor = 0", "error division by zero", True),
    (9, SMALL + ", gold = yes, silver = yes", "error two exceptions at once", True),
    (9, "service = ground", "error input not accepted", True),
    (10, PARCEL, 'explanation of BASE has "Rate sheet 4"', True),
    (10, PARCEL, 'explanation of BASE has "Rate sheet 3"', False),
    (10, PARCEL, 'explanation of BASE has "by 3 lb"', True),
]


def build(page):
    for row in range(1, 11):
        chosen = [(given, expected, holds) for r, given, expected, holds in TESTS if r == row]
        text = "".join(
            f'test "{i}" {{\n  given {given}\n  expect {expected}\n}}\n' for i, (given, expected, _) in enumerate(chosen, 1)
        )
        rules = page.rules(f"expectations_{row}", RULES + text)
        rules.case(
            f"tests:3.{row}",
            "what holds, and what does not",
            tests={str(i): "passed" if holds else "failed" for i, (_, _, holds) in enumerate(chosen, 1)},
        )
        split(page, row, chosen)
    several(page)
    failures(page)
    books(page)
    wrong(page)


def split(page, row, chosen):
    """The expectations that hold, in one test, and those that do not, each an example of a test that must fail."""
    holding = [(given, expected) for given, expected, holds in chosen if holds]
    failing = [(given, expected) for given, expected, holds in chosen if not holds]
    for name, found, word in (("hold", holding, "passed"), ("do_not_hold", failing, "failed")):
        if found:
            text = "".join(
                f'test "{expected.replace(chr(34), "")}, {i}" {{\n  given {given}\n  expect {expected}\n}}\n'
                for i, (given, expected) in enumerate(found, 1)
            )
            page.rules(f"expectations_{row}_that_{name}", RULES + text).case(
                f"tests:3.{row}",
                f"those that {name.replace('_', ' ')}",
                tests={f"{expected.replace(chr(34), '')}, {i}": word for i, (_, expected) in enumerate(found, 1)},
            )


def several(page):
    rules = page.rules(
        "several",
        RULES + """
test "several at once" {
  given service = ground, weight = 2.4 lb
  given lines = [ 3 lb, 4 lb ]
  expect charge BASE is 10.44 USD by base_rate row 2
  expect charge LINE is [0.30 USD, 0.40 USD]
  expect no charge HEAVY
  expect total is 11.14 USD
}
test "one of several does not hold" {
  given service = ground, weight = 2.4 lb
  expect charge BASE is 10.44 USD
  expect total is 11.14 USD
}
test "what is not given has its default, or is absent" {
  given service = ground, weight = 2.4 lb
  expect country is "US"
  expect note is not given
  expect no flag NOTED
}
test "an error where a total is expected" {
  given service = two_day, weight = 11 lb
  expect total is 11.14 USD
}
test "a refusal where a charge is expected" {
  given service = ground, weight = 2.4 lb, country = "XX"
  expect charge BASE
}
""",
    )
    rules.case(
        "tests:1",
        "tests beside the rules",
        tests={
            "several at once": "passed",
            "one of several does not hold": "failed",
            "what is not given has its default, or is absent": "passed",
            "an error where a total is expected": "failed",
            "a refusal where a charge is expected": "failed",
        },
    )
    parcel = {"service": "ground", "weight": "2.4"}
    rules.case(
        "tests:1", "tests change no quote", parcel, lines=[["BASE", "10.44 USD"], ["LOYAL", "0.00 USD"]], totals=["10.44 USD"]
    )


def failures(page):
    rules = page.rules(
        "failures",
        """
host function failing(origin : text) -> length in mi
input { ask : text, n : number = 1 from 0 through 1_000_000, gold : yes/no = no }
table one {
  x : number
  -> v : number
  | x || v |
  | 1 || 1 |
}
table prefixes {
  a : number
  x : number by break
  -> v : number
  | a | x || v |
  | 1 | 0 || 1 |
}
let fee = 1
exception first_one to fee = 2 when ask is "two exceptions"
exception second_one to fee = 3 when n is 1 and ask is "two exceptions"
output o = if ask is "no row" then one[n + 1].v else if ask is "no element" then greatest of (list of x for each x in [1, 2] where x > 5) else if ask is "division" then 1 / (n - n)
  else if ask is "overflow" then (walk i in numbers(1, 40) carrying x = 2 { next x = x * x }).final.x else if ask is "limit" then count of numbers(1, 1_000_000) else if ask is "host" then failing("Boston") as number in mi else fee
output d = if ask is "calendar" then add_months_exactly(2026-01-31, 1 month) else 2026-01-01
refuse NOT_TODAY "not today" when ask is "refused"
""",
    )
    for ask, words in (
        ("no row", "no row matched"),
        ("no element", "no row matched"),
        ("division", "division by zero"),
        ("overflow", "overflow"),
        ("calendar", "overflow"),
        ("limit", "limit reached"),
        ("host", "host function failed"),
        ("two exceptions", "two exceptions at once"),
    ):
        rules.case("tests:4", f"it fails: {ask}", {"ask": ask}, failed=words)
    rules.case("tests:4", "it fails: the input", {"ask": 3}, failed="input not accepted", path="ask")
    rules.case("tests:4", "it is refused", {"ask": "refused"}, refused="NOT_TODAY", message="not today")
    rules.case("tests:4", "it does not fail", {"ask": "nothing"}, outputs={"o": "1", "d": "2026-01-01"})


def books(page):
    page.text(
        "book.csv",
        "name,given service,given weight,charge BASE,charge HEAVY,total,refusal,error,flag LONG,expect billed\n"
        "one pound,ground,1 lb,9.12 USD,none,9.12 USD,,,no,1 lb\na bare number,ground,2.4,10.44,none,10.44,,,no,3 lb\ntoo far,air,1 lb,,,,R7,,,\nover the range,ground,151 lb,,,,,input not accepted,,\n"
        "the wrong total,ground,1 lb,,,9.13 USD,,,,\nheavy,ground,60 lb,10.44,20,30.44,,,no,60 lb\nnot none,ground,60 lb,10.44,none,,,,,\nlong,ground,101 lb,,,,,,yes,101 lb\nnot long,ground,101 lb,,,,,,no,\n"
        "the wrong refusal,air,1 lb,,,,R8,,,\nno refusal,ground,1 lb,,,,R7,,,\nthe wrong expectation,ground,1.5 lb,,,,,,,1 lb\nnothing expected,ground,1 lb,,,,,,,\nthe wrong error,ground,151 lb,,,,,no row matched,,\n",
    )
    rules = page.rules(
        "book",
        """
enum Service { ground, air }
input { service : Service, weight : mass in lb from 0.1 lb through 150 lb }
table base_rate {
  service : Service
  weight  : mass in lb by range
  -> price : money
  | service   | weight  || price |
  | ground    | up to 1 || 9.12  |
  | ground    | over 1  || 10.44 |
  | otherwise           || refuse "R7" "no rate for this lane" |
}
let billed = weight rounded up to 1 lb
charge BASE = base_rate[service, billed].price
charge HEAVY = 20 USD when weight > 50 lb
flag LONG "long" when weight > 100 lb
refuse R8 "too heavy to fly" when service is air and weight > 70 lb
test "the rate book" from "book.csv"
""",
    )
    held = {
        "one pound": True,
        "a bare number": True,
        "too far": True,
        "over the range": True,
        "the wrong total": False,
        "heavy": True,
        "not none": False,
        "long": True,
        "not long": False,
        "the wrong refusal": False,
        "no refusal": False,
        "the wrong expectation": False,
        "nothing expected": True,
        "the wrong error": False,
    }
    rules.case(
        "books-of-tests:1",
        "a book of tests",
        tests={f"the rate book: {name}": "passed" if holds else "failed" for name, holds in held.items()},
    )
    for name, file, text, code in (
        ("a book without headings", "empty.csv", "", "RW0600:4"),
        ("a heading that a book does not have", "heading.csv", "name,weight\nA,1 lb\n", "RW0602:heading.csv:1"),
        ("a row with too many cells", "cells.csv", "name,given weight\nA,1 lb,3\n", "RW0601:cells.csv:2"),
        ("a field that is none", "field.csv", "name,given colour\nA,red\n", "RW0201:field.csv:1"),
        ("a cell of another kind", "cell.csv", "name,given weight\nA,1 in\n", "RW0509:cell.csv:2"),
    ):
        page.text(file, text)
        path = f"wrong_{file.removesuffix('.csv')}_of_a_book.rules"
        page.text(
            path,
            f'ruleset conformance.book {{ currency USD }}\ninput {{ weight : mass in lb }}\ncharge BASE = 1 USD per lb * weight\ntest "book" from "{file}"\n',
        )
        page.add(
            "rejected", {"paragraph": page.id("books-of-tests:1"), "name": name, "rules": path, "expect": {"rejected": [code]}}
        )


def wrong(page):
    head = "input { weight : mass in lb }\ncharge BASE = 1 USD per lb * weight\n"
    for name, line, code in (
        ("a field that is none", "given wieght = 3 lb", "RW0201"),
        ("a field of another kind", "given weight = 3 in", "RW0300"),
        ("a charge that is none", "expect charge BAES is 3 USD", "RW0201"),
        ("an error that is none", "expect error no such thing", "RW0201"),
        ("a flag that is none", "expect flag F", "RW0201"),
        ("a charge of another currency", "expect charge BASE is 3 EUR", "RW0300"),
    ):
        page.wrong("what-is-reported", name, head + f'test "t" {{\n  {line}  # ! {code}\n}}')
