"""values.md: units, those of authors, and rates."""

from suite import F, money, number, quantity


def build(page):
    units(page)
    own_units(page)
    rates(page)


# One unit of each, in the unit that stands first for its dimension: the legal definitions (yard and pound of 1959, US gallon 231 in³,
# nautical mile 1852 m, 1 kWh = 3.6 MJ).
POUND, INCH = F("0.45359237"), F("0.0254")
UNITS = {
    "mass": {
        "kg": F(1),
        "g": F("0.001"),
        "mg": F("0.000001"),
        "t": F(1000),
        "lb": POUND,
        "oz": POUND / 16,
        "cwt": 100 * POUND,
        "ton": 2000 * POUND,
    },
    "length": {
        "m": F(1),
        "km": F(1000),
        "cm": F("0.01"),
        "mm": F("0.001"),
        "in": INCH,
        "ft": 12 * INCH,
        "yd": 36 * INCH,
        "mi": 63360 * INCH,
        "nmi": F(1852),
    },
    "area": {"m2": F(1), "cm2": F("0.0001"), "ft2": (12 * INCH) ** 2, "in2": INCH**2},
    "volume": {
        "m3": F(1),
        "cm3": F("0.000001"),
        "in3": INCH**3,
        "ft3": (12 * INCH) ** 3,
        "L": F("0.001"),
        "mL": F("0.000001"),
        "gal": 231 * INCH**3,
    },
    "duration": {"s": F(1), "min": F(60), "h": F(3600), "day": F(86400), "week": F(604800)},
    "energy": {"J": F(1), "kJ": F(1000), "MJ": F(10) ** 6, "Wh": F(3600), "kWh": F(3600) * 1000, "MWh": F(3600) * 10**6},
    "data": {
        "B": F(1),
        "kB": F(10) ** 3,
        "MB": F(10) ** 6,
        "GB": F(10) ** 9,
        "TB": F(10) ** 12,
        "KiB": F(2) ** 10,
        "MiB": F(2) ** 20,
        "GiB": F(2) ** 30,
        "TiB": F(2) ** 40,
    },
}


def units(page):
    sheet = page.sheet("quantities", "let weight = 3 lb")
    for name, text, value in [
        ("pounds and ounces", "3 lb + 8 oz", quantity("3.5", "lb")),
        ("ounces and pounds", "8 oz + 3 lb", quantity(56, "oz")),
        ("kilograms are more than pounds", "30 kg > 66 lb", True),
        ("thirty kilograms and 67 pounds", "30 kg > 67 lb", False),
        ("a pound in kilograms", "0 kg + 1 lb", quantity(POUND, "kg")),
        ("a speed", "120 mi / 2 h", quantity(60, "mi per h")),
        ("half an hour of an hour", "30 min / 1 h", number("0.5")),
        ("sixteen ounces are a pound", "16 oz is 1 lb", True),
        ("an inch is exactly 2.54 cm", "1 in is 2.54 cm", True),
        ("a difference across units", "1 ft - 1 in", quantity(F("11/12"), "ft")),
        ("a metre in inches", "0 in + 1 m", quantity(1 / INCH, "in")),
        ("a quotient of a pound and a kilogram", "1 lb / 1 kg", number(POUND)),
        ("a week and a day", "1 week + 1 day", quantity(F("8/7"), "week")),
        ("a sum of three units", "1 kg + 1 g + 1 mg", quantity("1.001001", "kg")),
    ]:
        sheet.value("quantities-and-units:2", name, text, value)
    for name, text, value in [
        ("a quantity", "3 lb", quantity(3, "lb")),
        ("inches", "48 in", quantity(48, "in")),
        ("a unit with capitals", "100 GiB", quantity(100, "GiB")),
        ("minutes", "5 min", quantity(5, "min")),
        ("a fraction of a unit", "0.25 L", quantity("0.25", "L")),
    ]:
        sheet.value("quantities-and-units:1", name, text, value)
    names = page.sheet("unit_names", "let day = 3 day\nlet min = day * 2\nlet lb = 4\nlet km : length in km = 5 km")
    for name, text, value in [
        ("a name `day`", "day", quantity(3, "day")),
        ("a name `min`", "min", quantity(6, "day")),
        ("a name `lb` is no unit without a number", "lb * 2 lb", quantity(8, "lb")),
        ("a name `km` beside its unit", "km + 1 km", quantity(6, "km")),
    ]:
        names.value("quantities-and-units:1", name, text, value)
    products = page.sheet(
        "products",
        "let a : area in ft2 = 12 ft * 10 ft\nlet v : volume in in3 = 12 in * 10 in * 1 ft\n"
        "let w : area in m2 = 300 cm * 2 m\nlet u : volume in L = 10 cm * 10 cm * 10 cm\n"
        "let side : length in ft = a / 10 ft",
    )
    for name, text, value in [
        ("feet times feet", "a", quantity(120, "ft2")),
        ("inches, inches, feet", "v", quantity(1440, "in3")),
        ("centimetres times metres", "w", quantity(6, "m2")),
        ("a cube of ten centimetres", "u", quantity(1, "L")),
        ("an area by a length", "side", quantity(12, "ft")),
    ]:
        products.value("quantities-and-units:2", name, text, value)
    spelt_out(page)
    conversions(page)


