"""One forecast of a split beside its plain baselines: counts, spend, chances of leaving, intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from benchmarks.accuracy.figures import NONE, Gate, Say, chance_figures, count_figures, line, spend_figures
from benchmarks.accuracy.logs import Split
from holdfast.analysis.forecast import Forecast, forecast
from holdfast.analysis.forecast.views import View
from holdfast.analysis.ledger import Array
from holdfast.analysis.lifetime import coverage

Gates = Mapping[str, Gate]
QUARTER = 91


@dataclass(frozen=True)
class Look:
    """A split, looked at by `forecast` from its origin alone."""

    split: Split

    @cached_property
    def found(self) -> Forecast:
        return forecast(self.split.known, as_of=self.split.origin, horizon_days=self.split.days)

    @cached_property
    def view(self) -> View:
        return View.of(self.split.known, self.split.known.today)

    def column(self, name: str) -> Array:
        return self.found.customers[name].to_numpy()

    @property
    def models(self) -> dict[str, Any]:
        return self.found.models

    @property
    def naive_counts(self) -> Array:
        """As many as in the days before, as many days as are asked; of a shorter history stretched."""
        bought, today = self.split.known.purchases, self.split.known.today
        history = today - int(bought.day.min()) + 1
        days = min(self.split.days, history)
        found = bought.counted(bought.day > today - days)[self.view.row]
        return found * (self.split.days / days)

    @property
    def naive_spend(self) -> Array:
        return self.naive_counts * self.view.each / 100


def counts(say: Say, look: Look, gates: Gates) -> None:
    """Purchase days of every customer in the holdout."""
    came = look.split.came[0]
    plain = count_figures(look.naive_counts, came)
    for name, value in count_figures(look.column("expected_purchases"), came).items():
        line(say, f"counts, {name}", value, gates.get(name, NONE), f"as before: {plain[name]:.4f}")


def spend(say: Say, look: Look, gates: Gates) -> None:
    """Money of every customer in the holdout."""
    came = look.split.came[1]
    plain = spend_figures(look.naive_spend, came)
    for name, value in spend_figures(look.column("expected_spend"), came).items():
        line(say, f"spend, {name}", value, gates.get(name, NONE), f"as before: {plain[name]:.4f}")


def leaving(say: Say, look: Look, gates: Gates) -> None:
    """No purchase in the holdout; beside it plain recency, and the rule of the last quarter."""
    left = (look.split.came[0] == 0).astype(np.float64)
    view = look.view
    recency = chance_figures(view.silence / max(view.silence.max(), 1e-9), left)
    rule = chance_figures((view.silence > QUARTER / 7).astype(np.float64), left)
    for name, value in chance_figures(look.column("p_churn"), left).items():
        beside = f"recency: {recency[name]:.4f}" if name in ("AUC", "lift@10 %") else f"quarter rule: {rule[name]:.4f}"
        line(say, f"leaving, {name}", value, gates.get(name, NONE), beside)
    again = view.seen.x > 0
    repeat = chance_figures(look.column("p_churn")[again], left[again])["lift@10 %"]
    beside = f"recency: {chance_figures(view.silence[again], left[again])['lift@10 %']:.4f}"
    line(say, "leaving, lift@10 % of repeat buyers", repeat, gates.get("repeat", NONE), beside)
    line(say, "leaving, share that left", float(left.mean()))


def intervals(say: Say, look: Look) -> None:
    """How often P10–P90 held the truth; whole numbers hold more than 80 %."""
    low, high = look.column("purchases_p10"), look.column("purchases_p90")
    came = look.split.came[0]
    due = look.models["intervals"].get("expected")
    line(say, "P10–P90 of purchases held", coverage(low, high, came), NONE, f"due: {due:.4f}" if due else "")
    often = look.column("expected_purchases") >= 2
    line(say, "P10–P90 held, 2 or more expected", coverage(low[often], high[often], came[often]))


def told(say: Say, look: Look) -> None:
    """What was chosen, and why."""
    models = look.models
    say(
        "chosen",
        f"{' + '.join(models['together'])}{', by entry' if models['by_entry'] else ''}; {models['reasons'][0]}",
    )
    say("chances of leaving", str(models["churn"]["method"]))
