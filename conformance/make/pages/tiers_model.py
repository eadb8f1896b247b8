"""tiers.md: graduated and volume tiers as the reference tells them, and families of cases that are held against them."""

from suite import F, money, started


class Tier:
    """A tier: its end (None for none), whether the end belongs to it, the price of a part, and a flat fee."""

    def __init__(self, end, price, flat=0, included=True):
        self.end, self.price, self.flat, self.included = end, price, F(flat), included

    def holds(self, q):
        return self.end is None or q < self.end or (q == self.end and self.included)


def rate(per_unit):
    return lambda q: F(per_unit) * q


def step(price, size):
    return lambda q: F(price) * started(q, size)


def graduated(tiers, q, at_zero=False, each=lambda v: v):
    """Each part at its own price; a flat fee where a part lies in the tier, or at zero for the first where that is said."""
    total, start = F(0), F(0)
    for position, tier in enumerate(tiers):
        part = (q if tier.end is None else min(q, F(tier.end))) - start
        # The bound itself is a point: whether a tier below or above it has it matters for flat fees alone.
        if part > 0 or (at_zero and position == 0):
            total += each(tier.price(max(part, F(0))) + tier.flat)
        if tier.end is None or q <= F(tier.end):
            break
        start = F(tier.end)
    return total


def volume(tiers, q, at_zero=False, each=lambda v: v):
    tier = next(t for t in tiers if t.holds(q))
    return each(tier.price(q) + (tier.flat if q > 0 or at_zero else 0))


def family(page, place, name, head, calls, quantities, unit, show=money):
    """One rule set, in which each call is made with each quantity."""
    text = head + f"\ninput {{ q : {unit} }}\n" + "\n".join(f"output o_{call} = {call}(q)" for call in calls)
    rules = page.rules(name, text)
    for q in quantities:
        for call, price in calls.items():
            spot, function = price if isinstance(price, tuple) else (place, price)
            rules.output(spot, f"{call} of {q}", f"o_{call}", show(function(F(q))), {"q": q})
    return rules
