"""German credit, 1,000 loans, 30 % bad: the plain scorer by five-fold cross-validation."""

from __future__ import annotations

import numpy as np

from benchmarks.accuracy.figures import Say
from benchmarks.accuracy.tabular import cross_validated, design, report, rows

NUMBERS = ("duration", "amount", "installment_rate", "present_residence", "age", "number_credits", "people_liable")


def measure(say: Say) -> None:
    table = rows("german_credit.csv.gz")
    bad = np.array([row["credit_risk"].strip() in ("0", "2", "bad") for row in table], dtype=float)
    chance = cross_validated(design(table, NUMBERS, ("credit_risk",)), bad)
    longest = np.array([float(row["duration"]) for row in table]) / 100
    say("German credit, 5-fold", f"{len(bad):,} loans, {bad.mean():.1%} bad")
    report(say, chance, longest, bad, "longest first", {})
