"""rule_sets.md: the head of a file, labels and comments, the input, modules."""

from suite import F, amount, booked, money, number, quantity


def build(page):
    whole(page)
    head(page)
    labels(page)
    inputs(page)
    ranges(page)
    modules(page)


def whole(page):
    rules = page.rules(
        "whole",
        'input { weight : mass in lb up to 150 lb, country : text = "US" }\nrefuse NO_SERVICE "not to {country}" when country is "XX"\n'
        'charge BASE = 2 USD per lb * weight\ncharge FUEL = 10% of BASE\noutput weight_sent = weight\nflag HEAVY "heavy" when weight > 50 lb',
    )
    for weight in ("3", "50", "50.01", "150"):
        base = booked(2 * F(weight))
        rules.case(
            "rule-sets:1",
            f"one quote for {weight} lb",
            {"weight": weight},
            lines=[["BASE", amount(base)], ["FUEL", amount(booked(base / 10))]],
            totals=[amount(base + booked(base / 10))],
            outputs={"weight_sent": quantity(weight, "lb")},
            flags=["HEAVY"] if F(weight) > 50 else [],
        )
    rules.case("rule-sets:1", "one refusal", {"weight": 3, "country": "XX"}, refused="NO_SERVICE", message="not to XX")
    rules.case("rule-sets:1", "what was wrong", {"weight": 151}, failed="input not accepted", path="weight")
    rules.case("rule-sets:1", "what was wrong goes before a refusal", {"weight": 151, "country": "XX"}, failed="input not accepted")


def head(page):
    for name, text in [
        ("head_name_alone", "ruleset head.alone { }\ncharge A = 1.005 USD"),
        ("head_without_braces", "ruleset head.bare\ncharge A = 1.005 EUR"),
        ("head_title", 'ruleset head.title "With a title" { currency JPY }\ncharge A = 1.5 JPY'),
        ("head_version", 'ruleset head.version "Title" version "2026.1" { currency KWD }\ncharge A = 1.0005 KWD'),
        ("head_rounding", "ruleset head.rounding { currency USD rounding half even to 0.05 USD }\ncharge A = 1.025 USD"),
        ("head_order", "ruleset head.order { rounding up to 1 USD currency USD }\ncharge A = 1.01 USD"),
    ]:
        line = {
            "head_name_alone": "1.01 USD",
            "head_without_braces": "1.01 EUR",
            "head_title": "2 JPY",
            "head_version": "1.001 KWD",
            "head_rounding": "1.00 USD",
            "head_order": "2.00 USD",
        }[name]
        page.rules(name, text).case("the-head-of-a-file:1", name.replace("_", " "), None, lines=[["A", line]], totals=[line])
    money_means = page.rules(
        "head_currency", "ruleset head.currency { currency EUR }\ninput { fee : money }\noutput sent = fee\ncharge A = fee"
    )
    money_means.case(
        "the-head-of-a-file:1",
        "what `money` means",
        {"fee": "12.345"},
        lines=[["A", "12.35 EUR"]],
        outputs={"sent": money("12.345", "EUR")},
    )
    page.wrong(
        "the-head-of-a-file:1", "money without a currency", "ruleset r { }\ninput { fee : money }  # ! RW0303\ncharge A = 1 USD"
    )
    settings = "currency USD  effective 2026-01-05 through 2027-01-03  priced on ship_date"
    rules = page.rules("effective", "input { ship_date : date }\ncharge BASE = 10 USD", settings)
    for day in ("2026-01-05", "2026-07-01", "2027-01-03"):
        rules.case("the-head-of-a-file:2", f"in force on {day}", {"ship_date": day}, totals=["10.00 USD"])
    for day in ("2026-01-04", "2027-01-04", "2020-02-29"):
        rules.case("the-head-of-a-file:2", f"not in force on {day}", {"ship_date": day}, failed="input not accepted")
    until = page.rules(
        "effective_until",
        "input { ship_date : date }\ncharge BASE = 11 USD",
        "currency USD  effective 2026-01-05 until 2027-01-04  priced on ship_date",
    )
    until.case("the-head-of-a-file:2", "until: the last day", {"ship_date": "2027-01-03"}, totals=["11.00 USD"])
    until.case("the-head-of-a-file:2", "until: the end itself", {"ship_date": "2027-01-04"}, failed="input not accepted")
    open_end = page.rules(
        "effective_from",
        "input { ship_date : date }\ncharge BASE = 12 USD",
        "currency USD  effective from 2026-01-05  priced on ship_date",
    )
    open_end.case("the-head-of-a-file:2", "from: a far day", {"ship_date": "2999-12-31"}, totals=["12.00 USD"])
    open_end.case("the-head-of-a-file:2", "from: the day before", {"ship_date": "2026-01-04"}, failed="input not accepted")
    corrected = page.rules(
        "corrected",
        'ruleset freight.parcel "Domestic parcel, corrected" version "2026.2" {\n  currency   USD\n  effective  2026-01-05 through 2027-01-03\n'
        '  published  2026-04-02\n  supersedes "2026.1" from 2026-03-01\n  priced on  ship_date\n}\ninput { ship_date : date }\ncharge BASE = 9.90 USD',
    )
    for day in ("2026-03-01", "2026-03-15", "2027-01-03"):
        corrected.case("the-head-of-a-file:3", f"the correction on {day}", {"ship_date": day}, lines=[["BASE", "9.90 USD"]])
    corrected.case("the-head-of-a-file:3", "after its period", {"ship_date": "2027-01-04"}, failed="input not accepted")
    page.wrong(
        "the-head-of-a-file:3",
        "an edition that replaces itself",
        'ruleset r version "2" { currency USD effective 2026-01-01 through 2026-12-31 published 2026-04-02 '
        'supersedes "2" from 2026-03-01 priced on day }  # ! RW0417\ninput { day : date }\ncharge A = 1 USD',
    )


