"""charges.md: shared allowances, one of several, a line for each piece."""

from suite import F, amount, booked, money, quantity


def build(page):
    draws(page)
    options(page)
    pieces(page)


def usd(*pairs):
    return [[code, amount(value)] for code, value in pairs]


def draws(page):
    rules = page.rules(
        "draws",
        "input { pool : data in GiB, a : data in GiB, b : data in GiB, c : data in GiB }\nlet free = draw pool from (a, b, c) in order\nlet other = draw pool from (c, a) in order\n"
        + "\n".join(f"output {k}_{w} = free.{k}.{w}" for k in "abc" for w in ("taken", "rest"))
        + "\noutput left = free.left\noutput other_left = other.left\noutput c_first = other.c.taken",
    )
    for pool, a, b, c in (
        (100, 60, 70, 5),
        (100, 60, 40, 5),
        (200, 60, 70, 5),
        (0, 1, 2, 3),
        (50, 60, 1, 1),
        (100, 0, 0, 100),
        ("10.5", "0.25", "20", "1"),
    ):
        left, out = F(pool), {}
        for key, want in zip("abc", (a, b, c)):
            taken = min(left, F(want))
            left -= taken
            out[f"{key}_taken"], out[f"{key}_rest"] = quantity(taken, "GiB"), quantity(F(want) - taken, "GiB")
        out["left"] = quantity(left, "GiB")
        first = min(F(pool), F(c))
        out["c_first"] = quantity(first, "GiB")
        out["other_left"] = quantity(F(pool) - first - min(F(pool) - first, F(a)), "GiB")
        given = {"pool": pool, "a": a, "b": b, "c": c}
        for output, value in out.items():
            rules.output("shared-allowances:1", f"{pool} among {a}, {b}, {c}: {output}", output, value, given)
    below = page.rules(
        "draws_below_zero",
        "input { pool : data in GiB, a : data in GiB, b : data in GiB }\nlet free = draw pool from (a, b) in order\n"
        + "\n".join(f"output {k}_{w} = free.{k}.{w}" for k in "ab" for w in ("taken", "rest"))
        + "\noutput left = free.left",
    )
    # pool, wants, what each takes and keeps wanting, what is left: by hand
    for pool, a, b, found in ((-5, 2, 3, (0, 2, 0, 3, -5)), (10, -2, 3, (0, -2, 3, 0, 7)), (-1, -2, 0, (0, -2, 0, 0, -1))):
        for output, value in zip(("a_taken", "a_rest", "b_taken", "b_rest", "left"), found):
            name = f"{pool} among {a} and {b}: {output}"
            below.output("shared-allowances:1", name, output, quantity(value, "GiB"), {"pool": pool, "a": a, "b": b})


