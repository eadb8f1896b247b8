"""The paragraphs of the reference, counted as README.md says: what the id of a case can be.

`paragraphs()` gives id → text. `tests/conformance/paragraphs.rs` counts alike and holds both against each other's results.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LANGUAGE = (
    "values operators rule_sets definitions tables tiers charges lists time " "exceptions_and_contracts tests questions meanings"
).split()
PAGES = {f"{name}.md": f"docs/language/{name}.md" for name in LANGUAGE} | {
    "wire-format.md": "docs/wire-format.md",
    "limits.md": "docs/limits.md",
    "grammar.md": "grammar/README.md",
}
# Of the language in one page what it alone says; the rest of it are the other pages, in short.
PARTS = {"grammar.md": ("types", "what-may-be-a-name-and-what-belongs-together")}


def anchor(heading):
    """The anchor of a heading, as GitHub makes it."""
    kept = [c for c in heading.strip().lower() if c.isalnum() or c in " -_"]
    return "".join(kept).replace(" ", "-")


def of_page(page, text):
    """id → text of each paragraph of one page."""
    found, title, heading, number, fenced, block = {}, "", "", 0, False, []

    def close():
        nonlocal number
        if not block:
            return
        number += 1
        name = f"{page}#{heading}:{number}"
        if block[0].startswith("|"):
            found.update({f"{name}.{row}": line for row, line in enumerate(block[2:], 1)})
        else:
            found[name] = " ".join(" ".join(block).split())
        block.clear()

    for line in text.splitlines():
        fence = line.startswith("```")
        if fence or fenced or line.startswith("#") or not line.strip() or line.startswith("- "):
            close()
        if fence:
            fenced = not fenced
            if number == 0 and f"{page}#{heading}" not in found:
                found[f"{page}#{heading}"] = title
        elif fenced or not line.strip():
            pass
        elif line.startswith("#"):
            title, number = line.lstrip("#").strip(), 0
            heading = anchor(title)
        else:
            block.append(line)
    close()
    return found


def paragraphs():
    """id → text of each paragraph of the reference."""
    found = {}
    for page, path in PAGES.items():
        of_all = of_page(page, (ROOT / path).read_text(encoding="utf-8"))
        parts = tuple(f"{page}#{part}" for part in PARTS.get(page, ("",)))
        found |= {name: text for name, text in of_all.items() if name.startswith(parts)}
    return found


if __name__ == "__main__":
    for name, text in paragraphs().items():
        print(f"{name}  {text[:110]}")
