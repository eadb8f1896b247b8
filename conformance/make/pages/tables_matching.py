"""tables.md: how keys match, the edges of ranges, several ranges, dates."""

from tables_model import Row, any_, chosen, span, value

from suite import F, money, number

MATCH = "how-a-key-matches:2."


def build(page):
    matching(page)
    among_the_others(page)
    edges(page)
    two_ranges(page)
    dated(page)


def matching(page):
    rules = page.rules(
        "matching",
        """
enum Zone { near, far }
input { code : text, n : integer, flag : yes/no, zone : Zone, x : number, w : mass in g }
table equal first {
  code : text
  -> v : integer
  | code    || v |
  | GB, FR  || 1 |
  | "two words", "any" || 2 |
  | GB      || 3 |
  | any     || 4 |
}
table whole first {
  n : integer
  flag : yes/no
  zone : Zone
  -> v : integer
  | n    | flag | zone || v |
  | 1, 2 | yes  | near || 1 |
  | 1, 2 | no   | any  || 2 |
  | any  | yes  | far  || 3 |
  | any  | any  | any  || 4 |
}
table ranged first {
  x : number by range
  -> v : integer
  | x              || v |
  | 0              || 0 |
  | 1 through 2    || 1 |
  | 2 until 3      || 2 |
  | over 3 up to 4 || 3 |
  | over 4 until 5 || 4 |
  | under 0        || 5 |
  | from 7         || 6 |
  | any            || 7 |
}
table break_ {
  w : mass in g by break
  -> price : money
  | w    || price |
  | 100  || 1.05  |
  | 250  || 2.10  |
  | 1 kg || 3.15  |
}
table next_row {
  w : mass in g by next row
  -> price : money
  | w    || price |
  | 100  || 1.05  |
  | 250  || 2.10  |
  | 1 kg || 3.15  |
}
table area {
  code : text by longest prefix
  -> zone : integer
  | code         || zone |
  | AB           || 1    |
  | AB1          || 2    |
  | exactly AB10 || 3    |
  | any          || 9    |
}
output o_equal = equal[code].v
output o_whole = whole[n, flag, zone].v
output o_range = ranged[x].v
let b = break_[w] if any
output o_break = if b is given then b.price else 0 USD
let n_row = next_row[w] if any
output o_next = if n_row is given then n_row.price else 0 USD
output o_prefix = area[code].zone
""",
    )
    usual = {"code": "GB", "n": 1, "flag": True, "zone": "near", "x": 0, "w": 100}
    for code, v in (("GB", 1), ("FR", 1), ("two words", 2), ("any", 2), ("gb", 4), ("GB, FR", 4), ("", 4), ("DE", 4)):
        rules.output(MATCH + "1", f"a text {code!r}", "o_equal", number(v), usual | {"code": code})
    for n, flag, zone in (
        (1, True, "near"),
        (2, False, "far"),
        (1, False, "near"),
        (5, True, "far"),
        (5, True, "near"),
        (2, True, "far"),
    ):
        v = 1 if n <= 2 and flag and zone == "near" else 2 if n <= 2 and not flag else 3 if flag and zone == "far" else 4
        rules.output(MATCH + "1", f"{n}, {flag}, {zone}", "o_whole", number(v), usual | {"n": n, "flag": flag, "zone": zone})
    ranged = [
        Row([value(F(0))], 0),
        Row([span(1, 2)], 1),
        Row([span(2, 3, "[)")], 2),
        Row([span(3, 4, "(]")], 3),
        Row([span(4, 5, "()")], 4),
        Row([span(None, 0, "[)")], 5),
        Row([span(7, None)], 6),
        Row([any_], 7),
    ]
    for x in ("0", "-0.001", "0.5", "1", "2", "2.001", "3", "3.001", "4", "4.5", "5", "6.999", "7", "1000000"):
        rules.output(MATCH + "2", f"the key {x}", "o_range", number(chosen(ranged, [F(x)]).value), usual | {"x": x})
    steps = [(100, "1.05"), (250, "2.10"), (1000, "3.15")]
    for w in ("99.9", "100", "100.1", "249", "250", "251", "999.999", "1000", "1000.001", "0.2 kg"):
        grams = F(w.split()[0]) * (1000 if "kg" in w else 1)
        below = [p for b, p in steps if b <= grams]
        above = [p for b, p in steps if b >= grams]
        rules.output(MATCH + "3", f"the highest at or below {w}", "o_break", money(below[-1] if below else 0), usual | {"w": w})
        rules.output(MATCH + "4", f"the lowest at or above {w}", "o_next", money(above[0] if above else 0), usual | {"w": w})
    for code in ("AB2", "AB11", "AB10", "AB101", "ZE1", "AB", "AB1", "A", "ab1", ""):
        v = 3 if code == "AB10" else 2 if code.startswith("AB1") else 1 if code.startswith("AB") else 9
        rules.output(MATCH + "5", f"the longest prefix of {code!r}", "o_prefix", number(v), usual | {"code": code})
    for place, name, text in [
        ("1", "several values in a break", "  w : number by break\n  -> p : money\n  | w || p |\n  | 1, 2 || 3 | # ! RW0506\n"),
        ("4", "a range in a next row", "  w : number by next row\n  -> p : money\n  | w || p |\n  | up to 2 || 3 | # ! RW0506\n"),
    ]:
        page.wrong(
            MATCH + place if place != "1" else MATCH + "3",
            name,
            "input { x : number }\ntable t {\n" + text + "}\noutput o = t[x].p",
        )
    page.wrong(
        "how-a-key-matches:1",
        "a prefix of a number",
        "input { x : number }\ntable t {\n  w : number by longest prefix  # ! RW0514\n  -> p : money\n  | w || p |\n  | 1 || 3 |\n}\noutput o = t[x].p",
    )
    page.wrong(
        "how-a-key-matches:1",
        "a range of texts",
        "input { x : yes/no }\ntable t {\n  w : yes/no by range  # ! RW0514\n  -> p : money\n  | w || p |\n  | yes || 3 |\n}\noutput o = t[x].p",
    )
    page.wrong(
        "how-a-key-matches:1",
        "a break of yes and no",
        "input { x : yes/no }\ntable t {\n  w : yes/no by break  # ! RW0514\n  -> p : money\n  | w || p |\n  | yes || 3 |\n}\noutput o = t[x].p",
    )


