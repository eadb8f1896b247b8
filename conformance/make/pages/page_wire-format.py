"""wire-format.md: what is sent for each type, what the rules see, what is refused, and what is sent back.

The rows of the page's tables are cases as they stand there: the left column is sent, the right column is read as what it says."""

import json
import re

import wire_records

from reference import paragraphs
from suite import F, money, number, percent, quantity, raw

REFERENCE = "wire-format.md"


TYPES = {
    "Service": 'enum Service { ground "Ground", two_day }\n',
    "Line": "record Line { weight : mass in lb  note : text?  pieces : integer = 1 }\n",
}


def read_as(ty, words):
    """What the right column says, as the wire format sends it back."""
    if words == "absent":
        return None
    if ty in ("number", "integer", "number?"):
        return number(F(words))
    if ty == "percent":
        return percent(F(words.removesuffix("%")))
    if ty == "mass in lb":
        return quantity(words.split()[0], "lb")
    if ty == "USD per cwt":
        return quantity(words.split()[0], "USD per cwt")
    if ty == "money in USD":
        return money(words.split()[0])
    if ty == "yes/no":
        return words == "yes"
    if ty == "text":
        return json.loads(words)
    if ty == "list of number":
        return [number(x) for x in json.loads(words)]
    if ty == "Line":
        weight, note, pieces = (re.search(p, words) for p in (r"weight = (\S+) lb", r'note = "(\w+)"', r"pieces = (\d+)"))
        return {"weight": quantity(weight[1], "lb"), "note": note[1] if note else None, "pieces": pieces[1]}
    return words


def called(sent):
    """A value as the name of a case has it: long ones by their length."""
    text = json.dumps(sent, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:8]}… of {len(sent)} characters"


def build(page):
    rows(page)
    numbers(page)
    others(page)
    wire_records.build(page)


def rows(page):
    ty, typed = None, {}
    for name, text in paragraphs().items():
        if not name.startswith("wire-format.md#"):
            continue
        if found := re.fullmatch(r"type `(.+)`", text):
            ty = found[1]
        elif re.search(r":\d+\.\d+$", name) and ty:
            typed.setdefault(ty, []).append((name, text))
    for ty, found in typed.items():
        rules = page.rules(
            "type_" + re.sub("[^a-zA-Z]+", "_", ty.lower().replace("?", " optional")).strip("_"),
            TYPES.get(ty, "") + f"input {{ x : {ty} }}\noutput seen = x",
        )
        for name, text in found:
            sent, words = re.fullmatch(r"\| `(.*)` \| (.*) \|", text).groups()
            body = f'{{"x": {sent}}}'
            if words.startswith("refused"):
                expect = {"failed": "input not accepted"}
            else:
                expect = {"outputs": {"seen": read_as(ty, words)}}
            how = {"input_text": body} if sent in ("NaN",) or sent.count('"weight"') > 1 else {"given": {"x": raw(sent)}}
            rules.case(name, f"{ty}: {sent}", how.get("given"), **({"input_text": body} if "input_text" in how else {}), **expect)


def numbers(page):
    place = "numbers:1"
    rules = page.rules(
        "numbers", "input { n : number, i : integer = 0 }\noutput n_seen = n\noutput i_seen = i\noutput sum = n + 0.1"
    )
    for sent, value in (
        ("0", 0),
        ("-0", 0),
        ("0.1", "0.1"),
        ("1e3", 1000),
        ("1E-2", "0.01"),
        ('"-12.50"', "-12.5"),
        ('"2/4"', "1/2"),
        ('"-7/3"', "-7/3"),
        ("100000000000000000000000000000", 10**29),
        ('"007"', 7),
        ("0.30000000000000004", "0.30000000000000004"),
        ('"' + "9" * 100 + '"', 10**100 - 1),
    ):
        rules.case(
            place, f"{sent[:40]}", {"n": raw(sent)}, outputs={"n_seen": number(F(value)), "sum": number(F(value) + F("0.1"))}
        )
    for sent in (
        '""',
        '"12,5"',
        '"1_000"',
        '"3."',
        '"1/0"',
        '"abc"',
        '"1 2"',
        "[1]",
        "{}",
        '"' + "9" * 101 + '"',
        '"½"',
        '"Infinity"',
    ):
        rules.case(place, f"refused: {sent[:40]}", {"n": raw(sent)}, failed="input not accepted", path="n")
    for sent in ("0.5", '"1/2"', '"12.01"', "1e-1", '"x"'):
        rules.case("numbers:5.4", f"no integer: {sent}", {"n": 1, "i": raw(sent)}, failed="input not accepted", path="i")
    for sent, value in (("-3", -3), ('"4/2"', 2), ("1e2", 100), ("12345678901234567890", 12345678901234567890)):
        rules.case("numbers:5.1", f"an integer: {sent}", {"n": 1, "i": raw(sent)}, outputs={"i_seen": number(value)})


