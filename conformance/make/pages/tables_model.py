"""A table as the reference tells it: rows of cells, scanned from the first. Cells are functions of a key."""


class Row:
    def __init__(self, cells, value):
        self.cells, self.value = cells, value

    def matches(self, keys):
        return all(cell(key) for cell, key in zip(self.cells, keys))


def any_(_):
    return True


def value(*values):
    return lambda key: key in values


def exactly(text):
    return lambda key: key == text


def prefix(text):
    return lambda key: key.startswith(text)


def span(low, high, ends="[]"):
    """A range; None for no end. `[` and `]` include an end, `(` and `)` do not."""

    def holds(key):
        above = low is None or key > low or (key == low and ends[0] == "[")
        below = high is None or key < high or (key == high and ends[1] == "]")
        return above and below

    return holds


def chosen(rows, keys):
    """The first row that matches, or None."""
    return next((row for row in rows if row.matches(keys)), None)
