"""meanings.md: what is fixed once and for all."""

from suite import F, amount, booked, money, number, percent, quantity, rounded

POUND = F("0.45359237")


def usd(*pairs):
    return [[code, amount(value)] for code, value in pairs]


def build(page):
    m1, m2, m3 = (
        "m1-charges-that-do-not-apply:1",
        "m2-the-order-of-charges-and-the-total:1",
        "m3-minimum-maximum-and-rounding-of-a-charge:1",
    )
    rules = page.rules(
        "m1",
        "input { residential : yes/no, x : money }\ncharge BASE = x\ncharge RESI = 5.55 USD when residential\ncharge DOUBLE = BASE * 2\noutput a = sum of applied (BASE, RESI)\noutput b = if RESI is applied then RESI else 0 USD\ncharge MORE = RESI when RESI is applied",
    )
    for residential in (False, True):
        for x in ("10.444", "10.445", "0"):
            base = booked(F(x))
            given = {"residential": residential, "x": x}
            resi = F("5.55") if residential else F(0)
            pairs = (
                [("BASE", base)]
                + ([("RESI", resi)] if residential else [])
                + [("DOUBLE", 2 * base)]
                + ([("MORE", resi)] if residential else [])
            )
            rules.case(m1, f"residential {residential}, {x}", given, lines=usd(*pairs), totals=[amount(sum(v for _, v in pairs))])
            rules.output(m1, f"residential {residential}, {x}: those that apply", "a", money(base + resi), given)
            rules.output(m1, f"residential {residential}, {x}: asked first", "b", money(resi), given)
    page.wrong(
        m1, "a plain reference", "input { residential : yes/no }\ncharge RESI = 5.55 USD when residential\nlet a = RESI  # ! RW0401"
    )
    order = page.rules(
        "m2",
        'input { x : money }\ncharge SECOND = FIRST * 2\ncharge FIRST = x\ntotal minimum 5 USD as TRUE_UP "Minimum"\ntotal maximum 30 USD as CAP',
    )
    for x in ("1", "1.67", "0", "-4", "10", "10.01", "2.005"):
        first = booked(F(x))
        total = 3 * first
        pairs = [("SECOND", 2 * first), ("FIRST", first)] + (
            [("TRUE_UP", 5 - total)] if total < 5 else [("CAP", 30 - total)] if total > 30 else []
        )
        order.case(m2, f"the order written, {x}", {"x": x}, lines=usd(*pairs), totals=[amount(min(max(total, F(5)), F(30)))])
    page.text("base.rules", "ruleset base.one { currency USD }\ncharge B = 2 USD\ncharge A = 1 USD\n")
    page.rules(
        "m2_contract",
        'ruleset contract.one extends base.one from "base.rules" "One" { }\ncharge AA = 3 USD\noverride charge A = 4 USD',
    ).case(m2, "those of a contract after its base's", None, lines=usd(("B", 2), ("A", 4), ("AA", 3)), totals=["9.00 USD"])
    bound = page.rules(
        "m3",
        "input { x : money, y : money }\ncharge A = x minimum 1.006 USD maximum 9.994 USD\ncharge B = x + y rounded to 0.1 USD\ncharge C = x + (y rounded to 0.1 USD)\ncharge D = x minimum y rounded up to 1 USD",
    )
    for x, y in (("1.004", "2.345"), ("1.234", "2.345"), ("20", "0.05"), ("-1", "-2.25"), ("9.995", "9.999")):
        a, b = F(x), F(y)
        bound.case(
            m3,
            f"{x} and {y}",
            {"x": x, "y": y},
            lines=usd(
                ("A", booked(min(max(a, F("1.006")), F("9.994")))),
                ("B", rounded(a + b, "0.1")),
                ("C", booked(a + rounded(b, "0.1"))),
                ("D", rounded(max(a, b), 1, "up")),
            ),
        )
    sheet = page.sheet("m4", "let day = 3 day\nlet min = day * 2\nlet in_ft = 5 in\nlet USD = 7\nlet kg : mass in kg = 2 kg")
    for text, value in (
        ("day", quantity(3, "day")),
        ("min", quantity(6, "day")),
        ("18.5% of $12.00", money("2.22")),
        ("5 in + 1 ft", quantity(17, "in")),
        ("USD + 1", number(8)),
        ("kg + 1 lb", quantity(2 + POUND, "kg")),
        ("$1_000.50", money("1000.5")),
        ("18.5% of 100%", percent("18.5")),
        ("18.5% of 3 day", quantity("0.555", "day")),
        ("USD * 3 USD", money(21)),
    ):
        sheet.value("m4-of-units-and-money:1", text, text, value)
    page.wrong("m4-of-units-and-money:1", "`of` after a number", "let a = 2 of 3 USD  # ! RW0300")
    page.wrong("m4-of-units-and-money:1", "`of` after an amount", "let a = 2 USD of 3  # ! RW0300")
    m5, m6, m7 = "m5-bare-numbers-in-an-input:1", "m6-names-in-any-script:1", "m7-the-pricing-date:1"
    page.text(
        "bare.csv",
        "name,given weight,given declared,total\nbare numbers,3,12.5,18.50 USD\nwith units,48 oz,12.50 USD,18.50 USD\nwrong,3,12.5,18.51 USD\n",
    )
    bare = page.rules(
        "m5",
        'input { weight : mass in lb, declared : money }\ncharge BASE = 2 USD per lb * weight + declared\ntest "bare numbers" from "bare.csv"',
    )
    for weight, declared in ((3, "12.5"), ("48 oz", "12.50 USD"), ("3", 0), (0.5, "0.005"), ("1 kg", "1")):
        w = (
            F(str(weight).split()[0])
            * {"": 1, "oz": F("1/16"), "kg": 1 / POUND}[str(weight).split()[1] if " " in str(weight) else ""]
        )
        bare.case(
            m5,
            f"{weight} and {declared}",
            {"weight": weight, "declared": declared},
            lines=usd(("BASE", booked(2 * w + F(str(declared).split()[0])))),
        )
    bare.case(
        m5,
        "in a book of tests",
        tests={"bare numbers: bare numbers": "passed", "bare numbers: with units": "passed", "bare numbers: wrong": "failed"},
    )
    page.wrong(m5, "a type without its unit", "input {\n  weight : mass  # ! RW0303\n}\ncharge BASE = 1 USD")
    page.wrong(m5, "a unit of another dimension", "input {\n  length : mass in ft  # ! RW0304\n}\ncharge BASE = 1 USD")
    scripts = page.rules(
        "m6",
        'input { 重量 : mass in kg "重量", größe : Größe }\nenum Größe { klein, groß "groß" }\nlet 运费 = 2 USD per kg * 重量\ncharge ДОСТАВКА "доставка" = 运费\noutput Überlänge = größe is Größe.groß\noutput ملاحظة = "مرحبا"\nflag ΣΗΜΑΙΑ "σημαία {重量}" when größe is klein',
    )
    for weight, size in ((3, "klein"), ("0.25", "groß")):
        given = {"重量": weight, "größe": size}
        scripts.case(
            m6,
            f"{weight} kg, {size}",
            given,
            lines=usd(("ДОСТАВКА", booked(2 * F(weight)))),
            flags=["ΣΗΜΑΙΑ"] if size == "klein" else [],
        )
        scripts.output(m6, f"an output, {size}", "Überlänge", size == "groß", given)
    scripts.output(m6, "a text", "ملاحظة", "مرحبا", {"重量": 1, "größe": "groß"})
    scripts.case(m6, "a message", {"重量": 1, "größe": "klein"}, messages={"ΣΗΜΑΙΑ": "σημαία 1 kg"})
    dated = page.rules(
        "m7",
        "input { ship_date : date, published : date }\nparameter fuel : percent { from 2026-01-05 18.50%  from 2026-02-02 17.75% }\ntable t {\n  zone : integer\n  valid\n  -> fee : money\n  | zone | valid || fee |\n  | 1 | 2026-01-01 until 2026-02-01 || 3 |\n  | 1 | from 2026-02-01 || 4 |\n}\n"
        "output a = fuel\noutput b = fuel on published\noutput c = t[1].fee\noutput d = (t[1] on published).fee",
        "currency USD  priced on ship_date",
    )
    for ship, published in (
        ("2026-02-10", "2026-01-30"),
        ("2026-01-30", "2026-02-10"),
        ("2026-02-01", "2026-02-02"),
        ("2026-02-02", "2026-02-01"),
    ):
        fuel = lambda d: percent("18.5" if d < "2026-02-02" else "17.75")
        fee = lambda d: money(3 if d < "2026-02-01" else 4)
        for output, value in (("a", fuel(ship)), ("b", fuel(published)), ("c", fee(ship)), ("d", fee(published))):
            dated.output(m7, f"priced on {ship}, {published}: {output}", output, value, {"ship_date": ship, "published": published})
    page.wrong(
        m7, "no date to read a parameter on", "parameter fuel : percent { from 2026-01-05 18.50% }\nlet a = fuel  # ! RW0403"
    )
    page.wrong(
        m7,
        "no date to read rows on",
        "table t {\n  zone : integer\n  valid\n  -> fee : money\n  | zone | valid || fee |\n  | 1 | from 2026-02-01 || 4 |\n}\nlet a = t[1].fee  # ! RW0403",
    )
