"""exceptions_and_contracts.md: what deviates from the rule, and a customer's contract over a base tariff."""

from suite import F, amount, booked, number, quantity, rounded


def build(page):
    exceptions(page)
    applies(page)
    itself(page)
    at_once(page)
    contracts(page)
    wrong(page)


def usd(*pairs):
    return [[code, amount(value)] for code, value in pairs]


def exceptions(page):
    rules = page.rules(
        "exceptions",
        """
enum Loyalty { silver, gold, platinum }
input { loyalty : Loyalty?, weight : mass in lb }
let rate = 2 USD per lb
charge BASE = rate * weight
charge DECL "Declared value" = 5.80 USD
output days = 5
output unit_rate = rate
exception gold_rate to rate = 1.80 USD per lb when loyalty is given and loyalty is gold because "Loyalty terms 3"
exception gold to DECL "gold customers insure free" = 0 USD
    when loyalty is given and loyalty is gold because "Loyalty terms 4"
exception silver_days to days = 4 when loyalty is given and loyalty is silver
exception platinum_rate to rate = 1.50 USD per lb when loyalty is given and loyalty is platinum
exception heavy_platinum to platinum_rate = 1.25 USD per lb when weight > 100 lb
test "reasons" {
  given weight = 3 lb, loyalty = gold
  expect explanation of DECL has "Loyalty terms 4"
  expect explanation of BASE has "Loyalty terms 3"
}
""",
    )
    for loyalty in (None, "silver", "gold", "platinum"):
        for weight in (3, 100, 101):
            rate = (
                F("1.8")
                if loyalty == "gold"
                else F("1.25") if loyalty == "platinum" and weight > 100 else F("1.5") if loyalty == "platinum" else F(2)
            )
            given = {"weight": weight} | ({"loyalty": loyalty} if loyalty else {})
            name = f"{loyalty or 'nobody special'}, {weight} lb"
            rules.case(
                "exceptions:1",
                f"{name}: to a charge and to what it is made of",
                given,
                lines=usd(("BASE", rate * weight), ("DECL", 0 if loyalty == "gold" else "5.8")),
            )
            rules.output("exceptions:1", f"{name}: to an output", "days", number(4 if loyalty == "silver" else 5), given)
            rules.output("exceptions:1", f"{name}: to a let", "unit_rate", quantity(rate, "USD per lb"), given)
    rules.case("exceptions:1", "the reason is part of the explanation", tests={"reasons": "passed"})


def applies(page):
    rules = page.rules(
        "applies",
        "input { insured : yes/no, gold : yes/no }\ncharge BASE = 10 USD\ncharge DECL = 5.80 USD when insured\nexception to DECL = 0.50 USD when gold\noutput asked = DECL is applied",
    )
    for insured in (False, True):
        for gold in (False, True):
            pairs = [("BASE", 10)] + ([("DECL", "0.5" if gold else "5.8")] if insured else [])
            rules.case(
                "exceptions:2",
                f"insured {insured}, gold {gold}",
                {"insured": insured, "gold": gold},
                lines=usd(*pairs),
                outputs={"asked": insured},
            )
    booked_too = page.rules(
        "exceptions_are_rounded",
        "input { x : money, gold : yes/no, silver : yes/no }\ncharge A = x rounded up to 0.05 USD\nexception to A = A less 10.333% when gold\ncharge B = x\nexception to B = x / 3 when gold\n"
        "charge C = x\nexception of_c to C = x rounded up to 0.10 USD when gold\ncharge D = x rounded up to 0.05 USD\nexception gold_d to D = x * 2 rounded down to 0.5 USD when gold\nexception silver_d to gold_d = D / 7 when silver",
    )
    for x in ("10.01", "0.99", "33.335"):
        v = F(x)
        a, b, d = rounded(v, "0.05", "up"), booked(v), rounded(v, "0.05", "up")
        booked_too.case(
            "exceptions:2",
            f"{x}: no exception",
            {"x": x, "gold": False, "silver": True},
            lines=usd(("A", a), ("B", b), ("C", b), ("D", d)),
        )
        gold = [("A", booked(a * (1 - F("0.10333")))), ("B", booked(v / 3)), ("C", rounded(v, "0.1", "up"))]
        booked_too.case(
            "exceptions:2",
            f"{x}: what replaces it is rounded",
            {"x": x, "gold": True, "silver": False},
            lines=usd(*gold, ("D", rounded(2 * v, "0.5", "down"))),
        )
        booked_too.case(
            "exceptions:2",
            f"{x}: an exception to one is rounded",
            {"x": x, "gold": True, "silver": True},
            lines=usd(*gold, ("D", booked(d / 7))),
        )
    own = page.rules(
        "exceptions_round_themselves",
        'input { x : money, gold : yes/no }\ncharge A "usual" = x\nexception to A "for gold" = x / 3 rounded to 0.001 USD when gold\ncharge B "plain" = x\nexception to B = x / 3 rounded to 0.001 USD less 1 USD when gold',
    )
    for x in ("10", "0.01"):
        third = rounded(F(x) / 3, "0.001")
        own.case(
            "exceptions:2",
            f"{x}: its last stage is a rounding",
            {"x": x, "gold": True},
            lines=usd(("A", third), ("B", booked(third - 1))),
        )
        for gold in (False, True):
            own.case(
                "exceptions:2",
                f"{x}, gold {gold}: the label",
                {"x": x, "gold": gold},
                charges=[{"code": "A", "label": "for gold" if gold else "usual"}, {"code": "B", "label": "plain"}],
            )


