"""operators.md: the order of operators, the table of which values go together, `of` and its kin, stages, rounding, choices."""

import operators_table
from operators_table import POUND, TABLE

from suite import F, money, number, percent, quantity, rounded, started


def build(page):
    order(page)
    ranges(page)
    operators_table.build(page)
    of_and_steps(page)
    stages(page)
    roundings(page)
    choices(page)
    nothing_decided(page)


def order(page):
    sheet = page.sheet(
        "order",
        "input { discount : percent?, number : number? }\nlet heavy = yes\nlet long = no\nlet base = 50 USD\n"
        "record Line { amount : money }\nlet line : Line = { amount = 3 USD }\nfunction twice(x : number) = x * 2",
        given={},
    )
    for row, name, text, value in [
        (1, "stages after a sum", "50 USD + 10 USD less 10%", money(54)),
        (1, "stages in parentheses", "50 USD + (10 USD less 10%)", money(59)),
        (1, "stages after a product", "3 * 10 USD minimum 31 USD", money(31)),
        (1, "stages after an `if` are those of all of it", "if heavy then 10 USD else 20 USD less 10%", money(9)),
        (1, "stages take a sum", "100 USD less 10 USD + 5 USD", money(85)),
        (1, "stages one after the other", "10 USD less 10% minimum 9.50 USD", money("9.5")),
        (1, "`plus` takes a sum", "10 USD plus 1 USD + 2 USD less 50%", money("6.5")),
        (2, "`else` takes a sum", "if long then 1 else 2 + 3", number(5)),
        (2, "`then` takes a sum", "if heavy then 2 + 3 else 1", number(5)),
        (2, "a choice in parentheses", "(if heavy then 2 else 1) + 3", number(5)),
        (2, "the condition takes `or`", "if long or heavy then 1 else 2", number(1)),
        (2, "`else if`", "if long then 1 else if heavy then 2 else 3", number(2)),
        (3, "`otherwise` takes a sum", "number otherwise 2 + 3", number(5)),
        (3, "a sum with it in parentheses", "(number otherwise 2) * 3", number(6)),
        (4, "`or` after `and`", "yes or no and no", True),
        (4, "`or` in parentheses", "(yes or no) and no", False),
        (4, "`and` first, then `or`", "1 < 2 and 3 < 2 or yes", True),
        (5, "`and` before `or`", "no and yes or yes", True),
        (5, "`and` binds the right side", "no and (yes or yes)", False),
        (6, "`not` takes a comparison", "not 1 < 2", False),
        (6, "`not` binds before `and`", "not no and no", False),
        (6, "`not` of parentheses", "not (no and no)", True),
        (6, "`not` twice", "not not heavy", True),
        (7, "a comparison after sums", "1 + 2 < 2 + 2", True),
        (7, "`is` after products", "2 * 3 is 3 + 3", True),
        (7, "a question after a sum", "2 + 3 is one of (4, 5)", True),
        (7, "a range after a sum", "2 + 3 is from 5 through 6", True),
        (8, "differences from the left", "10 - 4 - 3", number(3)),
        (8, "a difference and a sum", "10 - 4 + 3", number(9)),
        (8, "parentheses on the right", "10 - (4 - 3)", number(9)),
        (8, "a sum of a product", "2 + 3 * 4", number(14)),
        (9, "quotients from the left", "12 / 3 / 2", number(2)),
        (9, "a quotient and a product", "12 / 3 * 2", number(8)),
        (9, "parentheses below the stroke", "12 / (3 * 2)", number(2)),
        (9, "parentheses go first", "(2 + 3) * 4", number(20)),
        (10, "`of` before a sum", "10% of 50 USD + 1 USD", money(6)),
        (10, "`of` a sum", "10% of (50 USD + 10 USD)", money(6 + 0)),
        (10, "`of` before a product", "10% of base * 2", money(10)),
        (10, "`contained in` before a sum", "25% contained in 50 USD + 1 USD", money(11)),
        (10, "`per started` before a sum", "1 USD per started 20 USD of base + 1 USD", money(4)),
        (10, "`per whole` before a product", "2 * 1 USD per whole 20 USD of base", money(4)),
        (11, "a minus before a product", "-2 * 3", number(-6)),
        (11, "a minus on the right", "2 * -3", number(-6)),
        (11, "a minus of a field", "-line.amount", money(-3)),
        (11, "a minus of a call", "-twice(2) + 1", number(-3)),
        (11, "a conversion before a product", "2 * 3 lb as number in oz", number(96)),
        (11, "a minus, a difference", "5 - -3", number(8)),
    ]:
        sheet.value(f"in-which-order:2.{row}", name, text, value)
    for name, text, value in [
        ("parentheses of a sum", "2 * (3 + 4) * 5", number(70)),
        ("parentheses in parentheses", "((1 + 2) * (3 + 4)) - 1", number(20)),
        ("parentheses of `or`", "no and (no or yes)", False),
        ("parentheses around one value", "(((7)))", number(7)),
        ("parentheses of `of`", "(10% of 50 USD) * 4", money(20)),
    ]:
        sheet.value("in-which-order:1", name, text, value)
    page.wrong("in-which-order:3", "a chain of comparisons", "let a = 3\nlet wrong = 1 < a < 5  # ! RW0300")


