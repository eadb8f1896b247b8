"""questions.md: each question on which systems disagree, with the answer here and the other one as it is written."""

from datetime import date, timedelta

from tiers_model import Tier, graduated, rate, volume
from time_model import add_months

from suite import F, amount, booked, money, quantity, rounded

MODES = ["half up", "half even", "half down", "up", "down", "ceiling", "floor"]


def usd(*pairs):
    return [[code, amount(value)] for code, value in pairs]


def build(page):
    q1(page)
    q2(page)
    q3(page)
    q4(page)
    q5(page)
    q6(page)
    q7(page)
    q8_to_q10(page)
    q11(page)
    q12(page)


def q1(page):
    place = "q1-the-quantity-equals-a-tiers-bound:1"
    rules = page.rules(
        "q1",
        "input { q : number }\ntiers upper graduated over number { up to 100 2 USD  above 1 USD }\ntiers lower volume over number { under 100 2 USD  above 1 USD }\ntiers upper_volume volume over number { up to 100 2 USD  above 1 USD }\n"
        "output a = upper(q)\noutput b = lower(q)\noutput b_up = upper_volume(q)\noutput c = q is up to 100\noutput d = q is from 100\noutput e = q is under 100\noutput f = q is over 100",
    )
    up, under = [Tier(100, rate(2)), Tier(None, rate(1))], [Tier(100, rate(2), included=False), Tier(None, rate(1))]
    for q in ("99.999", "100", "100.001"):
        v = F(q)
        for output, value in (
            ("a", money(graduated(up, v))),
            ("b", money(volume(under, v))),
            ("b_up", money(volume(up, v))),
            ("c", v <= 100),
            ("d", v >= 100),
            ("e", v < 100),
            ("f", v > 100),
        ):
            rules.output(place, f"{q}: {output}", output, value, {"q": q})


def q2(page):
    rules = page.rules(
        "q2",
        "input { day : date }\noutput a = day is from 2026-01-05 through 2026-12-31\noutput b = day is from 2026-01-05 until 2026-12-31\noutput c = day is over 2026-12-30 up to 2026-12-31\noutput d = day is over 2026-01-05 until 2026-12-31",
    )
    first, last = date(2026, 1, 5), date(2026, 12, 31)
    for day in (first - timedelta(1), first, first + timedelta(1), last - timedelta(1), last, last + timedelta(1)):
        for output, value in (
            ("a", first <= day <= last),
            ("b", first <= day < last),
            ("c", day == last),
            ("d", first < day < last),
        ):
            rules.output("q2-a-range-of-dates:1", f"{day}: {output}", output, value, {"day": day.isoformat()})


def q3(page):
    place = "q3-a-fraction-between-integer-ranges:1"
    rules = page.rules(
        "q3",
        "input { w : mass in lb }\n"
        + "".join(
            f"table {name} {{\n  weight : mass in lb by range\n  -> price : money\n  | weight || price |\n  | 1 through 5 || 2.00 |\n  | {second} || 3.00 |\n{last}}}\n"
            for name, second, last in (
                ("fee", "over 5 up to 9", ""),
                ("said", "6 through 9", "  | otherwise || 9.00 |\n"),
                ("refused", "6 through 9", '  | otherwise || refuse "GAP" "not {weight}" |\n'),
            )
        )
        + "tiers touching volume over mass in lb { up to 5 2 USD flat  above 3 USD flat }\noutput a = fee[w].price\noutput b = said[w].price\noutput t = touching(w)",
    )
    for w in ("5", "5.001", "5.5", "6", "9"):
        v = F(w)
        for output, value in (("a", 2 if v <= 5 else 3), ("b", 2 if v <= 5 else 3 if v >= 6 else 9), ("t", 2 if v <= 5 else 3)):
            rules.output(place, f"{w} lb: {output}", output, money(value), {"w": w})
    gap = page.rules(
        "q3_refused",
        'input { w : mass in lb }\ntable refused {\n  weight : mass in lb by range\n  -> price : money\n  | weight || price |\n  | 1 through 5 || 2.00 |\n  | 6 through 9 || 3.00 |\n  | otherwise || refuse "GAP" "no price for {weight}" |\n}\ncharge A = refused[w].price',
    )
    for w in ("5.5", "9.5", "0.5"):
        gap.case(place, f"{w} lb is refused", {"w": w}, refused="GAP", message=f"no price for {w} lb")
    gap.case(place, "5 lb is not refused", {"w": 5}, lines=usd(("A", 2)))
    page.wrong(
        place,
        "a hole between ranges",
        "input { w : mass in lb }\ntable fee {\n  weight : mass in lb by range\n  -> price : money\n  | weight || price |\n  | 1 through 5 || 2.00 |\n  | 6 through 9 || 3.00 |  # ! RW0518\n}\ncharge A = fee[w].price",
    )


