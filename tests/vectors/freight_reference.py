"""The six freight tariffs once more, apart from the rule sets, with exact fractions.

    python3 tests/vectors/freight_reference.py > tests/vectors/freight-computed.jsonl

writes random inputs with their amounts: one JSON list for each, [rule set, input, expected]. The seed is fixed, so the file
comes out the same. `tests/freight.rs` prices the inputs by the rule sets and compares.
"""

import csv
import json
import math
import pathlib
import random
from fractions import Fraction as F

CENT = F(1, 100)
TABLES = pathlib.Path(__file__).parents[2] / "rules/freight/tables/400ng"


def half_up(x, step=CENT):
    x = F(x) / step
    return (-1 if x < 0 else 1) * math.floor(abs(x) + F(1, 2)) * step


def up(x, step):
    return math.ceil(F(x) / step) * step


def down(x, step):
    return math.floor(F(x) / step) * step


# --- less-than-truckload with deficit weight

BREAKS = [0, 500, 1000, 2000, 5000, 10000]
CLASS_RATES = {
    70: ["48.12", "41.06", "33.87", "28.94", "23.41", "19.88"],
    85: ["57.20", "48.79", "40.25", "34.40", "27.83", "23.62"],
    125: ["84.05", "71.70", "59.14", "50.54", "40.88", "34.71"],
}
FUEL = [("0", "0"), ("1.5", "11"), ("2", "15.5"), ("2.5", "19.5"), ("3", "23"), ("3.5", "26.5"), ("4", "30"), ("4.5", "33.5")]


def ltl(lines, diesel, fak, accessorials):
    rated = [(70 if fak and c <= 85 else c, w) for c, w in lines]
    total = sum(w for _, w in rated)
    options = []
    for at, step in enumerate(BREAKS):
        if at + 1 < len(BREAKS) and BREAKS[at + 1] <= total:
            continue
        rates = {c: F(CLASS_RATES[c][at]) for c, _ in rated}
        deficit = max(step - total, 0) * min(rates.values()) / 100
        options.append(sum(half_up(w * rates[c] / 100) for c, w in rated) + half_up(deficit))
    gross = max(min(options), F(210))
    net = max(gross - half_up(gross * F("0.625")), F(118))
    fuel = [F(p) for at, p in FUEL if F(at) <= diesel][-1]
    amount = net + half_up(net * fuel / 100)
    if "residential" in accessorials:
        amount += 95
    if "liftgate" in accessorials:
        amount += min(max(half_up(F("6.25") * total / 100), F(85)), F(240))
    if "high_cost_area" in accessorials:
        amount += max(half_up(net * F("0.12")), F(38))
    return [amount]


# --- household goods, 400NG

def table(name):
    with open(TABLES / f"mil400ng_{name}.csv", newline="") as file:
        return list(csv.DictReader(file))


LINEHAUL, AREAS, SHORTHAUL, PACK = table("linehaul_rates"), table("service_areas"), table("shorthaul_rates"), table("pack_rates")


def household_goods(date, pounds, miles, origin, destination, discount):
    in_force = lambda row: row["effective_from"] <= date < row["effective_to"]
    within = lambda row, x, name: int(row[f"{name}_lower"]) <= x < int(row[f"{name}_upper_excl"])

    def one(rows):
        (row,) = rows
        return row

    rated = max(pounds, F(1000))
    cwt = math.floor(rated / 100)
    base = one(
        r for r in LINEHAUL
        if in_force(r) and r["type"] == "ConusLinehaul" and within(r, miles, "distance_miles") and within(r, rated, "weight_lbs")
    )
    here, there = (one(r for r in AREAS if in_force(r) and r["service_area"] == a) for a in (origin, destination))
    short = one(r for r in SHORTHAUL if in_force(r) and within(r, cwt * miles, "cwt_miles"))
    packs = [r for r in PACK if in_force(r) and r["kind"] == "pack" and r["schedule"] == here["services_schedule"]]
    pack = one(r for r in packs if within(r, rated, "weight_lbs"))
    unpack = one(r for r in PACK if in_force(r) and r["kind"] == "unpack" and r["schedule"] == there["services_schedule"])
    factors = (int(here["linehaul_factor_cents"]) + int(there["linehaul_factor_cents"])) * cwt
    gross = [
        int(base["rate_cents"]) + factors + (int(short["rate_cents"]) if miles < 800 else 0),
        int(here["service_charge_cents"]) * cwt,
        int(there["service_charge_cents"]) * cwt,
        int(pack["rate"]) * cwt,
        half_up(F(int(unpack["rate"]), 1000) * cwt, 1),
    ]
    cents = sum(half_up(F(part) * (1 - discount), 1) for part in gross)
    return [F(half_up(cents * min(pounds, F(1000)) / 1000, 1), 100)]


# --- air cargo

