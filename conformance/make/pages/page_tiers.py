"""tiers.md: prices by how much, against a small model of graduated and volume tiers."""

from tiers_model import Tier, family, graduated, rate, step, volume

from suite import F, amount, booked, money, number, quantity, rounded, started


def build(page):
    bounds(page)
    kinds(page)
    percents(page)
    steps(page)
    flats(page)
    lines(page)
    lists(page)
    wrong(page)


def bounds(page):
    up = [Tier(100, rate(2)), Tier(None, rate(1))]
    under = [Tier(100, rate(2), included=False), Tier(None, rate(1))]
    head = (
        "tiers v_up volume over number { up to 100 2 USD  above 1 USD }\ntiers v_under volume over number { under 100 2 USD  above 1 USD }\n"
        "tiers g_up graduated over number { up to 100 2 USD plus 1 USD flat  above 1 USD plus 7 USD flat }\n"
        "tiers g_under graduated over number { under 100 2 USD plus 1 USD flat  above 1 USD plus 7 USD flat }"
    )
    flat_up = [Tier(100, rate(2), 1), Tier(None, rate(1), 7)]
    calls = {"v_up": lambda q: volume(up, q), "v_under": lambda q: volume(under, q), "g_up": lambda q: graduated(flat_up, q)}
    head = head.rsplit("\n", 1)[0]
    family(page, "tiers:2", "bounds", head, calls, ("99.99", "100", "100.01", "1", "0"), "number")
    units = page.sheet(
        "bounds_with_units",
        "tiers egress graduated over data in GiB { up to 1 TiB 0.1 USD per GiB  above 0.05 USD per GiB }\ntiers ship volume over mass in lb { under 1 kg 3 USD flat  above 5 USD flat }",
    )
    for text, value in (
        ("egress(1 TiB)", money("102.4")),
        ("egress(1_025 GiB)", money("102.45")),
        ("egress(2 TiB)", money("153.6")),
        ("ship(2.2 lb)", money(3)),
        ("ship(1 kg)", money(5)),
        ("ship(1_000 g)", money(5)),
        ("ship(999 g)", money(3)),
    ):
        units.value("tiers:2", text, text, value)
    twice = page.sheet(
        "declared_once", "tiers fee graduated over number { up to 10 2 USD  above 1 USD }\nlet total = fee(5) + fee(15)"
    )
    for text, value in (
        ("total", money(10 + 25)),
        ("fee(fee(5) as number in USD)", money(20)),
        ("list of fee(x) for each x in [1, 10, 11]", [money(2), money(20), money(21)]),
        ("if fee(3) > 5 USD then yes else no", True),
    ):
        twice.value("tiers:1", text, text, value)


def kinds(page):
    egress = [Tier(10240, rate("0.085")), Tier(51200, rate("0.065")), Tier(None, rate("0.045"))]
    family(
        page,
        "graduated:1",
        "graduated",
        "tiers egress graduated over data in GiB {\n  up to 10_240   0.085 USD per GiB\n  up to 51_200   0.065 USD per GiB\n  above          0.045 USD per GiB\n}",
        {"egress": lambda q: graduated(egress, q)},
        ("0", "0.5", "100", "10239.9", "10240", "10241", "51200", "51201", "60000", "1000000"),
        "data in GiB",
    )
    plan = [Tier(10, rate(20), included=False), Tier(50, rate("17.5"), included=False), Tier(None, rate(15))]
    family(
        page,
        "volume:1",
        "volume",
        "unit seat plural seats\ntiers plan volume over seat {\n  under 10   20.00 USD per seat\n  under 50   17.50 USD per seat\n  above      15.00 USD per seat\n}",
        {"plan": lambda q: volume(plan, q)},
        ("0", "1", "9", "10", "11", "49", "50", "51", "1000"),
        "seat",
    )
    stairs = [Tier(5, lambda q: F(0), 4), Tier(10, lambda q: F(0), 7), Tier(None, lambda q: F(0), 9)]
    family(
        page,
        "stairstep:1",
        "stairstep",
        "unit parcel plural parcels\ntiers steps volume over parcel {\n  up to 5    4.00 USD flat\n  up to 10   7.00 USD flat\n  above      9.00 USD flat\n}",
        {"steps": lambda q: volume(stairs, q)},
        ("0", "1", "5", "6", "10", "11", "1000"),
        "parcel",
    )
    other = [Tier(5, lambda q: F(0), 3, included=False), Tier(None, lambda q: F(0), 8)]
    family(
        page,
        "stairstep:1",
        "stairstep_under",
        "tiers steps_under volume over mass in kg { under 5 3.00 EUR flat  above 8.00 EUR flat }",
        {"steps_under": lambda q: volume(other, q)},
        ("4.999", "5", "12"),
        "mass in kg",
        lambda v: money(v, "EUR"),
    )


