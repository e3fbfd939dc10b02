"""From raw answers to those that count, and figures of groups that are honest about their size (methods §6)."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.integrity.shares import kappa_by_moments, portfolio_share, shrunk_share
from holdfast.analysis.ledger import Array, nullable, ranked
from holdfast.analysis.params import Params
from holdfast.analysis.satisfaction.rates import normal_point, wilson
from holdfast.analysis.tables import Source, arrow

EVIDENCE = ("suppressed", "thin", "full")


@dataclass(frozen=True)
class SurveyParams(Params):
    """Settings of surveys.

    every_days: one answer per customer and instrument in so many days counts, the latest complete one. top: lowest score
    of the top boxes. suppress_below, thin_below: answers below which a group shows nothing, or shows it in grey. kappa:
    weight of all answers in a group's share where it cannot be told from the data. funnel: standard errors from the
    whole beyond which a group stands out.
    """

    every_days: int = 90
    top: float = 4.0
    suppress_below: int = 10
    thin_below: int = 30
    kappa: float = 8.0
    funnel: float = 3.0


DEFAULTS = SurveyParams()


def valid_answers(answers: Source, *, params: SurveyParams = DEFAULTS) -> pa.Table:
    """The answers that count, sorted by customer, instrument and day; same columns.

    In: customer_id, instrument, day, score (null = incomplete), and is_test where known (tests, own staff: left out).
    Rule: from the latest answer backwards, one in every 90 days of a customer and instrument, incomplete ones never.
    Source: methods §6, hygiene.
    """
    table = arrow(answers)
    table = table.filter(pc.and_(table["score"].is_valid(), table["day"].is_valid()))
    if "is_test" in table.column_names:
        table = table.filter(pc.invert(pc.fill_null(table["is_test"], False)))
    keys = [(name, "ascending") for name in ("customer_id", "instrument", "day")]
    table = table.sort_by(keys).combine_chunks()
    _, who = ranked(table["customer_id"])
    kinds, what = ranked(table["instrument"])
    series = who * max(len(kinds), 1) + what
    day = table["day"].cast(pa.int32()).to_numpy()
    return table.filter(pa.array(_latest(series, day, params.every_days)))


def by_group(answers: Source, *, params: SurveyParams = DEFAULTS) -> pa.Table:
    """Top-box share of every group (department, product, region …), drawn towards the whole where the group is small.

    In: group, score. Out, one row a group, sorted: group, n, value (0–1), shrunk (0–1), low, high (Wilson), evidence
    (suppressed, thin, full), stands_out (−1 below, 0, 1 above the funnel around the whole). Under 10 answers all
    figures are null. Formula: shrunk = (k + κp₀) ÷ (n + κ); funnel p₀ ± 3·√(p₀(1 − p₀) ÷ n): no league table.
    Source: methods §6, §1.2 (shrinkage).
    """
    table = arrow(answers).select(["group", "score"]).drop_null()
    groups, place = ranked(table["group"])
    size = np.bincount(place, minlength=len(groups))
    cases = np.bincount(place[table["score"].to_numpy() >= params.top], minlength=len(groups))
    whole = portfolio_share(cases, size) or 0.0
    share = cases / np.maximum(size, 1)
    shrunk = shrunk_share(cases, size, whole, kappa_by_moments(cases, size, params.kappa))
    spans = [wilson(float(k), float(n)) or (0.0, 1.0) for k, n in zip(cases, size, strict=True)]
    shown = size >= params.suppress_below
    error = np.sqrt(whole * (1 - whole) / np.maximum(size, 1))
    away = np.where(np.abs(share - whole) > params.funnel * error + 1e-12, np.sign(share - whole), 0).astype(np.int8)
    level = (size >= params.suppress_below).astype(np.int64) + (size >= params.thin_below)
    return pa.table(
        {
            "group": groups,
            "n": pa.array(size.astype(np.int64)),
            "value": nullable(share, shown),
            "shrunk": nullable(shrunk, shown),
            "low": nullable(np.array([low for low, _ in spans]), shown),
            "high": nullable(np.array([high for _, high in spans]), shown),
            "evidence": pa.array(EVIDENCE).take(pa.array(level)),
            "stands_out": nullable(away, shown),
        }
    )


def response_bias(invited: Source) -> pa.Table:
    """Whether those who answered are like those who did not; one row per measure.

    In: answered, and any measures as numbers (revenue, stars, complaints; nulls left out). Out: measure, answered, silent
    (means), difference, low, high (95 %); null where either side has fewer than two. Source: methods §6.
    """
    table = arrow(invited)
    yes = table["answered"].combine_chunks().fill_null(False).to_numpy(zero_copy_only=False).astype(bool)
    measures = [
        name for name in table.column_names if name not in ("customer_id", "answered") and _is_number(table[name].type)
    ]
    return pa.Table.from_pylist([_compared(table[name], yes) | {"measure": name} for name in measures], schema=BIAS)


BIAS = pa.schema(
    [("measure", pa.string())] + [(name, pa.float64()) for name in ("answered", "silent", "difference", "low", "high")]
)


def _compared(column: pa.ChunkedArray, yes: Array) -> dict[str, object]:
    known = column.is_valid().to_numpy().astype(bool)
    values = column.cast(pa.float64()).fill_null(0.0).to_numpy()
    first, second = values[known & yes], values[known & ~yes]
    if min(len(first), len(second)) < 2:
        return {}
    difference = float(first.mean() - second.mean())
    reach = normal_point(0.95) * sqrt(float(first.var(ddof=1)) / len(first) + float(second.var(ddof=1)) / len(second))
    return {
        "answered": float(first.mean()),
        "silent": float(second.mean()),
        "difference": difference,
        "low": difference - reach,
        "high": difference + reach,
    }


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _latest(series: Array, day: Array, every: int) -> Array:
    """From the last of each series backwards, one in so many days."""
    keep = np.zeros(len(day), dtype=bool)
    last_series, last_day = -1, 0
    for place in range(len(day) - 1, -1, -1):
        if series[place] != last_series or last_day - day[place] >= every:
            keep[place] = True
            last_series, last_day = int(series[place]), int(day[place])
    return keep
