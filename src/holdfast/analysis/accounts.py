"""Everything at once: order lines in, the whole `customers.parquet` of the command line out, with its summary."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import forecast, grading, integrity, lifecycle, movement, pareto, reasons, rfm, rhythm, sentences
from holdfast.analysis.days import customer_days, last_complete_month, previous_month
from holdfast.analysis.ledger import Array, Ledger, nullable
from holdfast.analysis.lifecycle import STAGES, LifecycleParams
from holdfast.analysis.params import Params
from holdfast.analysis.tables import Source

MONEY_DIGITS = 18
AHEAD = ("p_alive", "expected_purchases", "expected_spend", "clv_12m", "p_churn", "revenue_at_risk")
COLUMNS = (
    *("customer_id", "first_on", "last_on", "purchase_days", "revenue", "mean_value"),
    *("rfm_r", "rfm_f", "rfm_m", "abc", "stars", "stars_provisional", "stars_hint", "stage", "movement"),
    *("typical_gap_days", "elapsed_days", "p_gap", *AHEAD, "reasons"),
)


@dataclass(frozen=True)
class AnalyzeParams(Params):
    """horizon_days: how far ahead chances and expectations look. minor_digits: decimals of the currency."""

    horizon_days: int = 90
    minor_digits: int = 2
    rhythm: rhythm.RhythmParams = rhythm.DEFAULTS
    rfm: rfm.RfmParams = rfm.DEFAULTS
    lifecycle: LifecycleParams = lifecycle.DEFAULTS
    grading: grading.GradingParams = grading.DEFAULTS
    credit: integrity.CreditParams = integrity.CREDIT_DEFAULTS
    integrity: integrity.IntegrityParams = integrity.DEFAULTS
    movement: movement.MovementParams = movement.DEFAULTS
    pareto: pareto.ParetoParams = pareto.DEFAULTS
    reasons: reasons.ReasonParams = reasons.DEFAULTS
    forecast: forecast.ForecastParams = forecast.DEFAULTS


DEFAULTS = AnalyzeParams()


@dataclass(frozen=True)
class Analysis:
    """What `analyze` gives: the customers table, the summary, and the tables that the report draws."""

    customers: pa.Table
    summary: dict[str, Any]
    bridge: pa.Table
    not_bought: pa.Table
    volume_value: pa.Table
    movement: pa.Table
    lorenz: pa.Table
    metrics: pa.Table
    graded: pa.Table
    integrity: pa.Table | None
    days: pa.Table
    seconds: dict[str, float] = field(default_factory=dict)


def analyze_customers(
    lines: Source,
    *,
    as_of: date,
    params: AnalyzeParams = DEFAULTS,
    customers: Source | None = None,
    invoices: Source | None = None,
    lang: sentences.Language = "zh",
) -> pa.Table:
    """One row per customer with a line up to as_of, with all columns of COLUMNS; see `analyze`."""
    return analyze(lines, as_of=as_of, params=params, customers=customers, invoices=invoices, lang=lang).customers


def analyze(
    lines: Source,
    *,
    as_of: date,
    params: AnalyzeParams = DEFAULTS,
    customers: Source | None = None,
    invoices: Source | None = None,
    lang: sentences.Language = "zh",
) -> Analysis:
    """All that can be said of each customer from order lines; `.customers` has one row per customer.

    In: lines (`tables.LINES`); customers (`tables.CUSTOMERS`) and invoices (`tables.INVOICES`), both optional: with
    invoices the integrity part of the stars is known and its gates act; lang of the reasons, zh or en.
    Out, `.customers`: customer_id (text), first_on, last_on (dates of purchase days; null without one),
    purchase_days, revenue (decimal, all time, returns counted), mean_value (mean of repeat purchase days, major
    units; null without one), rfm_r, rfm_f, rfm_m (1–5), abc (by revenue), stars, stars_provisional, stars_hint
    (1–5), stage, movement (last complete month; null without revenue in either), typical_gap_days, elapsed_days
    (days), p_gap (0–1), reasons (list of sentences); p_alive, expected_purchases, expected_spend, clv_12m, p_churn
    and revenue_at_risk as `forecast` says, for every customer with a purchase day, null without one.
    `.summary`: as_of, horizon_days, movement_from and movement_to (months), models, pareto, movement (minor units),
    stages (counts). Lines after as_of are left out; no line at all gives empty tables and null figures.
    Source: the command line's contract; each column as its own module says.
    """
    clock = _Clock()
    with clock("days"):
        daily = customer_days(lines, as_of=as_of)
        ledger = Ledger.of(daily, as_of=as_of, customers=customers)
    with clock("rhythm"):
        pace = rhythm.rhythm(ledger, as_of=as_of, params=params.rhythm)
    with clock("rfm"):
        scores = rfm.rfm(ledger, as_of=as_of, params=params.rfm)
    with clock("lifecycle"):
        staged = lifecycle.stages(ledger, as_of=as_of, params=params.lifecycle, rhythm_params=params.rhythm)
    with clock("movement"):
        moved = _moved(ledger, params)
    with clock("stars"):
        kept = _kept_word(ledger, invoices, params)
        measured = grading.metrics(ledger, as_of=as_of, extra=kept, params=params.grading)
        graded = _graded(measured, params.grading)
        starred = grading.step(None, graded, integrity.gates(kept) if kept is not None else None, params.grading)
    with clock("forecast"):
        ahead = forecast.forecast(
            ledger,
            as_of=as_of,
            horizon_days=params.horizon_days,
            minor_digits=params.minor_digits,
            params=params.forecast,
        )
    with clock("reasons"):
        found = reasons.find(pace, staged, ledger, params.reasons)
        told = sentences.speak(found, lang)
    with clock("table"):
        table = _table(ledger, pace, scores, staged, moved, starred, ahead.customers, told, params)
    bridge = movement.bridge(moved)
    return Analysis(
        customers=table,
        summary=_summary(ledger, staged, bridge, ahead.models, params),
        bridge=bridge,
        not_bought=movement.not_bought(moved),
        volume_value=movement.volume_value(moved),
        movement=moved,
        lorenz=pareto.lorenz(ledger.total(ledger.amount)),
        metrics=measured,
        graded=graded,
        integrity=kept,
        days=daily,
        seconds=clock.seconds,
    )


class _Clock:
    """Seconds per stage."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.seconds[stage] = round(time.perf_counter() - start, 3)


