"""Makes buckets.csv and bounds.csv: what src/migrate must give, computed in another way.

Buckets by hashlib and Python's integers. Fixed bounds by exact fractions: the binomial chance is summed without rounding and the rate
halved into place. Watched bounds by integrating over the rates with Simpson's rule, in decimals of 60 digits.

    python3 tests/migrate/vectors.py
"""
import csv, hashlib, math, os
from decimal import Decimal as D, getcontext
from fractions import Fraction as F

HERE = os.path.dirname(os.path.abspath(__file__))
getcontext().prec = 60


def bucket(salt, key):
    digest = hashlib.sha256(salt.encode() + b"\0" + key.encode()).digest()
    return int.from_bytes(digest[:8], "big") * 1_000_000 >> 64


def fixed(mismatches, cases, error):
    low, high = F(mismatches, cases), F(1)
    for _ in range(60):
        rate = (low + high) / 2
        rate = F(round(rate * 2**70), 2**70)
        chance = sum(math.comb(cases, i) * rate**i * (1 - rate) ** (cases - i) for i in range(mismatches + 1))
        low, high = (low, rate) if chance <= error else (rate, high)
    return float(high)


def stake(mismatches, cases, rate):
    """0.9 on there being none, 0.1 spread evenly over all rates below `rate`."""
    k, n, p = mismatches, cases, D(rate)
    clean = (1 - p) ** -n if k == 0 else D(0)
    steps = 4000
    def better(i):
        u = D(i) / steps
        if u == 0:
            return D(1 if k == 0 else 0) * ((1) / (1 - p)) ** n
        return u**k * ((1 - u * p) / (1 - p)) ** (n - k)
    total = better(0) + better(steps) + sum((4 if i % 2 else 2) * better(i) for i in range(1, steps))
    return D("0.9") * clean + D("0.1") * total / (3 * steps)


def watched(mismatches, cases, error):
    low, high = mismatches / cases, 1 - 1e-15
    for _ in range(44):
        rate = (low + high) / 2
        low, high = (low, rate) if stake(mismatches, cases, rate) >= 1 / D(str(error)) else (rate, high)
    return high


with open(os.path.join(HERE, "buckets.csv"), "w", newline="") as out:
    rows = csv.writer(out)
    rows.writerow(["salt", "key", "bucket"])
    for salt in ["", "parcel-2026", "Fracht – Mai"]:
        for key in ["", "ACME", "acme", "customer 17", "客户", *(f"C{i:04}" for i in range(12))]:
            rows.writerow([salt, key, bucket(salt, key)])

with open(os.path.join(HERE, "bounds.csv"), "w", newline="") as out:
    rows = csv.writer(out)
    rows.writerow(["mismatches", "cases", "error", "fixed", "watched"])
    for mismatches, cases in [(0, 1), (0, 59), (0, 299), (1, 2), (1, 100), (2, 300), (5, 200), (30, 200), (99, 100), (0, 900), (7, 700)]:
        for error in [0.05, 0.01]:
            exact = F(str(error))
            rows.writerow([mismatches, cases, error, repr(fixed(mismatches, cases, exact)), repr(watched(mismatches, cases, error))])