def percents(page):
    fee = lambda a: min(max(F("0.015") * max(a - 1000, F(0)), F(2)), F(100))
    free = [Tier(1000, rate(0)), Tier(None, rate("0.015"))]
    family(
        page,
        "a-percentage-with-a-free-part-a-minimum-and-a-maximum:1",
        "free_part",
        "function fee(amount : money) = 1.5% of (amount - 1_000 USD minimum 0 USD) minimum 2.00 USD maximum 100.00 USD\n"
        "function other(amount : money) = 1.5% of (amount - 1_000 USD minimum 0 USD) maximum 1.00 USD minimum 2.00 USD\ntiers with_free_part graduated over money in USD { up to 1_000 0%  above 1.5% }",
        {"fee": fee, "other": lambda a: F(2), "with_free_part": lambda a: graduated(free, a)},
        ("0", "1000", "1010", "1133.33", "1133.34", "1500", "7666.66", "9000"),
        "money",
    )
    support = [Tier(1000, rate("0.1")), Tier(10000, rate("0.07")), Tier(None, rate("0.05"))]
    cent = lambda v: rounded(v, "0.01")
    family(
        page,
        "graduated-over-money:1",
        "support",
        "tiers support graduated over money in USD, each tier rounded half up to 0.01 USD {\n  up to 1_000   10%\n  up to 10_000   7%\n  above          5%\n}\n"
        "tiers exact graduated over money in USD { up to 1_000 10%  up to 10_000 7%  above 5% }\ntiers whole volume over money in USD { up to 1_000 10%  up to 10_000 7%  above 5% }",
        {
            "support": lambda q: graduated(support, q, each=cent),
            "exact": lambda q: graduated(support, q),
            "whole": lambda q: volume(support, q),
        },
        ("0", "500", "999.99", "1000", "1000.10", "10000", "10000.07", "12345.67"),
        "money",
    )