def among_the_others(page):
    rules = page.rules(
        "among_the_others",
        """
input { lane : text, w : mass in lb }
table rate {
  lane   : text
  weight : mass in lb by break
  -> price : money
  | lane | weight || price |
  | A    | 0      || 10.00 |
  | A    | 1000   || 8.00  |
  | B    | 0      || 20.00 |
  | B    | 500    || 15.00 |
}
table next_rate {
  lane   : text
  weight : mass in lb by next row
  -> price : money
  | lane | weight || price |
  | A    | 100    || 1.00  |
  | A    | 1000   || 2.00  |
  | B    | 500    || 3.00  |
  | B    | 2000   || 4.00  |
}
table area {
  lane : text by longest prefix
  weight : mass in lb by range
  -> zone : integer
  | lane | weight   || zone |
  | A    | any      || 1    |
  | AB   | over 500 || 2    |
  | B    | any      || 3    |
}
output o_break = rate[left(lane, 1), w].price
let n = next_rate[left(lane, 1), w] if any
output o_next = if n is given then n.price else 0 USD
output o_prefix = area[lane, w].zone
""",
    )
    breaks = {"A": [(0, 10), (1000, 8)], "B": [(0, 20), (500, 15)]}
    rows = {"A": [(100, 1), (1000, 2)], "B": [(500, 3), (2000, 4)]}
    for lane in ("A", "B"):
        for w in (0, 499, 500, 700, 1000, 1500):
            given = {"lane": lane, "w": w}
            rules.output(
                "how-a-key-matches:3",
                f"a break of {lane}, {w} lb",
                "o_break",
                money([p for b, p in breaks[lane] if b <= w][-1]),
                given,
            )
            above = [p for b, p in rows[lane] if b >= w]
            rules.output("how-a-key-matches:3", f"a next row of {lane}, {w} lb", "o_next", money(above[0] if above else 0), given)
    for lane, w, zone in (("AB1", 501, 2), ("AB1", 500, 1), ("AC", 501, 1), ("B", 1, 3)):
        rules.output("how-a-key-matches:3", f"a prefix of {lane}, {w} lb", "o_prefix", number(zone), {"lane": lane, "w": w})


def edges(page):
    rules = page.rules(
        "edges",
        """
input { w : mass in lb }
table fee {
  weight : mass in lb by range
  -> price : money
  | weight         || price |
  | under 1        || 1.00  |
  | 1 through 5    || 2.00  |
  | over 5 until 9 || 3.00  |
  | from 9         || 4.00  |
}
table upper {
  weight : mass in lb by range
  -> price : money
  | weight          || price |
  | up to 1         || 1.25  |
  | over 1 up to 5  || 2.25  |
  | over 5          || 3.25  |
}
output a = fee[w].price
output b = upper[w].price
""",
    )
    for w in ("0.99", "1", "1.01", "5", "5.01", "8.99", "9", "16 oz", "16.001 oz", "80 oz", "5000"):
        pounds = F(w.split()[0]) / (16 if "oz" in w else 1)
        rules.output(
            "how-a-key-matches:4",
            f"{w}: an edge below",
            "a",
            money(1 if pounds < 1 else 2 if pounds <= 5 else 3 if pounds < 9 else 4),
            {"w": w},
        )
        rules.output(
            "how-a-key-matches:4",
            f"{w}: an edge above",
            "b",
            money("1.25" if pounds <= 1 else "2.25" if pounds <= 5 else "3.25"),
            {"w": w},
        )


