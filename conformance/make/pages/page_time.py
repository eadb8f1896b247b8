"""time.md: effective dates, months, days of a period, instants in zones, calendars, windows. Zones are those of Python's zoneinfo."""

import calendar as months_of
from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import time_windows
from time_model import add_months, instant_in, zulu

from suite import F, money, number, percent, quantity

ZONES = [
    "America/New_York",
    "Europe/London",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "America/Sao_Paulo",
    "Pacific/Auckland",
    "UTC",
]


def build(page):
    basics(page)
    effective(page)
    months(page)
    parts(page)
    periods(page)
    zones(page)
    time_windows.calendars(page)
    time_windows.windows(page)
    time_windows.splits(page)


def basics(page):
    rules = page.rules(
        "basics",
        "input { i : instant, z : zone, d : date, t : time }\noutput day = date of i in zone z\noutput clock = time of i in zone z\noutput back = instant of (date of i in zone z) at (time of i in zone z) in zone z\noutput itself = i",
    )
    for zone in ZONES:
        moment = datetime(2026, 7, 14, 22, 45, 30, tzinfo=timezone.utc)
        local = moment.astimezone(ZoneInfo(zone))
        given = {"i": zulu(moment), "z": zone, "d": "2026-01-01", "t": "00:00"}
        clock = local.strftime("%H:%M:%S").removesuffix(":00")
        rules.case("time:1", f"an instant in {zone}", given, outputs={"day": local.date().isoformat(), "clock": clock})
        rules.output("time:1", f"there and back in {zone}", "back", zulu(moment), given)
    for text in ("2026-03-03T19:59:40.5Z", "2026-03-03T19:59:40.000000001Z"):
        rules.output(
            "time:1", f"to the nanosecond: {text}", "itself", text, {"i": text, "z": "UTC", "d": "2026-01-01", "t": "00:00"}
        )
    page.wrong("time:1", "a date of an instant without a zone", "let a = date of 2026-03-29T00:30:00Z  # ! RW0100")
    page.wrong("time:1", "an instant is no date", "let a = 2026-03-29T00:30:00Z is 2026-03-29  # ! RW0300")


def effective(page):
    rules = page.rules(
        "effective",
        """
ruleset freight.fuel { currency USD  priced on ship_date  effective 2026-01-05 through 2026-12-31 }
input { ship_date : date, published : date }
parameter fuel : percent { from 2026-01-05 18.50%  from 2026-02-02 17.75% }
table season {
  zone : integer
  valid
  -> price : money
  | zone | valid                         || price |
  | 1    | 2026-01-01 through 2026-06-30 || 10.00 |
  | 1    | from 2026-07-01               || 12.00 |
}
output today = fuel
output before = fuel on published
output week_ago = fuel on (ship_date + 7 day)
output price = season[1].price
output price_before = (season[1] on published).price
""",
    )
    fuel = lambda day: percent("18.5" if day < date(2026, 2, 2) else "17.75")
    price = lambda day: money(10 if day < date(2026, 7, 1) else 12)
    for ship, published in (
        ("2026-01-05", "2026-12-31"),
        ("2026-01-26", "2026-02-01"),
        ("2026-02-01", "2026-02-02"),
        ("2026-02-02", "2026-02-01"),
        ("2026-06-30", "2026-07-01"),
        ("2026-07-01", "2026-06-30"),
        ("2026-12-31", "2026-01-05"),
    ):
        s, p = date.fromisoformat(ship), date.fromisoformat(published)
        for output, value in (
            ("today", fuel(s)),
            ("before", fuel(p)),
            ("week_ago", fuel(s + timedelta(days=7))),
            ("price", price(s)),
            ("price_before", price(p)),
        ):
            rules.output(
                "effective-dates:1",
                f"priced on {ship}, published {published}: {output}",
                output,
                value,
                {"ship_date": ship, "published": published},
            )
    for day in ("2026-01-04", "2027-01-01"):
        rules.case(
            "effective-dates:1",
            f"outside of the rule set's period: {day}",
            {"ship_date": day, "published": "2026-02-01"},
            failed="input not accepted",
        )
    rules.case(
        "effective-dates:1",
        "before the first value of the parameter",
        {"ship_date": "2026-02-01", "published": "2026-01-04"},
        failed="no row matched",
    )


