"""lists.md: sums and choices, groups, walks, text and the other functions of the library."""

import lists_walks
from lists_walks import LINES, given

from suite import F, money, number, percent, quantity


def build(page):
    simple(page)
    sums(page)
    empty(page)
    winners(page)
    in_step(page)
    lists_walks.build(page)
    wrong(page)


def simple(page):
    rules = page.rules(
        "lists",
        "record Piece { w : mass in lb }\ninput { numbers_sent : list of number, pieces : list of Piece = [] }\nlet written = [3, 1, 2]\nlet made = list of n * 2 for each n in written\noutput sent = numbers_sent\noutput o_written = written\noutput o_made = made\n"
        "output weights = list of p.w for each p in pieces\noutput nested = list of [n, n + 1] for each n in written",
    )
    for sent in ([], ["1"], ["3", "1", "2"], ["2.5", "2.5"]):
        rules.output("lists:1", f"as it was sent: {sent}", "sent", [number(s) for s in sent], {"numbers_sent": sent})
    usual = {"numbers_sent": [], "pieces": [{"w": 2}, {"w": "16 oz"}]}
    for output, value in (
        ("o_written", ["3", "1", "2"]),
        ("o_made", ["6", "2", "4"]),
        ("weights", [quantity(2, "lb"), quantity(1, "lb")]),
        ("nested", [["3", "4"], ["1", "2"], ["2", "3"]]),
    ):
        rules.output("lists:1", f"in order: {output}", output, value, usual)


def sums(page):
    rules = page.rules(
        "sums",
        """
record Line { class : text, weight : mass in lb, at : integer }
input { lines : list of Line }
output total   = sum of line.weight for each line in lines
output heavy   = sum of line.weight for each line in lines where line.weight > 100 lb
output least   = least of line.weight for each line in lines
output most    = greatest of line.weight for each line in lines
output number  = count of lines
output some    = count of each line in lines where line.class is "70"
output classes = distinct of line.class for each line in lines
output weights = list of line.weight for each line in lines sorted by line.weight descending
output places  = list of line.at for each line in lines sorted by line.class
output ordered = list of line.at for each line in lines sorted by line.class descending then by line.weight
output first   = first of (list of line.at for each line in lines sorted by line.weight)
output last    = last of (list of line.at for each line in lines)
output any_85  = any line in lines has line.class is "85"
output all_70  = every line in lines has line.class is "70"
output none    = sum of line.weight for each line in lines where line.class is "60"
output every_of_none = every line in lines has line.weight > 0 lb
output plus_one = sum of line.weight * 2 for each line in lines + 1 lb
output several = greatest of (3, count of lines, 2)
output least_of = least of (3 lb, 40 oz, 2 lb)
""",
    )
    for lines in LINES:
        weights = [F(w) for _, w in lines]
        classes = [c for c, _ in lines]
        sorted_places = sorted(range(len(lines)), key=lambda i: classes[i])
        groups_ = sorted(set(classes), reverse=True)
        by_class = [i for c in groups_ for i in sorted((j for j in range(len(lines)) if classes[j] == c), key=lambda j: weights[j])]
        lb = lambda v: quantity(v, "lb")
        expected = {
            "total": lb(sum(weights)),
            "heavy": lb(sum(w for w in weights if w > 100)),
            "least": lb(min(weights)),
            "most": lb(max(weights)),
            "number": number(len(lines)),
            "some": number(classes.count("70")),
            "classes": list(dict.fromkeys(classes)),
            "weights": [lb(w) for w in sorted(weights, reverse=True)],
            "places": [number(i) for i in sorted_places],
            "ordered": [number(i) for i in by_class],
            "first": number(min(range(len(lines)), key=lambda i: (weights[i], i))),
            "last": number(len(lines) - 1),
            "any_85": "85" in classes,
            "all_70": set(classes) == {"70"},
            "none": lb(0),
            "every_of_none": True,
            "plus_one": lb(2 * sum(weights) + 1),
            "several": number(max(3, len(lines))),
            "least_of": lb(2),
        }
        for output, value in expected.items():
            rules.output(
                "sums-counts-choices:1",
                f"{len(lines)} lines of {'-'.join(dict.fromkeys(classes))}: {output}",
                output,
                value,
                given(lines),
            )
    nothing = {
        "total": quantity(0, "lb"),
        "number": "0",
        "some": "0",
        "classes": [],
        "weights": [],
        "any_85": False,
        "all_70": True,
    }
    empty_rules = page.rules(
        "sums_of_none",
        'record Line { class : text, weight : mass in lb }\ninput { lines : list of Line }\noutput total = sum of line.weight for each line in lines\noutput number = count of lines\noutput some = count of each line in lines where line.class is "70"\n'
        'output classes = distinct of line.class for each line in lines\noutput weights = list of line.weight for each line in lines sorted by line.weight\noutput any_85 = any line in lines has line.class is "85"\noutput all_70 = every line in lines has line.class is "70"',
    )
    for output, value in nothing.items():
        empty_rules.output("sums-counts-choices:1", f"of an empty list: {output}", output, value, {"lines": []})
    kinds = page.sheet(
        "sums_of_kinds",
        "let prices = [1.005 USD, 2 USD, 0.995 USD]\nlet shares = [5%, 2.5%]\nlet days = [2026-03-01, 2025-12-31, 2026-03-01]",
    )
    for expression, value in (
        ("sum of prices", money(4)),
        ("greatest of prices", money(2)),
        ("least of prices", money("0.995")),
        ("sum of shares", percent("7.5")),
        ("least of days", "2025-12-31"),
        ("greatest of days", "2026-03-01"),
        ("distinct of days", ["2026-03-01", "2025-12-31"]),
        ("count of days", "3"),
        ("sum of (p rounded to 1 USD) for each p in prices", money(4)),
        ("first of prices", money("1.005")),
        ("last of days", "2026-03-01"),
        ("sum of prices + 1 USD", money(5)),
        ("distinct of x for each x in [1, 1.0, 2]", ["1", "2"]),
        ("sum of [1 lb, 8 oz]", quantity("1.5", "lb")),
    ):
        kinds.value("sums-counts-choices:1", expression, expression, value)


