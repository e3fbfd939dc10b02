"""What the jobs of a pair of dates say: zones, chances, capability, the chart of single jobs, months, before and after."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
from django.utils import timezone

from holdfast.analysis.capability import (
    Bars,
    Capability,
    CapabilityParams,
    Change,
    Chart,
    Times,
    bars,
    capability,
    compare_times,
    two_proportions,
)
from holdfast.common.months import Month, today
from holdfast.foundation.accounts.models import User
from holdfast.insight.quality.models import Process
from holdfast.insight.quality.readers import MOST_JOBS, jobs, pairs_of
from holdfast.insight.quality.rules import MonthOf, Pair, Timed, timed, trend

CHART_JOBS = 120
DRAWS, BUDGET = 2000, 4_000_000


@dataclass(frozen=True)
class Asked:
    """What somebody wants to see: a pair, target and limit, how many months back (0: all), grey reasons, a change."""

    pair: Pair
    target_days: float
    limit_days: float
    months: int = 12
    grey: tuple[str, ...] = ()
    changed_on: date | None = None

    @property
    def params(self) -> CapabilityParams:
        return CapabilityParams(self.target_days, self.limit_days, grey=self.grey)

    @property
    def since(self) -> date | None:
        """The first day of the oldest month."""
        return Month.of(today()).plus(1 - self.months).first if self.months else None


@dataclass(frozen=True)
class Before:
    """Jobs begun before and from the day of a change: how many were beyond the limit, and how long they took."""

    n_before: int
    n_after: int
    beyond: Change
    times: Times


@dataclass(frozen=True)
class Board:
    """Everything the page shows of one process. `figures` is `Capability.to_dict()`."""

    asked: Asked
    result: Capability
    figures: Mapping[str, Any]
    bars: Bars
    found: Timed
    months: list[MonthOf]
    before: Before | None
    is_cut: bool


def board(viewer: User, asked: Asked) -> Board:
    """The figures of the jobs that the viewer sees."""
    table, now = _jobs(viewer, asked)
    params = asked.params
    result = capability(table, as_of=now, params=params)
    found = timed(table, now, params)
    view = result.customer
    return Board(
        asked=asked,
        result=result,
        figures=result.to_dict(),
        bars=bars(view.days, view.grey, params),
        found=found,
        months=trend(found, months_of(asked, found)),
        before=_before(found, asked.changed_on) if asked.changed_on else None,
        is_cut=table.num_rows >= MOST_JOBS,
    )


def jobs_behind(viewer: User, asked: Asked, which: Mapping[str, Any]) -> pa.Table:
    """The jobs that a figure counted, the longest first; with a column `days`."""
    table, now = _jobs(viewer, asked)
    found = timed(table, now, asked.params)
    where = found.where(**which)
    kept = table.append_column("days", pa.array(found.days)).append_column("is_done", pa.array(found.done))
    order = [("days", "descending"), ("job_id", "ascending")]
    return kept.filter(pa.array(where)).sort_by(order)


def _jobs(viewer: User, asked: Asked) -> tuple[pa.Table, datetime]:
    now = timezone.localtime().replace(tzinfo=None)
    return jobs(viewer, asked.pair, asked.since, today()), now


def months_of(asked: Asked, found: Timed) -> list[str]:
    """The months of the trend: as many as asked for, at most two years, up to now."""
    now = Month.of(today())
    count = min(asked.months or 24, 24)
    names = [str(now.plus(back)) for back in range(1 - count, 1)]
    seen = [name for name in names if (found.month[found.kept & found.done] == name).any()]
    return names[names.index(seen[0]) :] if seen else []


def control_jobs(found: Timed) -> np.ndarray:
    """Which job each point of the chart is: finished ones by end, those of 0 days left out."""
    order = found.order[(found.kept & found.done)[found.order]]
    return order[found.days[order] > 0]


def chart_of(board: Board) -> Chart | None:
    return board.result.customer.chart


def _before(found: Timed, changed_on: date) -> Before | None:
    """None where one side has no finished job."""
    started = found.table["started_at"].combine_chunks().cast(pa.int64()).fill_null(0).to_numpy(zero_copy_only=False)
    edge = int(np.datetime64(datetime.combine(changed_on, datetime.min.time()), "us").astype(np.int64))
    counted = found.kept & found.done
    early, late = (counted & side for side in (started < edge, started >= edge))
    n_early, n_late = int(early.sum()), int(late.sum())
    if not n_early or not n_late:
        return None
    events = [int((found.zone[side] == 2).sum()) for side in (early, late)]
    draws = max(200, min(DRAWS, BUDGET // max(n_early + n_late, 1)))
    return Before(
        n_early,
        n_late,
        two_proportions(events[0], n_early, events[1], n_late),
        compare_times(found.days[early], found.days[late], draws=draws),
    )


# --- what a promise is kept for -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Kept:
    """How a kept process does: finished jobs, those inside the target, those beyond the limit."""

    n: int
    within: int
    beyond: int


def kept_by(viewer: User, process: Process) -> Kept | None:
    """Of the jobs that the viewer sees; None where the pair of dates is no more."""
    pair = pairs_of(viewer).get(process.pair)
    if pair is None:
        return None
    asked = Asked(pair, process.target_days, process.limit_days, process.months, tuple(process.grey))
    table, now = _jobs(viewer, asked)
    found = timed(table, now, asked.params)
    zone = found.zone[found.kept & found.done]
    return Kept(len(zone), int((zone == 0).sum()), int((zone == 2).sum()))


@dataclass(frozen=True)
class Origin:
    """Why a process has its limit, as a room above tells it: what, more about it, and where its voices are read."""

    text: str
    url: str
    note: str
    voices: int
    voices_url: str


Origins = Callable[[User, Process], list[Origin]]
_origins: list[Origins] = []


def register_origins(tell: Origins) -> None:
    """A room above tells why a process is kept: `tell(viewer, process)`."""
    if tell not in _origins:
        _origins.append(tell)


def origins(viewer: User, process: Process) -> list[Origin]:
    return [one for tell in _origins for one in tell(viewer, process)]


def processes() -> list[Process]:
    """Those kept under a name, in use."""
    return list(Process.objects.filter(archived_at=None).select_related("by"))
