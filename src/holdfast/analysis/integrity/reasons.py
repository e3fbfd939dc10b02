"""Why a customer's integrity is what it is: codes with numbers, and their sentences for the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa

from holdfast.analysis.integrity.terms import DEFAULTS, IntegrityParams
from holdfast.analysis.ledger import Array
from holdfast.analysis.reasons import Found, Told
from holdfast.analysis.sentences import Language, speak

AT_MOST = 4
# Code → its numbers and what they count. The order is the order of telling.
CODES: dict[str, dict[str, str]] = {
    "fraud": {},
    "write_off": {},
    "overdue_90": {"days": "days beyond terms of the oldest open item", "amount": "open past its day, major units"},
    "open_overdue": {"days": "as above", "amount": "as above"},
    "no_outcome": {},
    "few_invoices": {"n": "invoices that say how he pays", "needed": "invoices needed"},
    "pays_late": {"days": "money-weighted days beyond terms", "late": "invoices late", "n": "invoices judged"},
    "pays_early": {"days": "money-weighted days before terms"},
    "pays_on_day": {},
    "broken_promises": {"broken": "promises broken", "promises": "promises whose day has passed"},
    "disputes": {"share": "disputed invoices, 0–1"},
    "some_invoices": {"n": "invoices judged", "full": "invoices from which he stands alone"},
}
SENTENCES: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "fraud": "已标记欺诈，星级最高 1 星",
        "write_off": "24 个月内有核销，星级最高 2 星",
        "overdue_90": "有 {amount} 逾期未付，最久的已过期 {days} 天，星级最高 2 星",
        "open_overdue": "有 {amount} 逾期未付，最久的已过期 {days} 天",
        "no_outcome": "还没有一张发票付清或到期，不能判断",
        "few_invoices": "只有 {n} 张发票可判断，不足 {needed} 张，不评分",
        "pays_late": "按金额平均晚 {days} 天付款，{n} 张里晚了 {late} 张",
        "pays_early": "按金额平均提前 {days} 天付款",
        "pays_on_day": "大体按期付款",
        "broken_promises": "{promises} 次付款承诺，{broken} 次没有兑现",
        "disputes": "{share:percent} 的发票有争议",
        "some_invoices": "可判断的发票只有 {n} 张，不足 {full} 张，向全体平均靠拢",
    },
    "en": {
        "fraud": "Marked as fraud: at most 1 star",
        "write_off": "A write-off within 24 months: at most 2 stars",
        "overdue_90": "{amount} is overdue, the oldest item by {days:days}: at most 2 stars",
        "open_overdue": "{amount} is overdue, the oldest item by {days:days}",
        "no_outcome": "No invoice is paid or past its due day yet, so nothing can be said",
        "few_invoices": "Only {n} of the {needed} invoices needed tell how they pay: no score",
        "pays_late": "Pays {days:days} after the due day on average by amount; {late} of {n} invoices were late",
        "pays_early": "Pays {days:days} before the due day on average by amount",
        "pays_on_day": "Pays on the due day, by and large",
        "broken_promises": "{broken} of {promises} promises to pay were broken",
        "disputes": "{share:percent} of the invoices were disputed",
        "some_invoices": "Only {n} invoices tell, fewer than {full}: drawn towards the mean of all customers",
    },
}


def told_of(table: pa.Table, params: IntegrityParams = DEFAULTS, minor_digits: int = 2) -> Found:
    """At most four reasons per customer, the most telling first; see CODES. In: the table of `integrity`."""
    size = np.zeros(table.num_rows, dtype=np.int64)
    told = []
    for code, holds, numbers in _candidates(table, params, 10**minor_digits):
        row = np.flatnonzero(holds & (size < AT_MOST))
        told.append(Told(code, row, size[row].copy(), {name: value[row] for name, value in numbers.items()}))
        size[row] += 1
    return Found(table["customer_id"].combine_chunks(), told)


def sentences_of(
    table: pa.Table, lang: Language, params: IntegrityParams = DEFAULTS, minor_digits: int = 2
) -> pa.Array:
    """The same as sentences, a list per customer."""
    return speak(told_of(table, params, minor_digits), lang, SENTENCES)


def _candidates(table: pa.Table, params: IntegrityParams, unit: int) -> Iterator[tuple[str, Array, dict[str, Array]]]:
    """Each code with whom it holds for and its numbers, in the order of telling."""
    judged, days = _whole(table, "judged"), np.rint(_real(table, "adbt_days")).astype(np.int64)
    owed = {"days": _whole(table, "overdue_days"), "amount": np.rint(_real(table, "overdue_minor") / unit).astype(int)}
    stale = owed["days"] > params.gate_days
    for gate in ("fraud", "write_off"):
        yield gate, _is_gate(table, gate), {}
    yield "overdue_90", stale, owed
    yield "open_overdue", (owed["days"] > 0) & ~stale, owed
    yield "no_outcome", judged == 0, {}
    some = judged > 0
    few = {"n": judged, "needed": np.full(len(judged), params.min_invoices)}
    yield "few_invoices", some & (judged < params.min_invoices), few
    late = np.rint(_real(table, "late_share") * judged).astype(np.int64)
    yield "pays_late", some & (days > 0), {"days": days, "late": late, "n": judged}
    yield "pays_early", some & (days < 0), {"days": -days}
    yield "pays_on_day", some & (days == 0), {}
    promises = _whole(table, "promises")
    broken = promises - _whole(table, "promises_kept")
    yield "broken_promises", broken > 0, {"broken": broken, "promises": promises}
    share = _real(table, "dispute_share")
    yield "disputes", share > 0, {"share": share}
    between = (judged >= params.min_invoices) & (judged < params.full_invoices)
    yield "some_invoices", between, {"n": judged, "full": np.full(len(judged), params.full_invoices)}


def _real(table: pa.Table, name: str) -> Array:
    found: Array = table[name].cast(pa.float64()).fill_null(0.0).to_numpy()
    return found


def _whole(table: pa.Table, name: str) -> Array:
    return _real(table, name).astype(np.int64)


def _is_gate(table: pa.Table, gate: str) -> Array:
    found: Array = np.array([name == gate for name in table["gate"].to_pylist()], dtype=bool)
    return found