def labels(page):
    rules = page.rules(
        "labels",
        '## What the scales say, rounded up.\ninput { weight : mass in lb "Actual weight" }     # a comment\n# charge NEVER = 9 USD\n'
        'parameter per_pound = 2.50 USD per lb because "Price list 7"\ncharge BASE "Transportation" = per_pound * weight because "Tariff 12.4(b), {weight}"\n'
        'charge HASH "# is no comment in a text" = 1 USD because "no # either"\ncharge BARE = 2 USD\noutput billed = weight "Billed weight"\n'
        'test "the reasons" {\n  given weight = 3 lb\n  expect explanation of BASE has "Tariff 12.4(b), 3 lb"\n  expect explanation of BASE has "Price list 7"\n}',
    )
    for weight in ("3", "0.5", "1000"):
        rules.case(
            "labels-and-comments:1",
            f"the reason of {weight} lb",
            {"weight": weight},
            charges=[
                {"code": "BASE", "label": "Transportation", "reason": f"Tariff 12.4(b), {weight} lb"},
                {"code": "HASH", "label": "# is no comment in a text", "reason": "no # either"},
                {"code": "BARE", "label": None, "reason": None},
            ],
        )
    rules.case("labels-and-comments:1", "reasons in the explanation", tests={"the reasons": "passed"})
    names = page.sheet(
        "names",
        'let 运费 = 12 USD\nlet Überlänge = yes\nlet `when` = 3\nlet twice = `when` * 2\nlet _x1 = 4\nenum Größe { klein "klein", groß }\nlet größe = Größe.groß\n'
        "unit стол\nlet столы = 3 стол\nlet date = 5\nlet zone = 6\nlet total = 7\nlet `from` = 8",
    )
    for name, text, value in [
        ("a name of two letters", "运费", money(12)),
        ("accents", "Überlänge", True),
        ("a word of the language", "`when`", "3"),
        ("made from one", "twice", "6"),
        ("an underscore and a digit", "_x1", "4"),
        ("a member", "größe", "groß"),
        ("a unit", "столы", quantity(3, "стол")),
        ("a label", '"运费 12"', "运费 12"),
        ("`date` is free", "date", "5"),
        ("`zone` and `total` are free", "zone * total", "42"),
        ("`from` in backticks", "`from` + 1", "9"),
    ]:
        names.value("labels-and-comments:2", name, text, value)
    page.wrong("labels-and-comments:2", "a word of the language", "let when = 3  # ! RW0100")


