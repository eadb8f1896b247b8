"""charges.md: the lines of a quote, what changes an amount, and how it is rounded."""

import charges_choices
import charges_money
from charges_choices import usd

from suite import F, amount, booked, money, rounded, started


def build(page):
    lines(page)
    conditions(page)
    surcharges(page)
    stages(page)
    minimums(page)
    commitment(page)
    charges_choices.build(page)
    charges_money.build(page)


def lines(page):
    rules = page.rules(
        "lines",
        """
input { declared : money = 0 USD, base : money = 10.44 USD }
charge BASE "Transportation" = base
charge DECL "Declared value" = 1.45 USD per started 100 USD of (declared - 100 USD)
    minimum 4.35 USD
    when declared > 100 USD
    because "Tariff 12.4(b)"
    tagged insurance
charge LAST = 0.005 USD
""",
    )
    for declared in ("0", "100", "100.01", "300", "400", "400.01", "450", "1000"):
        decl = max(F("1.45") * started(F(declared) - 100, 100), F("4.35")) if F(declared) > 100 else None
        pairs = [("BASE", F("10.44"))] + ([("DECL", decl)] if decl is not None else []) + [("LAST", F("0.01"))]
        rules.case(
            "charges:1",
            f"{declared} USD declared",
            {"declared": declared},
            lines=usd(*pairs),
            totals=[amount(sum(v for _, v in pairs))],
        )
    rules.case(
        "charges:1",
        "label, reason and tags",
        {"declared": 450},
        charges=[
            {"code": "BASE", "label": "Transportation", "reason": None, "tags": None, "amount": money("10.44")},
            {"code": "DECL", "label": "Declared value", "reason": "Tariff 12.4(b)", "tags": ["insurance"], "amount": money("5.8")},
            {"code": "LAST", "label": None},
        ],
    )
    for base in ("-3.333", "0", "0.004", "1234567.895"):
        rules.case(
            "charges:1",
            f"an amount of {base}",
            {"base": base},
            lines=usd(("BASE", booked(F(base))), ("LAST", "0.01")),
            totals=[amount(booked(F(base)) + F("0.01"))],
        )
    page.rules("no_charges", "input { n : number }\noutput o = n").case(
        "charges:1", "no charge at all", {"n": 1}, lines=[], totals=["0.00 USD"], outputs={"o": "1"}
    )
    for name, text in [
        ("a weight is no amount", "input { weight : mass in lb }\ncharge BASE = weight * 2  # ! RW0314"),
        ("a number is no amount", "charge BASE = 3  # ! RW0314"),
        ("a percent is no amount", "charge BASE = 5%  # ! RW0314"),
        ("a rate is no amount", "charge BASE = 3 USD per lb  # ! RW0314"),
        ("an amount that may be absent", "input { fee : money? }\ncharge BASE = fee  # ! RW0314"),
    ]:
        page.wrong("charges:1", name, text)


def conditions(page):
    rules = page.rules(
        "conditions",
        """
input { residential : yes/no, remote : yes/no }
charge BASE = 10 USD
charge RESI = 5.55 USD when residential
charge ZERO = 0 USD when remote
output surcharged = sum of applied (BASE, RESI)
output asked = RESI is applied
output not_asked = RESI is not applied
output safe = if RESI is applied then RESI else 0 USD
output both = if RESI is applied and ZERO is applied then RESI + ZERO + 1 USD else 0 USD
""",
    )
    for residential in (False, True):
        for remote in (False, True):
            given = {"residential": residential, "remote": remote}
            pairs = [("BASE", 10)] + ([("RESI", "5.55")] if residential else []) + ([("ZERO", 0)] if remote else [])
            resi = F("5.55") if residential else F(0)
            name = f"residential {residential}, remote {remote}"
            rules.case("when-it-applies:1", f"{name}: the lines", given, lines=usd(*pairs), totals=[amount(10 + resi)])
            for output, value in (
                ("surcharged", money(10 + resi)),
                ("asked", residential),
                ("not_asked", not residential),
                ("safe", money(resi)),
                ("both", money(resi + 1 if residential and remote else 0)),
            ):
                rules.output("when-it-applies:1", f"{name}: {output}", output, value, given)
    for name, text in [
        ("a plain reference", "charge FUEL = 18.5% of RESI  # ! RW0401"),
        ("a reference in a sum", "charge FUEL = RESI + 1 USD  # ! RW0401"),
        ("a reference under another condition", "charge FUEL = RESI when not residential  # ! RW0401"),
        ("applied of what is no charge", "charge FUEL = 1 USD when (residential or no) is applied  # ! RW0117"),
    ]:
        page.wrong("when-it-applies:1", name, "input { residential : yes/no }\ncharge RESI = 5.55 USD when residential\n" + text)


