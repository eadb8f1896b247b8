"""charges.md, second half: sharing out, proration, taxes, rounding, currencies."""

from datetime import date

from suite import F, amount, booked, money, number, quantity, rounded

MODES = ["half up", "half even", "half down", "up", "down", "ceiling", "floor"]


def build(page):
    sharing(page)
    proration(page)
    taxes(page)
    rounding(page)
    currencies(page)


def shares(total, weights, step, mode, to):
    """charges.md#sharing-out: parts in proportion, rounded; what is left over goes where it is said."""
    total, weights, step = F(total), [F(w) for w in weights], F(step)
    exact = [total * w / sum(weights) for w in weights]
    parts = [rounded(e, step, mode) for e in exact]
    left = total - sum(parts)
    if to == "last":
        parts[-1] += left
    elif to == "first":
        parts[0] += left
    else:
        lost = sorted(range(len(parts)), key=lambda i: (-(exact[i] - parts[i]), i))
        for i in lost:
            if left <= 0:
                break
            piece = min(step, left)
            parts[i] += piece
            left -= piece
    return parts


def sharing(page):
    text = "input { total : money, weights : list of number }\n"
    variants = [("down", "last"), ("down", "first"), ("down", "largest"), ("half up", "last"), ("up", "first")]
    text += "\n".join(
        f"output o{i} = allocate total by weights rounded {mode} to 0.01 USD remainder to {to}"
        for i, (mode, to) in enumerate(variants)
    )
    text += "\noutput nickels = allocate total by weights rounded down to 0.05 USD remainder to last\noutput by_line = allocate total by w * 2 for each w in weights rounded down to 0.01 USD remainder to last"
    rules = page.rules("sharing", text)
    for total, weights in (
        ("10", [1, 1, 1]),
        ("10", [1, 2, 4]),
        ("5", [10, 20, 33]),
        ("0.05", [1, 1, 1, 1]),
        ("100", [50, 30, 20]),
        ("0", [1, 2]),
        ("1", ["0.5", "0.25", "0.25"]),
        ("7.77", [3]),
        ("0.02", [1, 1, 1]),
        ("1", [0, 1, 2]),
    ):
        given = {"total": total, "weights": weights}
        for i, (mode, to) in enumerate(variants):
            rules.output(
                "sharing-out:1",
                f"{total} by {weights}: {mode}, to {to}",
                f"o{i}",
                [money(p) for p in shares(total, weights, "0.01", mode, to)],
                given,
            )
        rules.output(
            "sharing-out:1",
            f"{total} by {weights}: steps of 0.05",
            "nickels",
            [money(p) for p in shares(total, weights, "0.05", "down", "last")],
            given,
        )
    rules.output(
        "sharing-out:1",
        "weights that are computed",
        "by_line",
        [money(p) for p in shares(10, [2, 4, 8], "0.01", "down", "last")],
        {"total": 10, "weights": [1, 2, 4]},
    )
    largest = page.rules(
        "sharing_to_largest",
        "input { total : money, weights : list of number }\n"
        + "\n".join(
            f"output o_{mode.replace(' ', '_')} = allocate total by weights rounded {mode} to 0.01 USD remainder to largest"
            for mode in ("down", "half up", "up")
        ),
    )
    # total, weights and parts, by hand
    for total, weights, parts in (
        ("0.05", [1, 1], ["0.03", "0.02"]),
        ("-0.05", [1, 1], ["-0.03", "-0.02"]),
        ("10.005", [1, 1, 1], ["3.34", "3.335", "3.33"]),
        ("1", [1, 2, 4], ["0.14", "0.29", "0.57"]),
        ("0", [0, 0], ["0", "0"]),
    ):
        for mode in ("down", "half up", "up"):
            name = f"{total} by {weights}, {mode}, to the largest"
            given = {"total": total, "weights": weights}
            largest.output("sharing-out:1", name, f"o_{mode.replace(' ', '_')}", [money(part) for part in parts], given)
    for total, weights in ((1, [0, 0]), (1, [2, -1]), (0, [2, -1])):
        name = f"{total} by {weights} is not accepted"
        largest.case("sharing-out:1", name, {"total": total, "weights": weights}, failed="input not accepted")
    rules.output(
        "sharing-out:1",
        "an amount that is no multiple of the step",
        "o0",
        [money("3.33"), money("3.33"), money("3.345")],
        {"total": "10.005", "weights": [1, 1, 1]},
    )
    rules.output(
        "sharing-out:1",
        "an amount that is no multiple of the step, to the first",
        "o1",
        [money("3.345"), money("3.33"), money("3.33")],
        {"total": "10.005", "weights": [1, 1, 1]},
    )