def q4(page):
    text = "{ up to 100 1 USD plus 3 USD flat  above 2 USD plus 4 USD flat }"
    rules = page.rules(
        "q4",
        f"input {{ q : number }}\ntiers usual graduated over number {text}\ntiers always graduated over number, flat due at zero {text}\ntiers whole volume over number {text}\ntiers whole_always volume over number, flat due at zero {text}\n"
        + "\n".join(
            f"output {n} = {n}(q)".replace(f"output {n}", f"output o_{n}") for n in ("usual", "always", "whole", "whole_always")
        ),
    )
    tiers = [Tier(100, rate(1), 3), Tier(None, rate(2), 4)]
    for q in ("0", "0.01", "100", "100.5"):
        v = F(q)
        for name, value in (
            ("usual", graduated(tiers, v)),
            ("always", graduated(tiers, v, at_zero=True)),
            ("whole", volume(tiers, v)),
            ("whole_always", volume(tiers, v, at_zero=True)),
        ):
            rules.output(
                "q4-the-first-tiers-flat-fee-at-zero-usage:1", f"{q}: {name.replace('_', ' ')}", f"o_{name}", money(value), {"q": q}
            )


def q5(page):
    place = "q5-when-money-is-rounded:1"
    body = "{ up to 1 0.004 USD  above 0.004 USD }"
    rules = page.rules(
        "q5",
        f"input {{ events : list of money, q : number }}\ntiers once graduated over number {body}\ntiers each_tier graduated over number, each tier rounded to 0.01 USD {body}\ncharge ONCE = sum of events\ncharge EACH = sum of (e rounded to 0.01 USD) for each e in events\n"
        "output a = once(q)\noutput b = each_tier(q)",
    )
    total = page.rules(
        "q5_total",
        "ruleset totals { currency USD  rounding half up to 0.01 USD on the total }\ninput { events : list of money }\ncharge A for each e in events = e",
    )
    cent = lambda v: rounded(v, "0.01")
    tiers = [Tier(1, rate("0.004")), Tier(None, rate("0.004"))]
    for events in (["0.004"] * 3, ["0.005"] * 3, ["1.004", "1.004"], ["-0.004", "-0.004", "10"], []):
        values = [F(e) for e in events]
        rules.case(
            place,
            f"{events}: once, and each event",
            {"events": events, "q": 0},
            lines=usd(("ONCE", cent(sum(values, F(0)))), ("EACH", sum(map(cent, values), F(0)))),
        )
        moved = cent(sum(values, F(0))) - sum(values, F(0))
        total.case(
            place,
            f"{events}: the total",
            {"events": events},
            lines=usd(*(("A", v) for v in values), *((("ROUNDING", moved),) if moved else ())),
            totals=[amount(cent(sum(values, F(0))))],
        )
    for q in ("1", "2", "4", "10"):
        rules.output(place, f"{q}: tiers, exact", "a", money(graduated(tiers, F(q))), {"events": [], "q": q})
        rules.output(place, f"{q}: each tier", "b", money(graduated(tiers, F(q), each=cent)), {"events": [], "q": q})


def q6(page):
    rules = page.rules(
        "q6",
        "input { x : money }\n"
        + "\n".join(f"output m{i} = x rounded {mode} to 0.01 USD" for i, mode in enumerate(MODES))
        + "\noutput plain = x rounded to 0.01 USD",
    )
    for x in ("0.125", "-0.125", "0.135", "-0.135", "0.121", "-0.129"):
        for i, mode in enumerate(MODES):
            rules.output("q6-the-rounding-mode:1", f"{x}: {mode}", f"m{i}", money(rounded(F(x), "0.01", mode)), {"x": x})
        rules.output("q6-the-rounding-mode:1", f"{x}: no mode written", "plain", money(rounded(F(x), "0.01")), {"x": x})


def q7(page):
    rules = page.rules(
        "q7",
        "input { a : date, b : date }\noutput excluded = days from a until b\noutput counted = days from a through b\noutput thirty = days from a until b on 30/360",
    )
    for a, b in (
        ("2026-02-01", "2026-03-01"),
        ("2024-02-01", "2024-03-01"),
        ("2026-01-31", "2026-02-28"),
        ("2026-07-31", "2026-08-31"),
    ):
        x, y = date.fromisoformat(a), date.fromisoformat(b)
        thirty = (y.year - x.year) * 360 + (y.month - x.month) * 30 + min(y.day, 30) - min(x.day, 30)
        for output, value in (("excluded", (y - x).days), ("counted", (y - x).days + 1), ("thirty", thirty)):
            rules.output("q7-the-days-of-a-period:1", f"{a} to {b}: {output}", output, quantity(value, "day"), {"a": a, "b": b})