def surcharges(page):
    rules = page.rules(
        "surcharges",
        """
input { residential : yes/no, base : money }
charge BASE = base tagged fuelled
charge RESI = 5.55 USD when residential tagged fuelled
charge LIFT = 20 USD when not residential tagged fuelled, heavy
charge FUEL = 18.5% of sum of applied (BASE, RESI, LIFT)
charge PEAK = 1% of sum of applied tagged fuelled
charge HEAVY = 50% of sum of applied tagged heavy
charge CALL "Call before delivery" = 2 USD when RESI is applied
charge DOUBLE = BASE * 2
""",
    )
    for residential in (False, True):
        for base in ("10.44", "10.444", "0.004", "0.005"):
            b, other = booked(F(base)), F("5.55") if residential else F(20)
            pairs = [
                ("BASE", b),
                ("RESI" if residential else "LIFT", other),
                ("FUEL", booked(F("0.185") * (b + other))),
                ("PEAK", booked((b + other) / 100)),
                ("HEAVY", F(0) if residential else F(10)),
            ]
            pairs += [("CALL", F(2))] if residential else []
            pairs += [("DOUBLE", 2 * b)]
            rules.case(
                "surcharges-on-other-lines:1",
                f"residential {residential}, {base}",
                {"residential": residential, "base": base},
                lines=usd(*pairs),
            )
    chain = page.rules(
        "chain", "input { a : money }\ncharge A = a\ncharge B = 10% of A\ncharge C = 10% of (A + B)\ncharge D = 33.333% of C"
    )
    for a in ("0.05", "9.99", "-5.55", "100.045"):
        v = booked(F(a))
        b = booked(v / 10)
        c = booked((v + b) / 10)
        chain.case(
            "surcharges-on-other-lines:1",
            f"each of rounded amounts, {a}",
            {"a": a},
            lines=usd(("A", v), ("B", b), ("C", c), ("D", booked(F("0.33333") * c))),
        )


def stages(page):
    texts = {
        "A": ("x less 10% less 5 USD", lambda x: x * F("0.9") - 5),
        "B": ("x less 5 USD less 10%", lambda x: (x - 5) * F("0.9")),
        "C": ("x less 38% less 2% of 100 USD", lambda x: x * F("0.62") - 2),
        "D": ("x less 38% minimum 15 USD plus 10%", lambda x: max(x * F("0.62"), F(15)) * F("1.1")),
        "E": ("x plus 10% maximum 100 USD less 3 USD", lambda x: min(x * F("1.1"), F(100)) - 3),
        "G": ("x rounded up to 1 USD less 0.005 USD", lambda x: rounded(x, 1, "up") - F("0.005")),
    }
    rules = page.rules(
        "stages", "input { x : money }\n" + "\n".join(f"charge {code} = {text}" for code, (text, _) in texts.items())
    )
    for x in ("100", "20", "24.19", "0", "-10", "90.91"):
        for_each = usd(*((code, booked(of(F(x)))) for code, (_, of) in texts.items()))
        rules.case("discounts-in-stages:1", f"{x} USD", {"x": x}, lines=for_each)
    below = page.rules(
        "stages_below",
        'input { x : money, on_day : yes/no }\ncharge A = x\n    when on_day\n    less 10%\n    minimum 5 USD\n    because "as agreed"\ncharge B = x less 10% minimum 5 USD when on_day\n'
        "charge C = x\n    minimum 5 USD\n    less 10%",
    )
    for x in ("100", "5.55", "3"):
        v = F(x)
        first = booked(max(v * F("0.9"), F(5)))
        second = booked(max(v, F(5)) * F("0.9"))
        below.case(
            "discounts-in-stages:2",
            f"{x} USD, it applies",
            {"x": x, "on_day": True},
            lines=usd(("A", first), ("B", first), ("C", second)),
        )
        below.case("discounts-in-stages:2", f"{x} USD, it does not apply", {"x": x, "on_day": False}, lines=usd(("C", second)))