def steps(page):
    block = [Tier(1000, step(10, 500)), Tier(None, step(15, 1000))]
    sizes = [Tier(100, lambda q: F(0), 5), Tier(None, lambda q: F(0), 9)]
    family(
        page,
        "packages-and-blocks:1",
        "packages",
        "unit message plural messages\ntiers packages volume over message { above 8.00 USD per started 100 message }\ntiers block graduated over message {\n  up to 1_000  10 USD per started 500 message\n"
        "  above        15 USD per started 1_000 message\n}\ntiers sizes volume over message { up to 100 5 USD flat  above 9 USD flat }",
        {"packages": lambda q: F(8) * started(q, 100), "block": lambda q: graduated(block, q), "sizes": lambda q: volume(sizes, q)},
        ("0", "1", "100", "101", "500", "501", "1000", "1001", "2000", "2001"),
        "message",
    )
    parcels = [Tier(5, lambda q: F(0), 4), Tier(None, step("1.5", 3))]
    whole = [Tier(None, lambda q: F(2) * (q // 4))]
    family(
        page,
        "per-started-unit:1",
        "parcels",
        "unit piece plural pieces\ntiers parcels volume over piece { up to 5 4.00 USD flat  above 1.50 USD per started 3 piece }\ntiers full volume over piece { above 2.00 USD per whole 4 piece }",
        {"parcels": lambda q: volume(parcels, q), "full": lambda q: volume(whole, q)},
        ("0", "1", "3", "4", "5", "6", "7", "8", "9", "10"),
        "piece",
    )
    operators = page.rules(
        "operators",
        "input { x : money, t : duration in min }\noutput s = 1.45 USD per started 100 USD of x\noutput w = 1.45 USD per whole 100 USD of x\noutput h = 3 USD per started 1 h of t\noutput m = 2 USD per whole 30 min of t",
    )
    for x in ("0", "0.01", "99", "100", "201", "299", "300"):
        operators.output("per-started-unit:1", f"started of {x}", "s", money(F("1.45") * started(x, 100)), {"x": x, "t": 0})
        operators.output("per-started-unit:1", f"whole of {x}", "w", money(F("1.45") * (F(x) // 100)), {"x": x, "t": 0})
    for t in ("0", "29.5", "30", "60", "61", "120.5"):
        operators.output("per-started-unit:1", f"hours started of {t} min", "h", money(3 * started(t, 60)), {"x": 0, "t": t})
        operators.output("per-started-unit:1", f"half hours of {t} min", "m", money(2 * (F(t) // 30)), {"x": 0, "t": t})
    express = [Tier(1, lambda q: F(0), 12), Tier(None, step("2.5", "0.5"))]
    family(
        page,
        "first-and-continuation:1",
        "express",
        "tiers express graduated over mass in kg {\n  up to 1   12.00 CNY flat\n  above      2.50 CNY per started 0.5 kg\n}",
        {"express": lambda q: graduated(express, q)},
        ("0", "0.001", "0.3", "1", "1.001", "1.2", "1.5", "1.501", "2.3", "30"),
        "mass in kg",
        lambda v: money(v, "CNY"),
    )
    rules = page.rules(
        "increments",
        "input { x : duration in s, first : duration in s, then_by : duration in s }\nlet call = increments of x first (first) then (then_by)\noutput billed = sum of part.length for each part in call\n"
        "output starts = list of part.start for each part in call\noutput number = count of call\noutput lengths = list of part.length for each part in call\noutput price = billed * 0.06 USD per min",
    )
    for x, first, then in (
        ("43", 30, 6),
        ("1", 30, 6),
        ("0", 30, 6),
        ("30", 30, 6),
        ("30.5", 30, 6),
        ("36", 30, 6),
        ("61", 60, 60),
        ("5.5", 1, 1),
        ("100", 60, 20),
    ):
        value, at, pieces = F(x), F(0), []
        while at < value:
            length = F(first) if not pieces else F(then)
            pieces.append((at, length))
            at += length
        given = {"x": x, "first": first, "then_by": then}
        name = f"{x} s, first {first}, then {then}"
        for output, expected in (
            ("billed", quantity(at, "s")),
            ("starts", [quantity(a, "s") for a, _ in pieces]),
            ("number", number(len(pieces))),
            ("lengths", [quantity(b, "s") for _, b in pieces]),
            ("price", money(at * F("0.06") / 60)),
        ):
            rules.output("increments:1", f"{name}: {output}", output, expected, given)


def flats(page):
    tiers = [Tier(100, rate("0.1"), 3), Tier(None, rate("0.05"), 5)]
    text = "{\n  up to 100   0.10 USD per GiB plus 3.00 USD flat\n  above       0.05 USD per GiB plus 5.00 USD flat\n}"
    calls = {
        "usual": lambda q: graduated(tiers, q),
        "always": lambda q: graduated(tiers, q, at_zero=True),
        "all": lambda q: volume(tiers, q),
        "all_always": lambda q: volume(tiers, q, at_zero=True),
    }
    family(
        page,
        "flat-fees:1",
        "flat_fees",
        f"tiers usual graduated over data in GiB {text}\ntiers always graduated over data in GiB, flat due at zero {text}\ntiers all volume over data in GiB {text}\n"
        f"tiers all_always volume over data in GiB, flat due at zero {text}",
        calls,
        ("0", "0.001", "50", "100", "100.001", "101", "500"),
        "data in GiB",
    )
    # At a bound with `under` the next tier begins, and with it its flat fee.
    rules = page.rules(
        "flat_at_bound",
        "tiers t graduated over number {\n  under 2   10 USD plus 1 USD flat\n  up to 5   20 USD plus 9 USD flat\n  above     30 USD plus 40 USD flat\n}\ninput { q : number }\noutput o = t(q)",
    )
    for q, fee in (("0", 0), ("1", 11), ("1.99", "20.9"), ("2", 30), ("3", 50), ("5", 90), ("6", 160)):
        rules.output("flat-fees:1", f"{q} at and beside bounds", "o", money(fee), {"q": q})


def lines(page):
    egress = [(0, 10240, "0.085"), (10240, 51200, "0.065"), (51200, None, "0.045")]
    rules = page.rules(
        "breakdown",
        'input { used : data in GiB }\ntiers egress graduated over data in GiB {\n  up to 10_240   0.085 USD per GiB\n  up to 51_200   0.065 USD per GiB\n  above          0.045 USD per GiB\n}\ncharge EGRESS "Egress" = egress(used)',
    )
    for used in ("100", "10240", "10241", "51200", "60000"):
        parts = []
        total = F(0)
        for low, high, price in egress:
            part = min(F(used), F(high)) - low if high is not None else F(used) - low
            if part <= 0:
                break
            total += part * F(price)
            label = f"{low} to {high} GiB" if high else f"over {low} GiB"
            parts.append(
                {
                    "label": label,
                    "quantity": quantity(part, "GiB"),
                    "rate": quantity(price, "USD per GiB"),
                    "amount": money(part * F(price)),
                }
            )
        rules.case(
            "a-line-for-each-tier:1",
            f"the tiers of {used} GiB",
            {"used": used},
            charges=[{"code": "EGRESS", "breakdown": parts, "amount": money(booked(total))}],
        )
    rules.case("a-line-for-each-tier:1", "no tier", {"used": 0}, lines=[["EGRESS", "0.00 USD"]])
    tiers = [Tier(1, rate("0.004")), Tier(3, rate("0.005")), Tier(None, rate("0.006"))]
    cent = lambda v: rounded(v, "0.01")
    body = "{ up to 1 0.004 USD  up to 3 0.005 USD  above 0.006 USD }"
    both = page.rules(
        "each_tier_rounded",
        f"input {{ q : number }}\ntiers once graduated over number {body}\ntiers each_tier graduated over number, each tier rounded to 0.01 USD {body}\n"
        f"tiers up_each graduated over number, each tier rounded up to 0.01 USD {body}\ncharge ONCE = once(q)\ncharge EACH = each_tier(q)\ncharge UP = up_each(q)\noutput exact = once(q)",
    )
    for q in ("0", "1", "2", "3", "3.5", "5", "10"):
        v = F(q)
        amounts = [
            booked(graduated(tiers, v)),
            graduated(tiers, v, each=cent),
            graduated(tiers, v, each=lambda a: rounded(a, "0.01", "up")),
        ]
        both.case(
            "a-line-for-each-tier:2",
            f"{q}: once, each tier, each tier up",
            {"q": q},
            lines=[[code, amount(a)] for code, a in zip(("ONCE", "EACH", "UP"), amounts)],
        )
        both.output(
            "a-line-for-each-tier:2", f"{q}: nothing is rounded before the charge", "exact", money(graduated(tiers, v)), {"q": q}
        )
    two = [Tier(10240, rate("0.085")), Tier(None, rate("0.065"))]
    points = page.rules(
        "two_points",
        "input { before : data in GiB, after : data in GiB }\ntiers egress graduated over data in GiB { up to 10_240 0.085 USD per GiB  above 0.065 USD per GiB }\noutput added = egress(after) - egress(before)",
    )
    for before, after in ((10000, 10500), (0, 100), (10240, 10241), (20000, 20100), (500, 500), (10300, 10200)):
        points.output(
            "at-two-points:1",
            f"from {before} to {after}",
            "added",
            money(graduated(two, F(after)) - graduated(two, F(before))),
            {"before": before, "after": after},
        )


def lists(page):
    ends = page.rules(
        "below_and_beyond",
        "input { q : number }\ntiers g graduated over number { up to 50 2 USD }\ntiers v volume over number { under 60 2 USD }\noutput a = g(q)\noutput b = v(q)",
    )
    for q, a in (("0", 0), ("50", 100), ("49.99", "99.98")):
        ends.case("tiers:3", f"within the last tier, {q}", {"q": q}, outputs={"a": money(a), "b": money(a)})
    for q in ("50.01", "60", "1000"):
        ends.case("tiers:3", f"beyond the last tier, {q}", {"q": q}, failed="no row matched")
    for q in ("-0.01", "-5"):
        ends.case("tiers:3", f"a quantity below zero, {q}", {"q": q}, failed="input not accepted")
    rules = page.rules(
        "parameters",
        "input { x : money, p : percent, base : money }\ntiers fee(rate : percent, base : money) graduated over money in USD { up to 100 USD  rate plus base flat  above  rate }\noutput o = fee(x, p, base)",
    )
    for x, p, base in ((50, "10", 1), (150, "10", 1), (0, "10", 1), (100, "2.5", "0.5"), ("100.01", "2.5", 0)):
        tiers = [Tier(100, rate(F(p) / 100), base), Tier(None, rate(F(p) / 100))]
        rules.output(
            "tiers-from-a-list:1",
            f"{x} at {p}% plus {base}",
            "o",
            money(graduated(tiers, F(x))),
            {"x": x, "p": f"{p}%", "base": base},
        )
    listed = page.rules(
        "from_a_list",
        "record Step { limit : number?, rate : money, flat : money }\ninput { steps : list of Step, q : number }\ntiers contract(steps : list of Step) graduated over number { each step in steps { up to step.limit  step.rate plus step.flat flat } }\n"
        "tiers all(steps : list of Step) volume over number { each step in steps { under step.limit  step.rate plus step.flat flat } }\noutput o = contract(q, steps)\noutput v = all(q, steps)",
    )
    for name, steps_, failure in (
        (
            "limits that fall",
            [{"limit": 50, "rate": 2, "flat": 0}, {"limit": 40, "rate": 1, "flat": 0}, {"rate": 1, "flat": 0}],
            "input not accepted",
        ),
        (
            "equal limits",
            [{"limit": 50, "rate": 2, "flat": 0}, {"limit": 50, "rate": 1, "flat": 0}, {"rate": 1, "flat": 0}],
            "input not accepted",
        ),
        ("a tier after one without end", [{"rate": 2, "flat": 0}, {"limit": 500, "rate": 1, "flat": 0}], "input not accepted"),
        ("beyond the last limit", [{"limit": 50, "rate": 2, "flat": 0}], "no row matched"),
        ("no tiers", [], "no row matched"),
    ):
        listed.case("tiers-from-a-list:2", name, {"steps": steps_, "q": 60}, failed=failure)
    two = [{"limit": 100, "rate": 2, "flat": 0}, {"rate": "1.5", "flat": 10}]
    three = [{"limit": 10, "rate": 3, "flat": 1}, {"limit": 20, "rate": 2, "flat": 2}, {"rate": 1, "flat": 4}]
    for name, steps_ in (("two steps", two), ("three steps", three)):
        up = [Tier(s.get("limit"), rate(s["rate"]), s["flat"]) for s in steps_]
        under = [Tier(s.get("limit"), rate(s["rate"]), s["flat"], included=False) for s in steps_]
        for q in ("0", "5", "10", "20", "20.5", "100", "101"):
            given = {"steps": steps_, "q": q}
            listed.output("tiers-from-a-list:2", f"{name}, {q}: graduated", "o", money(graduated(up, F(q))), given)
            listed.output("tiers-from-a-list:2", f"{name}, {q}: volume", "v", money(volume(under, F(q))), given)


def wrong(page):
    place = "what-is-reported:1"
    page.wrong(
        place,
        "bounds that fall",
        "tiers falling graduated over number {\n  up to 100  2 USD\n  up to 50   1 USD  # ! RW0411\n  above      0.5 USD\n}\nlet a = falling(3)",
    )
    page.wrong(
        place,
        "a bound twice",
        "tiers falling graduated over number {\n  up to 100  2 USD\n  up to 100   1 USD  # ! RW0411\n  above      0.5 USD\n}\nlet a = falling(3)",
    )
    page.wrong(place, "warn tiers that end", "tiers ending graduated over number { up to 50 2 USD }  # ! RW0412\nlet a = ending(3)")
    page.wrong(
        place,
        "a rate of another unit",
        "tiers wrong graduated over data in GiB { above 2 USD per lb }  # ! RW0300\nlet a = wrong(3 GiB)",
    )
    page.wrong(
        place,
        "a bound of another unit",
        "tiers wrong graduated over data in GiB { up to 3 lb 2 USD per GiB  above 1 USD per GiB }  # ! RW0300\nlet a = wrong(3 GiB)",
    )
    page.wrong(
        place,
        "a quantity of another unit",
        "tiers t graduated over data in GiB { above 2 USD per GiB }\nlet a = t(3 lb)  # ! RW0300",
    )
