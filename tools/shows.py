"""Say which P0 capabilities of the landed modules no test shows.

    python tools/shows.py

Capabilities stand in `docs/capabilities.csv`; tests name them with `@pytest.mark.shows("ARC-02")`. Information, and an
error only where a test names an id that does not exist.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MARK = re.compile(r"mark\.shows\(([^)]*)\)")
CODE = re.compile(r"[\"']([A-Z0-9]+(?:-\d+)?)[\"']")


def capabilities() -> dict[str, dict[str, str]]:
    with (ROOT / "docs" / "capabilities.csv").open(encoding="utf-8", newline="") as file:
        return {row["id"]: row for row in csv.DictReader(file)}


def shown() -> dict[str, set[str]]:
    """Capability → the test files that show it."""
    found: dict[str, set[str]] = {}
    for folder in ("src", "tests"):
        for path in (ROOT / folder).rglob("test_*.py"):
            for arguments in MARK.findall(path.read_text(encoding="utf-8")):
                for code in CODE.findall(arguments):
                    found.setdefault(code, set()).add(str(path.relative_to(ROOT)))
    return found


def main() -> int:
    known, seen = capabilities(), shown()
    unknown = sorted(set(seen) - set(known))
    landed = {row["module"] for code, row in known.items() if code in seen}
    open_ = [
        row for code, row in known.items() if row["priority"] == "P0" and row["module"] in landed and code not in seen
    ]
    print(f"{len(set(seen) & set(known))} capabilities shown by tests; P0 of the landed modules without a test:")
    for row in open_:
        print(f"  {row['id']:8} {row['capability']}")
    for code in unknown:
        print(f"No such capability: {code}, in {', '.join(sorted(seen[code]))}")
    return 1 if unknown else 0


if __name__ == "__main__":
    sys.exit(main())