def minimums(page):
    rules = page.rules(
        "true_up",
        'input { x : money }\ncharge BASE "Transportation" = x minimum 8 USD as TOP_UP "Minimum charge"\ncharge FUEL = 10% of BASE',
    )
    for x in ("6.20", "8", "7.994", "9.50", "0", "7.995"):
        # The amount stays; what is missing to the minimum is a line; what refers to the charge sees both.
        base = booked(x)
        pairs = [("BASE", base)] + ([("TOP_UP", 8 - base)] if base < 8 else []) + [("FUEL", booked(max(base, F(8)) / 10))]
        rules.case("minimum-with-a-true-up:1", f"{x} USD", {"x": x}, lines=usd(*pairs), totals=[amount(sum(p for _, p in pairs))])
    total = page.rules(
        "total_minimum",
        'input { x : money, y : money }\ncharge A = x\ncharge B = y\ntotal minimum 10.00 USD as TRUE_UP "Minimum charge"',
    )
    for x, y in (("6.20", "0"), ("5", "4.99"), ("5", "5"), ("12", "0"), ("-3", "1")):
        t = F(x) + F(y)
        pairs = [("A", x), ("B", y)] + ([("TRUE_UP", 10 - t)] if t < 10 else [])
        total.case(
            "minimum-with-a-true-up:1",
            f"a total of {x} and {y}",
            {"x": x, "y": y},
            lines=usd(*pairs),
            totals=[amount(max(t, F(10)))],
        )
    after = page.rules(
        "after_a_true_up",
        "input { x : money }\ncharge BASE = x minimum 8 USD as UP less 10%\ncharge BOUND = x minimum 8 USD as TOP maximum 9 USD plus 1 USD\ncharge BOTH = x minimum 8 USD as LOW maximum 9 USD as HIGH less 50%",
    )
    for x in ("6.20", "8", "8.5", "20", "0"):
        v = F(x)
        low = max(v, F(8))
        pairs = [("BASE", v * F("0.9"))] + ([("UP", (low - v) * F("0.9"))] if v < 8 else [])
        pairs += [("BOUND", min(v, F(9)) + 1)] + ([("TOP", low - v)] if v < 8 else [])
        pairs += [("BOTH", v / 2)] + ([("LOW", (low - v) / 2)] if v < 8 else []) + ([("HIGH", (9 - low) / 2)] if low > 9 else [])
        after.case("minimum-with-a-true-up:1", f"stages after it, {x}", {"x": x}, lines=usd(*pairs))
    page.wrong(
        "minimum-with-a-true-up:2", "a line of a let", "let fee = 6.20 USD minimum 8 USD as TOP_UP  # ! RW0416\ncharge BASE = fee"
    )
    page.wrong(
        "minimum-with-a-true-up:2", "a line within parentheses", "charge BASE = (6.20 USD minimum 8 USD as TOP_UP) * 2  # ! RW0416"
    )
    page.wrong("minimum-with-a-true-up:2", "a line of an output", "output fee = 6.20 USD maximum 5 USD as CAP  # ! RW0416")
    cap = page.rules(
        "cap",
        'input { x : money }\ncharge FEE "Percentage fee" = 3% of x maximum 100 USD as CAP "Capped"\ncharge TENTH = 10% of FEE',
    )
    for x in ("5000", "3333", "3334", "1000", "0", "1000000"):
        fee = booked(F(x) * F("0.03"))
        pairs = [("FEE", fee)] + ([("CAP", 100 - fee)] if fee > 100 else []) + [("TENTH", booked(min(fee, F(100)) / 10))]
        cap.case("cap-with-a-discount-line:1", f"3% of {x}", {"x": x}, lines=usd(*pairs), totals=[amount(sum(p for _, p in pairs))])
    total_cap = page.rules(
        "total_cap",
        'input { x : money }\ncharge FEE = x\ncharge MORE = 10 USD\ntotal minimum 20 USD as UP\ntotal maximum 100 USD as CAP "Monthly cap"',
    )
    for x in ("150", "90", "90.01", "5", "10", "-20"):
        t = F(x) + 10
        pairs = [("FEE", x), ("MORE", 10)] + ([("UP", 20 - t)] if t < 20 else [("CAP", 100 - t)] if t > 100 else [])
        total_cap.case(
            "cap-with-a-discount-line:1",
            f"a total of {x} and 10",
            {"x": x},
            lines=usd(*pairs),
            totals=[amount(min(max(t, F(20)), F(100)))],
        )
    for name, text in [
        ("a discount of the total", "total less 10%  # ! RW0407"),
        ("an addition to the total", "total plus 1 USD  # ! RW0407"),
        ("a rounding of the total", "total rounded to 1 USD  # ! RW0407"),
    ]:
        page.wrong("cap-with-a-discount-line:2", name, f"charge FEE = 150 USD\n{text}")


def commitment(page):
    rules = page.rules(
        "commitment",
        """
input { windows_used : list of money }
parameter commitment = 500 USD
let used = sum of windows_used
charge COMMITTED = count of windows_used * commitment
charge OVERAGE = used - count of windows_used * commitment minimum 0 USD
charge BY_WINDOW for each used in windows_used where used > commitment
    = used - commitment
""",
    )
    for used in (["300", "700", "500"], ["500", "500"], ["600", "650.5", "100"], ["501", "502"], []):
        values = [F(u) for u in used]
        over = max(sum(values, F(0)) - 500 * len(values), F(0))
        pairs = [("COMMITTED", 500 * len(values)), ("OVERAGE", over)] + [("BY_WINDOW", v - 500) for v in values if v > 500]
        rules.case("commitment-with-overage:1", f"used {used}", {"windows_used": used}, lines=usd(*pairs))
