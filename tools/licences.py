"""Fail on a run-time dependency under GPL or AGPL, or one whose licence nobody can read.

    python tools/licences.py

Reads the installed packages that `requirements.txt` pins. LGPL is fine where the package is used unmodified.
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STRONG = re.compile(r"\b(AGPL|GPL|GNU (Affero )?General Public)", re.IGNORECASE)
WEAK = re.compile(r"LGPL|Lesser General Public", re.IGNORECASE)
# Packages whose metadata name no licence or leave open how several hang together, read by hand in their source.
READ_BY_HAND = {
    "pyphen": "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
    "huey": "MIT",
    "duckdb-extension-sqlite-scanner": "MIT",
    "duckdb-extension-postgres-scanner": "MIT",
}


def pinned(lock: Path) -> list[str]:
    """Package names of a lock file."""
    return re.findall(r"^([A-Za-z0-9_.-]+)==", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)


def licence(name: str) -> str:
    """All that a package says of its licence, in one line; empty when it says nothing."""
    meta = distribution(name).metadata
    if name.lower() in READ_BY_HAND:
        return READ_BY_HAND[name.lower()]
    classifiers = [line for line in meta.get_all("Classifier", []) if line.startswith("License")]
    said = [meta.get("License-Expression", ""), (meta.get("License") or "")[:200], *classifiers]
    return " ".join(part for part in said if part).strip()


def forbidden(text: str) -> bool:
    """True for the strong family without an alternative; `MIT OR GPL` leaves a choice."""
    return bool(STRONG.search(WEAK.sub("", text))) and " OR " not in text


def main() -> int:
    wrong = []
    for name in pinned(ROOT / "requirements.txt"):
        try:
            text = licence(name)
        except PackageNotFoundError:  # pinned for another platform
            continue
        if not text or forbidden(text):
            wrong.append(f"{name}: {text or 'no licence named'}")
    print("\n".join(wrong) or "licences: permissive, or LGPL used unmodified")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
