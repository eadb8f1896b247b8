"""What the page modules write cases with: rule files, cases, and values as the wire format sends them.

A module `pages/NAME.py` has `build(page)`. It adds rule files and cases to the `Page`; nothing here or there reads the engine's
answers. Expected values are computed with fractions, dates and zones of Python's own library, or stand there by hand.
"""

import json
import re
from fractions import Fraction

from reference import paragraphs

KNOWN = paragraphs()
# Decimals of currencies that have not two, by ISO 4217.
DECIMALS = (
    dict.fromkeys("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(), 0)
    | dict.fromkeys("BHD IQD JOD KWD LYD OMR TND".split(), 3)
    | dict.fromkeys("CLF UYW".split(), 4)
)


def F(value):
    """An exact number from its text, such as `0.085` or `1/3`."""
    return value if isinstance(value, Fraction) else Fraction(str(value).replace("_", ""))


def text_of(value, least_decimals=0):
    """A number as text: its decimals where they end, else its reduced fraction."""
    value = F(value)
    rest, decimals = value.denominator, 0
    twos = fives = 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{value.numerator}/{value.denominator}"
    decimals = max(twos, fives, least_decimals)
    digits = str(abs(value.numerator) * 10**decimals // value.denominator).rjust(decimals + 1, "0")
    sign = "-" if value < 0 else ""
    return sign + (digits if decimals == 0 else f"{digits[:-decimals]}.{digits[-decimals:]}")


def number(value):
    return text_of(value)


def money(value, currency="USD"):
    return {"amount": text_of(value, DECIMALS.get(currency, 2)), "currency": currency}


def amount(value, currency="USD"):
    """An amount as a line of a quote has it: `10.44 USD`."""
    return f"{text_of(value, DECIMALS.get(currency, 2))} {currency}"


def quantity(value, unit):
    return {"value": text_of(value), "unit": unit}


def percent(value):
    """A percent, from the number before its sign."""
    return quantity(value, "%")


def rounded(value, step=1, mode="half up"):
    """A multiple of the step, by the seven modes of operators.md#stages."""
    value, step = F(value), F(step)
    steps = value / step
    down = abs(steps).numerator // abs(steps).denominator
    rest = abs(steps) - down
    away = {
        "half up": rest >= Fraction(1, 2),
        "half down": rest > Fraction(1, 2),
        "half even": rest > Fraction(1, 2) or (rest == Fraction(1, 2) and down % 2 == 1),
        "up": rest > 0,
        "down": False,
        "ceiling": rest > 0 and steps > 0,
        "floor": rest > 0 and steps < 0,
    }[mode]
    whole = down + (1 if away else 0)
    return (whole if steps >= 0 else -whole) * step


def booked(value, currency="USD"):
    """An amount as a charge books it where nothing else is said."""
    return rounded(value, Fraction(1, 10 ** DECIMALS.get(currency, 2)))


def started(value, step):
    """How many steps a value has started."""
    steps = F(value) / F(step)
    return max(0, -((-steps.numerator) // steps.denominator))


def slug(text):
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


class Page:
    """The files and cases of one page of the reference."""

    def __init__(self, name, reference=None):
        self.name, self.reference = name, reference or f"{name}.md"
        self.files, self.cases = {}, {}

    def id(self, place):
        """The id of a paragraph: `numbers:1` is one of this page, and one with a page's name is as it stands."""
        full = place if "#" in place else f"{self.reference}#{place}"
        if full not in KNOWN:
            raise SystemExit(f"{self.name}: {full} is no paragraph of the reference")
        return full

    def text(self, path, text):
        """A file that rules name."""
        if self.files.get(path, text) != text:
            raise SystemExit(f"{self.name}: two files {path}")
        self.files[path] = text

    def rules(self, name, text, settings="currency USD"):
        """A rule file; without its head where it has the usual one."""
        text = text.strip("\n") + "\n"
        if not re.match(r"\s*(#[^\n]*\n\s*)*(ruleset|module)\b", text):
            text = f"ruleset conformance.{slug(name)} {{ {settings} }}\n{text}"
        self.text(f"{name}.rules", text)
        return Rules(self, name)

    def sheet(self, name, preamble="", settings="currency USD", given=None):
        """A rule file of many outputs, each a case."""
        return Sheet(self, name, preamble, settings, given)

    def add(self, file, case):
        self.cases.setdefault(file, []).append(case)

    def wrong(self, place, name, text, settings="currency USD"):
        """A rule file that is told of: `# ! RW0306` stands beside each line about which something is said."""
        file = slug(name) if name.startswith("warn") else f"wrong_{slug(name)}"
        while f"{file}.rules" in self.files:
            file += "_too"
        rules = self.rules(file, text, settings)
        found = []
        for line, words in enumerate(self.files[f"{rules.name}.rules"].splitlines(), 1):
            if "# ! " in words:
                found += [f"{code}:{line}" for code in words.split("# ! ")[1].split()]
        errors = [] if name.startswith("warn") else [code for code in found if not code.startswith("RW09")]
        expect = {"rejected": errors} if errors else {"warned": found}
        if not found:
            raise SystemExit(f"{self.name}: “{name}” marks nothing")
        self.add(
            "rejected" if errors else "warned",
            {"paragraph": self.id(place), "name": name, "rules": f"{rules.name}.rules", "expect": expect},
        )

    def written(self):
        """path → text of everything."""
        out = dict(self.files)
        for name, cases in self.cases.items():
            shared = {case.get("rules") for case in cases}
            head = {}
            if len(shared) == 1 and None not in shared:
                head = {"rules": shared.pop()}
                cases = [{k: v for k, v in case.items() if k != "rules"} for case in cases]
            lines = [json.dumps(case, ensure_ascii=False) for case in cases]
            lines = [unquote(line) for line in lines]
            start = "".join(f"  {json.dumps(k)}: {json.dumps(v)},\n" for k, v in head.items())
            out[f"{name}.json"] = "{\n" + start + '  "cases": [\n    ' + ",\n    ".join(lines) + "\n  ]\n}\n"
        return out


# Stands around what is to be written as it stands, such as `1.10`.
MARK = "\u2063"


def raw(text):
    """A piece of an input whose digits are to stay."""
    return f"{MARK}{text}{MARK}"


def unquote(line):
    pattern = f'"{MARK}((?:[^"\\\\]|\\\\.)*?){MARK}"'
    return re.sub(pattern, lambda found: json.loads('"' + found.group(1) + '"'), line)


class Rules:
    """A rule file, to which cases are added."""

    def __init__(self, page, name):
        self.page, self.name = page, name

    def case(self, place, name, given=None, **expect):
        case = {"paragraph": self.page.id(place), "name": name, "rules": f"{self.name}.rules"}
        for key in ("input_text", "fields"):
            if key in expect:
                case[key] = expect.pop(key)
        if given is not None:
            case["input"] = given
        case["expect"] = expect
        self.page.add(self.name, case)

    def output(self, place, name, output, value, given=None):
        self.case(place, name, given, outputs={output: value})


class Sheet:
    """Outputs `v1`, `v2`, … each of which shows a paragraph; the text is written when the page is."""

    def __init__(self, page, name, preamble, settings, given):
        self.page, self.name, self.given, self.count = page, name, given, 0
        self.rules = page.rules(name, preamble or "# every output is a case", settings)
        self.path = f"{name}.rules"

    def value(self, place, name, expression, expected):
        self.count += 1
        self.page.files[self.path] += f"output v{self.count} = {expression}\n"
        self.rules.case(place, name, self.given, outputs={f"v{self.count}": expected})

    def line(self, text):
        self.page.files[self.path] += text.strip("\n") + "\n"
