"""tables.md: rows and how they are found, checked against a small model that scans them."""

import tables_choices
import tables_forms
import tables_matching
import tables_proved


def build(page):
    for part in (tables_forms, tables_matching, tables_choices, tables_proved):
        part.build(page)