def ranges(page):
    texts = {
        "from 5 lb through 7 lb": lambda w: 5 <= w <= 7,
        "from 5 lb until 7 lb": lambda w: 5 <= w < 7,
        "over 5 lb up to 7 lb": lambda w: 5 < w <= 7,
        "over 5 lb until 7 lb": lambda w: 5 < w < 7,
        "over 7 lb": lambda w: w > 7,
        "up to 7 lb": lambda w: w <= 7,
        "under 7 lb": lambda w: w < 7,
        "from 7 lb": lambda w: w >= 7,
        "one of (5 lb, 7 lb)": lambda w: w in (5, 7),
    }
    lines = ["input { weight : mass in lb }"]
    for index, text in enumerate(texts):
        lines += [f"output r{index} = weight is {text}", f"output n{index} = weight is not {text}"]
    rules = page.rules("ranges", "\n".join(lines))
    for weight in ("4.99", "5", "5.01", "6.99", "7", "7.01"):
        for index, (text, holds) in enumerate(texts.items()):
            rules.output("in-which-order:3", f"{weight} lb is {text}", f"r{index}", holds(F(weight)), {"weight": weight})
        rules.output(
            "in-which-order:3", f"{weight} lb is not from 5 lb through 7 lb", "n0", not 5 <= F(weight) <= 7, {"weight": weight}
        )