def _moved(ledger: Ledger, params: AnalyzeParams) -> pa.Table:
    """The last complete month against the month before, with who was due by its end."""
    current = last_complete_month(ledger.as_of)
    then = ledger.until(current.last_day)
    pace = rhythm.rhythm(then, as_of=current.last_day, params=params.rhythm)
    previous = previous_month(current)
    return movement.movement(then, previous=previous, current=current, rhythm=pace, params=params.movement)


def _kept_word(ledger: Ledger, invoices: Source | None, params: AnalyzeParams) -> pa.Table | None:
    """The table of `integrity` with ids of the ledger's kind; None without invoices."""
    if invoices is None:
        return None
    found = integrity.integrity(invoices, as_of=ledger.as_of, params=params.integrity)
    return found.set_column(0, "customer_id", found["customer_id"].cast(ledger.ids.type))


def _graded(measured: pa.Table, params: grading.GradingParams) -> pa.Table:
    scored = grading.score_parts(measured, grading.reference(measured, params), params)
    return grading.composite(scored, measured, params)


def _table(
    ledger: Ledger,
    pace: pa.Table,
    scores: pa.Table,
    staged: pa.Table,
    moved: pa.Table,
    starred: pa.Table,
    ahead: pa.Table,
    told: pa.Array,
    params: AnalyzeParams,
) -> pa.Table:
    ids = ledger.ids
    revenue = ledger.total(ledger.amount)
    bought, ranks = _aligned(ids, pace), _aligned(ids, scores)
    classed = pareto.classes_abc(pa.table({"customer_id": ids, "value_minor": revenue}), params.pareto)
    columns = {
        "customer_id": ids.cast(pa.string()),
        "first_on": bought["first_on"],
        "last_on": bought["last_on"],
        "purchase_days": bought["purchase_days"].fill_null(0),
        "revenue": decimals(revenue, params.minor_digits),
        "mean_value": _mean_repeat(ledger, params.minor_digits),
        **{name: ranks[name] for name in ("rfm_r", "rfm_f", "rfm_m")},
        "abc": classed["abc"],
        "stars": starred["stars"],
        "stars_provisional": starred["provisional"],
        "stars_hint": starred["stars_hint"],
        "stage": staged["stage"],
        "movement": _aligned(ids, moved.select(["customer_id", "movement"]))["movement"],
        **{name: bought[name] for name in ("typical_gap_days", "elapsed_days", "p_gap")},
        **_aligned(ids, ahead),
        "reasons": told,
    }
    return pa.table({name: columns[name] for name in COLUMNS})


