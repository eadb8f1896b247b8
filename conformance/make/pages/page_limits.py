"""limits.md: bounds that are numbers. What needs a large file is left to programs (without_rule.txt)."""

from suite import number

PLACE = "limits:"


def build(page):
    rules = page.rules(
        "limits",
        'input { n : integer, x : number = 2, t : text = "" }\nlet many = numbers(1, n)\noutput count_of = count of many\noutput sent = x\noutput letters = characters(t)',
    )
    for n in (1, 100_000):
        rules.output(PLACE + "3.2", f"a list of {n}", "count_of", number(n), {"n": n})
    for n in (100_001, 5_000_000):
        rules.case(PLACE + "3.2", f"a list of {n}", {"n": n}, failed="limit reached")
    steps = page.rules(
        "steps",
        "input { n : integer }\noutput o = sum of (count of each b in numbers(1, 1000) where b > a) for each a in numbers(1, n)",
    )
    steps.output(
        PLACE + "3.1", "a thousand elements visited ten times", "o", number(sum(1000 - a for a in range(1, 11))), {"n": 10}
    )
    steps.case(PLACE + "3.1", "more than ten million elements visited", {"n": 20_000}, failed="limit reached")
    for digits in (100,):
        rules.case(PLACE + "5.10", f"{digits} digits in a text", {"n": 1, "x": "9" * digits}, outputs={"sent": "9" * digits})
    for digits in (101, 1000):
        rules.case(PLACE + "5.10", f"{digits} digits in a text", {"n": 1, "x": "9" * digits}, failed="input not accepted", path="x")
    for length in (9_999, 10_000):
        rules.output(PLACE + "5.9", f"a text of {length} characters", "letters", number(length), {"n": 1, "t": "é" * length})
    rules.case(PLACE + "5.9", "a text of 10001 characters", {"n": 1, "t": "é" * 10_001}, failed="input not accepted", path="t")
    bits = page.rules(
        "bits",
        "input { n : integer }\nlet power = walk i in numbers(1, n) carrying x = 1 { next x = x * 2 }\noutput o = power.final.x\noutput inverse = 1 / power.final.x > 0",
    )
    for n in (10, 1023):
        bits.output(PLACE + "5.11", f"2 to the power of {n}", "o", number(2**n), {"n": n})
    bits.case(PLACE + "5.11", "2 to the power of 1024 has 1025 bits", {"n": 1024}, failed="overflow")
    days = page.rules("days", "input { d : date, n : integer }\noutput o = d + n * 1 day")
    for day, n, value in (("9999-12-30", 1, "9999-12-31"), ("0001-01-02", -1, "0001-01-01"), ("0001-01-01", 3652058, "9999-12-31")):
        days.output(PLACE + "5.12", f"{day} and {n} days", "o", value, {"d": day, "n": n})
    for day, n in (("9999-12-31", 1), ("0001-01-01", -1), ("2026-01-01", 4_000_000)):
        days.case(PLACE + "5.12", f"{day} and {n} days", {"d": day, "n": n}, failed="overflow")
    moments = page.rules("moments", "input { i : instant, s : duration in s }\noutput o = i + s")
    for moment, seconds, value in (
        ("0001-01-03T00:00:01Z", -1, "0001-01-03T00:00:00Z"),
        ("9999-12-30T21:59:59Z", 1, "9999-12-30T22:00:00Z"),
    ):
        moments.output(PLACE + "5.13", f"{moment} and {seconds} s", "o", value, {"i": moment, "s": seconds})
    for moment, seconds in (("0001-01-03T00:00:00Z", -1), ("9999-12-30T22:00:00Z", 1)):
        moments.case(PLACE + "5.13", f"{moment} and {seconds} s", {"i": moment, "s": seconds}, failed="overflow")
    for moment in ("0001-01-02T23:59:59Z", "9999-12-31T00:00:00Z"):
        given = {"i": moment, "s": 0}
        moments.case(PLACE + "5.13", f"{moment} is sent", given, failed="input not accepted", path="i")
    for levels in (10, 60):
        page.rules(f"nested_{levels}", f"output o = {'(' * levels}{levels}{')' * levels}").case(
            PLACE + "5.3", f"{levels} brackets in each other", None, outputs={"o": str(levels)}
        )
    page.wrong(PLACE + "5.3", "70 brackets in each other", f"output o = {'(' * 70}7{')' * 70}  # ! RW0105")
    pairs = ", ".join(["1 + 1"] * 450)
    page.rules("long_list", f"output o = sum of [{pairs}]").case(
        PLACE + "5.4", "450 sums in one expression", None, outputs={"o": "900"}
    )
    page.wrong(PLACE + "5.4", "a sum of 1100 ones", "output o = " + " + ".join(["1"] * 1100) + "  # ! RW0106")
    page.rules("long_name", f"let {'a' * 200} = 3\noutput o = {'a' * 200}").case(
        PLACE + "5.7", "a name of 200 characters", None, outputs={"o": "3"}
    )
    page.wrong(PLACE + "5.7", "a name of 201 characters", f"let {'a' * 201} = 3  # ! RW0104\noutput o = 3")
    page.rules("long_text", f'output o = characters("{"x" * 10000}")').case(
        PLACE + "5.8", "a text of 10000 bytes", None, outputs={"o": "10000"}
    )
    page.wrong(PLACE + "5.8", "a text of 10001 bytes", f'let a = "{"x" * 10001}"  # ! RW0103\noutput o = 3')
    texts = page.rules(
        "texts",
        "input { t : text }\nlet grown = walk i in numbers(1, 12) carrying x = t { next x = upper(x) }\noutput o = characters(grown.final.x)",
    )
    texts.output(PLACE + "3.4", "a text that the rules make", "o", "5", {"t": "abcde"})
    chain = lambda n: "let a0 = 1\n" + "".join(f"let a{i} = a{i - 1} + 1\n" for i in range(1, n)) + f"output o = a{n - 1}"
    for length in (10, 60):
        page.rules(f"chain_{length}", chain(length)).case(
            PLACE + "5.5", f"{length} definitions that build on each other", None, outputs={"o": str(length)}
        )
    page.wrong(
        PLACE + "5.5",
        "a sum of 300 ones, each of which builds on those before",
        "output o = " + " + ".join(["1"] * 300) + "  # ! RW0414",
    )
    page.rules("reached", "input { n : integer }\nlet l = numbers(1, n)\noutput o = count of l").case(
        PLACE + "6", "what is reached is said: a list", {"n": 100_001}, failed="limit reached"
    )
    rules.case(PLACE + "6", "what is reached is said: a number in an input", {"n": 1, "x": "9" * 400}, failed="input not accepted")
    bits.case(PLACE + "6", "what is reached is said: a number", {"n": 3000}, failed="overflow")
    for n in (3, 4):
        rules.output(PLACE + "1", f"accepted on every host: {n}", "count_of", number(n), {"n": n})