def q8_to_q10(page):
    rules = page.rules(
        "q8",
        "input { old : money, new : money, part : number }\ncharge CREDIT = -(old * part)\ncharge DEBIT = new * part\ncharge NETTED = new * part - old * part",
    )
    for old, new, part in (("10", "20", "1/3"), ("10", "20", "2/3"), ("9.99", "10", "0.5"), ("20", "10", "1/3"), ("5", "5", "1/7")):
        o, n, p = F(old), F(new), F(part)
        pairs = [("CREDIT", booked(-o * p)), ("DEBIT", booked(n * p)), ("NETTED", booked(n * p - o * p))]
        rules.case(
            "q8-credit-and-charge-of-a-change:1",
            f"{old} to {new}, {part}",
            {"old": old, "new": new, "part": part},
            lines=usd(*pairs),
            totals=[amount(sum(v for _, v in pairs))],
        )
    rules = page.rules(
        "q9",
        "input { x : money }\ncharge A = x minimum 10 USD less 10%\ncharge B = x less 10% minimum 10 USD\ncharge C = x less 10% maximum 9 USD\ncharge D = x maximum 9 USD less 10%",
    )
    for x in ("8", "10", "11", "11.12", "20"):
        v = F(x)
        rules.case(
            "q9-minimum-against-discount:1",
            f"{x} USD",
            {"x": x},
            lines=usd(
                ("A", booked(max(v, F(10)) * F("0.9"))),
                ("B", booked(max(v * F("0.9"), F(10)))),
                ("C", booked(min(v * F("0.9"), F(9)))),
                ("D", booked(min(v, F(9)) * F("0.9"))),
            ),
        )
    rules = page.rules(
        "q10",
        "input { lines : list of money }\ncharge TAX = 10% of sum of lines\ncharge BY_LINE for each line in lines = 10% of line",
    )
    for nets in (["1.05"] * 3, ["1.04"] * 3, ["0.05", "0.05"], ["-1.05", "1.05"], ["19.99"]):
        values = [F(n) for n in nets]
        rules.case(
            "q10-tax-rounding:1",
            f"{nets}",
            {"lines": nets},
            lines=usd(("TAX", booked(sum(values) / 10)), *(("BY_LINE", booked(v / 10)) for v in values)),
        )


def q11(page):
    rules = page.rules(
        "q11",
        "input { gross : money, rate : percent }\nlet net = gross / (1 + (rate as number)) rounded to 0.01 USD\nlet other = rate contained in gross rounded to 0.01 USD\noutput net_first = { net = net, tax = gross - net }\noutput tax_first = { net = gross - other, tax = other }",
    )
    for gross, p in (("1.00", "7.5"), ("0.03", "100"), ("119.99", "20"), ("0.01", "100"), ("10", "19")):
        g, r = F(gross), F(p) / 100
        net, tax = rounded(g / (1 + r), "0.01"), rounded(g * r / (1 + r), "0.01")
        place = "q11-an-inclusive-split:2" if p == "100" else "q11-an-inclusive-split:1"
        given = {"gross": gross, "rate": f"{p}%"}
        rules.output(
            place, f"{gross} at {p}%: the net amount is rounded", "net_first", {"net": money(net), "tax": money(g - net)}, given
        )
        rules.output(place, f"{gross} at {p}%: the tax is rounded", "tax_first", {"net": money(g - tax), "tax": money(tax)}, given)


def q12(page):
    rules = page.rules(
        "q12",
        "input { d : date, n : integer, m : months, ask : yes/no }\noutput clamped = d + n * 1 month\noutput exactly = if ask then add_months_exactly(d, m) else d",
    )
    for n in (1, 2, 3, 12, 13):
        rules.output(
            "q12-31-january-and-one-month:1",
            f"31 January and {n} months",
            "clamped",
            add_months(date(2026, 1, 31), n).isoformat(),
            {"d": "2026-01-31", "n": n, "m": "1 month", "ask": False},
        )
        given = {"d": "2026-01-31", "n": 0, "m": f"{n} months", "ask": True}
        later = add_months(date(2026, 1, 31), n)
        if later.day == 31:
            rules.output("q12-31-january-and-one-month:1", f"exactly {n} months", "exactly", later.isoformat(), given)
        else:
            rules.case("q12-31-january-and-one-month:1", f"exactly {n} months: no such day", given, failed="overflow")
