"""tables.md#what-is-proved-of-a-table: what is told of tables before any quote."""

HEAD = "enum Service { ground, air }\ninput {\n  service : Service\n  zone    : text\n  weight  : mass in lb from 0 lb through 150 lb\n  insured : yes/no\n  day : date\n}\n"
PLACE = "what-is-proved-of-a-table:2."


def table(name, columns, heads, rows, policy=""):
    text = f"table {name} {policy}{{"
    return (
        text
        + "\n"
        + "".join(f"  {column}\n" for column in columns)
        + f"  | {heads} |\n"
        + "".join(f"  | {row}\n" for row in rows)
        + "}\n"
    )


def build(page):
    band = ["weight : mass in lb by range", "-> price : money"]
    lane = ["zone : text"] + band
    cases = [
        (
            "1",
            "two rows for the same weights",
            table("t", band, "weight || price", ["0 through 5 || 1 |", "4 through 150 || 2 | # ! RW0510"]),
            "t[weight].price",
        ),
        (
            "1",
            "two rows with the same keys",
            table(
                "t", ["zone : text", "-> price : money"], "zone || price", ["A || 1 |", "A || 2 | # ! RW0511", "otherwise || 3 |"]
            ),
            "t[zone].price",
        ),
        (
            "2",
            "a hole between bands",
            table("t", band, "weight || price", ["0 through 5 || 1 |", "6 through 150 || 2 | # ! RW0518"]),
            "t[weight].price",
        ),
        (
            "2",
            "a hole of one lane",
            table(
                "t",
                lane,
                "zone | weight || price",
                [
                    "A | 0 through 5 || 1 |",
                    "A | over 5 up to 150 || 2 |",
                    "B | 0 until 5 || 1 |",
                    "B | over 5 up to 150 || 2 | # ! RW0518",
                ],
            ),
            "t[zone, weight].price",
        ),
        (
            "2",
            "warn a hole that is refused",
            table(
                "t",
                band,
                "weight || price",
                ["0 through 5 || 1 |", "6 through 150 || 2 | # ! RW0924", 'otherwise || refuse "R" "none" |'],
            ),
            "t[weight].price",
        ),
        (
            "3",
            "a member without a row",
            table("t", ["service : Service", "-> price : money"], "service || price", ["ground || 1 |"]).replace(
                "{\n", "{  # ! RW0520\n", 1
            ),
            "t[service].price",
        ),
        (
            "3",
            "a yes without a row",
            table("t", ["insured : yes/no", "-> price : money"], "insured || price", ["no || 1 |"]).replace(
                "{\n", "{  # ! RW0520\n", 1
            ),
            "t[insured].price",
        ),
        (
            "4",
            "warn bands that end earlier",
            table("t", lane, "zone | weight || price", ["A | 0 through 150 || 1 |", "B | 0 through 20 || 2 |"]).replace(
                "{\n", "{  # ! RW0919\n", 1
            ),
            "t[zone, weight].price",
        ),
        (
            "4",
            "warn a member that only one name has",
            table(
                "t",
                ["zone : text", "service : Service", "-> price : money"],
                "zone | service || price",
                ["A | ground || 1 |", "A | air || 2 |", "B | ground || 3 |"],
            ).replace("{\n", "{  # ! RW0919\n", 1),
            "t[zone, service].price",
        ),
        (
            "5",
            "warn days between two periods",
            table(
                "t",
                ["zone : text", "valid", "-> price : money"],
                "zone | valid || price",
                ["A | 2026-01-01 through 2026-06-29 || 1 |", "A | from 2026-07-01 || 2 | # ! RW0918"],
            ),
            "(t[zone] on day).price",
        ),
        (
            "6",
            "warn weights beyond all bands",
            table("t", band, "weight || price", ["0 through 5 || 1 |", "over 5 up to 100 || 2 |"]),
            "t[weight].price  # ! RW0925",
        ),
        (
            "7",
            "warn a row that no key finds",
            table("t", band, "weight || price", ["up to 50 || 1 |", "up to 20 || 2 | # ! RW0911", "any || 3 |"], "first "),
            "t[weight].price",
        ),
        (
            "7",
            "warn a row after a catch-all",
            table("t", ["zone : text", "-> price : money"], "zone || price", ["any || 1 |", "A || 2 | # ! RW0911"], "first "),
            "t[zone].price",
        ),
        (
            "8",
            "warn a column that decides nothing",
            table(
                "t",
                ["insured : yes/no"] + band,
                "insured | weight || price",
                ["yes | up to 5 || 1 |", "no | up to 5 || 1 |", "any | over 5 || 2 |"],
            ).replace("insured : yes/no", "insured : yes/no  # ! RW0917", 1),
            "t[insured, weight].price",
        ),
    ]
    for row, name, text, look_up in cases:
        page.wrong(PLACE + row, name, HEAD + text + f"output o = {look_up}")
    page.wrong(
        PLACE + "6",
        "warn rows for some keys that begin after all declared days",
        "input { insured : yes/no, day : date from 2026-03-29 until 2026-05-08 }\n"
        "table t {\n  insured : yes/no\n  valid\n  -> price : money\n  | insured | valid || price |\n"
        "  | yes | from 2026-12-23 || 2.00 |\n  | no | from 2026-01-01 || 1.00 |\n}\n"
        "output o = (t[insured] on day).price  # ! RW0925",
    )
    page.wrong(
        PLACE + "6",
        "warn weights that no row of a sum has",
        "input { insured : yes/no, weight : mass in lb from 0 lb through 150 lb }\n"
        "table t collect sum {\n  insured : yes/no\n  weight : mass in lb by range\n  -> fee : money\n  | insured | weight || fee |\n"
        "  | yes | any || 2.00 |\n  | any | over 50 || 1.00 |\n}\n"
        "output o = t[insured, weight].fee  # ! RW0925",
    )
    page.wrong(
        PLACE + "1",
        "rows of an `any` table with different values",
        HEAD
        + table("t", band, "weight || price", ["up to 50 || 1 |", "40 through 150 || 2 | # ! RW0510"], "any ")
        + "output o = t[weight].price",
    )
    silent = [
        ("if any", "let row = t[service] if any\noutput o = if row is given then row.price else 0 USD", {"service": "air"}, "0.00"),
        ("rows of", "output o = sum of r.price for each r in rows of t[service]", {"service": "air"}, "0.00"),
        ("keys that are written out", "output o = t[ground].price\noutput p = service", {"service": "air"}, "1.00"),
    ]
    usual = {"service": "ground", "zone": "A", "weight": 1, "insured": True, "day": "2026-01-01"}
    for name, look_up, given, value in silent:
        rules = page.rules(
            f"not_counted_on_{name.replace(' ', '_')}",
            HEAD + table("t", ["service : Service", "-> price : money"], "service || price", ["ground || 1 |"]) + look_up,
        )
        rules.case(
            "what-is-proved-of-a-table:3",
            f"does not count on a row: {name}",
            usual | given,
            outputs={"o": {"amount": value, "currency": "USD"}},
            warned=[],
        )
    page.rules(
        "column_of_any",
        HEAD
        + table("t", lane, "zone | weight || price", ["any | up to 5 || 1 |", "any | over 5 || 2 |"])
        + "output o = t[zone, weight].price",
    ).case(
        PLACE + "8",
        "a column of `any` alone is not told of",
        usual,
        outputs={"o": {"amount": "1.00", "currency": "USD"}},
        warned=[],
    )
    names = page.rules(
        "open_list",
        HEAD
        + table("t", ["zone : text", "-> price : money"], "zone || price", ["A || 1 |", "C || 2 |"])
        + "output o = t[zone].price",
    )
    names.case(
        "what-is-proved-of-a-table:3",
        "names leave no gap by being left out",
        usual,
        outputs={"o": {"amount": "1.00", "currency": "USD"}},
        warned=[],
    )
    names.case("what-is-proved-of-a-table:3", "a name that was left out", usual | {"zone": "B"}, failed="no row matched")
    equal = page.rules(
        "equal_neighbours",
        HEAD
        + table("t", band, "weight || price", ["0 through 5 || 1 |", "over 5 up to 150 || 1 |"])
        + "output o = t[weight].price",
    )
    for weight in (5, 6):
        equal.case(
            "what-is-proved-of-a-table:3",
            f"equal neighbours are not told of: {weight} lb",
            usual | {"weight": weight},
            outputs={"o": {"amount": "1.00", "currency": "USD"}},
            warned=[],
        )
    page.wrong(
        "what-is-proved-of-a-table:1",
        "over all columns at once",
        HEAD
        + table(
            "t",
            ["zone : text", "service : Service", "weight : mass in lb by range", "-> price : money"],
            "zone | service | weight || price",
            ["A, B | any | up to 5 || 1 |", "B, C | air | 5 through 9 || 2 | # ! RW0510", "otherwise || 3 |"],
        )
        + "output o = t[zone, service, weight].price",
    )
    page.wrong(
        "what-is-proved-of-a-table:1",
        "over dates as well",
        HEAD
        + table(
            "t",
            ["zone : text", "valid", "-> price : money"],
            "zone | valid || price",
            ["A | 2026-01-01 through 2026-06-30 || 1 |", "A | from 2026-06-30 || 2 | # ! RW0510"],
        )
        + "output o = (t[zone] on day).price",
    )