def empty(page):
    forms = [
        "greatest of l",
        "least of l",
        "first of l",
        "last of l",
        "greatest of x + 1 lb for each x in l",
        "first of (list of x for each x in l where x > 3 lb)",
    ]
    for i, form in enumerate(forms):
        name = ["greatest", "least", "first", "last", "greatest_of_each", "first_of_some"][i]
        rules = page.rules(
            f"empty_{name}",
            f"input {{ l : list of mass in lb, ask : yes/no }}\nlet needed = {form}\nlet asked = {form} if any\noutput o = if ask then asked otherwise -1 lb else needed\noutput p = asked",
        )
        rules.case("sums-counts-choices:2", f"{form}, of none", {"l": [], "ask": False}, failed="no row matched")
        rules.output("sums-counts-choices:2", f"{form} if any, of none", "o", quantity(-1, "lb"), {"l": [], "ask": True})
        rules.output("sums-counts-choices:2", f"{form} if any, of none, itself", "p", None, {"l": [], "ask": True})
        values = [F(2), F(9), F(4)]
        expected = [max(values), min(values), values[0], values[-1], max(values) + 1, F(9)][i]
        rules.output(
            "sums-counts-choices:2", f"{form}, of some", "o", quantity(expected, "lb"), {"l": ["2", "9", "4"], "ask": False}
        )
        rules.output(
            "sums-counts-choices:2", f"{form} if any, of some", "p", quantity(expected, "lb"), {"l": ["2", "9", "4"], "ask": True}
        )