AIR = [(0, "6.85"), (45, "5.20"), (100, "4.15"), (300, "3.60"), (500, "3.35"), (1000, "3.10")]


def air_cargo(pieces, gross, in_uld):
    volume = sum(n * half_up(l, 1) * half_up(w, 1) * half_up(h, 1) for n, l, w, h in pieces)
    gross = up(gross, F(1, 2))
    chargeable = max(up(volume / 6000, F(1, 2)), gross)
    own = [at for at, _ in AIR if at <= chargeable][-1]
    freight = max(min(half_up(max(chargeable, at) * F(rate)) for at, rate in AIR if at >= own), F(95))
    if in_uld:
        freight = 2950 + half_up(max(gross - 1000, 0) * F("2.65"))
    euros = freight + max(half_up(gross * F("0.85")), F(15)) + max(half_up(chargeable * F("0.15")), F(12)) + 25
    return [euros, half_up(euros * F("1.0837"))]


# --- ocean freight

def ocean(pieces, received, sailed, value):
    step = F(1, 1000)
    measure = sum(up(n * l * w * h / 10**6, step) for n, l, w, h, _ in pieces)
    tonnes = up(sum(n * kg for n, *_, kg in pieces) / 1000, step)
    tons = max(measure, tonnes, F(1))
    base = half_up(max(tons * (81 if received >= "2026-04-15" else 72), value * F("0.015")))
    bunker = half_up(tons * F("15.75" if sailed >= "2026-04-01" else "12.50"))
    heavy = half_up(sum(n * kg * 18 / 1000 for n, *_, kg in pieces if kg > 5000))
    return [base + bunker + half_up(base * F("0.084")) + heavy + half_up(half_up(tons * 31) * F("1.0925")) + 45]


# --- shop templates and shop table rates

def templates(items, region, discount):
    goods = sum(i["price"] * i["qty"] for i in items) - discount
    billed = [max(i["kg"], up(i["cm3"] / F(8000), CENT)) * i["qty"] for i in items]
    found = []
    for code in sorted({i["tpl"] for i in items}):
        if code == "A":
            first, further = (F(18), F(12)) if region in ("新疆", "西藏") else (F(8), F(2))
            over = sum(b for b, i in zip(billed, items) if i["tpl"] == "A") - 1
        else:
            first, further = F(6), F("1.5")
            over = F(sum(i["qty"] for i in items if i["tpl"] == "B") - 2, 3)
        found.append((first, further * math.ceil(max(over, 0))))
    fee = max(first for first, _ in found) + sum(further for _, further in found) + (5 if region == "海南" else 0)
    if goods >= 99 and region not in ("新疆", "西藏", "海南"):
        fee = F(0)
    shares = [down(fee * b / sum(billed), CENT) for b in billed]
    shares[-1] = fee - sum(shares[:-1])
    return [fee] + shares


DELIVERY = [
    ("*", "*", 0, "12.90"), ("*", "*", 10, "19.90"), ("GB", "*", 0, "4.50"), ("GB", "*", 2, "6.20"), ("GB", "*", 10, "11.75"),
    ("GB", "BT*", 0, "7.40"), ("GB", "BT*", 10, "16.10"), ("GB", "HS*", 0, "9.95"), ("GB", "IV4*", 0, "8.35"), ("GB", "IV", 0, "5.00"),
]


def table_rates(country, postcode, items, coupon):
    kilograms = sum(i["kg"] * i["qty"] for i in items if not i["virtual"])
    subtotal = sum(i["price"] * i["qty"] for i in items)
    after = subtotal - half_up(subtotal * coupon / 100)
    code = postcode.replace(" ", "")
    candidates = []
    for land, prefix, at, price in DELIVERY:
        fits = prefix == "*" or (code.startswith(prefix[:-1]) if prefix.endswith("*") else code == prefix)
        if land in ("*", country) and fits and at <= kilograms:
            exactness = 99 if not prefix.endswith("*") else len(prefix) - 1
            candidates.append((land != "*", exactness, at, F(price)))
    bulky = sum(i["qty"] for i in items if i["bulky"])
    fee = F(0) if country == "GB" and after >= 60 and not bulky else max(candidates)[-1]
    if bulky:
        fee += 6 + F("2.5") * (bulky - 1)
    if fee > 0:
        fee += min(max(half_up(after * F("0.035")), F(1)), F(4))
    return [fee, half_up(fee * 20 / 120)]


# --- random inputs

def text(x):
    """The exact decimal of a fraction with at most six places."""
    micro = F(x) * 10**6
    assert micro.denominator == 1
    sign, digits = "-" if micro < 0 else "", f"{abs(micro.numerator):07d}"
    return (sign + digits[:-6] + "." + digits[-6:]).rstrip("0").rstrip(".")


def tenths(low, high):
    return F(random.randint(low * 10, high * 10), 10)


