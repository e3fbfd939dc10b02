"""Why a customer stands where they stand: codes with numbers, the most telling first, never sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.ledger import Array, Ledger
from holdfast.analysis.lifecycle.trend import trend
from holdfast.analysis.params import Params
from holdfast.analysis.tables import Source

# Code → its numbers and what they count. The order is the order of telling.
CODES: dict[str, dict[str, str]] = {
    "no_purchase": {},
    "contract_ended": {"elapsed": "days since the last purchase"},
    "lost": {"elapsed": "days since the last purchase", "usual": "typical gap, days"},
    "no_contact": {"elapsed": "days since the last purchase", "usual": "typical gap, days"},
    "overdue": {"elapsed": "days since the last purchase", "usual": "typical gap, days"},
    "one_purchase": {"elapsed": "days since it", "usual": "gap usual among others, days"},
    "declining_90d": {"change": "revenue of 90 days against the 90 before, −0.42 = −42 %"},
    "irregular_negative": {"returned": "minor units returned beyond what was bought in 12 months"},
    "returns_high": {"share": "returned part of the 12-month sales, 0–1"},
    "won_back": {"elapsed": "days since the purchase after the silence"},
    "growing_90d": {"change": "as above"},
    "too_new": {"days": "days since the first purchase"},
    "on_rhythm": {"elapsed": "days since the last purchase", "usual": "typical gap, days"},
}


@dataclass(frozen=True)
class ReasonParams(Params):
    """watch: p_gap from which a customer is overdue. new_days: tenure below which little can be said.

    trend_days, band_percent: as in the life cycle. returns_share: of the sales. at_most: reasons a customer.
    """

    watch: float = 0.80
    new_days: int = 91
    trend_days: int = 90
    band_percent: int = 10
    trend_history_days: int = 180
    returns_share: float = 0.20
    window_days: int = 365
    at_most: int = 3


DEFAULTS = ReasonParams()


@dataclass(frozen=True)
class Told:
    """One code told of some customers: their row, the place in their list (0 first), and its numbers."""

    code: str
    row: Array
    place: Array
    numbers: dict[str, Array]


@dataclass(frozen=True)
class Found:
    """All reasons of all customers, code by code: ready to become JSON or sentences without a loop over rows."""

    ids: pa.Array
    told: list[Told]

    def gathered(self, texts: list[pa.Array]) -> pa.Array:
        """One text per told reason → one list per customer, in the order of telling."""
        row = np.concatenate([told.row for told in self.told] or [np.zeros(0, dtype=np.int64)])
        place = np.concatenate([told.place for told in self.told] or [np.zeros(0, dtype=np.int64)])
        ends = np.searchsorted(np.sort(row), np.arange(len(self.ids) + 1))
        words = pa.concat_arrays([pa.array([], pa.string()), *texts]).take(pa.array(np.lexsort((place, row))))
        return pa.ListArray.from_arrays(pa.array(ends.astype(np.int32)), words)

    def as_json(self) -> pa.Array:
        """Per customer a list of '["overdue",{"elapsed":71,"usual":36}]'."""
        return self.gathered([_json(told) for told in self.told])


def reasons(
    rhythm: pa.Table,
    stages: pa.Table,
    days: Source | Ledger,
    *,
    as_of: date,
    params: ReasonParams = DEFAULTS,
) -> pa.Table:
    """At most three reasons per customer, most telling first; one row per customer of `stages`.

    In: `rhythm`, `stages` and customer days, all as of as_of. Out: customer_id, reasons (list of JSON texts such as
    '["overdue",{"elapsed":71,"usual":36}]'; codes and units in CODES). Every customer has at least one.
    Source: style rule 4 (codes and numbers, never sentences); thresholds as in methods §3.
    """
    found = find(rhythm, stages, Ledger.of(days, as_of=as_of), params)
    return pa.table({"customer_id": found.ids, "reasons": found.as_json()})


def find(rhythm: pa.Table, stages: pa.Table, ledger: Ledger, params: ReasonParams = DEFAULTS) -> Found:
    """The same, before it becomes text."""
    facts = _Facts(rhythm, stages, ledger, params)
    count = np.zeros(len(facts.ids), dtype=np.int64)
    told = []
    for code, holds, numbers in _candidates(facts, params):
        row = np.flatnonzero(holds & (count < params.at_most))
        told.append(Told(code, row, count[row].copy(), {name: value[row] for name, value in numbers.items()}))
        count[row] += 1
    return Found(facts.ids, told)


class _Facts:
    """What the reasons rest on, one entry per customer of `stages`."""

    def __init__(self, rhythm: pa.Table, stages: pa.Table, ledger: Ledger, params: ReasonParams) -> None:
        self.ids = stages["customer_id"].combine_chunks()
        self.stage = stages["stage"].combine_chunks()
        self.rule = stages["rule"].combine_chunks()
        place = _places(self.ids, rhythm["customer_id"].combine_chunks())
        self.bought = place.is_valid().to_numpy(zero_copy_only=False).astype(bool)
        self.elapsed = _taken(rhythm["elapsed_days"], place).astype(np.int64)
        self.usual = np.maximum(np.rint(_taken(rhythm["typical_gap_days"], place)), 1).astype(np.int64)
        self.p_gap = _taken(rhythm["p_gap"], place)
        self.purchases = _taken(rhythm["purchase_days"], place)
        here = _places(self.ids, ledger.ids)
        span, today = params.trend_days, ledger.today
        self.recent = _money(ledger, here, "amount_minor", today - span, today)
        self.before = _money(ledger, here, "amount_minor", today - 2 * span, today - span)
        self.year = _money(ledger, here, "amount_minor", today - params.window_days, today)
        self.returned = _money(ledger, here, "returned_minor", today - params.window_days, today)
        first = _taken(pa.array(ledger.purchases.first_day.astype(np.int64)), here)
        self.tenure = np.where(self.bought, today - first, -1)

    def rule_is(self, *names: str) -> Array:
        return _flags(pc.is_in(self.rule, value_set=pa.array(names)))

    def stage_is(self, *names: str) -> Array:
        return _flags(pc.is_in(self.stage, value_set=pa.array(names)))


def _candidates(facts: _Facts, params: ReasonParams) -> Iterator[tuple[str, Array, dict[str, Array]]]:
    """Each code with whom it holds for and its numbers, in the order of telling."""
    silence = {"elapsed": facts.elapsed, "usual": facts.usual}
    elapsed = {"elapsed": facts.elapsed}
    gone = facts.bought & facts.stage_is("lost")
    ended, quiet = gone & facts.rule_is("contract_ended"), facts.rule_is("no_contact")
    repeat = facts.purchases >= 2
    late = facts.bought & (facts.p_gap >= params.watch)
    yield "no_purchase", ~facts.bought, {}
    yield "contract_ended", ended, elapsed
    yield "lost", gone & ~ended, silence
    yield "no_contact", quiet, silence
    yield "overdue", late & repeat & ~gone & ~quiet, silence
    yield "one_purchase", facts.bought & ~repeat & ~gone & ~quiet, silence
    yield from _money_reasons(facts, params)
    yield "won_back", facts.stage_is("won_back"), elapsed
    yield from _trend_reason("growing_90d", facts, params)
    yield "too_new", facts.bought & (facts.tenure < params.new_days), {"days": facts.tenure}
    yield "on_rhythm", facts.bought & repeat & ~late & ~gone & ~quiet, silence


def _money_reasons(facts: _Facts, params: ReasonParams) -> Iterator[tuple[str, Array, dict[str, Array]]]:
    yield from _trend_reason("declining_90d", facts, params)
    negative = facts.bought & (facts.year < 0)
    yield "irregular_negative", negative, {"returned": -facts.year}
    sold = facts.year + facts.returned
    share = np.round(facts.returned / np.where(sold > 0, sold, 1), 4)
    yield "returns_high", (sold > 0) & ~negative & (share >= params.returns_share), {"share": share}


def _trend_reason(code: str, facts: _Facts, params: ReasonParams) -> Iterator[tuple[str, Array, dict[str, Array]]]:
    up, down = trend(facts.recent, facts.before, params.band_percent)
    judged = facts.bought & (facts.tenure >= params.trend_history_days) & (facts.before > 0)
    judged &= ~facts.stage_is("lost")
    change = np.round(facts.recent / np.where(facts.before > 0, facts.before, 1) - 1, 4)
    yield code, judged & (up if code == "growing_90d" else down), {"change": change}


def _json(told: Told) -> pa.Array:
    parts: list[pa.Array | str] = [f'["{told.code}",{{']
    for place, (name, values) in enumerate(told.numbers.items()):
        parts += [f'{"," if place else ""}"{name}":', pa.array(values).cast(pa.string())]
    return joined([*parts, "}]"], len(told.row))


def joined(parts: list[pa.Array | str], size: int) -> pa.Array:
    """Texts side by side, row by row; a plain text stands in every row."""
    columns = [pa.repeat(pa.scalar(part), size) if isinstance(part, str) else part for part in parts]
    return pc.binary_join_element_wise(*columns, "")


def _places(ids: pa.Array, among: pa.Array) -> pa.Array:
    """Where each id stands among the others; null where it does not."""
    return pa.array(np.arange(len(ids))) if ids.equals(among) else pc.index_in(ids, among)


def _taken(values: pa.Array | pa.ChunkedArray, place: pa.Array) -> Array:
    flat = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    found: Array = flat.take(place).fill_null(0).to_numpy(zero_copy_only=False)
    return found


def _money(ledger: Ledger, place: pa.Array, name: str, first: int, last: int) -> Array:
    return _taken(pa.array(ledger.between(first, last, name)), place)


def _flags(found: pa.Array) -> Array:
    flags: Array = found.to_numpy(zero_copy_only=False).astype(bool)
    return flags
