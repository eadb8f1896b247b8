"""time.md: months from an anchor, and times of day in zones, as the reference tells them."""

import calendar as months_of
from datetime import date, datetime, timedelta, timezone
from zoneinfo import ZoneInfo


def zulu(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def add_months(day, months):
    """The same day of the later month, or its last."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, months_of.monthrange(year, month + 1)[1]))


def instant_in(day, clock, zone):
    """The instant of a time of day in a zone: skipped times are the moment of the skip, of two the first is meant."""
    local = datetime.combine(day, clock, ZoneInfo(zone))
    first = local.replace(fold=0)
    utc = first.astimezone(timezone.utc)
    if utc.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local.replace(tzinfo=None):
        return utc
    # The clocks skip this time: the last instant before it whose local time is still below, to the second.
    low, high = utc - timedelta(hours=4), utc + timedelta(hours=4)
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(ZoneInfo(zone)).replace(tzinfo=None) < local.replace(tzinfo=None):
            low = middle
        else:
            high = middle
    return high
