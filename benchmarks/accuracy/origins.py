"""Online Retail from twelve days to look from: what a change of method must win on average, not on one autumn."""

from __future__ import annotations

import numpy as np

from benchmarks.accuracy.figures import Say, chance_figures, count_figures, spend_figures
from benchmarks.accuracy.logs import ORIGINS, Split
from benchmarks.accuracy.looks import Look

HEAD = ("RMSE", "total", "nGini", "spend nG", "R²", "R² -10", "AUC", "Brier", "ECE")


def measure(say: Say) -> None:
    say("Online Retail, twelve origins", " ".join(f"{name:>8}" for name in HEAD))
    rows = []
    for split in ORIGINS:
        rows.append(_figures(split))
        say(f"  {split.name}", " ".join(f"{value:8.4f}" for value in rows[-1]))
    found = np.array(rows)
    found[:, 1] = np.abs(found[:, 1])
    winter = np.array([split.origin.month == 12 for split in ORIGINS])
    say("  mean (of totals their size)", " ".join(f"{value:8.4f}" for value in found.mean(axis=0)))
    say("  mean without December", " ".join(f"{value:8.4f}" for value in found[~winter].mean(axis=0)))


def _figures(split: Split) -> list[float]:
    look, (came, spent) = Look(split), split.came
    counts = count_figures(look.column("expected_purchases"), came)
    spend = spend_figures(look.column("expected_spend"), spent)
    leaving = chance_figures(look.column("p_churn"), (came == 0).astype(np.float64))
    return [
        *(counts[name] for name in ("RMSE", "total error", "nGini")),
        *(spend[name] for name in ("nGini", "R²", "R² without the ten largest")),
        *(leaving[name] for name in ("AUC", "Brier", "ECE")),
    ]
