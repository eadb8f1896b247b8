"""tables.md: several rows that match, the row that was found, the cheapest, none."""

from fractions import Fraction

from suite import F, money, number, quantity


def build(page):
    several(page)
    collected(page)
    found_row(page)
    cheapest(page)
    missing(page)


def several(page):
    rules = page.rules(
        "several",
        """
input { x : number, origin : text, target : text, w : mass in lb }
table u unique {
  x : number by range
  -> v : integer
  | x       || v |
  | up to 5 || 1 |
  | over 5  || 2 |
}
table f first {
  x : number by range
  -> v : integer
  | x      || v |
  | over 9 || 1 |
  | over 5 || 2 |
  | any    || 3 |
}
table y any {
  x : number by range
  -> v : integer
  | x      || v |
  | over 3 || 7 |
  | over 5 || 7 |
  | up to 3 || 8 |
}
table high priority highest rank {
  x : number by range
  -> v : integer
  -> rank : integer
  | x      || v | rank |
  | any    || 1 | 10   |
  | over 5 || 2 | 20   |
  | over 9 || 3 | 15   |
}
table low priority lowest rank {
  x : number by range
  -> v : integer
  -> rank : integer
  | x      || v | rank |
  | any    || 1 | 10   |
  | over 5 || 2 | 20   |
  | over 9 || 3 | 5    |
}
table s most specific {
  origin : text
  target : text
  -> v : integer
  | origin | target || v |
  | any    | any    || 1 |
  | A      | any    || 2 |
  | any    | B      || 3 |
}
table p most specific {
  origin : text by longest prefix
  target : text
  -> v : integer
  | origin | target || v |
  | any    | any    || 1 |
  | A      | any    || 2 |
  | AB     | any    || 3 |
  | A      | B      || 4 |
}
output o_u = u[x].v
output o_f = f[x].v
output o_y = y[x].v
output o_high = high[x].v
output o_low = low[x].v
output o_s = s[origin, target].v
output o_p = p[origin, target].v
""",
    )
    usual = {"x": 0, "origin": "A", "target": "B", "w": 1}
    for x in ("0", "3", "4", "5", "5.01", "9", "9.01"):
        v = F(x)
        given = usual | {"x": x}
        rules.output("several-rows-that-match:1", f"unique: {x}", "o_u", number(1 if v <= 5 else 2), given)
        matching = [(1, 10)] + ([(2, 20)] if v > 5 else [])
        for output, expected in (
            ("o_f", 1 if v > 9 else 2 if v > 5 else 3),
            ("o_y", 7 if v > 3 else 8),
            ("o_high", max(matching + ([(3, 15)] if v > 9 else []), key=lambda r: r[1])[0]),
            ("o_low", min(matching + ([(3, 5)] if v > 9 else []), key=lambda r: r[1])[0]),
        ):
            rules.output("several-rows-that-match:3", f"{output[2:]}: {x}", output, number(expected), given)
    ties = page.rules(
        "equal_ranks",
        "input { x : number }\n"
        + "".join(
            f"table {best} priority {best}est rank {{\n  x : number by range\n  -> v : integer\n  -> rank : integer\n  | x || v | rank |\n"
            "  | over 9 || 3 | 15 |\n  | over 5 || 2 | 20 |\n  | over 2 || 4 | 15 |\n  | any || 1 | 20 |\n}\n"
            for best in ("high", "low")
        )
        + "output o_high = high[x].v\noutput o_low = low[x].v",
    )
    rows = [(9, 3, 15), (5, 2, 20), (2, 4, 15), (-1, 1, 20)]
    for x in (1, 3, 6, 10):
        found = [(v, rank) for over, v, rank in rows if x > over]
        for output, best in (("o_high", max), ("o_low", min)):
            rank = best(rank for _, rank in found)
            # `next` is the first in the order written.
            v = next(v for v, other in found if other == rank)
            ties.output("several-rows-that-match:3", f"of equal ranks the first: {output[2:]}, {x}", output, number(v), {"x": x})
    prefixes = page.rules(
        "most_specific_prefixes",
        "input { code : text, other : text }\ntable p most specific {\n  code : text by longest prefix\n  other : text\n  -> v : integer\n  | code | other || v |\n"
        "  | any | any || 1 |\n  | A | X || 2 |\n  | AB | Y || 3 |\n  | ABC | Z || 4 |\n}\noutput o = p[code, other].v",
    )
    for code, other, v in (
        ("ABCD", "X", 2),
        ("ABCD", "Y", 3),
        ("ABCD", "Z", 4),
        ("ABCD", "W", 1),
        ("AB", "Z", 1),
        ("AB", "X", 2),
        ("B", "X", 1),
    ):
        prefixes.output(
            "several-rows-that-match:3", f"all prefixes take part: {code}, {other}", "o", number(v), {"code": code, "other": other}
        )
    for origin, target, s, p in (
        ("A", "B", 2, 4),
        ("C", "B", 3, 1),
        ("C", "D", 1, 1),
        ("A", "D", 2, 2),
        ("AB", "B", 3, 3),
        ("ABC", "D", 1, 3),
        ("AC", "B", 3, 4),
    ):
        rules.output(
            "several-rows-that-match:3",
            f"most specific: {origin}, {target}",
            "o_s",
            number(s),
            usual | {"origin": origin, "target": target},
        )
        rules.output(
            "several-rows-that-match:3",
            f"a longer prefix: {origin}, {target}",
            "o_p",
            number(p),
            usual | {"origin": origin, "target": target},
        )
    for name, text in [
        ("two rows for one number", "  | up to 5 || 1 |\n  | 5 through 9 || 2 | # ! RW0510\n"),
        ("a hole between numbers", "  | 1 through 5 || 1 |\n  | 6 through 9 || 2 | # ! RW0518\n"),
        ("a hole of one point", "  | under 5 || 1 |\n  | over 5 || 2 | # ! RW0518\n"),
        ("two rows that are the same", "  | 1 through 5 || 1 |\n  | 1 through 5 || 2 | # ! RW0511\n"),
    ]:
        page.wrong(
            "several-rows-that-match:2",
            name,
            "input { n : number }\ntable t {\n  x : number by range\n  -> v : integer\n  | x || v |\n"
            + text
            + "}\noutput a = t[n].v",
        )
    integers = page.rules(
        "integers",
        "input { n : integer }\ntable t {\n  x : integer by range\n  -> v : integer\n  | x || v |\n  | 1 through 5 || 1 |\n  | 6 through 9 || 2 |\n}\noutput a = t[n].v",
    )
    for n, v in ((1, 1), (5, 1), (6, 2), (9, 2)):
        integers.output("several-rows-that-match:2", f"no hole between integers: {n}", "a", number(v), {"n": n})
    integers.case("several-rows-that-match:2", "beyond the last range", {"n": 10}, failed="no row matched")
    page.wrong(
        "several-rows-that-match:3",
        "any, and they do not agree",
        "input { n : number }\ntable t any {\n  x : number by range\n  -> v : integer\n  | x || v |\n  | over 3 || 1 |\n  | over 5 || 2 | # ! RW0510\n  | up to 3 || 1 |\n}\noutput a = t[n].v",
    )