SPELT_OUT = {
    "tonne": "t",
    "tonnes": "t",
    "lbs": "lb",
    "tons": "ton",
    "inch": "in",
    "inches": "in",
    "foot": "ft",
    "feet": "ft",
    "mile": "mi",
    "miles": "mi",
    "sec": "s",
    "second": "s",
    "seconds": "s",
    "minute": "min",
    "minutes": "min",
    "hour": "h",
    "hours": "h",
    "days": "day",
    "weeks": "week",
}


def spelt_out(page):
    """Each of the words, as the unit that it is."""
    sheet = page.sheet("spelt_out")
    for word, unit in SPELT_OUT.items():
        sheet.value("quantities-and-units:5", f"2 {word} are 2 {unit}", f"2 {word} + 1 {unit}", quantity(3, unit))
        sheet.value("quantities-and-units:5", f"{word} in a comparison", f"3 {word} > 2.5 {unit}", True)
    page.wrong("quantities-and-units:5", "a word that is not among them", "let wrong = 2 metres  # ! RW0302")


def conversions(page):
    """Each unit of the table to the next of its dimension, to the first, and from the first, through a type that names the unit."""
    for row, (dimension, known) in enumerate(UNITS.items(), 1):
        names = list(known)
        round_about = list(zip(names, names[1:] + names[:1]))
        pairs = list(dict.fromkeys(round_about + [(a, names[0]) for a in names[1:]] + [(names[0], a) for a in names[1:]]))
        lets = "\n".join(f"let from_{a}_to_{b} : {dimension} in {b} = {7 if i % 2 else 3} {a}" for i, (a, b) in enumerate(pairs))
        sheet = page.sheet(f"units_of_{dimension}", lets)
        for i, (a, b) in enumerate(pairs):
            n = 7 if i % 2 else 3
            sheet.value(
                f"quantities-and-units:4.{row}", f"{n} {a} in {b}", f"from_{a}_to_{b}", quantity(n * known[a] / known[b], b)
            )


