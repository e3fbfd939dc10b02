"""The chance that each invoice is paid late, kept beside it, and how well such chances did."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.integrity import late_tested, why_late
from holdfast.insight.outlook import writers
from holdfast.insight.outlook.models import LateChance
from holdfast.insight.outlook.rules import late as rules

CHUNK = 5000
Tell = Callable[[int, int], None]


def keep_late(invoices: pa.Table, *, as_of: date, tell: Tell) -> dict[str, Any]:
    """Tell the chance of every invoice, past and open; write those that changed. Out: rules.late_figures, and written.

    In: `readers.read_invoices`.
    """
    why = why_late(invoices).append_column("invoice_id", invoices["invoice_id"])
    chances = why["p_late"].to_numpy(zero_copy_only=False)
    tested = late_tested(invoices, as_of=as_of, chances=chances)
    written = _kept(why.filter(pc.is_valid(why["p_late"])), tell)
    return rules.late_figures(tested, invoices.num_rows) | {"written": written}


def _kept(why: pa.Table, tell: Tell) -> int:
    written, after = 0, 0
    for start in range(0, why.num_rows, CHUNK):
        some = why.slice(start, CHUNK)
        until = int(some["invoice_id"][-1].as_py())
        written += writers.keep_chances(_rows(some), after, until)
        after = until
        tell(start + some.num_rows, why.num_rows)
    LateChance.objects.filter(invoice__gt=after).delete()
    return written


def _rows(why: pa.Table) -> list[dict[str, Any]]:
    ids, reasons = why["invoice_id"].to_pylist(), rules.reasons_of(why)
    days = np.rint(why["late_days"].to_numpy()).astype(int).tolist()
    chance, base = (np.round(why[name].to_numpy(), rules.DIGITS).tolist() for name in ("p_late", "base"))
    return [
        {"invoice_id": key, "p_late": p, "base": b, "late_days": d, "reasons": why_of}
        for key, p, b, d, why_of in zip(ids, chance, base, days, reasons, strict=True)
    ]