def collected(page):
    kinds = ("sum", "min", "max", "count", "list")
    text = "input { w : mass in lb }\n"
    for kind in kinds:
        text += f"table t_{kind} collect {kind} {{\n  weight : mass in lb by range\n  -> fee : money\n  | weight || fee |\n  | over 0 || 1.50 |\n  | over 10 || 2.00 |\n  | over 50 || 0.25 |\n  | 10 through 60 || 4.00 |\n}}\n"
    text += "output o_sum = t_sum[w].fee\noutput o_min = t_min[w].fee\noutput o_max = t_max[w].fee\n"
    rules = page.rules("collected", text + "output o_count = t_count[w]\noutput o_list = list of r.fee for each r in t_list[w]")
    fees = [(lambda w: w > 0, "1.5"), (lambda w: w > 10, "2"), (lambda w: w > 50, "0.25"), (lambda w: 10 <= w <= 60, "4")]
    for w in ("0.5", "10", "10.5", "50", "50.5", "60", "61"):
        found = [F(fee) for holds, fee in fees if holds(F(w))]
        for output, v in (
            ("o_sum", money(sum(found))),
            ("o_min", money(min(found))),
            ("o_max", money(max(found))),
            ("o_count", number(len(found))),
            ("o_list", [money(x) for x in found]),
        ):
            rules.output("several-rows-that-match:4", f"{w} lb: {output[2:]}", output, v, {"w": w})
    none = page.rules(
        "collected_none",
        "input { w : mass in lb, ask : integer }\n"
        + "".join(
            f"table t_{kind} collect {kind} {{\n  weight : mass in lb by range\n  -> fee : money\n  | weight || fee |\n  | over 10 || 2.00 |\n}}\n"
            for kind in kinds
        )
        + "output o_count = t_count[w]\noutput o_list = count of t_list[w]\noutput o = if ask is 1 then t_sum[w].fee else if ask is 2 then t_min[w].fee else if ask is 3 then t_max[w].fee else 0 USD",
    )
    none.case(
        "several-rows-that-match:4", "no row: the count and the list", {"w": 1, "ask": 0}, outputs={"o_count": "0", "o_list": "0"}
    )
    for ask, kind in ((1, "sum"), (2, "least"), (3, "greatest")):
        none.case("several-rows-that-match:4", f"no row: no {kind}", {"w": 1, "ask": ask}, failed="no row matched")
    none.case("several-rows-that-match:4", "one row", {"w": 11, "ask": 1}, outputs={"o": money(2), "o_count": "1"})
    collected_otherwise(page, kinds)