def options(page):
    rules = page.rules(
        "options",
        """
input { longest : length in in, billed : mass in lb }
charge HANDLING "Additional handling" = dearest of {
    SIZE   "Over 48 in" 31.00 USD when longest > 48 in
    WEIGHT "Over 50 lb" 55.00 USD when billed > 50 lb
    EQUAL  "Over 70 lb" 55.00 USD when billed > 70 lb
}
charge CHEAP = cheapest of {
    SIZE2   31.00 USD when longest > 48 in
    WEIGHT2 0.10 USD per lb * billed when billed > 50 lb
}
charge FIRST = first of {
    HUGE  100.00 USD when longest > 96 in
    LARGE  10.00 USD when longest > 48 in
    SMALL   1.00 USD
}
""",
    )
    for longest, billed in ((50, 60), (40, 60), (50, 10), (40, 10), (97, 80), (48, 50), (100, 310), (100, 311)):
        wide, heavy = longest > 48, billed > 50
        handling = [v for holds, v in ((wide, 31), (heavy, 55)) if holds]
        cheap = [v for holds, v in ((wide, F(31)), (heavy, F(billed) / 10)) if holds]
        pairs = (
            ([("HANDLING", max(handling))] if handling else [])
            + ([("CHEAP", min(cheap))] if cheap else [])
            + [("FIRST", 100 if longest > 96 else 10 if wide else 1)]
        )
        rules.case("one-of-several:1", f"{longest} in, {billed} lb", {"longest": longest, "billed": billed}, lines=usd(*pairs))
    part = lambda code, label, value: [{"code": code, "label": label, "amount": money(value)}]
    for longest, billed, chosen in (
        (50, 60, part("WEIGHT", "Over 50 lb", 55)),
        (50, 10, part("SIZE", "Over 48 in", 31)),
        (40, 80, part("WEIGHT", "Over 50 lb", 55)),
    ):
        expect = [{"code": "HANDLING", "breakdown": chosen}, {"code": "CHEAP"}, {"code": "FIRST"}]
        rules.case(
            "one-of-several:1", f"which option: {longest} in, {billed} lb", {"longest": longest, "billed": billed}, charges=expect
        )
    last = page.rules(
        "options_none",
        'input { n : number }\ncharge A = 1 USD\ncharge NONE = first of {\n    GIANT 100.00 USD when n > 96\n}\ncharge EQUALS = cheapest of {\n    ONE "one" 2 USD\n    TWO "two" 2 USD when n > 1\n}\noutput o = if NONE is applied then NONE else 7 USD',
    )
    for n in (0, 2, 97):
        pairs = [("A", 1)] + ([("NONE", 100)] if n > 96 else []) + [("EQUALS", 2)]
        last.case("one-of-several:1", f"none applies, {n}", {"n": n}, lines=usd(*pairs), outputs={"o": money(100 if n > 96 else 7)})
    last.case(
        "one-of-several:1",
        "of equals the first written",
        {"n": 2},
        charges=[{"code": "A"}, {"code": "EQUALS", "breakdown": part("ONE", "one", 2)}],
    )


def pieces(page):
    rules = page.rules(
        "pieces",
        """
record Piece { name : text, weight : mass in lb }
input { pieces : list of Piece }
charge PIECE "Piece fee, {piece.name}" for each piece in pieces where piece.weight > 3 lb
    = 0.45 USD shown as 1 at 0.45 USD
charge BY_WEIGHT for each piece in pieces = 0.333 USD per lb * piece.weight
charge FREIGHT "Freight" = 0.50 USD per lb * sum of piece.weight for each piece in pieces
charge FUEL = 10% of (PIECE + FREIGHT + BY_WEIGHT)
""",
    )
    for weights in (["10", "2", "40"], ["3", "3.01"], [], ["1"], ["5", "5", "5"]):
        values = [F(w) for w in weights]
        fees = [("PIECE", F("0.45")) for v in values if v > 3]
        by = [("BY_WEIGHT", booked(F("0.333") * v)) for v in values]
        freight = booked(sum(values, F(0)) / 2)
        fuel = booked((sum(v for _, v in fees + by) + freight) / 10)
        rules.case(
            "for-each-piece-then-for-the-shipment:1",
            f"pieces of {weights}",
            {"pieces": [{"name": f"p{i}", "weight": w} for i, w in enumerate(weights)]},
            lines=usd(*fees, *by, ("FREIGHT", freight), ("FUEL", fuel)),
        )
    rules.case(
        "for-each-piece-then-for-the-shipment:1",
        "what is shown, and the label of each line",
        {"pieces": [{"name": "box", "weight": 10}, {"name": "pipe", "weight": 4}]},
        charges=[
            {"code": "PIECE", "label": "Piece fee, box"},
            {"code": "PIECE", "label": "Piece fee, pipe"},
            {"code": "BY_WEIGHT"},
            {"code": "BY_WEIGHT"},
            {"code": "FREIGHT", "label": "Freight"},
            {"code": "FUEL"},
        ],
    )
    shown = page.rules(
        "shown",
        "unit piece plural pieces\ninput { n : piece }\ncharge HANDLING = 0.45 USD per piece * n shown as n at 0.45 USD per piece\ncharge PLAIN = 1 USD",
    )
    for n in (1, 7):
        shown.case(
            "for-each-piece-then-for-the-shipment:1",
            f"{n} at a price of one",
            {"n": n},
            charges=[
                {
                    "code": "HANDLING",
                    "quantity": quantity(n, "piece"),
                    "unit_price": quantity("0.45", "USD per piece"),
                    "amount": money(F("0.45") * n),
                },
                {"code": "PLAIN", "quantity": None, "unit_price": None},
            ],
        )