def itself(page):
    rules = page.rules(
        "itself",
        'input { weight : mass in kg, gold : yes/no }\nlet rate = 2 USD per kg\ncharge BASE = rate * weight\ncharge FUEL = 10% of BASE\ncharge FIXED = 3.335 USD\nexception to BASE "gold customers" = BASE less 10% when gold\n'
        "exception to rate = rate * 0.5 when weight > 50 kg\nexception to FIXED = FIXED * 100 when gold",
    )
    for weight in ("10", "0.333", "51", "50"):
        for gold in (False, True):
            rate = F(1) if F(weight) > 50 else F(2)
            plain = booked(rate * F(weight))
            base = booked(plain * F("0.9")) if gold else plain
            rules.case(
                "exceptions:3",
                f"{weight} kg, gold {gold}",
                {"weight": weight, "gold": gold},
                lines=usd(("BASE", base), ("FUEL", booked(base / 10)), ("FIXED", 334 if gold else "3.34")),
            )
    inner = page.rules(
        "itself_within",
        "input { weight : mass in lb, gold : yes/no }\ncharge BASE = 10 USD\nexception heavy to BASE = BASE * 3 when weight > 50 lb\nexception loyal to heavy = BASE - 1 USD when gold\nlet rate = 2\n"
        "exception more to rate = rate + 10 when weight > 50 lb\nexception less_more to more = rate + 1 when gold\noutput o = rate",
    )
    for weight in (50, 51):
        for gold in (False, True):
            given = {"weight": weight, "gold": gold}
            heavy = weight > 50
            inner.case(
                "exceptions:3",
                f"within an exception to one: {weight} lb, gold {gold}",
                given,
                lines=usd(("BASE", 10 if not heavy else 9 if gold else 30)),
            )
            inner.output(
                "exceptions:3",
                f"within an exception to one of a let: {weight} lb, gold {gold}",
                "o",
                number(2 if not heavy else 3 if gold else 12),
                given,
            )


def at_once(page):
    rules = page.rules(
        "at_once",
        "input { weight : mass in lb, gold : yes/no }\ncharge BASE = 10 USD\nexception heavy to BASE = 20 USD when weight > 50 lb\nexception loyal to BASE = 5 USD when gold",
    )
    ordered = page.rules(
        "ordered",
        "input { weight : mass in lb, gold : yes/no }\ncharge BASE = 10 USD\nexception heavy to BASE = 20 USD when weight > 50 lb\nexception loyal to heavy = 15 USD when gold\nexception very to loyal = 14 USD when weight > 500 lb",
    )
    for weight in (40, 50, 60, 501):
        for gold in (False, True):
            given = {"weight": weight, "gold": gold}
            name = f"{weight} lb, gold {gold}"
            if weight > 50 and gold:
                rules.case("exceptions:4", f"two at once: {name}", given, failed="two exceptions at once")
            else:
                rules.case(
                    "exceptions:4", f"one at once: {name}", given, lines=usd(("BASE", 20 if weight > 50 else 5 if gold else 10))
                )
            value = 10 if weight <= 50 else 20 if not gold else 14 if weight > 500 else 15
            ordered.case("exceptions:4", f"one to the other: {name}", given, lines=usd(("BASE", value)))
    page.wrong(
        "exceptions:4",
        "warn of exceptions that can hold at once",
        "input { weight : mass in lb, gold : yes/no }\ncharge BASE = 10 USD\nexception heavy to BASE = 20 USD when weight > 50 lb\nexception loyal to BASE = 5 USD when gold  # ! RW0923",
    )
    apart = page.rules(
        "apart",
        "input { weight : mass in lb }\nlet fee = 10 USD\ncharge BASE = fee\nexception light to fee = 5 USD when weight < 5 lb\nexception heavy to fee = 20 USD when weight > 50 lb",
    )
    for weight, value in ((4, 5), (5, 10), (50, 10), (51, 20)):
        apart.case(
            "exceptions:4", f"exceptions that never meet: {weight} lb", {"weight": weight}, lines=usd(("BASE", value)), warned=[]
        )


