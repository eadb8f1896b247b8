"""wire-format.md: records and lists, flat fields, what is sent back."""

import json

from suite import F, money, number, percent, quantity, raw


def build(page):
    records(page)
    flat(page)
    back(page)


def records(page):
    rules = page.rules(
        "records",
        """
record Line { weight : mass in lb  note : text?  pieces : integer = 1 }
record Order { line : Line  carrier : text named "carrierCode" }
input { lines : list of Line = [], order : Order?, n : number?, d : number = 7, many : list of number = [] }
output o_lines = lines
output o_order = order
output o_n = n
output o_d = d
output o_many = count of many
""",
    )
    place = "records-and-lists:1"
    line = lambda w, note=None, pieces=1: {"weight": quantity(w, "lb"), "note": note, "pieces": number(pieces)}
    for sent, value in (
        ([], []),
        ([{"weight": 3}], [line(3)]),
        ([{"weight": "16 oz", "note": "x"}, {"pieces": 4, "weight": 2}], [line(1, "x"), line(2, None, 4)]),
    ):
        rules.output(place, f"{json.dumps(sent)}", "o_lines", value, {"lines": sent})
    for sent, path in (
        ([{"weight": 1}, {"note": "x"}], "lines[1].weight"),
        ([{"weight": "3 in"}], "lines[0].weight"),
        ([{"weight": 1, "colour": 1}], "lines[0].colour"),
        ([3], "lines[0]"),
        ([{"weight": 1}, {"weight": 2}, {"weight": 1, "pieces": "1.5"}], "lines[2].pieces"),
        ({"weight": 1}, "lines"),
    ):
        rules.case(place, f"refused with its path: {path}", {"lines": sent}, failed="input not accepted", path=path)
    order = {"line": {"weight": 2}, "carrierCode": "DHL"}
    rules.output(place, "its name on the wire", "o_order", {"line": line(2), "carrier": "DHL"}, {"order": order})
    rules.case(place, "its name in the rules", {"order": {"line": {"weight": 2}, "carrier": "DHL"}}, failed="input not accepted")
    rules.case(
        "the-wire-format:1",
        "the path of a field within",
        {"order": {"line": {"weight": "2 in"}, "carrierCode": "DHL"}},
        failed="input not accepted",
        path="order.line.weight",
    )
    rules.case("the-wire-format:1", "a field that is not declared", {"colour": 1}, failed="input not accepted")
    rules.case("the-wire-format:1", "not an object", [1], failed="input not accepted")
    for text in ("", "{", '{"n": 1,}', '{"n": 01}', "{'n': 1}", '{"n": 1} x'):
        rules.case("the-wire-format:1", f"not JSON: {text}", input_text=text, failed="input not accepted")
    rules.output("the-wire-format:1", "nothing is rounded", "o_n", "0.30000000000000004", {"n": raw("0.30000000000000004")})
    rules.output(
        "the-wire-format:1",
        "nothing is trimmed",
        "o_order",
        {"line": line(2), "carrier": " DHL "},
        {"order": {"line": {"weight": 2}, "carrierCode": " DHL "}},
    )
    for length in (0, 3):
        rules.output("records-and-lists:6", f"{length} elements", "o_many", number(length), {"many": [1] * length})
    for sent, output, value in (
        ({}, "o_n", None),
        ({"n": None}, "o_n", None),
        ({"n": 0}, "o_n", "0"),
        ({}, "o_d", "7"),
        ({"d": None}, "o_d", "7"),
        ({"d": 0}, "o_d", "0"),
        ({}, "o_lines", []),
        ({"order": None}, "o_order", None),
    ):
        rules.output("what-is-not-sent:1", f"{json.dumps(sent)}: {output[2:]}", output, value, sent)
    for sent, path in (
        ({"order": {"line": None, "carrierCode": "x"}}, "order.line"),
        ({"lines": [{"weight": None}]}, "lines[0].weight"),
        ({"lines": [None]}, "lines[0]"),
    ):
        rules.case("what-is-not-sent:1", f"every other field must be sent: {path}", sent, failed="input not accepted", path=path)
    must = page.rules("must", "input { n : number, list : list of number, b : yes/no }\noutput o = n")
    for sent, path in (
        ({"list": [], "b": True}, "n"),
        ({"n": 1, "b": True}, "list"),
        ({"n": 1, "list": []}, "b"),
        ({"n": None, "list": [], "b": True}, "n"),
    ):
        must.case("what-is-not-sent:1", f"must be sent: {json.dumps(sent)}", sent, failed="input not accepted", path=path)


