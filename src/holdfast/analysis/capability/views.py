"""Time to serve of a table of jobs, seen twice: by customers, and by the process without its grey reasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.capability.control import Chart, individuals
from holdfast.analysis.capability.fit import Lognormal, fit_lognormal
from holdfast.analysis.capability.indices import FAR, MEDIAN, dpmo_of, ppu_percentile, ppu_z, sigma_level
from holdfast.analysis.capability.intervals import Chance, wilson, wilson_at
from holdfast.analysis.capability.settings import DEFAULTS, ZONES, CapabilityParams
from holdfast.analysis.capability.zones import zones_of
from holdfast.analysis.ledger import Array
from holdfast.analysis.tables import TableError

DAY = 86_400_000_000
QUANTILES = (0.05, 0.5, 0.95)
MIN_CHART = 20
MOMENT = pa.timestamp("us")
NOT_YET = np.iinfo(np.int64).max


@dataclass(frozen=True)
class View:
    """One way to look: finished jobs (`days`, `grey` marks), how long the open ones have `waited`, and the settings."""

    days: Array
    grey: Array
    waited: Array
    chart: Chart | None
    params: CapabilityParams

    @cached_property
    def fit(self) -> Lognormal | None:
        """The lognormal law of these jobs, open ones as lower bounds."""
        return fit_lognormal(self.days, self.waited)

    def to_dict(self) -> dict[str, Any]:
        """All figures as plain values; null where nothing can be said."""
        return dict(self._figures)

    @cached_property
    def _figures(self) -> dict[str, Any]:
        fit, n = self.fit, len(self.days)
        zone = zones_of(self.days, self.params)
        within, how_within = self._chance(int((zone == 0).sum()), fit, within=True)
        beyond, how_beyond = self._chance(int((zone == 2).sum()), fit, within=False)
        dpmo = None if beyond.value is None else dpmo_of(beyond.value, 1)
        return {
            "n": n,
            "open": len(self.waited),
            "open_beyond_limit": int((self.waited > self.params.limit_days).sum()),
            "mean": float(self.days.mean()) if n else None,
            "sd": float(self.days.std(ddof=1)) if n > 1 else None,
            "quantiles": {str(share): self._quantile(share) for share in QUANTILES},
            "p_within_target": within.to_dict() | self._observed(int((zone == 0).sum()), how_within),
            "p_beyond_limit": beyond.to_dict() | self._observed(int((zone == 2).sum()), how_beyond),
            "zones": self._zones(zone),
            "dpmo": dpmo,
            "sigma": {"shifted": sigma_level(dpmo), "unshifted": sigma_level(dpmo, shifted=False)},
            "ppu": {"percentile": self._ppu(fit, how_beyond), "z": ppu_z(beyond.value)},
            "control": self._control(),
            "method": "lognormal" if "lognormal" in (how_within, how_beyond) else "empirical",
            "fit": None if fit is None else {"mu": fit.mu, "sigma": fit.sigma},
            "too_few": n < self.params.min_jobs or min(self._events(zone)) < self.params.min_events,
        }

    def _events(self, zone: Array) -> tuple[int, int]:
        return int((zone == 0).sum()), int((zone == 2).sum())

    def _quantile(self, share: float) -> float | None:
        return float(np.quantile(self.days, share)) if len(self.days) else None

    def _chance(self, events: int, fit: Lognormal | None, *, within: bool) -> tuple[Chance, str]:
        """By counting where there is enough to count, else by the fit; n jobs tell it either way."""
        n, params = len(self.days), self.params
        if fit is None or (n >= params.min_jobs and events >= params.min_events):
            return wilson(events, n), "empirical"
        share = fit.within(params.target_days) if within else fit.beyond(params.limit_days)
        return wilson_at(share, n), "lognormal"

    def _observed(self, events: int, method: str) -> dict[str, Any]:
        return {"events": events, "method": method, "observed": wilson(events, len(self.days)).to_dict()}

    def _zones(self, zone: Array) -> dict[str, Any]:
        n = len(self.days)
        found = {
            name: _counted(int((zone == place).sum()), n) | {"grey": int(((zone == place) & self.grey).sum())}
            for place, name in enumerate(ZONES)
        }
        return found | {"grey": _counted(int(self.grey.sum()), n)}

    def _ppu(self, fit: Lognormal | None, method: str) -> float | None:
        if not len(self.days):
            return None
        if method == "lognormal" and fit is not None:
            return ppu_percentile(self.params.limit_days, fit.quantile(MEDIAN), fit.quantile(FAR))
        median, far = (float(value) for value in np.quantile(self.days, [MEDIAN, FAR]))
        return ppu_percentile(self.params.limit_days, median, far)

    def _control(self) -> dict[str, Any] | None:
        """The chart of single jobs on the logarithm, told in days."""
        if self.chart is None:
            return None
        rules = [signal.rule for signal in self.chart.signals]
        return {
            "centre": float(np.exp(self.chart.centre)),
            "lower": float(np.exp(self.chart.lower[0])),
            "upper": float(np.exp(self.chart.upper[0])),
            "points": len(self.chart.points),
            "signals": {rule: rules.count(rule) for rule in dict.fromkeys(rules)},
            "in_control": self.chart.in_control,
            "index": "Cpk" if self.chart.in_control else "Ppk",
        }


@dataclass(frozen=True)
class Capability:
    """Both views, the grey reasons, and what was odd."""

    customer: View
    process: View
    reasons: dict[str, int]
    grey_reasons: dict[str, int]
    no_start: int
    impossible: int
    params: CapabilityParams

    def to_dict(self) -> dict[str, Any]:
        """The customers' view, with the other one under `process_view`."""
        return self.customer.to_dict() | {
            "grey_reasons": self.grey_reasons,
            "reasons": self.reasons,
            "process_view": self.process.to_dict(),
        }