def own_units(page):
    sheet = page.sheet(
        "own_units",
        "unit seat plural seats\nunit carton\nunit pallet = 48 carton\nunit cent = 0.01 USD\n"
        "unit truck = 33 pallet\nunit stone = 14 lb\nunit dozen plural dozens\n"
        "let boxes : carton = 2 pallet\nlet coins : money in USD = 250 cent\nlet heavy : mass in lb = 3 stone\n"
        "let load : carton = 1 truck\nlet weight = 3 lb",
    )
    for name, text, value in [
        ("a plural", "5 seats", quantity(5, "seat")),
        ("one of them", "1 seat", quantity(1, "seat")),
        ("pallets in cartons", "boxes", quantity(96, "carton")),
        ("seats at a price", "5 seats * 20 USD per seat", money(100)),
        ("cents are dollars", "coins", money("2.5")),
        ("cents and dollars", "1 USD + 25 cent", money("1.25")),
        ("a unit of a known unit", "heavy", quantity(42, "lb")),
        ("stones in kilograms", "0 kg + 1 stone", quantity(14 * POUND, "kg")),
        ("a unit of an own unit", "load", quantity(33 * 48, "carton")),
        ("cartons of a pallet", "12 carton / 1 pallet", number("0.25")),
        ("a price in cents", "300 cent per seat * 2 seats", money(6)),
        ("pallets compare with cartons", "2 pallet > 95 carton", True),
        ("an own unit of an own dimension", "3 dozens / 2 dozens", number("1.5")),
    ]:
        sheet.value("quantities-and-units:6", name, text, value)
    for name, text, value in [
        ("the number out of a quantity", "weight as number in oz", number(48)),
        ("a number with its unit", "48 as oz", quantity(48, "oz")),
        ("an amount from a number", "12.5 as USD", money("12.5")),
        ("the number of kilograms", "weight as number in kg", number(3 * POUND)),
        ("the number of an amount", "12.50 USD as number in USD", number("12.5")),
        ("there and back", "(weight as number in lb) as lb", quantity(3, "lb")),
        ("the number of a rate", "(3 USD per lb) as number in USD per lb", number(3)),
        ("cents of an amount", "3 USD as number in cent", number(300)),
    ]:
        sheet.value("quantities-and-units:7", name, text, value)
    page.wrong("quantities-and-units:6", "two own units", "unit seat\nunit carton\nlet wrong = 1 seat + 1 carton  # ! RW0306")
    page.wrong("quantities-and-units:6", "a unit of a unit that is none", "unit seat = 3 seet  # ! RW0302\nlet a = 1")
    page.wrong("quantities-and-units:7", "a quantity is no number", "let wrong : number = 3 lb  # ! RW0300")
    page.wrong("quantities-and-units:7", "euros as dollars", "let wrong = 3 EUR as USD  # ! RW0300")
    for name, text, code in [
        ("pounds and inches", "3 lb + 2 in", "RW0306"),
        ("pounds more than inches", "3 lb > 2 in", "RW0300"),
        ("seconds and bytes", "3 s - 2 B", "RW0306"),
        ("kilowatts are no unit of energy", "3 kWh + 2 kg", "RW0306"),
    ]:
        page.wrong("quantities-and-units:2", name, f"let wrong = {text}  # ! {code}")
    page.wrong("quantities-and-units:2", "a length as a weight", "let wrong : mass in lb = 2 in  # ! RW0300")
    page.wrong("quantities-and-units:1", "a unit that is none", "let wrong = 3 pounds  # ! RW0302")


def rates(page):
    sheet = page.sheet("rates", "let freight : USD per cwt = 0.421 USD per lb\nlet hours : duration in h = 84 USD / (28 USD per h)")
    for name, text, value in [
        ("hundredweights", "42.10 USD per cwt * 620 lb", money(F("42.10") * 620 / 100)),
        ("gibibytes", "0.085 USD per GiB * 4_900 GiB", money(F("416.5"))),
        ("a rate from its parts", "84 USD / 3 h", quantity(28, "USD per h")),
        ("an exchange", "200 EUR * 1.10 USD per EUR", money(220)),
        ("hours from a rate", "hours", quantity(3, "h")),
        ("a rate per pound as one per hundredweight", "freight", quantity("42.1", "USD per cwt")),
        ("the quantity first", "620 lb * 42.10 USD per cwt", money("261.02")),
        ("kilograms at a price per pound", "2.50 USD per lb * 3 kg", money(F("2.5") * 3 / POUND)),
        ("minutes at a price per hour", "90 min * 28 USD per h", money(42)),
        ("a rate twice", "2 * 3 USD per lb", quantity(6, "USD per lb")),
        ("rates add", "3 USD per lb + 0.5 USD per lb", quantity("3.5", "USD per lb")),
        ("rates of two units add in the first", "3 USD per lb + 16 USD per oz", quantity(259, "USD per lb")),
        ("a percent of a rate", "10% of 42.10 USD per cwt", quantity("4.21", "USD per cwt")),
        ("a rate compared across units", "0.421 USD per lb is 42.10 USD per cwt", True),
        ("yen at a rate", "19.99 EUR * 163.75 JPY per EUR", money(F("19.99") * F("163.75"), "JPY")),
    ]:
        sheet.value("rates:1", name, text, value)
    page.wrong("rates:1", "a rate per pound times a length", "charge WRONG = 2 USD per lb * 3 in  # ! RW0314")
    page.wrong("rates:1", "rates of two currencies", "let wrong = 2 USD per lb + 2 EUR per lb  # ! RW0306")
