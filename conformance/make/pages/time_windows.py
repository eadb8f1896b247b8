"""time.md, second half: calendars, windows of the week in a zone, and stretches of time that are split by them."""

from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from suite import F, amount, booked, number, quantity


def zulu(moment):
    return moment.astimezone(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


CALENDARS = {
    "holidays": ("25 December, 1 January, 2026-04-03", lambda d: (d.month, d.day) in ((12, 25), (1, 1)) or d == date(2026, 4, 3)),
    "winter": ("1 November through 31 March", lambda d: d.month in (11, 12, 1, 2, 3)),
    "summer": ("1 June through 30 September", lambda d: 6 <= d.month <= 9),
    "weekend": ("Saturday, Sunday", lambda d: d.isoweekday() >= 6),
    "stretch": ("2026-12-20 through 2027-01-06", lambda d: date(2026, 12, 20) <= d <= date(2027, 1, 6)),
    "mixed": (
        "Monday through Wednesday, 29 February, 2026-05-01",
        lambda d: d.isoweekday() <= 3 or (d.month, d.day) == (2, 29) or d == date(2026, 5, 1),
    ),
}


def calendars(page):
    text = "input { d : date }\n" + "".join(f"calendar {name} {{ {days} }}\n" for name, (days, _) in CALENDARS.items())
    text += "".join(f"output {name}_in = d is within {name}\noutput {name}_out = d is not within {name}\n" for name in CALENDARS)
    rules = page.rules("calendars", text)
    for day in (
        "2026-12-25",
        "2031-12-25",
        "2026-04-03",
        "2027-04-03",
        "2026-01-01",
        "2026-02-10",
        "2026-03-31",
        "2026-04-01",
        "2026-10-31",
        "2026-11-01",
        "2026-05-31",
        "2026-06-01",
        "2026-09-30",
        "2026-01-31",
        "2026-12-19",
        "2027-01-06",
        "2027-01-07",
        "2024-02-29",
        "2026-05-01",
    ):
        d = date.fromisoformat(day)
        for name, (_, holds) in CALENDARS.items():
            rules.output("calendars:1", f"{day} is within {name}", f"{name}_in", holds(d), {"d": day})
    rules.output("calendars:1", "not within", "weekend_out", True, {"d": "2026-11-23"})
    page.wrong(
        "calendars:1", "a day of a year that does not exist", "calendar c { 31 April }  # ! RW0108\nlet a = 2026-01-01 is within c"
    )
    page.wrong(
        "calendars:1", "an instant is no day", "calendar c { 30 April }\nlet a = 2026-01-01T00:00:00Z is within c  # ! RW0300"
    )


LONDON = ZoneInfo("Europe/London")
EVERY = range(1, 8)


class Window:
    """Hours of some weekdays, from a time until another, on days that a condition lets; belongs to the day on which it opens."""

    def __init__(self, weekdays, start, end, on=lambda d: True):
        self.weekdays, self.start, self.end, self.on = weekdays, time.fromisoformat(start), time.fromisoformat(end), on

    def stretch(self, day, zone):
        """Its beginning and end on a day, as instants; None where it does not open."""
        if day.isoweekday() not in self.weekdays or not self.on(day):
            return None
        last = day if self.end > self.start else day + timedelta(days=1)
        return tuple(datetime.combine(d, t, zone).astimezone(timezone.utc) for d, t in ((day, self.start), (last, self.end)))


def stretches(windows, zone, first, last):
    """All stretches that touch a time, put together where they meet."""
    found = []
    day = first.astimezone(zone).date() - timedelta(days=2)
    while day <= last.astimezone(zone).date() + timedelta(days=1):
        found += [s for s in (w.stretch(day, zone) for w in windows) if s]
        day += timedelta(days=1)
    joined = []
    for start, end in sorted(found):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def inside(windows, zone, moment):
    return any(a <= moment < b for a, b in stretches(windows, zone, moment, moment))


HEAD = """
calendar holidays { 25 December, 2026-01-01 }
calendar summer { 1 June through 30 September }
windows peak in zone "Europe/London" {
  Monday through Friday 08:00 until 20:00 except on holidays
  Saturday 22:00 until 02:00
  Sunday 12:00 until 14:00 only on summer
}
windows whole_day in zone "America/New_York" { Wednesday 00:00 until 00:00 }
windows night in zone "Europe/London" { every day 00:00 until 06:00 }
windows two in zone "Asia/Tokyo" { every day 12:00 until 12:30  every day 12:30 until 13:00 }
"""
HOLIDAY = lambda d: (d.month, d.day) == (12, 25) or d == date(2026, 1, 1)
PEAK = [
    Window(range(1, 6), "08:00", "20:00", lambda d: not HOLIDAY(d)),
    Window([6], "22:00", "02:00"),
    Window([7], "12:00", "14:00", lambda d: 6 <= d.month <= 9),
]
ALL = {
    "peak": (PEAK, LONDON),
    "whole_day": ([Window([3], "00:00", "00:00")], ZoneInfo("America/New_York")),
    "night": ([Window(EVERY, "00:00", "06:00")], LONDON),
    "two": ([Window(EVERY, "12:00", "12:30"), Window(EVERY, "12:30", "13:00")], ZoneInfo("Asia/Tokyo")),
}


def windows(page):
    rules = page.rules(
        "windows",
        HEAD
        + "input { t : instant }\n"
        + "".join(f"output {name}_in = t is within {name}\noutput {name}_out = t is not within {name}\n" for name in ALL),
    )
    for text in (
        "2026-01-05T08:00:00Z",
        "2026-01-05T07:59:59Z",
        "2026-01-05T20:00:00Z",
        "2026-01-05T19:59:59Z",
        "2026-01-01T12:00:00Z",
        "2026-01-02T12:00:00Z",
        "2026-01-03T22:00:00Z",
        "2026-01-04T01:59:59Z",
        "2026-01-04T02:00:00Z",
        "2026-01-04T12:30:00Z",
        "2026-07-05T12:30:00Z",
        "2026-07-05T11:00:00Z",
        "2026-07-06T07:30:00Z",
        "2026-07-06T19:30:00Z",
        "2026-12-25T09:00:00Z",
        "2026-01-07T04:59:59Z",
        "2026-01-07T05:00:00Z",
        "2026-01-08T04:59:59Z",
        "2026-01-08T05:00:00Z",
        "2026-01-06T03:30:00Z",
        "2026-01-06T04:00:00Z",
    ):
        moment = datetime.fromisoformat(text)
        for name, (known, zone) in ALL.items():
            rules.output("windows:1", f"{text} is within {name}", f"{name}_in", inside(known, zone, moment), {"t": text})
    rules.output("windows:1", "not within", "peak_out", True, {"t": "2026-01-05T20:00:00Z"})
    page.wrong(
        "windows:1",
        "a date is no instant",
        'windows w in zone "Europe/London" { every day 08:00 until 20:00 }\nlet a = 2026-01-01 is within w  # ! RW0300',
    )
    page.wrong(
        "windows:1",
        "windows in a zone that is none",
        'windows w in zone "Europe/Londn" { every day 08:00 until 20:00 }  # ! RW0315\nlet a = 2026-01-01T00:00:00Z is within w',
    )
    page.wrong(
        "windows:1",
        "a calendar that is none",
        'windows w in zone "Europe/London" { every day 08:00 until 20:00 except on holidays }  # ! RW0201\nlet a = 2026-01-01T00:00:00Z is within w',
    )


def pieces(known, zone, start, end):
    """The stretch cut at the bounds of the windows: (start, end, whether inside)."""
    bounds = sorted({start, end} | {b for s in stretches(known, zone, start, end) for b in s if start < b < end})
    return [(a, b, inside(known, zone, a)) for a, b in zip(bounds, bounds[1:])]


def splits(page):
    rules = page.rules(
        "split",
        HEAD + """
input { start : instant, finish : instant }
let cut = split start until finish by peak
let nights = split start until finish by night
let double = split start until finish by two
output starts = list of p.start for each p in cut
output ends = list of p.end for each p in cut
output lengths = list of p.length for each p in cut
output insides = list of p.inside for each p in cut
output at_night = sum of p.length for each p in nights where p.inside
output noon = list of p.length for each p in double
charge CALL = sum of (if p.inside then 0.12 USD per min else 0.03 USD per min) * p.length for each p in cut
    rounded to 0.01 USD
""",
    )
    seconds = lambda d: quantity(int(d.total_seconds()), "s")
    for place, start, finish in (
        ("windows:2", "2026-01-05T19:59:40Z", "2026-01-05T20:00:55Z"),
        ("windows:2", "2026-01-05T08:00:00Z", "2026-01-05T20:00:00Z"),
        ("windows:2", "2026-01-04T01:00:00Z", "2026-01-05T09:00:00Z"),
        ("windows:2", "2026-01-05T12:00:00Z", "2026-01-05T12:00:00Z"),
        ("windows:2", "2026-01-02T19:00:00Z", "2026-01-03T23:00:00Z"),
        ("windows:2", "2026-07-06T06:59:59Z", "2026-07-06T07:00:01Z"),
        ("windows:2", "2026-01-05T02:00:00Z", "2026-01-05T05:00:00Z"),
        ("windows:3", "2026-03-29T00:00:00Z", "2026-03-29T12:00:00Z"),
        ("windows:3", "2026-10-24T23:00:00Z", "2026-10-25T12:00:00Z"),
        ("windows:3", "2026-03-28T12:00:00Z", "2026-03-30T12:00:00Z"),
        ("windows:3", "2026-06-01T00:00:00Z", "2026-06-02T00:00:00Z"),
        ("windows:3", "2026-10-25T00:30:00Z", "2026-10-25T01:30:00Z"),
    ):
        a, b = datetime.fromisoformat(start), datetime.fromisoformat(finish)
        given = {"start": start, "finish": finish}
        cut = pieces(*ALL["peak"], a, b)
        night = sum((y - x for x, y, i in pieces(*ALL["night"], a, b) if i), timedelta())
        price = sum((F("0.12" if i else "0.03") * int((y - x).total_seconds()) / 60 for x, y, i in cut), F(0))
        name = f"{start} until {finish}"
        expected = {"at_night": seconds(night)}
        if place == "windows:2":
            expected |= {
                "starts": [zulu(x) for x, _, _ in cut],
                "ends": [zulu(y) for _, y, _ in cut],
                "lengths": [seconds(y - x) for x, y, _ in cut],
                "insides": [i for _, _, i in cut],
            }
        for output, value in expected.items():
            rules.output(place, f"{name}: {output}", output, value, given)
        rules.case(place, f"{name}: the price", given, lines=[["CALL", amount(booked(price))]])
    ends = page.rules(
        "split_ends",
        HEAD
        + "input { start : instant, finish : instant }\nlet cut = split start until finish by peak\noutput number = count of cut\n"
        "output total = sum of p.length for each p in cut",
    )
    for start, finish in (
        ("2026-01-05T19:00:00Z", "2026-01-05T19:00:00Z"),
        ("2026-01-05T20:00:00Z", "2026-01-05T20:00:00Z"),
        ("2026-01-05T19:59:59Z", "2026-01-05T20:00:01Z"),
    ):
        a, b = datetime.fromisoformat(start), datetime.fromisoformat(finish)
        given = {"start": start, "finish": finish}
        ends.output("windows:2", f"{start} until {finish}: pieces", "number", number(len(pieces(*ALL["peak"], a, b))), given)
        ends.output("windows:2", f"{start} until {finish}: all of them", "total", seconds(b - a), given)
    for finish in ("2026-01-05T18:59:59Z", "2025-01-05T19:00:00Z"):
        ends.case(
            "windows:2",
            f"it ends before it starts: {finish}",
            {"start": "2026-01-05T19:00:00Z", "finish": finish},
            failed="input not accepted",
        )
