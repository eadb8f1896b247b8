"""Writes the files of the suite: `python3 conformance/make/all.py`; with `--check` only says whether they are as it would write them."""

import importlib
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
sys.path.insert(0, str(FOLDER))
sys.path.insert(0, str(FOLDER / "pages"))
sys.dont_write_bytecode = True

from suite import Page  # noqa: E402


def main():
    check = "--check" in sys.argv[1:]
    stale, count, pairs = [], 0, set()
    for module in sorted((FOLDER / "pages").glob("page_*.py")):
        name = module.stem.removeprefix("page_")
        loaded = importlib.import_module(module.stem)
        page = Page(name, getattr(loaded, "REFERENCE", None))
        loaded.build(page)
        folder = FOLDER.parent / name
        written = page.written()
        present = (
            {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()} if folder.is_dir() else {}
        )
        for path, text in written.items():
            known = present.pop(path, None)
            if known is not None and known.read_text(encoding="utf-8") == text:
                continue
            stale.append(f"{name}/{path}")
            if not check:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_text(text, encoding="utf-8")
        for path, full in present.items():
            stale.append(f"{name}/{path} (is no more)")
            if not check:
                full.unlink()
        cases = [case for all_of_file in page.cases.values() for case in all_of_file]
        count += len(cases)
        pairs |= {
            (case["paragraph"], repr([list(v.values()) if k == "outputs" else (k, v) for k, v in case["expect"].items()]))
            for case in cases
        }
        print(f"{name}: {len(cases)} cases, {len({case['paragraph'] for case in cases})} paragraphs")
    print(f"{count} cases, {len(pairs)} distinct pairs of paragraph and outcome")
    if check and stale:
        sys.exit("not as they would be written:\n" + "\n".join(stale))
    print("as written" if not stale else f"{len(stale)} files written")


main()