BASE = """ruleset freight.parcel "Parcel" { currency USD  priced on day }
input { day : date, zone : integer, weight : mass in lb }
table rate {
  zone : integer
  weight : mass in lb by range
  -> price : money
  | zone | weight       || price |
  | 1    | up to 1      || 9.12  |
  | 1    | over 1       || 10.44 |
  | 2    | any          || 14.00 |
}
parameter fuel : percent { from 2026-01-05 18.50% }
parameter handling_fee = 2.00 USD
let billed = weight rounded up to 1 lb
function surcharge(w : mass in lb) = 0.10 USD per lb * w
tiers volume_fee graduated over mass in lb { up to 100 lb 0.01 USD per lb  above 0.02 USD per lb }
charge BASE "Transportation" = rate[zone, weight].price
charge FUEL "Fuel surcharge" = fuel of BASE
charge HANDLING "Handling" = handling_fee when weight > 50 lb
charge EXTRA = surcharge(billed) + volume_fee(billed)
output billed_weight = billed
flag HEAVY "over 50 lb" when weight > 50 lb
refuse TOO_FAR "zone {zone} is not served" when zone > 8
"""


def contracts(page):
    page.text("freight/parcel.rules", BASE)
    head = 'ruleset contracts.{} extends freight.parcel from "freight/parcel.rules" "{}" {{ effective 2026-03-01 through 2026-12-31 }}\n'

    def contract(name, text):
        return page.rules(name, head.format(name, name) + text)

    def quote(weight, zone=1, fuel="0.185", less=F(0), least=F(0), handling=F(2), table=None, extra=None, billed=None):
        w = F(weight)
        price = (table or {}).get((zone, w <= 1), F("14") if zone == 2 else F("9.12") if w <= 1 else F("10.44"))
        base = booked(max(price * (1 - less), least))
        up = rounded(w, 1, "up") if billed is None else billed(w)
        volume = F("0.01") * min(up, F(100)) + F("0.02") * max(up - 100, F(0))
        pairs = [("BASE", base), ("FUEL", booked(F(fuel) * base))]
        if w > 50 and handling is not None:
            pairs.append(("HANDLING", handling))
        return pairs + [("EXTRA", booked((extra(up) if extra else up / 10) + volume))]

    day = {"day": "2026-03-10"}
    acme = contract(
        "acme",
        'override parameter fuel : percent { from 2026-03-01 15.00% }\noverride charge BASE = base.BASE less 38% minimum 6.00 USD\nremove charge HANDLING\ncharge ACCOUNT "Account fee" = 1 USD',
    )
    rows = contract("rows", "override table rate { | 1 | up to 1 || 8.00 | }")
    lets = contract(
        "lets",
        "override let billed = weight rounded up to 5 lb\noverride parameter handling_fee = 3.50 USD\noverride function surcharge(w : mass in lb) = 0.25 USD per lb * w",
    )
    plain = contract("plain", "# nothing differs\n")
    words = contract(
        "words",
        'override flag HEAVY "over 10 lb" when weight > 10 lb\noverride refuse TOO_FAR "not beyond zone 1" when zone > 1\noverride output billed_weight = base.billed_weight * 2\noverride tiers volume_fee graduated over mass in lb { above 1 USD per lb }',
    )
    based = contract(
        "based",
        "override let billed = base.billed + 1 lb\noverride parameter fuel : percent { from 2026-03-01 10% }\noutput wrong_by = billed - weight",
    )
    for weight in ("0.5", "1", "1.5", "50", "60", "120.5"):
        given = day | {"zone": 1, "weight": weight}
        cases = [
            (acme, "acme", quote(weight, fuel="0.15", less=F("0.38"), least=F(6), handling=None) + [("ACCOUNT", F(1))]),
            (rows, "rows", quote(weight, table={(1, True): F(8)})),
            (lets, "lets", quote(weight, handling=F("3.5"), extra=lambda up: up / 4, billed=lambda w: rounded(w, 5, "up"))),
            (plain, "plain", quote(weight)),
            (based, "based", quote(weight, fuel="0.1", billed=lambda w: rounded(w, 1, "up") + 1)),
        ]
        for rules, name, pairs in cases:
            rules.case("contracts:1", f"{name}: {weight} lb", given, lines=usd(*pairs), totals=[amount(sum(v for _, v in pairs))])
        words.output(
            "contracts:1",
            f"an output replaced, {weight} lb",
            "billed_weight",
            quantity(2 * rounded(F(weight), 1, "up"), "lb"),
            given,
        )
        words.case("contracts:1", f"a flag replaced, {weight} lb", given, flags=["HEAVY"] if F(weight) > 10 else [])
        plain.output(
            "contracts:1", f"the base's output, {weight} lb", "billed_weight", quantity(rounded(F(weight), 1, "up"), "lb"), given
        )
    for zone, price in ((2, 14),):
        rows.case("contracts:1", "a row that is not overridden", day | {"zone": zone, "weight": 1}, lines=usd(*quote("1", zone=2)))
    words.case("contracts:1", "a refusal replaced", day | {"zone": 2, "weight": 1}, refused="TOO_FAR", message="not beyond zone 1")
    plain.case(
        "contracts:1", "the base's refusal", day | {"zone": 9, "weight": 1}, refused="TOO_FAR", message="zone 9 is not served"
    )
    words.case(
        "contracts:1",
        "tiers replaced",
        day | {"zone": 1, "weight": 3},
        lines=usd(("BASE", "10.44"), ("FUEL", "1.93"), ("EXTRA", "3.3")),
    )
    for when in ("2026-02-28", "2027-01-01"):
        acme.case(
            "contracts:1",
            f"outside of the contract's period: {when}",
            {"day": when, "zone": 1, "weight": 1},
            failed="input not accepted",
        )
    for when in ("2026-03-01", "2026-12-31"):
        acme.case(
            "contracts:1",
            f"within the contract's period: {when}",
            {"day": when, "zone": 1, "weight": 1},
            totals=[amount(F(6) + F("0.9") + F("0.11") + 1)],
        )
    page.text(
        "freight/dated.rules",
        "ruleset freight.dated { currency EUR  effective 2026-01-01 through 2026-12-31  priced on day  rounding up to 1 EUR }\ninput { day : date, x : money }\ncharge A = x\n",
    )
    for name, period, good, bad in (
        ("without_a_period", "", ("2026-01-01", "2026-12-31"), ("2025-12-31", "2027-01-01")),
        ("with_a_period", "effective 2026-06-01 through 2027-01-31", ("2026-06-01", "2027-01-31"), ("2026-05-31", "2027-02-01")),
    ):
        dated = page.rules(
            name,
            f'ruleset contracts.dated extends freight.dated from "freight/dated.rules" "Dated" {{ {period} }}\ncharge B = x * 2\n',
        )
        for day_ in good:
            dated.case(
                "contracts:1",
                f"{name.replace('_', ' ')} of its own: {day_}",
                {"day": day_, "x": "1.01"},
                lines=[["A", "2.00 EUR"], ["B", "3.00 EUR"]],
            )
        for day_ in bad:
            dated.case(
                "contracts:1",
                f"{name.replace('_', ' ')} of its own: {day_}",
                {"day": day_, "x": "1.01"},
                failed="input not accepted",
            )


