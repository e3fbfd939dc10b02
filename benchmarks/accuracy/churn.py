"""Chances of leaving beside plain recency: Online Retail over 182 and 183 days (CDNOW stands in its own part)."""

from __future__ import annotations

from benchmarks.accuracy import looks
from benchmarks.accuracy.figures import Say, at_least, at_most
from benchmarks.accuracy.logs import RETAIL_SUMMER, RETAIL_WINTER

# Gates of a held-back log of the same kind, 183 days (methods §12).
GATES = {"AUC": at_least(0.811), "Brier": at_most(0.177), "ECE": at_most(0.02)}


def measure(say: Say) -> None:
    for split in (RETAIL_WINTER, RETAIL_SUMMER):
        say(f"Leaving: {split.name}", "")
        looks.leaving(say, looks.Look(split), GATES if split is RETAIL_WINTER else {})