def cases(count):
    both_years = [r["service_area"] for r in AREAS if r["tariff_year"] == "2020" and any(
        o["tariff_year"] == "2019" and o["service_area"] == r["service_area"] for o in AREAS)]
    for _ in range(count):
        lines = [(random.choice([70, 85, 125]), tenths(1, random.choice([600, 3000]))) for _ in range(random.randint(1, 4))]
        accessorials = [a for a in ("residential", "liftgate", "high_cost_area") if random.random() < 0.4]
        diesel, fak = F(random.randint(0, 5500), 1000), random.random() < 0.3
        given = {"lines": [{"class": str(c), "weight": text(w)} for c, w in lines], "diesel": text(diesel), "fak": fak}
        yield "ltl_deficit_weight", given | {a: True for a in accessorials}, ltl(lines, diesel, fak, accessorials)
    for _ in range(count):
        pounds = random.choice([F(random.randint(1, 23999)), tenths(10, 1500), F(random.randint(800, 1300))])
        miles, discount = random.choice([random.randint(1, 6000), random.randint(700, 900)]), F(random.randint(0, 1000), 1000)
        origin, destination = random.choice(both_years), random.choice(both_years)
        date = random.choice(["2019-05-15", "2020-05-14", "2020-05-15", "2020-12-01", "2021-05-14"])
        given = {"move_date": date, "weight": text(pounds), "miles": str(miles), "origin_area": origin,
                 "destination_area": destination, "discount": text(discount * 100) + "%"}
        yield "household_goods", given, household_goods(date, pounds, miles, origin, destination, discount)
    for _ in range(count):
        pieces = [(random.randint(1, 6), tenths(1, 150), tenths(1, 150), tenths(1, 150)) for _ in range(random.randint(1, 3))]
        gross, in_uld = tenths(1, random.choice([50, 2000])), random.random() < 0.3
        names = ("count", "length", "width", "height")
        given = {"pieces": [dict(zip(names, map(text, p))) for p in pieces], "gross_weight": text(gross), "in_uld": in_uld}
        yield "air_cargo", given, air_cargo(pieces, gross, in_uld)
    for _ in range(count):
        weights = random.choice([20, 8000])
        pieces = [(random.randint(1, 40), tenths(1, 250), tenths(1, 250), tenths(1, 250), tenths(1, weights))
                  for _ in range(random.randint(1, 3))]
        received, sailed = random.choice(["2026-02-02", "2026-04-14", "2026-04-15"]), random.choice(["2026-03-31", "2026-04-01"])
        value = F(random.randint(0, random.choice([1, 10**8])), 100)
        names = ("count", "length", "width", "height", "weight")
        given = {"pieces": [dict(zip(names, map(text, p))) for p in pieces], "received": received, "sailed": sailed, "value": text(value)}
        yield "ocean_lcl", given, ocean(pieces, received, sailed, value)
    for _ in range(count):
        items = [{"tpl": random.choice("AB"), "price": F(random.randint(1, 4000), 100), "qty": random.randint(1, 5),
                  "kg": F(random.randint(1, 500), 100), "cm3": random.randint(0, 30000)} for _ in range(random.randint(1, 4))]
        region, discount = random.choice(["广东", "新疆", "西藏", "海南", "北京"]), F(random.randint(0, 500), 100)
        shown = [{"template": i["tpl"], "price": text(i["price"]), "quantity": i["qty"], "weight": text(i["kg"]), "volume": i["cm3"]}
                 for i in items]
        yield "shop_shipping_templates", {"items": shown, "region": region, "discount": text(discount)}, templates(items, region, discount)
    for _ in range(count):
        items = [{"price": F(random.randint(1, 5000), 100), "qty": random.randint(1, 4), "kg": F(random.randint(0, 6000), 1000),
                  "virtual": random.random() < 0.2, "bulky": random.random() < 0.2} for _ in range(random.randint(1, 3))]
        country = random.choice(["GB", "GB", "GB", "FR"])
        postcode = random.choice(["BT1 1BB", "IV", "I V", "IV4 8PY", "IV41 8PY", "IV5", "HS1", "SW1A 1AA", "", "BT", "B T9"])
        coupon = random.choice(["0", "20", "12.5", "100"])
        shown = [{"price": text(i["price"]), "quantity": i["qty"], "weight": text(i["kg"]), "virtual": i["virtual"], "bulky": i["bulky"]}
                 for i in items]
        given = {"country": country, "postcode": postcode, "items": shown, "coupon": coupon + "%"}
        yield "shop_table_rates", given, table_rates(country, postcode, items, F(coupon))


if __name__ == "__main__":
    random.seed(400)
    for rules, given, expected in cases(100):
        print(json.dumps([rules, given, [text(x) for x in expected]], ensure_ascii=False))
