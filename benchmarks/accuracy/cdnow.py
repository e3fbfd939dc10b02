"""CDNOW, 2,357 buyers of CDs: trained on weeks 1–39, asked for weeks 40–78 (methods §4.2, §12)."""

from __future__ import annotations

from datetime import date

import numpy as np

from benchmarks.accuracy import looks
from benchmarks.accuracy.figures import Say, at_least, at_most, line, within
from benchmarks.accuracy.logs import CDNOW_39
from holdfast.analysis import lifetime
from holdfast.analysis.ledger import Array, Ledger, day_number
from holdfast.analysis.lifetime import Counting, Seen

COUNTS = {"RMSE": at_most(1.608), "nGini": at_least(0.662), "total error": within(0.122)}
LEAVING = {"AUC": at_least(0.771), "Brier": at_most(0.162), "ECE": at_most(0.055)}
START, END = day_number(date(1997, 1, 1)), date(1998, 6, 30)
WEEKS = np.arange(1, 79)


def measure(say: Say) -> None:
    say("CDNOW, weeks 40–78", f"origin {CDNOW_39.origin}, {CDNOW_39.days} days; reference: methods §4.2")
    look = looks.Look(CDNOW_39)
    looks.told(say, look)
    looks.counts(say, look, COUNTS)
    references(say)
    looks.spend(say, look, {})
    looks.leaving(say, look, LEAVING)
    looks.intervals(say, look)
    tracking(say, look)


def references(say: Say) -> None:
    """Each model alone."""
    summary, came = lifetime.summary(CDNOW_39.known, as_of=CDNOW_39.origin), CDNOW_39.came[0]
    seen, weeks = Seen.of(summary), CDNOW_39.days / 7
    for name, fit in FITS.items():
        expected = fit(summary).model.expected(seen, weeks)
        figures = looks.count_figures(expected, came)
        say(f"  {name} alone", "  ".join(f"{key} {value:.4f}" for key, value in figures.items()))


FITS = {"BG/NBD": lifetime.fit_bgnbd, "MBG/NBD": lifetime.fit_mbgnbd, "Pareto/NBD": lifetime.fit_paretonbd}


def tracking(say: Say, look: looks.Look) -> None:
    """Cumulative repeat purchases of all, weeks 40 to 78, unconditional."""
    summary = lifetime.summary(CDNOW_39.known, as_of=CDNOW_39.origin)
    models: dict[str, Counting] = {name: fit(summary).model for name, fit in FITS.items()}
    chosen = [models[NAMES[name]] for name in look.models["together"]]
    line(say, "cumulative MAPE, weeks 40–78", _mape(chosen), at_most(0.027))
    for name, model in models.items():
        line(say, f"  {name} alone", _mape([model]))


NAMES = {"bgnbd": "BG/NBD", "mbgnbd": "MBG/NBD", "paretonbd": "Pareto/NBD"}


def _mape(models: list[Counting]) -> float:
    bought = Ledger.of(CDNOW_39.whole, as_of=END).purchases
    repeat = bought.day[bought.rank > 0] - START
    actual = np.array([(repeat < 7 * week).sum() for week in WEEKS])
    ages: Array = np.maximum(7 * WEEKS[:, None] - 1 - (bought.first_day - START)[None, :], 0) / 7
    distinct, place = np.unique(ages, return_inverse=True)
    expected = np.mean([model.expected_new(distinct) for model in models], axis=0)
    running = expected[place].reshape(ages.shape).sum(axis=1)
    return float(np.abs(running[39:] / actual[39:] - 1).mean())