def months(page):
    rules = page.rules(
        "months",
        "input { anchor : date, n : integer }\noutput later = anchor + n * 1 month\noutput bills = list of anchor + k * 1 month for each k in numbers(0, 4)\noutput earlier = anchor - 1 month\noutput years = anchor + 1 year",
    )
    for anchor in ("2026-01-31", "2024-01-30", "2024-02-29", "2026-12-15", "1999-12-31", "2026-08-31"):
        day = date.fromisoformat(anchor)
        for n in (1, 2, 11, 13, 25, -1, -12):
            rules.output(
                "months:1", f"{anchor} and {n} months", "later", add_months(day, n).isoformat(), {"anchor": anchor, "n": n}
            )
        given = {"anchor": anchor, "n": 0}
        rules.output("months:1", f"bills from {anchor}", "bills", [add_months(day, k).isoformat() for k in range(5)], given)
        rules.output("months:1", f"a month before {anchor}", "earlier", add_months(day, -1).isoformat(), given)
        rules.output("months:1", f"a year after {anchor}", "years", add_months(day, 12).isoformat(), given)
    exact = page.rules("months_exactly", "input { d : date, m : months }\noutput o = add_months_exactly(d, m)")
    for day, n in (("2026-01-30", 2), ("2026-01-31", 2), ("2024-01-29", 1), ("2026-03-15", 12), ("2026-05-31", 7)):
        exact.output(
            "months:1",
            f"exactly {n} months after {day}",
            "o",
            add_months(date.fromisoformat(day), n).isoformat(),
            {"d": day, "m": f"{n} months"},
        )
    for day, n in (("2026-01-31", 1), ("2025-01-29", 1), ("2024-02-29", 12), ("2026-05-31", 1)):
        exact.case(
            "months:1", f"a day that does not exist: {n} months after {day}", {"d": day, "m": f"{n} months"}, failed="overflow"
        )
    between = page.rules("months_between", "input { a : date, b : date }\noutput o = months_between(a, b)")
    for a, b in (
        ("2026-01-31", "2026-03-30"),
        ("2026-01-31", "2026-03-31"),
        ("2026-01-31", "2026-02-28"),
        ("2026-01-15", "2026-02-14"),
        ("2026-01-15", "2026-02-15"),
        ("2026-01-15", "2027-01-15"),
        ("2024-02-29", "2025-02-28"),
        ("2026-05-05", "2026-05-05"),
        ("2025-12-31", "2026-01-01"),
    ):
        first, last = date.fromisoformat(a), date.fromisoformat(b)
        whole = 0
        while add_months(first, whole + 1) <= last:
            whole += 1
        between.output("months:1", f"whole months from {a} to {b}", "o", number(whole), {"a": a, "b": b})
    for a, b in (
        ("2026-03-31", "2026-01-31"),
        ("2026-03-30", "2026-02-28"),
        ("2026-03-15", "2026-02-16"),
        ("2026-03-15", "2024-03-15"),
    ):
        first, last = date.fromisoformat(a), date.fromisoformat(b)
        whole = 0
        while add_months(first, whole - 1) >= last:
            whole -= 1
        between.output("months:1", f"whole months back from {a} to {b}", "o", number(whole), {"a": a, "b": b})


