#!/usr/bin/env python3
"""Recorded parcels for `ratewright replay`, of which a share differs by quirks of old code: replay.py CASES PERCENT > recorded.jsonl

They are priced by crates/ratewright-migration/tests/findings/parcels.rules, but for the share: the fuel surcharge is cut off, HEAVY is charged
from its bound on, PEAK begins two days late, the stale rate of a zone, or an amount that nobody understands. Always the same cases.
"""
import json, random, sys
from decimal import Decimal as D, ROUND_DOWN, ROUND_HALF_UP

cases, percent = int(sys.argv[1]), float(sys.argv[2])
draw, cent = random.Random(7), D("0.01")
for number in range(cases):
    day, zone = draw.randrange(1, 31), draw.choice(["near", "far"])
    weight, quirk = D(draw.randrange(1, 1000)) / 10, None
    if draw.random() * 100 < percent:
        quirk = draw.choice(["cut off", "bound", "late", "stale", "unknown"])
    if quirk == "bound":
        weight = D(50)
    if quirk == "late":
        day = draw.choice([16, 17])
    price = D("3.10") if zone == "far" else D("2.50") if weight <= 10 else D("2.00")
    if quirk == "stale":
        price -= D("0.10")
    base = (weight * price).quantize(cent, ROUND_HALF_UP)
    fuel = (base * D("0.185")).quantize(cent, ROUND_DOWN if quirk == "cut off" else ROUND_HALF_UP)
    if quirk == "unknown":
        base += D(draw.randrange(1, 500)) / 100
    lines = {"BASE": base, "FUEL": fuel}
    if weight > 50 or quirk == "bound":
        lines["HEAVY"] = D(31)
    if day >= 16 and quirk != "late":
        lines["PEAK"] = D("1.25")
    date = f"2026-11-{day:02}"
    answer = {"lines": [{"charge": name, "amount": f"{amount} USD"} for name, amount in lines.items()]}
    given = {"shipped": date, "customer": f"C-{number % 999}", "zone": zone, "weight": f"{weight} lb"}
    print(json.dumps({"id": f"S-{number}", "time": f"{date}T10:00:00Z", "input": given, "answer": {"priced": answer}}))