def two_ranges(page):
    rules = page.rules(
        "two_ranges",
        """
input { l : length in in, w : mass in lb, t : number }
table oversize {
  length : length in in by range
  weight : mass in lb by range
  -> fee : money
  | length   | weight   || fee   |
  | up to 48 | up to 50 || 0     |
  | over 48  | up to 50 || 31.00 |
  | up to 48 | over 50  || 55.00 |
  | over 48  | over 50  || 80.00 |
}
table cube first {
  l : length in in by range
  w : mass in lb by range
  t : number by range
  -> v : integer
  | l        | w        | t       || v |
  | under 10 | under 10 | under 1 || 1 |
  | under 10 | under 10 | any     || 2 |
  | under 10 | any      | under 1 || 3 |
  | any      | any      | any     || 4 |
}
output fee = oversize[l, w].fee
output v = cube[l, w, t].v
""",
    )
    for length in ("48", "48.01", "4 ft", "1.3 m"):
        inches = F(length.split()[0]) * {"": 1, "ft": 12, "m": 1 / F("0.0254")}[length.split()[1] if " " in length else ""]
        for weight in ("50", "50.5"):
            rules.output(
                "two-ranges-in-one-row:1",
                f"{length}, {weight} lb",
                "fee",
                money([[0, 55], [31, 80]][inches > 48][F(weight) > 50]),
                {"l": length, "w": weight, "t": 0},
            )
    for length, weight, t, v in (
        ("9", "9", "0.5", 1),
        ("9", "9", "1", 2),
        ("9", "10", "0", 3),
        ("9", "10", "1", 4),
        ("10", "9", "0", 4),
    ):
        rules.output(
            "two-ranges-in-one-row:1", f"three ranges: {length}, {weight}, {t}", "v", number(v), {"l": length, "w": weight, "t": t}
        )


def dated(page):
    rules = page.rules(
        "dated",
        """
input { ship_date : date, pickup : date, zone : integer }
table season {
  zone : integer
  valid
  -> price : money
  | zone | valid                         || price |
  | 1    | 2026-01-01 through 2026-06-30 || 10.00 |
  | 1    | from 2026-07-01               || 12.00 |
  | 2    | from 2026-01-01               || 20.00 |
}
table list unique effective 2026-01-01 through 2026-06-30 {
  zone : integer
  -> price : money
  | zone || price |
  | 1    || 1.50  |
  | 2    || 2.50  |
}
table list unique effective 2026-07-01 through 2026-12-31 {
  zone : integer
  -> price : money
  | zone || price |
  | 1    || 1.75  |
  | 2    || 2.75  |
}
output a = season[zone].price
output b = (season[zone] on pickup).price
output c = list[zone].price
output d = (list[zone] on pickup).price
""",
        "currency USD  priced on ship_date  effective 2026-01-01 through 2026-12-31",
    )
    for zone in (1, 2):
        for day in ("2026-01-01", "2026-06-30", "2026-07-01", "2026-12-31"):
            late = day >= "2026-07-01"
            season = 20 if zone == 2 else 12 if late else 10
            fee = F("0.5") + zone + (F("0.25") if late else 0)
            other = "2026-03-01" if late else "2026-09-01"
            for output, v, given in (
                ("a", season, {"ship_date": day, "pickup": other}),
                ("b", season, {"ship_date": other, "pickup": day}),
                ("c", fee, {"ship_date": day, "pickup": other}),
                ("d", fee, {"ship_date": other, "pickup": day}),
            ):
                rules.output("dates:1", f"zone {zone} on {day}: {output}", output, money(v), given | {"zone": zone})
    for output, given in (("season on a day before all periods", {"ship_date": "2026-03-01", "pickup": "2025-12-31", "zone": 1}),):
        rules.case("dates:1", output, given, failed="no row matched")
    rules.case(
        "dates:1", "a zone without a row", {"ship_date": "2026-03-01", "pickup": "2026-03-01", "zone": 3}, failed="no row matched"
    )
    page.text("dated.csv", "zone,effective_from,effective_to,price\n1,2026-01-01,2026-07-01,10\n1,2026-07-01,,12\n")
    csv_rules = page.rules(
        "dated_csv",
        'input { day : date }\ntable season from "dated.csv" {\n  zone : integer\n  valid from "effective_from" until "effective_to"\n  -> price : money\n}\noutput a = season[1].price',
        "currency USD  priced on day",
    )
    for day, v in (("2026-01-01", 10), ("2026-06-30", 10), ("2026-07-01", 12), ("2030-01-01", 12)):
        csv_rules.output("dates:1", f"periods in two columns of a file: {day}", "a", money(v), {"day": day})
    csv_rules.case("dates:1", "before all periods of a file", {"day": "2025-12-31"}, failed="no row matched")
    page.wrong(
        "dates:1",
        "no date to read rows on",
        "table season {\n  zone : integer\n  valid\n  -> price : money\n  | zone | valid || price |\n  | 1 | from 2026-07-01 || 12 |\n}\nlet a = season[1].price  # ! RW0403",
    )