def proration(page):
    rules = page.rules(
        "proration",
        """
input { start : date, finish : date, fee : money }
output actual = days from start until finish
output with_end = days from start through finish
output thirty = days from start until finish on 30/360
output month = fee * ((days from start until (start_of_month(start) + 1 month)) / days_in_month(start))
output thirtieths = fee * ((days from start until finish) / 30 day)
output of_year = fee * ((days from start until finish on 30/360) / 360 day)
charge PART = fee * ((days from start through finish) / days_in_month(start))
""",
    )
    for start, finish, fee in (
        ("2026-02-15", "2026-03-15", "30"),
        ("2024-02-15", "2024-03-15", "29"),
        ("2026-01-31", "2026-02-28", "31"),
        ("2025-12-31", "2026-12-31", "365"),
        ("2026-06-01", "2026-06-30", "10"),
        ("2026-04-10", "2026-04-10", "60"),
    ):
        a, b, f = date.fromisoformat(start), date.fromisoformat(finish), F(fee)
        after = date(a.year + a.month // 12, a.month % 12 + 1, 1)
        in_month = (after - date(a.year, a.month, 1)).days
        thirty = (b.year - a.year) * 360 + (b.month - a.month) * 30 + (min(b.day, 30) - min(a.day, 30))
        given = {"start": start, "finish": finish, "fee": fee}
        days = lambda n: quantity(n, "day")
        for output, value in (
            ("actual", days((b - a).days)),
            ("with_end", days((b - a).days + 1)),
            ("thirty", days(thirty)),
            ("month", money(f * (after - a).days / in_month)),
            ("thirtieths", money(f * (b - a).days / 30)),
            ("of_year", money(f * thirty / 360)),
        ):
            rules.output("proration:1", f"{start} to {finish}: {output}", output, value, given)
        rules.case(
            "proration:1",
            f"{start} to {finish}: a charge",
            given,
            lines=[["PART", amount(booked(f * ((b - a).days + 1) / in_month))]],
        )
    seconds = page.sheet("proration_by_seconds", "let period = 28 day")
    for text, value in (
        ("30 USD * ((2026-02-08T00:00:00Z - 2026-02-01T12:00:00Z) / period) rounded to 0.01 USD", money("6.96")),
        ("(2026-02-08T00:00:00Z - 2026-02-01T00:00:00Z) / period", number("0.25")),
        ("28 USD * ((2026-02-01T00:00:01Z - 2026-02-01T00:00:00Z) / period)", money(F("1/86400"))),
    ):
        seconds.value("proration:1", f"by the seconds: {text}", text, value)


def taxes(page):
    rules = page.rules(
        "taxes",
        """
record Line { net : money }
input { lines : list of Line }
charge GOODS for each line in lines = line.net
charge TAX "Per document" = 10% of GOODS
charge TAX_BY_LINE "Per line" for each line in lines = 10% of line.net
""",
    )
    for nets in (["1.05", "1.05", "1.05"], ["0.04", "0.04"], ["9.99"], [], ["-1.05", "2.10"]):
        values = [F(n) for n in nets]
        pairs = (
            [("GOODS", v) for v in values]
            + [("TAX", booked(sum(values, F(0)) / 10))]
            + [("TAX_BY_LINE", booked(v / 10)) for v in values]
        )
        rules.case(
            "taxes:1",
            f"per document and per line of {nets}",
            {"lines": [{"net": n} for n in nets]},
            lines=[[c, amount(v)] for c, v in pairs],
        )
    compound = page.rules(
        "compound",
        "input { net : money, gross : money }\ncharge NET = net\ncharge FIRST_TAX = 5% of NET\ncharge COMPOUND = 9.975% of (NET + FIRST_TAX)\nlet tax = 20% contained in gross rounded to 0.01 USD\noutput contained = tax\noutput rest = gross - tax",
    )
    for net, gross in (("100", "119.99"), ("19.99", "1.00"), ("0.10", "0.03"), ("-100", "60"), ("333.33", "99.99")):
        n, g = F(net), F(gross)
        first = booked(n * F("0.05"))
        given = {"net": net, "gross": gross}
        compound.case(
            "taxes:1",
            f"a tax on a tax, {net}",
            given,
            lines=[["NET", amount(n)], ["FIRST_TAX", amount(first)], ["COMPOUND", amount(booked(F("0.09975") * (n + first)))]],
        )
        contained = rounded(g / 6, "0.01")
        compound.case(
            "taxes:1", f"a tax that {gross} contains", given, outputs={"contained": money(contained), "rest": money(g - contained)}
        )


def rounding(page):
    values = ("1.005", "-1.005", "1.015", "2.675", "-0.125", "0.124999", "1.0000001", "-3.3333", "0")
    plain = page.rules(
        "rounding_usual",
        "input { x : money }\ncharge A = x\ncharge B = x rounded up to 0.1 USD\ncharge C = x rounded floor to 1 USD",
    )
    for x in values:
        v = F(x)
        plain.case(
            "rounding:1",
            f"{x}: half up, and a rounding of its own",
            {"x": x},
            lines=[["A", amount(booked(v))], ["B", amount(rounded(v, "0.1", "up"))], ["C", amount(rounded(v, 1, "floor"))]],
        )
    for mode in MODES:
        rules = page.rules(
            f"rounding_{mode.replace(' ', '_')}", "input { x : money }\ncharge A = x", f"currency USD  rounding {mode} to 0.01 USD"
        )
        for x in values[:7]:
            rules.case("rounding:1", f"{x}: {mode}", {"x": x}, lines=[["A", amount(rounded(F(x), "0.01", mode))]])
    nickels = page.rules(
        "rounding_to_nickels",
        "input { x : money }\ncharge A = x\ncharge B = x rounded up to 0.01 CHF",
        "currency CHF  rounding half even to 0.05 CHF",
    )
    for x in ("1.025", "1.075", "1.234", "-1.025", "0.02"):
        nickels.case(
            "rounding:1",
            f"{x}: to 0.05",
            {"x": x},
            lines=[["A", amount(rounded(F(x), "0.05", "half even"), "CHF")], ["B", amount(rounded(F(x), "0.01", "up"), "CHF")]],
        )
    none = page.rules("rounding_none", "input { x : money }\ncharge A = x\ncharge B = x / 8", "currency USD  rounding none")
    for x in ("1.0005", "0.1", "-7"):
        none.case("rounding:1", f"{x}: none", {"x": x}, lines=[["A", amount(x)], ["B", amount(F(x) / 8)]])
    total = page.rules(
        "rounding_on_the_total",
        "input { x : money, y : money }\ncharge A = x\ncharge B = y\ncharge C = 10% of A",
        "currency USD  rounding half up to 0.01 USD on the total",
    )
    for x, y in (("1.004", "1.004"), ("1", "2"), ("0.001", "0.002"), ("-1.004", "-1.0066"), ("2.5", "0.0049"), ("0.05", "0.1")):
        a, b = F(x), F(y)
        c = a / 10
        moved = rounded(a + b + c, "0.01") - (a + b + c)
        pairs = [["A", amount(a)], ["B", amount(b)], ["C", amount(c)]] + ([["ROUNDING", amount(moved)]] if moved else [])
        total.case("rounding:2", f"{x} and {y}", {"x": x, "y": y}, lines=pairs, totals=[amount(a + b + c + moved)])
    down = page.rules(
        "rounding_down_on_the_total",
        "input { x : money }\ncharge A = x\ncharge B = x",
        "currency USD  rounding down to 1 USD on the total",
    )
    for x in ("0.75", "1.5", "-0.75"):
        sum_ = 2 * F(x)
        moved = rounded(sum_, 1, "down") - sum_
        down.case(
            "rounding:2",
            f"{x} twice, down to a dollar",
            {"x": x},
            lines=[["A", amount(x)], ["B", amount(x)]] + ([["ROUNDING", amount(moved)]] if moved else []),
            totals=[amount(sum_ + moved)],
        )


def currencies(page):
    rules = page.rules(
        "currencies",
        """
ruleset sales { currency EUR  priced on day }
input { day : date, net : money }
parameter yen : JPY per EUR {
  from 2026-01-01  161.20 JPY per EUR
  from 2026-02-01  163.75 JPY per EUR
}
charge NET = net
charge IN_YEN = net * yen
charge DINARS = 1.23456 KWD
charge MORE_YEN = 0.5 JPY
charge FEE = 10% of NET
""",
    )
    for day, yen in (("2026-01-31", "161.2"), ("2026-02-10", "163.75")):
        for net in ("19.99", "0.01", "-5", "100"):
            v = F(net)
            in_yen, fee = booked(v * F(yen), "JPY"), booked(v / 10)
            rules.case(
                "several-currencies:1",
                f"{net} EUR on {day}",
                {"day": day, "net": net},
                lines=[
                    ["NET", amount(v, "EUR")],
                    ["IN_YEN", amount(in_yen, "JPY")],
                    ["DINARS", "1.235 KWD"],
                    ["MORE_YEN", "1 JPY"],
                    ["FEE", amount(fee, "EUR")],
                ],
                totals=[amount(v + fee, "EUR"), amount(in_yen + 1, "JPY"), "1.235 KWD"],
            )
    for name, text in [
        ("a sum of two currencies", "output wrong = A + B  # ! RW0306"),
        ("a larger of two currencies", "output wrong = greatest of (A, B)  # ! RW0300"),
        ("a minimum of another currency", "charge C = A minimum B  # ! RW0300"),
    ]:
        page.wrong("several-currencies:1", name, "charge A = 3 USD\ncharge B = 2 EUR\n" + text)
    chosen = page.rules(
        "chosen_currency",
        """
ruleset chosen { currency EUR }
input { invoice_currency : currency among (EUR, USD, JPY, KWD), fee : money }
let rate = if text_from(invoice_currency) is "JPY" then 160 invoice_currency per EUR else if text_from(invoice_currency) is "EUR" then 1 invoice_currency per EUR else 1.1 invoice_currency per EUR
charge FEE = fee * rate
charge FIXED = 2.5 invoice_currency
output itself = invoice_currency
output upward = fee * rate rounded up to minor unit
""",
    )
    rates = {"JPY": F(160), "EUR": F(1), "USD": F("1.1"), "KWD": F("1.1")}
    for currency, rate in rates.items():
        for fee in ("10.055", "0.004", "-1.00545"):
            v, fixed = F(fee) * rate, booked(F("2.5"), currency)
            step = {"JPY": F(1), "KWD": F("0.001")}.get(currency, F("0.01"))
            line = booked(v, currency)
            rules_given = {"invoice_currency": currency, "fee": fee}
            chosen.case(
                "several-currencies:2",
                f"{fee} EUR in {currency}",
                rules_given,
                lines=[["FEE", amount(line, currency)], ["FIXED", amount(fixed, currency)]],
                totals=[amount(line + fixed, currency)],
            )
            chosen.output(
                "several-currencies:2",
                f"{fee} EUR in {currency}, up to its minor unit",
                "upward",
                money(rounded(v, step, "up"), currency),
                rules_given,
            )
        chosen.output("several-currencies:2", f"{currency} itself", "itself", currency, {"invoice_currency": currency, "fee": 0})
    written = page.rules(
        "rounded_before_a_conversion",
        "input { n : number, fee : money }\ncharge PLAIN = (n rounded up to 0.005) as USD\ncharge MONEY = (fee rounded up to 0.005 USD) as USD\ncharge STAGE = fee rounded up to 0.005 USD",
    )
    # A rounding within what is converted is no stage of the charge, which is rounded when it is booked.
    for n, lines in (("1.001", ("1.01", "1.01", "1.005")), ("1.0051", ("1.01", "1.01", "1.01")), ("2.011", ("2.02", "2.02", "2.015"))):
        written.case(
            "rounding:1",
            f"{n} rounded, then converted",
            {"n": n, "fee": n},
            lines=[["PLAIN", amount(lines[0])], ["MONEY", amount(lines[1])], ["STAGE", amount(lines[2])]],
        )
    own = page.rules(
        "chosen_currency_rounded",
        "ruleset chosen { currency CHF  rounding half up to 0.05 CHF }\ninput { paid_in : currency among (CHF, EUR, JPY), fee : money in paid_in }\ncharge FEE = fee\ncharge MORE = fee less 10%",
    )
    # What is booked, by hand: CHF in steps of 0.05, the others to their minor unit.
    for currency, fee, lines in (("CHF", "2.53", ("2.55", "2.30")), ("EUR", "2.53", ("2.53", "2.28")), ("JPY", "2.53", ("3", "2"))):
        own.case(
            "rounding:1",
            f"a fee of {fee} in {currency}, which the caller chose",
            {"paid_in": currency, "fee": fee},
            lines=[["FEE", amount(lines[0], currency)], ["MORE", amount(lines[1], currency)]],
        )
    chosen.case(
        "several-currencies:2",
        "a currency that is not among them",
        {"invoice_currency": "GBP", "fee": 1},
        failed="input not accepted",
        path="invoice_currency",
    )
    place = "several-currencies:3"
    default = page.rules(
        "default_currency",
        "input { invoice_currency : currency among (EUR, USD, JPY) = EUR, fee : money in invoice_currency = 10 invoice_currency }\n"
        "charge FEE = fee\noutput itself = invoice_currency",
    )
    for sent, currency in ((None, "EUR"), ("USD", "USD"), ("JPY", "JPY")):
        given = {} if sent is None else {"invoice_currency": sent}
        name = f"sent {sent}" if sent else "nothing sent"
        default.case(place, f"{name}: the line", given, lines=[["FEE", amount(10, currency)]], totals=[amount(10, currency)])
        default.output(place, f"{name}: the currency", "itself", currency, given)
        fee = given | {"fee": "0.5"}
        default.case(place, f"{name}: an amount in it", fee, lines=[["FEE", amount(booked("0.5", currency), currency)]])
    default.case(place, "an amount in another", {"fee": "3 USD"}, failed="input not accepted", path="fee")
    default.case(place, "null is not sent", {"invoice_currency": None}, outputs={"itself": "EUR"})
    text = "input { invoice_currency : currency among (EUR, USD) = JPY }  # ! RW0300\ncharge FEE = 10 invoice_currency"
    page.wrong(place, "a default that is not among them", text)