def capability(jobs: pa.Table, *, as_of: datetime, params: CapabilityParams = DEFAULTS) -> Capability:
    """Time to serve of a table of jobs: one figure each for the customers' view (all) and the process view (no grey).

    In: jobs with started_at, ended_at (timestamp[us]; null end = open) and reason (text, null = none); rows without a
    start, with an end before it, or begun after as_of are left out; an end after as_of is open. as_of: to when open
    jobs have waited. Out: Capability; `.to_dict()` gives n (finished), open, open_beyond_limit, mean, sd, quantiles
    (linear, of the finished), p_within_target and p_beyond_limit (value, Wilson 95 % low and high, how told, and the
    bare count), zones (n, share, how many of them grey), dpmo, sigma, ppu (percentile and z), control, method, grey_reasons.
    Formula: counted where at least 50 jobs are finished and the event happened at least 5 times, else from a lognormal
    law with open jobs as lower bounds. Days are 24 hours. Cpk is the name of the index only while the chart of single jobs
    (logarithms, by end; those that end together in an order that knows nothing of how long they took) breaks no rule, else
    Ppk. Errors: TableError. Source: methods §7.
    """
    started, ended, reason = (_column(jobs, name) for name in ("started_at", "ended_at", "reason"))
    begin, end = _micros(started), _micros(ended)
    now = int(np.datetime64(as_of, "us").astype(np.int64))
    known, done = begin != NOT_YET, (end != NOT_YET) & (end <= now)
    impossible = known & (end < begin)
    kept = known & ~impossible & (begin <= now)
    spent = np.where(done, end - begin, now - begin) / DAY
    grey = _is_grey(reason, params)

    def view(where: Array) -> View:
        found = np.flatnonzero(where & done)
        order = found[_finished_order(begin[found], end[found])]
        return View(spent[order], grey[order], np.sort(spent[where & ~done]), _chart(spent[order]), params)

    return Capability(
        view(kept),
        view(kept & ~grey),
        _reasons(reason, kept),
        _reasons(reason, kept & grey),
        int((~known).sum()),
        int(impossible.sum()),
        params,
    )


def _finished_order(begin: Array, end: Array) -> Array:
    """Places by end; those that end together in the order of a hash of their start.

    Where days are whole, hundreds end together: by their start they would come longest first, and the chart of single
    jobs would see runs that nobody made. Equal jobs are interchangeable, so the order of rows changes nothing.
    """
    rank = np.lexsort((begin, end))
    first = np.ones(len(rank), dtype=bool)
    first[1:] = (np.diff(begin[rank]) != 0) | (np.diff(end[rank]) != 0)
    starts = np.flatnonzero(first)
    nth = np.arange(len(rank)) - np.repeat(starts, np.diff(starts, append=len(rank)))
    found: Array = rank[np.lexsort((_mixed(begin[rank], nth), end[rank]))]
    return found


def _mixed(start: Array, nth: Array) -> Array:
    """A number without order for each start and place among equals: splitmix64 of both."""
    mixed = start.astype(np.uint64) + (nth.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: Array = mixed ^ (mixed >> np.uint64(31))
    return found


def _column(jobs: pa.Table, name: str) -> pa.Array:
    if name not in jobs.column_names:
        if name == "reason":
            return pa.nulls(jobs.num_rows, pa.string())
        raise TableError("column_missing", "jobs", name, "is missing")
    return jobs[name].combine_chunks()


def _micros(column: pa.Array) -> Array:
    found: Array = column.cast(MOMENT).cast(pa.int64()).fill_null(NOT_YET).to_numpy(zero_copy_only=False)
    return found


def _is_grey(reason: pa.Array, params: CapabilityParams) -> Array:
    found = pc.is_in(reason, value_set=pa.array(params.grey, pa.string()), skip_nulls=True)
    return pc.fill_null(found, False).to_numpy(zero_copy_only=False).astype(bool)


def _reasons(reason: pa.Array, where: Array) -> dict[str, int]:
    """How often each stands, the most frequent first."""
    counts = pc.value_counts(reason.filter(pa.array(where)).drop_null()).to_pylist()
    return {one["values"]: one["counts"] for one in sorted(counts, key=lambda one: (-one["counts"], one["values"]))}


def _counted(n: int, whole: int) -> dict[str, Any]:
    return {"n": n, "share": n / whole if whole else None}


def _chart(days: Array) -> Chart | None:
    """Jobs in the order they were finished; the logarithm needs more than 0 days, so those of 0 are left out."""
    logs = np.log(days[days > 0])
    return individuals(logs) if len(logs) >= MIN_CHART else None