def flat(page):
    place = "flat-fields:1"
    rules = page.rules(
        "flat",
        """
record Line { weight : mass in lb  note : text? }
record Address { zip : text  floor : integer = 0 }
input { weight : mass in lb, insured : yes/no = no, name : text = "none", must : text, address : Address?, lines : list of Line = [], n : number? }
output o_weight = weight
output o_insured = insured
output o_name = name
output o_must = must
output o_address = address
output o_lines = lines
output o_n = n
""",
    )
    usual = {"weight": "3", "must": "x"}
    line = lambda w, note=None: {"weight": quantity(w, "lb"), "note": note}
    for fields, output, value in [
        ({}, "o_weight", quantity(3, "lb")),
        ({"weight": "48 oz"}, "o_weight", quantity(3, "lb")),
        ({"insured": "yes"}, "o_insured", True),
        ({"insured": "true"}, "o_insured", True),
        ({"insured": "no"}, "o_insured", False),
        ({"insured": "false"}, "o_insured", False),
        ({"insured": ""}, "o_insured", False),
        ({"name": "06510"}, "o_name", "06510"),
        ({"name": ""}, "o_name", "none"),
        ({"must": ""}, "o_must", ""),
        ({"must": 'a, "b"'}, "o_must", 'a, "b"'),
        ({"address.zip": "06510"}, "o_address", {"zip": "06510", "floor": "0"}),
        ({"address.zip": "06510", "address.floor": "4"}, "o_address", {"zip": "06510", "floor": "4"}),
        ({"lines[0].weight": "1", "lines[1].weight": "2", "lines[1].note": "x"}, "o_lines", [line(1), line(2, "x")]),
        ({"lines.0.weight": "1 kg"}, "o_lines", [line(1 / F("0.45359237"))]),
        ({"lines[0].weight": "1", "lines[1].weight": ""}, "o_lines", [line(1)]),
        ({"lines": '[{"weight": 4}]'}, "o_lines", [line(4)]),
        ({"address": '{"zip": "1", "floor": 2}'}, "o_address", {"zip": "1", "floor": "2"}),
        ({"n": ""}, "o_n", None),
        ({"n": "1/3"}, "o_n", "1/3"),
        ({"n": "0"}, "o_n", "0"),
    ]:
        name = ", ".join(f"{k} = {v!r}" for k, v in fields.items()) or "a bare number"
        rules.case(place, f"{name}: {output[2:]}", fields=usual | fields, outputs={output: value})
    for fields, path in (
        ({"weight": "3 in"}, "weight"),
        ({"weight": ""}, "weight"),
        ({"insured": "maybe"}, "insured"),
        ({"lines[0].weight": "x"}, "lines[0].weight"),
        ({"colour": "red"}, None),
        ({"n": "1,000"}, "n"),
    ):
        rules.case(
            place, f"refused: {fields}", fields=usual | fields, failed="input not accepted", **({"path": path} if path else {})
        )


def back(page):
    place = "what-is-sent-back:1"
    sheet = page.sheet(
        "sent_back",
        "unit seat plural seats\nunit cent = 0.01 USD\nenum Service { ground, two_day }\nlet line = { weight = 3 lb, pieces = 2, done = no }",
    )
    for text, value in (
        ("1 / 3", "1/3"),
        ("2 / 6 + 1 / 6", "0.5"),
        ("12.50 USD", money("12.5")),
        ("5 JPY", money(5, "JPY")),
        ("250 cent", money("2.5")),
        ("3 cent per lb * 2 lb", money("0.06")),
        ("3 cent per lb", quantity(3, "cent per lb")),
        ("1.2345 KWD", money("1.2345", "KWD")),
        ("10 USD / 3", {"amount": "10/3", "currency": "USD"}),
        ("3 lb", quantity(3, "lb")),
        ("42.10 USD per cwt", quantity("42.1", "USD per cwt")),
        ("18.50%", percent("18.5")),
        ("1% / 3", percent("1/3")),
        ("5 seats", quantity(5, "seat")),
        ("line", {"weight": quantity(3, "lb"), "pieces": "2", "done": False}),
        ("[1.50, 2]", ["1.5", "2"]),
        ("Service.two_day", "two_day"),
        ("2026-01-05", "2026-01-05"),
        ("08:00:30", "08:00:30"),
        ("2026-03-03T20:59:40+01:00", "2026-03-03T19:59:40Z"),
        ("1 year", "12 months"),
        ("-0.5", "-0.5"),
        ("1_000_000 * 1_000_000", "1000000000000"),
        ("0.1 + 0.2", "0.3"),
        ("-1 / 7", "-1/7"),
    ):
        sheet.value(place, text, text, value)
    again = page.rules(
        "sent_again",
        "input { m : money, w : mass in lb, p : percent, n : number }\noutput m_back = m\noutput w_back = w\noutput p_back = p\noutput n_back = n",
    )
    for m, w, p, n in (
        (money("12.5"), quantity(3, "lb"), percent("18.5"), "1/3"),
        (money("10/3"), quantity("1/7", "lb"), percent("100/3"), "-7"),
        (money(0), quantity("0.125", "lb"), percent(0), "0.1"),
    ):
        again.case(
            place,
            f"sent in again: {n}",
            {"m": m, "w": w, "p": p, "n": n},
            outputs={"m_back": m, "w_back": w, "p_back": p, "n_back": n},
        )