def winners(page):
    rules = page.rules(
        "winners",
        """
record Offer { name : text, price : money }
input { offers : list of Offer }
output least_first = (the offer in offers with least offer.price tie first).name
output least_last = (the offer in offers with least offer.price tie last).name
output greatest_first = (the offer in offers with greatest offer.price tie first).name
output greatest_last = (the offer in offers with greatest offer.price tie last).name
let cheap = the offer in offers where offer.price < 7 USD with greatest offer.price tie first if any
output below_seven = if cheap is given then cheap.name else "none"
""",
    )
    for offers in (
        [("slow", 8), ("mid", 6), ("sea", 6)],
        [("a", 8), ("b", 8), ("c", 8)],
        [("only", "6.99")],
        [("x", 7), ("y", "9.5"), ("z", "9.5"), ("w", 7)],
        [("p", 1), ("q", "6.5"), ("r", "6.50"), ("s", 20)],
    ):
        values = [(n, F(p)) for n, p in offers]
        low, high = min(p for _, p in values), max(p for _, p in values)
        below = [(n, p) for n, p in values if p < 7]
        expected = {
            "least_first": next(n for n, p in values if p == low),
            "least_last": [n for n, p in values if p == low][-1],
            "greatest_first": next(n for n, p in values if p == high),
            "greatest_last": [n for n, p in values if p == high][-1],
            "below_seven": next((n for n, p in below if p == max(q for _, q in below)), "none"),
        }
        for output, value in expected.items():
            rules.output(
                "sums-counts-choices:3",
                f"{offers}: {output}",
                output,
                value,
                {"offers": [{"name": n, "price": p} for n, p in offers]},
            )
    rules.case("sums-counts-choices:3", "the least of none", {"offers": []}, failed="no row matched")


def in_step(page):
    rules = page.rules(
        "in_step",
        "input { lengths : list of length in m, widths : list of length in m }\noutput area = sum of a * b for each a in lengths with b in widths\noutput pairs = list of { a = a, b = b } for each a in lengths with b in widths\noutput wider = count of each a in lengths with b in widths where b > a",
    )
    for lengths, widths in (([2, 3], [1, 4]), ([1], [1]), ([], []), ([5, 4, 3], [3, 4, 5])):
        sent = {"lengths": lengths, "widths": widths}
        m = lambda v: quantity(v, "m")
        rules.output(
            "sums-counts-choices:4",
            f"{lengths} with {widths}: products",
            "area",
            quantity(sum(a * b for a, b in zip(lengths, widths)), "m·m"),
            sent,
        )
        rules.output(
            "sums-counts-choices:4",
            f"{lengths} with {widths}: pairs",
            "pairs",
            [{"a": m(a), "b": m(b)} for a, b in zip(lengths, widths)],
            sent,
        )
        rules.output(
            "sums-counts-choices:4",
            f"{lengths} with {widths}: a condition",
            "wider",
            number(sum(b > a for a, b in zip(lengths, widths))),
            sent,
        )
    for lengths, widths in (([1, 2], [1]), ([], [1])):
        rules.case(
            "sums-counts-choices:4",
            f"two lengths: {lengths} with {widths}",
            {"lengths": lengths, "widths": widths},
            failed="input not accepted",
        )


def wrong(page):
    for name, code, body in [
        ("a count of no list", "RW0309", "let a = count of weight"),
        ("a sum of texts", "RW0300", 'let a = sum of ["a", "b"]'),
        ("a list of two types", "RW0300", 'let a = [1, "a"]'),
        ("a sum of two dimensions", "RW0300", "let a = sum of [1 lb, 2 in]"),
        ("an element of no list", "RW0309", "let a = sum of x for each x in weight"),
        ("an order of members", "RW0300", "enum E { a, b }\nlet l : list of E = [a, b]\nlet b2 = least of l"),
        ("a function of another kind", "RW0300", "let a = upper(3)"),
        ("too many values of a function", "RW0311", 'let a = upper("a", "b")'),
        ("if any away from its list", "RW0118 RW0305", "let a = greatest of numbers(1, 3) + 1 if any"),
    ]:
        page.wrong("what-is-reported", name, "input { weight : mass in lb }\n" + body + f"  # ! {code}")
