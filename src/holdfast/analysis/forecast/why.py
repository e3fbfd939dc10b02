"""Why a customer's chance of leaving is what it is: parts that add up to its log-odds exactly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from holdfast.analysis.forecast.crowd import Crowd, inherited
from holdfast.analysis.forecast.views import View
from holdfast.analysis.ledger import Array
from holdfast.analysis.lifetime.summary import WEEK, Seen

PARTS = ("pace", "silence", "compared")
# Chances closer to 0 or 1 than this have no log-odds worth telling apart.
SUREST = 1e-9


@dataclass(frozen=True)
class Sight:
    """What a forecast was made with, so that it can say why. days: the horizon."""

    ids: pa.Array
    view: View
    crowd: Crowd
    days: int


def why(sight: Sight, p_churn: Array) -> pa.Table:
    """Parts of the log-odds of leaving; one row per customer with a purchase day.

    Out: customer_id, p_churn, base (log-odds of the company's typical customer), pace (how often this one buys, were he
    silent only as long as is usual for him), silence (that he is silent as long as he is), compared (recent purchases,
    their value and the order among customers alike, where the back-test found them worth it; else 0); and what they rest
    on: usual_days (usual gap; null without one), elapsed_days, recent_days (purchase days of the last 91). base + pace +
    silence + compared = ln(p/(1−p)) to rounding; chances nearer than 1e-9 to 0 or 1 are taken as that near. Source: ours;
    one step after another from the typical customer to this one, so that nothing is left over (methods §5).
    """
    view = sight.view
    typical = _typical(view.seen)
    base = float(_log_odds(1 - _buys(sight, _one(view, typical)))[0]) if len(view) else 0.0
    usual, on_time = _on_time(view.seen, typical)
    paced = _log_odds(1 - _buys(sight, view.at(slice(None), on_time)))
    own = _log_odds(1 - _buys(sight, view))
    whole = _log_odds(p_churn)
    return pa.table(
        {
            "customer_id": sight.ids,
            "p_churn": p_churn,
            "base": np.full(len(view), base),
            "pace": paced - base,
            "silence": own - paced,
            "compared": whole - own,
            "usual_days": pa.array(usual * WEEK, mask=view.seen.x == 0),
            "elapsed_days": np.rint(view.silence * WEEK).astype(np.int64),
            "recent_days": view.recent.astype(np.int64),
        }
    )


def _typical(seen: Seen) -> tuple[float, float, float]:
    """Median purchases, age and silence; silence never longer than age."""
    if not len(seen):
        return 0.0, 0.0, 0.0
    x, age = float(np.median(seen.x)), float(np.median(seen.age))
    silence = age if x == 0 else min(float(np.median(seen.age - seen.t_x)), age)
    return x, age, silence


def _one(view: View, typical: tuple[float, float, float]) -> View:
    x, age, silence = typical
    one = np.ones(1)
    return view.at(slice(0, 1), Seen(x * one, (age - silence) * one, age * one))


def _on_time(seen: Seen, typical: tuple[float, float, float]) -> tuple[Array, Seen]:
    """Usual gap in weeks, and each customer as he was when silent only that long; a first purchase as long as typical."""
    usual = np.where(seen.x > 0, seen.t_x / np.maximum(seen.x, 1), min(typical[1], typical[2]))
    return usual, Seen(seen.x, seen.t_x, seen.t_x + np.minimum(usual, seen.age - seen.t_x))


def _buys(sight: Sight, view: View) -> Array:
    # Who was there at the beginning is so in the customer's own history, not in the one put in its place.
    early = inherited(sight.view, sight.crowd.begins, sight.crowd.params)
    return sight.crowd.p_buys(view, sight.days, early=early if len(view) == len(early) else None)


def _log_odds(p: Array) -> Array:
    inside = np.clip(p, SUREST, 1 - SUREST)
    found: Array = np.log(inside) - np.log1p(-inside)
    return found