def others(page):
    rules = page.rules(
        "others",
        """
enum Service { ground "Ground", two_day }
input { p : percent = 0%, w : mass in lb = 0 lb, m : money in USD = 0 USD, d : date = 2026-01-01, t : time = 00:00, i : instant = 2026-01-01T00:00:00Z, c : months = 1 month, x : text = "", b : yes/no = no, s : Service = ground, cur : currency among (EUR, USD, JPY), fee : money in cur = 0 cur }
output o_p = p
output o_w = w
output o_m = m
output o_d = d
output o_t = t
output o_i = i
output o_c = c
output o_x = x
output o_b = b
output o_s = s
output o_fee = fee
output o_n = characters(x)
""",
    )
    usual = {"cur": "EUR"}

    def good(place, field, sent, value, output=None):
        rules.output(place, f"{field}: {called(sent)}", output or f"o_{field}", value, usual | {field: sent})

    def bad(place, field, sent):
        rules.case(place, f"{field}: {called(sent)}, refused", usual | {field: sent}, failed="input not accepted", path=field)

    for sent, value in (("0%", 0), ("100%", 100), ("1/3%", "1/3"), ("-0.5%", "-0.5"), ("250%", 250)):
        good("percents:1", "p", sent, percent(value))
    for sent in (0, "0.185", "%", "18.5 percent", {"value": "18.5"}, {"value": "18.5", "unit": "USD"}, True):
        bad("percents:1", "p", sent)
    for sent, value in (
        ("1/3 lb", "1/3"),
        ("1 kg", 1 / F("0.45359237")),
        ("1 ton", 2000),
        ("-2 lb", -2),
        (0, 0),
        ({"value": "1", "unit": "cwt"}, 100),
        ("1.5", "1.5"),
    ):
        good("quantities:1", "w", sent, quantity(value, "lb"))
    for sent in ("lb", "3  lb", " 3 lb", "3 LB", "3 lb lb", {"value": "3", "unit": "in"}, {"unit": "lb"}, False, ""):
        bad("quantities:1", "w", sent)
    for sent, value in (("12.345 USD", "12.345"), ("1/3", "1/3"), (-5, -5), ({"amount": 12.5, "currency": "USD"}, "12.5")):
        good("money:2.4" if isinstance(sent, dict) else "money:2.3", "m", sent, money(value))
    for sent in (
        "12.50 usd",
        "USD 12.50",
        "12.50USD",
        {"amount": "12.50"},
        {"amount": "12.50", "currency": "EUR"},
        {"value": "12.50", "unit": "EUR"},
        "€12",
    ):
        bad("money:2.5", "m", sent)
    for currency, sent, ok, value in (
        ("EUR", "3 EUR", True, money(3, "EUR")),
        ("JPY", 3, True, money(3, "JPY")),
        ("JPY", "3.5 JPY", True, money("3.5", "JPY")),
        ("USD", "3 EUR", False, None),
        ("EUR", {"amount": "1", "currency": "USD"}, False, None),
        ("USD", {"amount": "1", "currency": "USD"}, True, money(1)),
    ):
        given = {"cur": currency, "fee": sent}
        if ok:
            rules.output("money:3", f"{sent} where {currency} is chosen", "o_fee", value, given)
        else:
            rules.case("money:3", f"{sent} where {currency} is chosen, refused", given, failed="input not accepted", path="fee")
    for field, place, accepted, refused in (
        (
            "d",
            "dates-and-times:2.",
            {"2024-02-29": "2024-02-29", "0001-01-01": "0001-01-01", "9999-12-31": "9999-12-31"},
            ("2025-02-29", "2026-13-01", "2026-1-5", "20260105", "10000-01-01", "0000-01-01", 20260105, ""),
        ),
        (
            "t",
            "dates-and-times:4.",
            {"23:59:59": "23:59:59", "00:00": "00:00", "12:30:00": "12:30"},
            ("24:00", "8:00", "08:60", "08:00:60", "0800", "08:00Z", 8),
        ),
        (
            "i",
            "dates-and-times:6.",
            {
                "2026-03-03T00:00:00-11:30": "2026-03-03T11:30:00Z",
                "2024-02-29T23:59:59Z": "2024-02-29T23:59:59Z",
                "2026-01-01T00:30:00+01:00": "2025-12-31T23:30:00Z",
            },
            ("2026-03-03", "2026-02-30T00:00:00Z", "2026-03-03T25:00:00Z", "2026-03-03 19:59:40Z", 1767225600),
        ),
        (
            "c",
            "dates-and-times:8.",
            {"2 years": "24 months", "18 months": "18 months", "0 months": "0 months"},
            ("3", "months", "1.5 months", "30 day", 3),
        ),
    ):
        good_row, bad_row = {"d": (1, 2), "t": (1, 3), "i": (2, 3), "c": (1, 4)}[field]
        for sent, value in accepted.items():
            good(f"{place}{good_row}", field, sent, value)
        for sent in refused:
            bad(f"{place}{bad_row}", field, sent)
    text = "text-yesno-enumerations-currencies:"
    for sent, length in (("a" * 10000, 10000), ("运" * 10000, 10000), ("", 0), ('\n\t"', 3)):
        good(text + "1", "x", sent, number(length), "o_n")
    for sent in ("a" * 10001, 6510, True, ["a"]):
        bad(text + "1", "x", sent)
    for sent in ("true", "no", 0, "", []):
        bad(text + "5.3", "b", sent)
    for sent in ("Two_day", "two day", "", 0, True, ["ground"]):
        bad(text + "6", "s", sent)
    good(text + "6", "s", "ground", "ground")
    for sent in ("GBP", "", 1, "EUR "):
        rules.case(text + "10.2", f"no currency among them: {sent}", {"cur": sent}, failed="input not accepted", path="cur")