def _aligned(ids: pa.Array, table: pa.Table) -> dict[str, pa.Array]:
    """The table's columns with one entry for each of the ids, null where it has no row."""
    place = pc.index_in(ids, table["customer_id"].combine_chunks())
    return {name: table[name].combine_chunks().take(place) for name in table.column_names[1:]}


def _mean_repeat(ledger: Ledger, digits: int) -> pa.Array:
    """Mean amount of the purchase days after the first, in major units."""
    bought = ledger.purchases
    repeat = bought.count - 1
    later = np.where(bought.rank > 0, bought.amount, 0)
    running = np.concatenate(([0], np.cumsum(later, dtype=np.int64)))
    total = running[bought.start + bought.count] - running[bought.start]
    return nullable(total / np.maximum(repeat, 1) / 10**digits, repeat > 0)


def decimals(minor: Array, digits: int) -> pa.Array:
    """Whole minor units as exact decimals of major units, e.g. 1234 → 12.34."""
    low = np.ascontiguousarray(minor, dtype=np.int64)
    # A 128-bit decimal is its unscaled value in two 64-bit words, the sign filling the upper one.
    words = np.stack([low, low >> 63], axis=1).tobytes()
    kind = pa.decimal128(MONEY_DIGITS + digits, digits)
    return pa.Array.from_buffers(kind, len(low), [None, pa.py_buffer(words)])


def _summary(
    ledger: Ledger, staged: pa.Table, bridge: pa.Table, models: dict[str, Any], params: AnalyzeParams
) -> dict[str, Any]:
    current = last_complete_month(ledger.as_of)
    revenue = ledger.total(ledger.amount)
    counts = dict.fromkeys(STAGES, 0)
    for entry in pc.value_counts(staged["stage"]).to_pylist():
        counts[entry["values"]] = entry["counts"]
    return {
        "as_of": ledger.as_of.isoformat(),
        "horizon_days": params.horizon_days,
        "movement_from": previous_month(current).label,
        "movement_to": current.label,
        "models": models,
        "pareto": {
            "top20_share": pareto.top_share(revenue),
            "customers_for_80": pareto.customers_for_share(revenue),
            "gini": pareto.gini(revenue),
        },
        "movement": _bridge_figures(bridge),
        "stages": counts,
    }


def _bridge_figures(bridge: pa.Table) -> dict[str, dict[str, int]]:
    return {
        "totals" if row["class"] == "total" else row["class"]: {
            "n": row["n"],
            "previous": row["previous_minor"],
            "current": row["current_minor"],
            "delta": row["delta_minor"],
        }
        for row in bridge.to_pylist()
    }