def inputs(page):
    rules = page.rules(
        "input",
        'enum Service { ground "Ground", two_day }\ninput {\n  service     : Service\n  origin      : text matching "[0-9]{5}"\n'
        '  weight      : mass in lb from 0.1 lb through 150 lb     "Actual weight"\n  length, width, height : length in in over 0 in\n  residential : yes/no = no\n'
        '  declared    : money from 0 USD = 0 USD\n  note        : text?\n  carrier     : text = "UPS" named "carrierCode"\n}\n'
        "output o_service = service\noutput o_origin = origin\noutput o_weight = weight\noutput volume = length * width * height / (1 in * 1 in * 1 in)\n"
        "output o_residential = residential\noutput o_declared = declared\noutput o_note = note\noutput code = lower(carrier)",
    )
    usual = {"service": "ground", "origin": "43004", "weight": 3, "length": 10, "width": 11, "height": 12}
    for output, value in [
        ("o_service", "ground"),
        ("o_origin", "43004"),
        ("o_weight", quantity(3, "lb")),
        ("volume", number(1320)),
        ("o_residential", False),
        ("o_declared", money(0)),
        ("o_note", None),
    ]:
        rules.output("the-input:1", f"sent, or its default: {output}", output, value, usual)
    for field, value, output, seen in [
        ("residential", True, "o_residential", True),
        ("declared", "12.5", "o_declared", money("12.5")),
        ("note", "glass", "o_note", "glass"),
        ("note", None, "o_note", None),
        ("declared", None, "o_declared", money(0)),
        ("service", "two_day", "o_service", "two_day"),
    ]:
        rules.output("the-input:1", f"{field} sent as {value}", output, seen, usual | {field: value})
    for field in usual:
        rules.case(
            "the-input:1",
            f"{field} is missing",
            {k: v for k, v in usual.items() if k != field},
            failed="input not accepted",
            path=field,
        )
    rules.case("the-input:1", "a field that is not declared", usual | {"colour": "red"}, failed="input not accepted")
    for weight, good in (
        ("0.1", True),
        ("0.09999", False),
        ("150", True),
        ("150.0001", False),
        ("-3", False),
        ("68 kg", True),
        ("68.1 kg", False),
    ):
        given = usual | {"weight": weight}
        if good:
            pounds = F(weight.split()[0]) / (F("0.45359237") if "kg" in weight else 1)
            rules.output("the-input:2", f"a weight of {weight}", "o_weight", quantity(pounds, "lb"), given)
        else:
            rules.case("the-input:2", f"a weight of {weight}", given, failed="input not accepted", path="weight")
    for origin, good in (
        ("00000", True),
        ("4300", False),
        ("430045", False),
        ("4300a", False),
        ("", False),
        (" 43004", False),
        ("43004\n", False),
        ("99999", True),
    ):
        given = usual | {"origin": origin}
        if good:
            rules.output("the-input:2", f"an origin {origin!r}", "o_origin", origin, given)
        else:
            rules.case("the-input:2", f"an origin {origin!r}", given, failed="input not accepted", path="origin")
    for field in ("length", "width", "height"):
        rules.case("the-input:2", f"a {field} that is not over zero", usual | {field: 0}, failed="input not accepted", path=field)
    rules.output("the-input:2", "a length just over zero", "volume", number("0.132"), usual | {"length": "0.001"})
    rules.case("the-input:2", "an amount below zero", usual | {"declared": "-0.01"}, failed="input not accepted", path="declared")
    patterns = page.rules(
        "patterns",
        'input { a : text matching "GB|IE", b : text matching "[A-Z]{2}[0-9]*", c : text matching ".+" }\noutput x = a\noutput y = b\noutput z = c',
    )
    for a, b, c, fault in (
        ("GB", "AB", "x", None),
        ("IE", "AB10", "two words", None),
        ("GBR", "AB", "x", "a"),
        ("XGB", "AB", "x", "a"),
        ("GB", "ab1", "x", "b"),
        ("GB", "A1", "x", "b"),
        ("GB", "AB1 ", "x", "b"),
        ("GB", "AB", "", "c"),
    ):
        given = {"a": a, "b": b, "c": c}
        if fault:
            patterns.case(
                "the-input:2", f"a pattern that does not fit: {a!r}, {b!r}, {c!r}", given, failed="input not accepted", path=fault
            )
        else:
            patterns.case("the-input:2", f"patterns that fit: {a!r}, {b!r}, {c!r}", given, outputs={"x": a, "y": b, "z": c})
    for name, text in [
        ("a range that holds nothing", "weight : mass in lb from 150 lb through 1 lb  # ! RW0404"),
        ("a pattern that cannot be read", 'origin : text matching "[0-9"  # ! RW0405'),
        ("a range of yes and no", "gift : yes/no from no through yes  # ! RW0300"),
        ("a range of one excluded", "n : number over 3 until 3  # ! RW0404"),
        ("a pattern of a number", 'n : number matching "[0-9]"  # ! RW0300'),
        ("a range in another unit", "w : mass in lb up to 5 in  # ! RW0300"),
        ("a type that is none", "w : weight  # ! RW0301"),
    ]:
        page.wrong("the-input:3" if "type" not in name else "the-input:1", name, f"input {{\n  {text}\n}}\ncharge A = 1 USD")
    for carrier in ("DHL", "Fedex"):
        rules.output("the-input:4", f"its name on the wire: {carrier}", "code", carrier.lower(), usual | {"carrierCode": carrier})
    rules.case(
        "the-input:4", "its name in the rules is not its name on the wire", usual | {"carrier": "DHL"}, failed="input not accepted"
    )
    rules.output("the-input:4", "its default", "code", "ups", usual)


