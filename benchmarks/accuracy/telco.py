"""IBM's 7,043 subscribers, 26.5 % of whom left: the plain scorer by five-fold cross-validation."""

from __future__ import annotations

import numpy as np

from benchmarks.accuracy.figures import Say
from benchmarks.accuracy.tabular import cross_validated, design, report, rows

NUMBERS = ("tenure", "MonthlyCharges", "TotalCharges")


def measure(say: Say) -> None:
    table = rows("telco_churn_ibm.csv.gz")
    left = np.array([row["Churn"] == "Yes" for row in table], dtype=float)
    chance = cross_validated(design(table, NUMBERS, ("customerID", "Churn")), left)
    young = 1 / (1 + np.array([float(row["tenure"]) for row in table]))
    say("Telco churn, 5-fold", f"{len(left):,} subscribers, {left.mean():.1%} left")
    report(say, chance, young, left, "shortest tenure first", {"AUC": "logistic regression, data README: .845"})
