"""Online Retail, a wholesaler of gifts with a season: several origins, so that no one autumn decides (methods §12)."""

from __future__ import annotations

from benchmarks.accuracy import looks
from benchmarks.accuracy.figures import Say, at_least, at_most, within
from benchmarks.accuracy.logs import RETAIL_SPRING, RETAIL_SUMMER, RETAIL_WINTER, Split

# The gates are those of a held-back log of the same kind; here they are for comparison.
COUNTS = {"RMSE": at_most(1.78), "total error": within(0.02)}
SPEND = {"nGini": at_least(0.842), "R²": at_least(0.609), "R² without the ten largest": at_least(0.641)}
SPLITS = (RETAIL_WINTER, RETAIL_SUMMER, RETAIL_SPRING)


def measure(say: Say) -> None:
    for split in SPLITS:
        _one(say, split)


def _one(say: Say, split: Split) -> None:
    head = split is RETAIL_WINTER
    say(split.name, f"{len(split.came[0]):,} customers, {split.came[0].sum():,.0f} purchase days came")
    look = looks.Look(split)
    looks.told(say, look)
    looks.counts(say, look, COUNTS if head else {})
    looks.spend(say, look, SPEND if head else {})
    looks.intervals(say, look)