def from_(words):
    """A range in a declaration: `from 2 through 5`, where a row has `2 through 5`."""
    return f"from {words}" if words[0] == "2" else words


def ranges(page):
    forms = [
        (1, "2 through 5", lambda v: 2 <= v <= 5),
        (1, "from 2 through 5", lambda v: 2 <= v <= 5),
        (2, "2 until 5", lambda v: 2 <= v < 5),
        (2, "from 2 until 5", lambda v: 2 <= v < 5),
        (3, "over 2 up to 5", lambda v: 2 < v <= 5),
        (4, "over 2 until 5", lambda v: 2 < v < 5),
        (5, "from 2", lambda v: v >= 2),
        (5, "over 2", lambda v: v > 2),
        (6, "up to 5", lambda v: v <= 5),
        (6, "under 5", lambda v: v < 5),
    ]
    text = "input { " + ", ".join(f"f{i} : number? {from_(words)}" for i, (_, words, _) in enumerate(forms)) + " }\n"
    text += "\n".join(f"output o{i} = f{i}" for i in range(len(forms)))
    rules = page.rules("ranges_of_inputs", text)
    tables = "input { v : number }\n" + "\n".join(
        f"table t{i} first {{\n  v : number by range\n  -> hit : yes/no\n  | v || hit |\n  | {words} || yes |\n  | any || no |\n}}\noutput o{i} = t{i}[v].hit"
        for i, (_, words, _) in enumerate(forms)
    )
    rows = page.rules("ranges_of_rows", tables)
    for i, (row, words, holds) in enumerate(forms):
        for value in ("1.999", "2", "2.001", "4.999", "5", "5.001"):
            place = f"the-input:6.{row}"
            if holds(F(value)):
                rules.output(place, f"{value} is accepted: {words}", f"o{i}", number(value), {f"f{i}": value})
            else:
                rules.case(place, f"{value} is not accepted: {words}", {f"f{i}": value}, failed="input not accepted", path=f"f{i}")
            rows.output(place, f"a row for {value}: {words}", f"o{i}", holds(F(value)), {"v": value})