def wrong(page):
    for name, text in [
        ("an exception without a condition", "exception to BASE = 5 USD  # ! RW0408"),
        ("an exception to nothing", "exception to BAES = 5 USD when gold  # ! RW0201"),
        ("an exception of another kind", "exception to BASE = 5 lb when gold  # ! RW0300"),
    ]:
        page.wrong("exceptions:1", name, f"input {{ gold : yes/no }}\ncharge BASE = 10 USD\n{text}\noutput g = gold")
    head = 'ruleset contracts.wrong extends freight.parcel from "freight/parcel.rules" "Wrong" { }\n'
    for name, text in [
        ("an override of no charge", "override charge TRANSPORT = 1 USD  # ! RW0209"),
        ("a removal of no charge", "remove charge HANDLIGN  # ! RW0209"),
        ("an override of no let", "override let bild = 3 lb  # ! RW0209"),
        ("an override of no parameter", "override parameter feul = 3%  # ! RW0209"),
        ("an override of no row", "override table rate { | 3 | up to 1 || 8.00 | }  # ! RW0515"),
        ("a charge that the base has", "charge BASE = 1 USD  # ! RW0202"),
    ]:
        page.wrong("contracts:1", name, head + text)
    page.wrong(
        "contracts:1",
        "the file of another rule set",
        'ruleset contracts.wrong extends freight.parcle from "freight/parcel.rules" "Wrong" { }  # ! RW0208',
    )
    page.wrong(
        "contracts:1",
        "no file of a base",
        'ruleset contracts.wrong extends freight.parcel from "freight/parcle.rules" "Wrong" { }  # ! RW0200',
    )