def parts(page):
    rules = page.rules(
        "parts",
        "input { d : date }\noutput o_year = year(d)\noutput o_month = month(d)\noutput o_day = day(d)\noutput o_weekday = weekday(d)\noutput o_start = start_of_month(d)\noutput o_end = end_of_month(d)\noutput o_days = days_in_month(d)\noutput same = date_from(year(d), month(d), day(d)) is d",
    )
    for text in (
        "2026-02-15",
        "2024-02-01",
        "2026-12-31",
        "2000-02-29",
        "1900-02-28",
        "2026-04-30",
        "2027-01-01",
        "0001-01-01",
        "9999-12-31",
    ):
        day = date.fromisoformat(text)
        last = months_of.monthrange(day.year, day.month)[1]
        for output, value in (
            ("o_year", number(day.year)),
            ("o_month", number(day.month)),
            ("o_day", number(day.day)),
            ("o_start", day.replace(day=1).isoformat()),
            ("o_end", day.replace(day=last).isoformat()),
            ("o_days", quantity(last, "day")),
            ("same", True),
        ):
            rules.output("months:2", f"{text}: {output.removeprefix('o_')}", output, value, {"d": text})
    for text in (
        "2026-11-23",
        "2026-11-24",
        "2026-11-25",
        "2026-11-26",
        "2026-11-27",
        "2026-11-28",
        "2026-11-29",
        "2024-02-29",
        "1969-07-20",
    ):
        rules.output("months:3", f"the weekday of {text}", "o_weekday", number(date.fromisoformat(text).isoweekday()), {"d": text})
    made = page.rules("date_from", "input { y : integer, m : integer, d : integer }\noutput o = date_from(y, m, d)")
    for y, m, d in ((2026, 2, 15), (2024, 2, 29), (1, 1, 1)):
        made.output("months:2", f"a date from {y}, {m}, {d}", "o", date(y, m, d).isoformat(), {"y": y, "m": m, "d": d})
    for y, m, d in ((2026, 2, 29), (2026, 13, 1), (2026, 4, 31), (0, 1, 1), (10000, 1, 1)):
        made.case("months:2", f"no date: {y}, {m}, {d}", {"y": y, "m": m, "d": d}, failed="overflow")


def periods(page):
    rules = page.rules(
        "periods",
        "input { a : date, b : date }\noutput until_b = days from a until b\noutput through_b = days from a through b\noutput thirty = days from a until b on 30/360\noutput apart = b - a",
    )
    for a, b in (
        ("2026-01-01", "2026-02-01"),
        ("2026-01-01", "2026-03-01"),
        ("2026-01-31", "2026-03-31"),
        ("2024-02-28", "2024-03-01"),
        ("2026-02-28", "2026-03-01"),
        ("2026-05-05", "2026-05-05"),
        ("2026-01-30", "2026-02-28"),
        ("2025-12-31", "2027-01-30"),
        ("2026-03-01", "2026-02-01"),
    ):
        first, last = date.fromisoformat(a), date.fromisoformat(b)
        thirty = (last.year - first.year) * 360 + (last.month - first.month) * 30 + min(last.day, 30) - min(first.day, 30)
        expected = {
            "until_b": (last - first).days,
            "through_b": (last - first).days + 1,
            "thirty": thirty,
            "apart": (last - first).days,
        }
        for output, value in expected.items():
            if last < first and output != "apart":
                continue
            rules.output("days-of-a-period:1", f"{a} to {b}: {output}", output, quantity(value, "day"), {"a": a, "b": b})


