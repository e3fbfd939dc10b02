"""Why an invoice may be late as codes with numbers, their sentences, and the weeks in which invoices fall due."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pyarrow as pa
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.analysis.integrity import WHY_PARTS, LateTested
from holdfast.common import formats

HIGH = 0.5
WEEKS = 6
AT_MOST = 2
LEAST_WEIGHT = 0.1  # of log-odds: about two points at even chances
DIGITS = 4
# Code → its sentence; what the numbers count stands in their names.
WHY: Mapping[str, Promise] = {
    "late_before": gettext_lazy("此前 %(n)s 张里晚了 %(late)s 张"),
    "in_time_before": gettext_lazy("此前 %(n)s 张都按时付清"),
    "no_history": gettext_lazy("还没有付款记录"),
    "owing": gettext_lazy("开票时另有 %(n)s 张已经逾期没付"),
    "owing_none": gettext_lazy("开票时没有欠着别的"),
    "amount": gettext_lazy("金额是他平时的 %(times)s 倍"),
    "amount_company": gettext_lazy("金额与公司平时的发票相差很大"),
    "terms": gettext_lazy("账期 %(days)s，公司平均 %(usual)s"),
    "lately": gettext_lazy("最近 90 天全公司 %(share)s 的发票晚付"),
    "disputes": gettext_lazy("有过 %(n)s 次争议"),
    "weekend": gettext_lazy("到期日在周末"),
}
READS: Mapping[str, Any] = {
    "n": formats.number, "late": formats.number, "days": formats.days, "usual": formats.days,
    "share": lambda value: formats.percent(value, 0), "times": lambda value: formats.number(value, 1),
}  # fmt: skip
PARTS = [part for part in WHY_PARTS if part != "level"]


def reasons_of(table: pa.Table) -> list[list[list[Any]]]:
    """Up to two reasons an invoice, from the table of `why_late`: the strongest that pull its chance to the side on
    which it lies of everybody's. In: rows with a chance."""
    size = table.num_rows
    if not size:
        return []
    weight = np.stack([_real(table, f"w_{part}") for part in PARTS])
    side = np.sign(_real(table, "p_late") - _real(table, "base"))
    pull = weight * side
    order = np.argsort(-pull, axis=0, kind="stable")[:AT_MOST]
    strong = np.take_along_axis(pull, order, axis=0) >= LEAST_WEIGHT
    rows = table.to_pylist()
    return [
        [_reason(PARTS[order[at, row]], rows[row]) for at in range(AT_MOST) if strong[at, row]] for row in range(size)
    ]


def _reason(part: str, row: Mapping[str, Any]) -> list[Any]:
    known, late = row["known"], row["late"]
    if part == "history":
        if not known:
            return ["no_history", {}]
        return ["late_before", {"n": known, "late": late}] if late else ["in_time_before", {"n": known}]
    if part == "owing":
        return ["owing", {"n": row["open_late"]}] if row["open_late"] else ["owing_none", {}]
    if part == "amount":
        ratio = row["amount_ratio"]
        is_told = ratio is not None and not 0.95 < ratio < 1.05
        return ["amount", {"times": round(ratio, 1)}] if is_told else ["amount_company", {}]
    if part == "terms":
        return ["terms", {"days": round(row["terms_days"] or 0), "usual": round(row["usual_terms"])}]
    if part == "lately":
        return ["lately", {"share": round(row["lately_share"] or 0, 2)}]
    return ["disputes", {"n": row["disputes"]}] if part == "disputes" else ["weekend", {}]


def _real(table: pa.Table, name: str) -> np.ndarray:
    found: np.ndarray = table[name].cast(pa.float64()).to_numpy()
    return found


def why_sentence(p_late: float, base: float, reasons: list[Any]) -> str:
    """比公司平均 23% 高：此前 8 张里晚了 6 张；金额是他平时的 3.2 倍。"""
    usual = formats.percent(base, 0)
    facts = _("；").join(reason_words(one) for one in reasons)
    if not facts:
        return _("和公司平均 %(usual)s 差不多。") % {"usual": usual}
    told = {"usual": usual, "facts": facts}
    return (
        _("比公司平均 %(usual)s 高：%(facts)s。") if p_late > base else _("比公司平均 %(usual)s 低：%(facts)s。")
    ) % told


def reason_words(reason: list[Any]) -> str:
    """One stored reason in the reader's language; an unknown code as it is."""
    code, numbers = reason
    if code not in WHY:
        return str(code)
    return str(WHY[code]) % {name: READS[name](value) for name, value in numbers.items()}


def late_figures(tested: LateTested, invoices: int) -> dict[str, Any]:
    """The test as it is stored."""
    found = asdict(tested)
    bands = [{name: _rounded(value) for name, value in band.items()} for band in found.pop("bands")]
    return {name: _rounded(value) for name, value in found.items()} | {"bands": bands, "invoices": invoices}


def _rounded(value: Any) -> Any:
    return round(value, DIGITS) if isinstance(value, float) else value


@dataclass(frozen=True)
class Week:
    """Seven days from a Monday; the last one of a list is open at its end. `code` stands in addresses."""

    code: str
    first: date
    last: date | None

    def holds(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)


def weeks(day: date, count: int = WEEKS) -> list[Week]:
    """This week (from today on) and those after it, then all later days."""
    monday = day - timedelta(days=day.weekday())
    found = []
    for place in range(count):
        start = monday + timedelta(weeks=place)
        found.append(Week(start.isoformat(), max(start, day), start + timedelta(days=6)))
    return [*found, Week("later", monday + timedelta(weeks=count), None)]