def modules(page):
    page.text(
        "shared/units.rules",
        'module shared.units "Shared units"\nunit carton\nunit pallet = 48 carton\nenum Service { ground, air }\nrecord Shipment { pallets : pallet, service : Service = ground }\n'
        'parameter handling = 4.10 USD because "Price list 7"\nlet double_handling = handling * 2\ncalendar holidays { 25 December }\n'
        'windows day in zone "Europe/London" { every day 08:00 until 20:00 }\n'
        "function cartons_of(shipment : Shipment) -> carton = shipment.pallets\ntiers dock graduated over carton { up to 100 1 USD per carton  above 0.50 USD per carton }\n"
        "table zone_of {\n  code : text\n  -> zone : integer\n  | code || zone |\n  | A || 1 |\n  | B || 2 |\n}\n",
    )
    page.text("shared/more.rules", 'module shared.more "More"\nimport "units.rules"\nlet two_pallets : carton = 2 pallet\n')
    sheet = page.sheet(
        "imports",
        'ruleset freight.dock { currency USD }\nimport "shared/units.rules"\nlet shipment : Shipment = { pallets = 2 pallet }\nlet boxes : carton = 3 pallet\ncharge HANDLING = handling',
    )
    for name, text, value in [
        ("a function", "cartons_of(shipment)", quantity(96, "carton")),
        ("a unit", "boxes", quantity(144, "carton")),
        ("an enumeration and a record", "shipment.service", "ground"),
        ("a parameter", "handling", money("4.1")),
        ("a let", "double_handling", money("8.2")),
        ("a calendar", "2026-12-25 is within holidays", True),
        ("windows", "2026-01-05T20:00:00Z is within day", False),
        ("tiers", "dock(144 carton)", money(100 + F(44) / 2)),
        ("a table", 'zone_of["B"].zone', "2"),
    ]:
        sheet.value("modules:1", name, text, value)
    sheet.rules.case("modules:1", "a charge with what is imported", None, lines=[["HANDLING", "4.10 USD"]])
    twice = page.rules(
        "imports_of_imports",
        'ruleset freight.more { currency USD }\nimport "shared/more.rules"\nimport "shared/units.rules"\noutput boxes = two_pallets\noutput fee = handling',
    )
    twice.case("modules:1", "a module that imports another, relative to itself", None, outputs={"boxes": quantity(96, "carton")})
    twice.case("modules:1", "one module on two ways", None, outputs={"fee": money("4.1")})
    page.wrong(
        "modules:1",
        "a file that is not there",
        'ruleset freight.dock { currency USD }\nimport "shared/unit.rules"  # ! RW0200\ncharge HANDLING = 1 USD',
    )
    page.wrong(
        "modules:1",
        "a module is not priced",
        'module shared.alone "A module is not priced"  # ! RW0205\nparameter handling = 4.10 USD',
    )
    page.text("shared/priced.rules", "ruleset shared.priced { currency USD }\ncharge A = 1 USD\n")
    page.wrong(
        "modules:1",
        "a rule set is not imported",
        'ruleset freight.dock { currency USD }\nimport "shared/priced.rules"  # ! RW0206\ncharge HANDLING = 1 USD',
    )
    page.text("shared/wrong.rules", 'module shared.wrong "Not only shared"\ncharge HANDLING = 4.10 USD\n')
    page.add(
        "rejected",
        {
            "paragraph": page.id("modules:1"),
            "name": "a charge in a module",
            "rules": "wrong_import_of_a_charge.rules",
            "expect": {"rejected": ["RW0207:shared/wrong.rules:2"]},
        },
    )
    page.text(
        "wrong_import_of_a_charge.rules", 'ruleset freight.dock { currency USD }\nimport "shared/wrong.rules"\ncharge A = 1 USD\n'
    )