def zones(page):
    rules = page.rules(
        "zones",
        "\n".join(
            ["input { i : instant, d : date, t : time }"]
            + [
                f'output day{k} = date of i in zone "{z}"\noutput clock{k} = time of i in zone "{z}"\noutput at{k} = instant of d at t in zone "{z}"'
                for k, z in enumerate(ZONES)
            ]
        ),
    )
    usual = {"i": "2026-01-01T00:00:00Z", "d": "2026-01-01", "t": "00:00"}
    for text in (
        "2026-03-29T00:30:00Z",
        "2026-03-29T01:00:00Z",
        "2026-10-25T00:59:59Z",
        "2026-10-25T01:00:00Z",
        "2026-11-01T05:30:00Z",
        "2026-11-01T06:30:00Z",
        "2026-12-31T18:30:00Z",
    ):
        moment = datetime.fromisoformat(text)
        for k, zone in enumerate(ZONES):
            if zone == "America/Sao_Paulo" or (k > 3 and "10-25" in text):
                continue
            local = moment.astimezone(ZoneInfo(zone))
            rules.case(
                "instants-and-zones:1",
                f"{text} in {zone}",
                usual | {"i": text},
                outputs={f"day{k}": local.date().isoformat(), f"clock{k}": local.strftime("%H:%M:%S").removesuffix(":00")},
            )
    for k, zone, day, clock in (
        (0, ZONES[0], "2026-03-08", "02:30"),
        (0, ZONES[0], "2026-03-08", "03:00"),
        (0, ZONES[0], "2026-11-01", "01:30"),
        (0, ZONES[0], "2026-11-01", "02:00"),
        (0, ZONES[0], "2026-07-01", "08:00"),
        (1, ZONES[1], "2026-03-29", "01:30"),
        (1, ZONES[1], "2026-03-29", "00:59:59"),
        (1, ZONES[1], "2026-03-29", "02:00"),
        (1, ZONES[1], "2026-10-25", "01:30"),
        (1, ZONES[1], "2026-10-25", "00:59"),
        (1, ZONES[1], "2026-10-25", "02:00"),
        (2, ZONES[2], "2026-07-01", "00:00"),
        (3, ZONES[3], "2026-10-04", "02:15"),
        (3, ZONES[3], "2026-04-05", "01:45"),
        (3, ZONES[3], "2026-07-01", "12:00"),
        (4, ZONES[4], "2026-07-01", "05:45"),
        (5, ZONES[5], "2026-07-01", "12:00"),
        (6, ZONES[6], "2026-09-27", "02:30"),
        (6, ZONES[6], "2026-04-05", "02:30"),
        (7, ZONES[7], "2026-03-29", "01:30"),
    ):
        rules.output(
            "instants-and-zones:1",
            f"{day} at {clock} in {zone}",
            f"at{k}",
            zulu(instant_in(date.fromisoformat(day), time.fromisoformat(clock), zone)),
            usual | {"d": day, "t": clock},
        )
    lengths = page.rules(
        "day_lengths",
        "input { d : date, z : zone }\nlet long = (instant of (d + 1 day) at 00:00 in zone z) - (instant of d at 00:00 in zone z)\noutput hours : duration in h = long",
    )
    for day, zone in (
        ("2026-03-29", "Europe/London"),
        ("2026-10-25", "Europe/London"),
        ("2026-06-01", "Europe/London"),
        ("2026-03-08", "America/New_York"),
        ("2026-11-01", "America/New_York"),
        ("2026-10-04", "Australia/Lord_Howe"),
        ("2026-04-05", "Australia/Lord_Howe"),
        ("2026-03-29", "Asia/Tokyo"),
    ):
        d = date.fromisoformat(day)
        start, end = (datetime.combine(x, time(), ZoneInfo(zone)).astimezone(timezone.utc) for x in (d, d + timedelta(days=1)))
        lengths.output(
            "instants-and-zones:1",
            f"the hours of {day} in {zone}",
            "hours",
            quantity(F((end - start).total_seconds()) / 3600, "h"),
            {"d": day, "z": zone},
        )
    page.wrong(
        "instants-and-zones:1", "a zone that is none", 'let a = date of 2026-03-29T00:30:00Z in zone "Europe/Londn"  # ! RW0315'
    )
    sent = page.rules(
        "sent_zone",
        "input { home : zone, i : instant }\noutput day = date of i in zone home\noutput clock = time of i in zone home\noutput itself = home",
    )
    for zone in ZONES[:6]:
        for text in ("2026-03-29T20:00:00Z", "2026-08-31T13:15:00Z"):
            local = datetime.fromisoformat(text).astimezone(ZoneInfo(zone))
            sent.case(
                "instants-and-zones:2",
                f"{text} in a zone that is sent: {zone}",
                {"home": zone, "i": text},
                outputs={"day": local.date().isoformat(), "clock": local.strftime("%H:%M")},
            )
        sent.output("instants-and-zones:2", f"{zone} itself", "itself", zone, {"home": zone, "i": "2026-01-01T00:00:00Z"})
    for zone in ("Europe/Londn", "GMT+25", "", "utc", "europe/london"):
        sent.case(
            "instants-and-zones:2",
            f"no zone: {zone!r}",
            {"home": zone, "i": "2026-01-01T00:00:00Z"},
            failed="input not accepted",
            path="home",
        )
    default = page.rules(
        "default_zone",
        'input { depot : zone = "America/New_York", i : instant }\noutput day = date of i in zone depot\noutput itself = depot',
    )
    for sent, zone in ((None, "America/New_York"), ("Asia/Tokyo", "Asia/Tokyo")):
        given = {"i": "2026-03-29T20:00:00Z"} | ({"depot": sent} if sent else {})
        day = datetime.fromisoformat(given["i"]).astimezone(ZoneInfo(zone)).date().isoformat()
        default.case("instants-and-zones:2", f"a zone with a default, sent {sent}", given, outputs={"day": day, "itself": zone})
    page.wrong(
        "instants-and-zones:2",
        "a default that is no zone",
        'input { home : zone = "Europe/Londn" }  # ! RW0315\nlet day = date of 2026-03-29T20:00:00Z in zone home',
    )
