"""What a month is scored from: customer days in parts, each with all days of some customers, and what is known of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis.cores import each, release
from holdfast.analysis.fold import folded
from holdfast.insight.scores.rules.word import Money

ROWS_A_PART = 500_000
Read: TypeAlias = Callable[[], pa.Table]
LINE_COLUMNS = ("customer_id", "day", "net_minor", "cost_minor", "list_minor", "kind", "direct_cost_minor")
CUSTOMER_COLUMNS = (
    "customer_id", "segment", "channel", "first_seen_on", "first_contact_on", "last_contact_on", "created_at",
)  # fmt: skip


@dataclass(frozen=True)
class Part:
    """All customer days (of whatever date) of some customers, by customer and day, and these customers by key."""

    days: pa.Table
    customers: pa.Table

    def until(self, as_of: date) -> Part:
        """As known at the end of a day: no later day, nobody first seen later."""
        last = pa.scalar(as_of, pa.date32())
        early = pc.less_equal(self.days["day"], last)
        days = self.days if pc.all(early, min_count=0).as_py() else self.days.filter(early)
        bought = pc.is_in(self.customers["customer_id"], value_set=days["customer_id"].combine_chunks())
        seen = pc.fill_null(pc.less_equal(self.customers["first_seen_on"], last), False)
        return Part(days, self.customers.filter(pc.or_(bought, seen)))


@dataclass(frozen=True)
class Facts:
    """The customer days of a snapshot in parts of ascending keys, and what is known of money and time."""

    parts: list[Part]
    money: Money = field(default_factory=Money)

    @property
    def first_day(self) -> date | None:
        """The day of the first line."""
        found = [pc.min(part.days["day"]).as_py() for part in self.parts]
        return min((day for day in found if day is not None), default=None)

    @classmethod
    def of(
        cls, lines: pa.Table | Sequence[Read], customers: pa.Table, zone: str = "UTC", money: Money | None = None
    ) -> Facts:
        """From the files of a snapshot; `zone` is the company's time zone; `money` where the snapshot has it.

        In: lines as one table, or as ways to read tables of which each has all lines of its customers, later ones higher
        keys: they are read when their turn comes, so that they are never all in memory.
        Returns are cancelled lines: a day of returns only is no purchase. Segment: the industry, else the channel.
        First seen: as entered, else the day the record was made. A line costs its goods and its share of the order's
        direct costs.
        """
        given: Sequence[Read] = [lambda: lines] if isinstance(lines, pa.Table) else lines
        known = _known(customers, zone).sort_by("customer_id")
        every = [days for days in each(lambda read: _days(read()), given) if days.num_rows]
        release()
        return cls(list(_parts(every, known)), money or Money())


def _parts(every: list[pa.Table], known: pa.Table) -> Iterator[Part]:
    """The days with their customers; who never bought goes with those of the keys around."""
    keys = known["customer_id"].to_numpy()
    tops = [days["customer_id"][-1].as_py() for days in every]
    ends = [*np.searchsorted(keys, tops[:-1], side="right").tolist(), len(keys)]
    begins = [0, *ends[:-1]]
    for days, begin, end in zip(every or [_days(EMPTY)], begins, ends, strict=True):
        yield Part(days, known.slice(begin, end - begin))


def _days(lines: pa.Table) -> pa.Table:
    """The customer days of some lines."""
    return folded(engine_lines(lines), date.max, lean=True)


def engine_lines(lines: pa.Table) -> pa.Table:
    """Lines of a snapshot as the engine takes them. Older snapshots know no direct costs; unknown costs stay unknown."""
    cost = lines["cost_minor"]
    if "direct_cost_minor" in lines.column_names:
        cost = pc.add(cost, pc.fill_null(lines["direct_cost_minor"], 0))
    return pa.table(
        {
            "customer_id": lines["customer_id"],
            "day": lines["day"],
            "amount_minor": lines["net_minor"],
            "cost_minor": cost,
            "list_minor": lines["list_minor"],
            "cancelled": pc.fill_null(pc.equal(lines["kind"], "return"), False),
        }
    )


EMPTY = pa.table(
    {
        "customer_id": pa.array([], pa.int64()),
        "day": pa.array([], pa.date32()),
        **{name: pa.array([], pa.int64()) for name in ("net_minor", "cost_minor", "list_minor")},
        "kind": pa.array([], pa.string()),
    }
)


def _known(customers: pa.Table, zone: str) -> pa.Table:
    named = pc.if_else(pc.equal(customers["segment"], ""), None, customers["segment"])
    seen = pc.coalesce(customers["first_seen_on"], _local_days(customers["created_at"], zone))
    return pa.table(
        {
            "customer_id": customers["customer_id"],
            "first_seen_on": seen,
            "first_contact_on": customers["first_contact_on"],
            "last_contact_on": customers["last_contact_on"],
            "segment": pc.coalesce(named, customers["channel"]),
        }
    )


def _local_days(moments: pa.ChunkedArray, zone: str) -> pa.ChunkedArray:
    """The calendar day of a moment (UTC) where the company is."""
    there = pc.assume_timezone(moments, "UTC").cast(pa.timestamp("us", tz=zone))
    return pc.local_timestamp(there).cast(pa.date32(), safe=False)


def cuts(customers: np.ndarray, rows: int = ROWS_A_PART) -> list[tuple[int, int]]:
    """Where to cut lines that stand by customer into parts of about so many rows, never within a customer."""
    wanted = customers[np.arange(rows, len(customers), rows)] if len(customers) > rows else customers[:0]
    ends = np.unique([*np.searchsorted(customers, np.unique(wanted)).tolist(), len(customers)]).tolist()
    return [(begin, end) for begin, end in zip([0, *ends[:-1]], ends, strict=True) if end > begin]