def collected_otherwise(page, kinds):
    place, heading = "several-rows-that-match:4", "  weight : mass in lb by range\n  -> fee : money\n  | weight || fee |\n  | over 10 || 2.00 |\n  | over 50 || 0.25 |\n"
    asked = "output o_sum = t_sum[w].fee\noutput o_min = t_min[w].fee\noutput o_max = t_max[w].fee\noutput o_count = t_count[w]\noutput o_list = list of r.fee for each r in t_list[w]\noutput o_rows = count of (rows of t_sum[w])"
    rest = page.rules(
        "collected_otherwise",
        "input { w : mass in lb }\n"
        + "".join(f"table t_{kind} collect {kind} {{\n{heading}  | otherwise || 7.00 |\n}}\n" for kind in kinds)
        + asked,
    )
    for w, fees in ((5, ["7"]), (10, ["7"]), (11, ["2"]), (60, ["2", "0.25"])):
        fees = [F(fee) for fee in fees]
        for output, v in (
            ("o_sum", money(sum(fees))),
            ("o_min", money(min(fees))),
            ("o_max", money(max(fees))),
            ("o_count", number(len(fees))),
            ("o_list", [money(fee) for fee in fees]),
            ("o_rows", number(0 if w <= 10 else len(fees))),
        ):
            rest.output(place, f"{w} lb with an otherwise row: {output[2:]}", output, v, {"w": w})
    for kind in ("sum", "count", "list"):
        found = f"t[w]{'.fee' if kind == 'sum' else ''}"
        refused = page.rules(
            f"collected_refused_{kind}",
            f'input {{ w : mass in lb }}\ntable t collect {kind} {{\n{heading}  | otherwise || refuse "R7" "no fee for {{weight}}" |\n}}\n'
            f"output o = {'count of ' if kind == 'list' else ''}{found}",
        )
        refused.case(place, f"{kind}: the otherwise row refuses", {"w": "16 oz"}, refused="R7", message="no fee for 1 lb")
        value = {"sum": money(2), "count": number(1), "list": number(1)}[kind]
        refused.output(place, f"{kind}: a row matches", "o", value, {"w": 11})


def found_row(page):
    rules = page.rules(
        "found_row",
        """
input { w : mass in lb, code : text, n : integer }
table rate {
  weight : mass in lb by break
  -> price   : USD per cwt
  -> minimum : money
  | weight || price | minimum |
  | 0      || 48.12 | 90.00   |
  | 500    || 41.06 | 120.00  |
}
table next_rate {
  weight : mass in lb by next row
  -> price : money
  | weight || price |
  | 100    || 1     |
  | 1000   || 2     |
}
table area {
  code : text by longest prefix
  n : integer
  -> zone : integer
  | code | n || zone |
  | A    | 1 || 1    |
  | AB   | 1 || 2    |
  | AB   | 2 || 3    |
}
let row = rate[w]
let next = next_rate[w]
let found = area[code, n]
output price = row.price
output least = row.minimum
output from_break = row.weight
output to_row = next.weight
output from_prefix = found.code
output from_value = found.n
output zone = found.zone
""",
    )
    for w in ("0", "100", "101", "499", "500", "620"):
        given = {"w": w, "code": "A1", "n": 1}
        high = F(w) >= 500
        for output, v in (
            ("price", quantity("41.06" if high else "48.12", "USD per cwt")),
            ("least", money(120 if high else 90)),
            ("from_break", quantity(500 if high else 0, "lb")),
            ("to_row", quantity(100 if F(w) <= 100 else 1000, "lb")),
        ):
            rules.output("the-row-that-was-found:1", f"{w} lb: {output}", output, v, given)
    for code, n, prefix_, zone in (("A1", 1, "A", 1), ("AB1", 1, "AB", 2), ("ABC", 2, "AB", 3)):
        given = {"w": 1, "code": code, "n": n}
        for output, v in (("from_prefix", prefix_), ("from_value", number(n)), ("zone", number(zone))):
            rules.output("the-row-that-was-found:1", f"{code}, {n}: {output}", output, v, given)