def of_and_steps(page):
    rules = page.rules(
        "of",
        "input { x : money, n : number, w : mass in lb }\noutput tax = 20% of x\noutput included = 20% contained in x\noutput full = 100% contained in x\n"
        "output small = 7.5% contained in x\noutput of_number = 12.5% of n\noutput in_number = 25% contained in n\noutput of_weight = 50% of w\noutput in_weight = 25% contained in w\n"
        "output of_percent = 40% of 7.5%\noutput in_percent = 25% contained in 10%\n"
        "output started = 1.45 USD per started 100 USD of x\noutput whole = 1.45 USD per whole 100 USD of x\noutput number_started = 3 per started 2 of n\n"
        "output percent_started = 0.5% per started 5 lb of w\noutput ounces = 2 lb per whole 8 oz of w",
    )
    place, steps = "of-contained-in-per-started-per-whole:1", "of-contained-in-per-started-per-whole:2"
    for x in ("-50", "0", "0.01", "60", "99.99", "100", "100.01", "199.99", "200", "250"):
        v = F(x)
        given = {"x": x, "n": 1, "w": 1}
        for output, value in [("started", F("1.45") * started(v, 100)), ("whole", F("1.45") * max(0, v // 100))]:
            rules.output(steps, f"{output}, {x} USD", output, money(value), given)
        for output, value in [("tax", v / 5), ("included", v / 6), ("full", v / 2), ("small", v * F("7.5") / F("107.5"))]:
            rules.output(place, f"{output}, {x} USD", output, money(value), given)
    for n in ("0", "1", "2", "2.01", "3.5", "-3"):
        given = {"x": 1, "n": n, "w": 1}
        v = F(n)
        rules.output(TABLE + "33", f"3 per started 2 of {n}", "number_started", number(3 * started(v, 2)), given)
        rules.output(TABLE + "29", f"12.5% of {n}", "of_number", number(v / 8), given)
        rules.output(TABLE + "29", f"25% contained in {n}", "in_number", number(v / 5), given)
    for w in ("0", "0.5", "5", "5.01", "12"):
        given = {"x": 1, "n": 1, "w": w}
        v = F(w)
        rules.output(TABLE + "30", f"50% of {w} lb", "of_weight", quantity(v / 2, "lb"), given)
        rules.output(TABLE + "30", f"25% contained in {w} lb", "in_weight", quantity(v / 5, "lb"), given)
        rules.output(TABLE + "33", f"0.5% per started 5 lb of {w} lb", "percent_started", percent(F("0.5") * started(v, 5)), given)
        rules.output(TABLE + "33", f"2 lb per whole 8 oz of {w} lb", "ounces", quantity(2 * (v // F("0.5")), "lb"), given)
    given = {"x": 1, "n": 1, "w": 1}
    rules.output(TABLE + "30", "40% of 7.5%", "of_percent", percent(3), given)
    rules.output(TABLE + "30", "25% contained in 10%", "in_percent", percent(2), given)
    page.wrong(place, "a number of an amount", "let wrong = 2 of 3 USD  # ! RW0300")
    zero = page.rules("steps", "input { step : money, x : money }\noutput a = 2 USD per started (step) of x\noutput b = step")
    zero.case(steps, "a step of zero", {"step": 0, "x": 5}, failed="division by zero")
    zero.case(steps, "a step below zero", {"step": -2, "x": 5}, failed="input not accepted")
    for step, x in (("2", 5), ("2.5", 5), ("0.01", "0.015")):
        zero.output(steps, f"a step of {step} in {x}", "a", money(2 * started(x, step)), {"step": step, "x": x})
    for step, x in ((0, 0), (0, -1), (-2, -1), (2, 0)):
        zero.output(steps, f"nothing to count in steps of {step}: {x}", "a", money(0), {"step": step, "x": x})
    idle = page.rules("steps_of_nothing", "input { n : integer }\nlet each = 12 / n\noutput a = (each as USD) per started 5 of n")
    idle.output(steps, "the amount is not computed where nothing is counted", "a", money(0), {"n": 0})
    idle.output(steps, "the amount where something is counted", "a", money(12), {"n": 1})
    page.wrong(steps, "a step of another unit", "let wrong = 3 USD per started 2 lb of 5 in  # ! RW0300")
    page.wrong(TABLE + "33", "steps of dates", "let wrong = 3 USD per started 2026-01-01 of 2026-01-01  # ! RW0300")
    page.wrong(TABLE + "30", "a percent of a date", "let wrong = 5% of 2026-01-01  # ! RW0300")


def stages(page):
    sheet = page.sheet("stages", "let a = 100 USD\nlet w = 10 lb")
    for row, text, value in [
        (1, "a less 10%", money(90)),
        (1, "a less 5 USD", money(95)),
        (1, "a less 10% less 10%", money(81)),
        (1, "w less 1.5 lb", quantity("8.5", "lb")),
        (1, "w less 25%", quantity("7.5", "lb")),
        (1, "a less 120 USD", money(-20)),
        (1, "a less 10% less 2% of 100 USD", money(88)),
        (1, "w less 8 oz", quantity("9.5", "lb")),
        (2, "a plus 2%", money(102)),
        (2, "a plus 5 USD", money(105)),
        (2, "a plus 10% plus 10%", money(121)),
        (2, "w plus 16 oz", quantity(11, "lb")),
        (2, "3 plus 0.5", number("3.5")),
        (2, "a plus 2.5% plus 1 USD", money("103.5")),
        (3, "7 USD minimum 8 USD", money(8)),
        (3, "9 USD minimum 8 USD", money(9)),
        (3, "8 USD minimum 8 USD", money(8)),
        (3, "95 USD maximum 90 USD", money(90)),
        (3, "85 USD maximum 90 USD", money(85)),
        (3, "7 USD minimum 8 USD maximum 7.50 USD", money("7.5")),
        (3, "7 USD maximum 7.50 USD minimum 8 USD", money(8)),
        (3, "w minimum 5 kg", quantity(5 / POUND, "lb")),
        (3, "2 maximum 1.5", number("1.5")),
        (3, "5% minimum 7.5%", percent("7.5")),
    ]:
        sheet.value(f"stages:2.{row}", text, text, value)
    for text, value in [
        ("a less 10% less 5 USD", money(85)),
        ("a less 5 USD less 10%", money("85.5")),
        ("7 USD minimum 8 USD less 10%", money("7.2")),
        ("7 USD less 10% minimum 8 USD", money(8)),
        ("a plus 2% maximum 101 USD", money(101)),
        ("a maximum 101 USD plus 2%", money(102)),
        ("a less 33.335% rounded to 0.01 USD plus 1 USD", money("67.67")),
        ("a plus 1 USD rounded down to 10 USD less 50%", money(50)),
        ("a less 50% minimum 60 USD less 50% minimum 40 USD", money(40)),
        ("1 + 2 less 50%", number("1.5")),
    ]:
        sheet.value("stages:1", text, text, value)
    page.wrong("stages:2.1", "less by another unit", "let wrong = 10 USD less 3 lb  # ! RW0300")
    page.wrong("stages:2.3", "a minimum of another currency", "let wrong = 10 USD minimum 3 EUR  # ! RW0300")


def roundings(page):
    modes = ["half up", "half even", "half down", "up", "down", "ceiling", "floor"]
    lines = ["input { x : number, m : money, w : mass in lb, p : percent }"]
    for i, mode in enumerate(modes):
        lines += [f"output n{i} = x rounded {mode} to 1", f"output c{i} = m rounded {mode} to 0.05 USD"]
    lines += [
        "output plain = m rounded to 0.01 USD",
        "output quarter = m rounded to 0.25 USD",
        "output minor = m rounded to minor unit",
        "output yen = (m / (1 USD)) * 1 JPY rounded up to minor unit",
        "output dinar = (m / (1 USD)) * 1 KWD rounded to minor unit",
        "output pounds = w rounded up to 1 lb",
        "output ounces = w rounded down to 8 oz",
        "output tenth = p rounded to 0.1%",
        "output thirds = x rounded to 1 / 3",
        "output hundreds = x rounded half even to 100",
    ]
    rules = page.rules("roundings", "\n".join(lines))
    for x in ("2.5", "-2.5", "3.5", "2.1", "-2.1", "2.9", "-2.9", "0.5", "-0.5", "0", "1.5", "2.4999999999", "2.5000000001"):
        for i, mode in enumerate(modes):
            rules.output(
                "stages:4", f"{x} rounded {mode}", f"n{i}", number(rounded(F(x), 1, mode)), {"x": x, "m": 0, "w": 0, "p": "0%"}
            )
    for m in ("1.025", "1.075", "-1.025", "1.03", "1.02", "-0.024"):
        for i, mode in enumerate(modes):
            rules.output(
                "stages:4",
                f"{m} USD rounded {mode} to 0.05",
                f"c{i}",
                money(rounded(F(m), "0.05", mode)),
                {"x": 0, "m": m, "w": 0, "p": "0%"},
            )
    for m in ("1.005", "-1.005", "3.30", "0.125", "2.6749", "3.333", "1.0005"):
        v = F(m)
        given = {"x": 0, "m": m, "w": 0, "p": "0%"}
        for output, value in [
            ("plain", money(rounded(v, "0.01"))),
            ("quarter", money(rounded(v, "0.25"))),
            ("minor", money(rounded(v, "0.01"))),
            ("yen", money(rounded(v, 1, "up"), "JPY")),
            ("dinar", money(rounded(v, "0.001"), "KWD")),
        ]:
            rules.output("stages:2.4", f"{m}: {output}", output, value, given)
    for w in ("3.2", "3", "0.4", "7.75"):
        given = {"x": 0, "m": 0, "w": w, "p": "0%"}
        rules.output("stages:2.4", f"{w} lb up to 1 lb", "pounds", quantity(rounded(F(w), 1, "up"), "lb"), given)
        rules.output("stages:2.4", f"{w} lb down to 8 oz", "ounces", quantity(rounded(F(w), "0.5", "down"), "lb"), given)
    for p in ("12.34", "12.35", "-0.05"):
        rules.output("stages:2.4", f"{p}% to 0.1%", "tenth", percent(rounded(F(p), "0.1")), {"x": 0, "m": 0, "w": 0, "p": p + "%"})
    for x in ("0.5", "1", "-0.1", "250", "150", "350"):
        given = {"x": x, "m": 0, "w": 0, "p": "0%"}
        rules.output("stages:2.4", f"{x} to a third", "thirds", number(rounded(F(x), "1/3")), given)
        rules.output("stages:2.4", f"{x} half even to a hundred", "hundreds", number(rounded(F(x), 100, "half even")), given)
    page.wrong("stages:3", "less between percents", "let wrong = 50% less 10%  # ! RW0203")
    page.wrong("stages:3", "plus between percents", "let wrong = 50% plus 10%  # ! RW0203")
    page.wrong("stages:2.4", "a step of zero", "let wrong = 1.5 rounded to 0  # ! RW0406")
    page.wrong("stages:2.4", "a step of another unit", "let wrong = 1.5 lb rounded to 1 in  # ! RW0300")


def choices(page):
    rules = page.rules(
        "choices",
        "input { crates : integer, name : text? }\noutput safe = crates > 0 and 12 / crates > 3\noutput each = if crates > 0 then 12 / crates else 0\n"
        'output size = if crates > 9 then "large" else if crates > 0 then "small" else "none"\noutput or_else = crates is 0 or 12 / crates > 3\n'
        "let bad = 1 / (crates - crates)\noutput unused = if crates < 100 then crates else bad",
    )
    for crates in (0, 1, 3, 4, 9, 10, -2):
        fits = crates > 0 and F(12) / crates > 3
        for output, value in [
            ("safe", fits),
            ("each", number(F(12) / crates if crates > 0 else 0)),
            ("size", "large" if crates > 9 else "small" if crates > 0 else "none"),
            ("or_else", crates == 0 or F(12) / crates > 3),
            ("unused", number(crates)),
        ]:
            rules.output("conditions-and-choices:1", f"{crates}: {output}", output, value, {"crates": crates})
    rules.case("conditions-and-choices:1", "the branch that is taken is computed", {"crates": 100}, failed="division by zero")
    late = page.rules("right_sides", "input { n : number }\noutput a = 1 / n > 0 or n is 0")
    late.case("conditions-and-choices:1", "the left side is computed first", {"n": 0}, failed="division by zero")
    late.output("conditions-and-choices:1", "the left side decides", "a", True, {"n": 2})
    among = page.rules("one_of_until", "input { n : integer }\noutput a = n is one of (0, 12 / n)")
    among.output("conditions-and-choices:1", "values after one that is equal", "a", True, {"n": 0})
    among.output("conditions-and-choices:1", "values before one that is equal", "a", False, {"n": 5})


def nothing_decided(page):
    place = "conditions-that-decide-nothing:1"
    head = "enum Zone { near, far }\ninput {\n  zone : Zone\n  weight : mass in lb from 0 lb through 150 lb\n}\n"
    for name, text in [
        (
            "warn an option after a wider one",
            "charge BASE = first of {\n  SMALL 4 USD when weight < 50 lb\n  TINY 2 USD when weight < 10 lb  # ! RW0920\n  LARGE 9 USD\n}\noutput z = zone",
        ),
        (
            "warn an else that is left nothing",
            "charge A = if zone is near then 1 USD else if zone is far then 2 USD else 3 USD  # ! RW0920\noutput w = weight",
        ),
        (
            "warn a condition that no input meets",
            "charge A = 3 USD when zone is far and zone is not far  # ! RW0921\noutput w = weight",
        ),
        ("warn a weight beyond its range", "charge HEAVY = 30 USD when weight > 100 kg  # ! RW0921\noutput z = zone"),
        ("warn a condition that every input meets", "charge A = 3 USD when weight >= 0 lb  # ! RW0922\noutput z = zone"),
        (
            "warn a condition through a let",
            "let light = weight <= 150 lb\ncharge A = 3 USD when light  # ! RW0922\noutput z = zone",
        ),
        (
            "warn a refusal that another takes",
            'refuse FAR "too far" when zone is far\nrefuse FAR_TOO "too far" when zone is far  # ! RW0920\ncharge A = 1 USD\noutput w = weight',
        ),
    ]:
        page.wrong(place, name, head + text)