def cheapest(page):
    rules = page.rules(
        "cheapest",
        """
input { weight : mass in lb, lane : text }
table rate {
  lane : text
  weight : mass in lb by break
  -> price : USD per cwt
  | lane | weight || price |
  | A    | 0      || 48.12 |
  | A    | 500    || 41.06 |
  | A    | 1000   || 33.87 |
  | B    | 0      || 40    |
  | B    | 500    || 20    |
}
let options = list of { row = r, rated = greatest of (weight, r.weight), amount = greatest of (weight, r.weight) * r.price }
    for each r in rows of rate[lane, any]
let best = the o in options with least o.amount tie first
let last_one = the o in options with least o.amount tie last
output rated = best.rated
output won = best.row.weight
output won_last = last_one.row.weight
output rows = list of r.price for each r in rows of rate[lane, any]
output all = count of rows of rate[any, any]
output breaks = list of r.lane for each r in rows of rate[any, weight]
charge LINEHAUL = best.amount because "rated at {rated}"
""",
    )
    lanes = {"A": [(0, F("48.12")), (500, F("41.06")), (1000, F("33.87"))], "B": [(0, F(40)), (500, F(20))]}
    for lane, weights in (
        ("A", ("100", "426", "427", "480", "500", "824", "825", "1500")),
        ("B", ("249", "250", "251", "500", "900")),
    ):
        for w in weights:
            v = F(w)
            options = [(max(v, b) * p / 100, b) for b, p in lanes[lane]]
            least = min(a for a, _ in options)
            first = [b for a, b in options if a == least][0]
            last = [b for a, b in options if a == least][-1]
            given = {"lane": lane, "weight": w}
            cents = (least * 100 * 2 + 1) // 2 / Fraction(100)
            rules.case(
                "the-cheapest-among-rows:1",
                f"{lane}, {w} lb: the amount",
                given,
                lines=[["LINEHAUL", f"{money(cents)['amount']} USD"]],
            )
            for output, expected in (
                ("rated", quantity(max(v, first), "lb")),
                ("won", quantity(first, "lb")),
                ("won_last", quantity(last, "lb")),
            ):
                rules.output("the-cheapest-among-rows:1", f"{lane}, {w} lb: {output}", output, expected, given)
    for lane in lanes:
        rules.output(
            "the-cheapest-among-rows:1",
            f"the rows of {lane}",
            "rows",
            [quantity(p, "USD per cwt") for _, p in lanes[lane]],
            {"lane": lane, "weight": 1},
        )
    rules.output("the-cheapest-among-rows:1", "all rows", "all", "5", {"lane": "A", "weight": 1})


def missing(page):
    rules = page.rules(
        "missing",
        """
input { code : text, ask : integer }
table zone {
  code : text
  -> number : integer
  | code || number |
  | A    || 1      |
}
table with_default {
  code : text
  -> number : integer
  | code      || number |
  | A         || 1      |
  | otherwise || 9      |
}
table after_one_bar {
  code : text
  other : text
  -> number : integer
  -> half : number
  | code | other || number | half |
  | A    | any   || 1      | 0.5  |
  | otherwise | 9 | 4.5 |
}
table refusing {
  code : text
  -> number : integer
  | code      || number |
  | A         || 1      |
  | otherwise || refuse "R7" "no zone for {code}" |
}
let found = zone[code] if any
output asked = if found is given then found.number else 0
output other = with_default[code].number
output one_bar = after_one_bar[code, "X"].half
output o = if ask is 1 then zone[code].number else if ask is 2 then refusing[code].number else -1
""",
    )
    for code, number_ in (("A", 1), ("B", None), ("a", None)):
        rules.output("when-no-row-matches:1", f"asked of {code}", "asked", number(number_ or 0), {"code": code, "ask": 0})
        rules.output("when-no-row-matches:1", f"otherwise of {code}", "other", number(number_ or 9), {"code": code, "ask": 0})
        half = number(F(number_ or 9) / 2)
        rules.output("when-no-row-matches:1", f"otherwise after one bar: {code}", "one_bar", half, {"code": code, "ask": 0})
        if number_:
            rules.output("when-no-row-matches:1", f"a row of {code}", "o", number(number_), {"code": code, "ask": 2})
        else:
            rules.case("when-no-row-matches:1", f"no row of {code}", {"code": code, "ask": 1}, failed="no row matched")
            rules.case(
                "when-no-row-matches:1", f"refused: {code}", {"code": code, "ask": 2}, refused="R7", message=f"no zone for {code}"
            )
