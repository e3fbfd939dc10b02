"""One month of scores from the facts of a snapshot: composes the functions of `analysis`, has no formula of its own."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import churn, forecast, grading, integrity, lifecycle, movement, pareto, reasons, rfm, rhythm
from holdfast.analysis.accounts import AnalyzeParams
from holdfast.analysis.days import Window, comparison, customer_days, last_complete_month
from holdfast.analysis.ledger import Ledger
from holdfast.insight.scores.rules.columns import COLUMNS, COMPARISONS, DECIMALS, DEFAULTS, SCHEMA, STATE_COLUMNS
from holdfast.insight.scores.rules.word import Money, complaints_of, effort_of, extra_of

RECENT_DAYS = 12
MIN_REFERENCE = 20
LOST_STAGES = ("silent", "lost")


@dataclass(frozen=True)
class Facts:
    """The lines and customers of a snapshot as the engine takes them, and what is known of money and time."""

    lines: pa.Table
    customers: pa.Table
    money: Money = field(default_factory=Money)

    @cached_property
    def days(self) -> pa.Table:
        """All customer days, of whatever date; a sight takes those up to its own."""
        return customer_days(self.lines, as_of=date.max)

    @classmethod
    def of(cls, lines: pa.Table, customers: pa.Table, zone: str = "UTC", money: Money | None = None) -> Facts:
        """From the files of a snapshot; `zone` is the company's time zone; `money` where the snapshot has it.

        Returns are cancelled lines: a day of returns only is no purchase. Segment: the industry, else the channel.
        First seen: as entered, else the day the record was made. A line costs its goods and its share of the order's
        direct costs.
        """
        lines = _with_direct_costs(lines)
        cancelled = pc.fill_null(pc.equal(lines["kind"], "return"), False)
        wanted = ["customer_id", "day", "net_minor", "cost_minor", "list_minor"]
        names = ["customer_id", "day", "amount_minor", "cost_minor", "list_minor"]
        named = pc.if_else(pc.equal(customers["segment"], ""), None, customers["segment"])
        seen = pc.coalesce(customers["first_seen_on"], _local_days(customers["created_at"], zone))
        return cls(
            lines.select(wanted).rename_columns(names).append_column("cancelled", cancelled),
            pa.table(
                {
                    "customer_id": customers["customer_id"],
                    "first_seen_on": seen,
                    "first_contact_on": customers["first_contact_on"],
                    "last_contact_on": customers["last_contact_on"],
                    "segment": pc.coalesce(named, customers["channel"]),
                }
            ),
            money or Money(),
        )


def _with_direct_costs(lines: pa.Table) -> pa.Table:
    """Costs of lines with the direct costs in them; unknown stays unknown. Older snapshots have no such column."""
    if "direct_cost_minor" not in lines.column_names:
        return lines
    whole = pc.add(lines["cost_minor"], pc.fill_null(lines["direct_cost_minor"], 0))
    return lines.set_column(lines.column_names.index("cost_minor"), "cost_minor", whole)


def _local_days(moments: pa.ChunkedArray, zone: str) -> pa.ChunkedArray:
    """The calendar day of a moment (UTC) where the company is."""
    there = pc.assume_timezone(moments, "UTC").cast(pa.timestamp("us", tz=zone))
    return pc.local_timestamp(there).cast(pa.date32(), safe=False)


AHEAD_MONEY = {
    "expected_spend_minor": "expected_spend",
    "value_12m_minor": "clv_12m",
    "value_12m_p10_minor": "clv_p10",
    "value_12m_p90_minor": "clv_p90",
}


@dataclass(frozen=True)
class Sight:
    """The facts as known at the end of one day: nobody first seen later, no line of later days."""

    facts: Facts
    as_of: date
    params: AnalyzeParams

    @cached_property
    def days(self) -> pa.Table:
        every = self.facts.days
        return every.filter(pc.less_equal(every["day"], pa.scalar(self.as_of, pa.date32())))

    @cached_property
    def customers(self) -> pa.Table:
        """Customers who had bought or were on file by then; all dates after as_of are left out."""
        table, day = self.facts.customers, pa.scalar(self.as_of, pa.date32())
        bought = pc.is_in(table["customer_id"], value_set=self.days["customer_id"].combine_chunks())
        seen = pc.fill_null(pc.less_equal(table["first_seen_on"], day), False)
        return table.filter(pc.or_(bought, seen)).sort_by("customer_id")

    @cached_property
    def ledger(self) -> Ledger:
        return Ledger.of(self.days, as_of=self.as_of, customers=self.customers)

    @property
    def ids(self) -> pa.Array:
        return self.ledger.ids

    @cached_property
    def window(self) -> Window:
        """The month that movement is about: the last one complete by as_of."""
        return last_complete_month(self.as_of)

    @cached_property
    def prior(self) -> rhythm.Priors:
        return rhythm.priors(self.ledger, as_of=self.as_of, params=self.params.rhythm)

    @cached_property
    def rhythm(self) -> pa.Table:
        return rhythm.rhythm(self.ledger, as_of=self.as_of, params=self.params.rhythm, prior=self.prior)

    @cached_property
    def stages(self) -> pa.Table:
        return lifecycle.stages(
            self.ledger, as_of=self.as_of, params=self.params.lifecycle, rhythm_params=self.params.rhythm,
            prior=self.prior,
        )  # fmt: skip

    @cached_property
    def history(self) -> pa.Table:
        return lifecycle.stage_history(
            self.ledger, as_of=self.as_of, params=self.params.lifecycle, rhythm_params=self.params.rhythm,
            prior=self.prior,
        )  # fmt: skip

    @cached_property
    def integrity(self) -> pa.Table | None:
        """How customers keep their word about money; None where no invoice is known."""
        return self.facts.money.integrity(self.as_of, self.params.integrity)

    @cached_property
    def effort(self) -> pa.Table | None:
        """Hours spent on each customer in the window; None where nobody noted any."""
        return effort_of(self.facts.money.effort, self.as_of, self.params.grading.window_days)

    @cached_property
    def year(self) -> pa.Table:
        return _year(self.ledger, self.params.grading.window_days)

    @cached_property
    def extra(self) -> pa.Table:
        """What the metrics take from invoices, time spent and complaints, a row a customer of the ledger."""
        window = self.params.grading.window_days
        complaints = complaints_of(self.facts.money.complaints, self.as_of, window)
        return extra_of(self.year, self.integrity, self.effort, complaints)

    @cached_property
    def metrics(self) -> pa.Table:
        return grading.metrics(self.ledger, as_of=self.as_of, extra=self.extra, params=self.params.grading)

    @cached_property
    def outlook(self) -> forecast.Forecast:
        """What lies ahead of each customer, and what that rests on."""
        return forecast.forecast(
            self.ledger,
            as_of=self.as_of,
            horizon_days=self.params.horizon_days,
            minor_digits=self.params.minor_digits,
            params=self.params.forecast,
        )

    @cached_property
    def closing_rhythm(self) -> pa.Table:
        """The rhythm at the end of the movement month: who had not bought by then was due, or not."""
        last = self.window.last_day
        if last == self.as_of:
            return self.rhythm
        before = Sight(self.facts, last, self.params)
        return before.rhythm


def reference_of(sight: Sight) -> grading.Reference:
    """The distributions of all rated customers at this sight's day."""
    return grading.reference(sight.metrics, sight.params.grading)


def rated_customers(sight: Sight) -> int:
    """How many customers would stand in a reference of this day."""
    return int(reference_of(sight).sizes["revenue"])


def month_table(sight: Sight, reference: grading.Reference, state: pa.Table | None, *, ahead: bool = True) -> pa.Table:
    """Everything known of each customer at the end of the sight's day; one row per customer, sorted by customer_id.

    In: the frozen reference of the quarter; state: the star columns of last month's file, or None. Out: `SCHEMA`.
    Floats are rounded to six decimals, so that equal facts give equal bytes.
    """
    parts: list[pa.Table] = [
        sight.rhythm,
        rfm.rfm(sight.ledger, as_of=sight.as_of, params=sight.params.rfm).select(
            ["customer_id", "recency_days", "frequency", "rfm_r", "rfm_f", "rfm_m"]
        ),
        sight.stages.rename_columns({"rule": "stage_rule"}),
        _entered(sight),
        *_graded(sight, reference, state),
        *(_moved(sight, kind, prefix) for kind, prefix in COMPARISONS.items()),
        _month_profit(sight),
        _recent(sight.ledger),
        sight.year,
        *_word(sight),
        *([_ahead(sight)] if ahead else []),
        *_told(sight),
    ]
    found = _joined(sight.ids, parts)
    classes = [_revenue_class(found), _profit_class(found)]
    return _shaped(found | _joined(sight.ids, [table for table in classes if table.num_rows]), sight.ids)


def _graded(sight: Sight, reference: grading.Reference, state: pa.Table | None) -> list[pa.Table]:
    params, metrics = sight.params.grading, sight.metrics
    scores = grading.score_parts(metrics, reference, params)
    graded = grading.composite(scores, metrics, params)
    gates = integrity.gates(sight.integrity) if sight.integrity is not None else None
    stars = grading.step(state, graded, gates, params)
    known = pa.table(
        {
            "customer_id": metrics["customer_id"],
            "tenure_days": metrics["tenure_days"],
            "profit_12m_minor": pc.round(metrics["profit"]),
            "efficiency_minor": pc.round(metrics["efficiency"]),
            **{name: metrics[name] for name in ("costed_share", "return_rate", "price_concession", "difficulty")},
        }
    )
    dropped = graded.drop_columns(["provisional", "stars_hint"])
    return [known, scores, dropped, stars]


def _word(sight: Sight) -> list[pa.Table]:
    """What integrity and efficiency rest on."""
    found = [sight.extra.select(["customer_id", "hours_per_10k", "complaints_per_100"])]
    if sight.integrity is not None:
        found.append(sight.integrity.rename_columns({"gate": "payment_gate"}))
    if sight.effort is not None:
        found.append(sight.effort)
    return found


def _ahead(sight: Sight) -> pa.Table:
    """What each customer will do within the horizon and the year, money in whole minor units."""
    params, found = sight.params, sight.outlook.customers
    unit = 10.0**params.minor_digits
    money = {name: pc.round(pc.multiply(found[given], unit)) for name, given in AHEAD_MONEY.items()}
    counts = ("customer_id", "p_alive", "expected_purchases", "purchases_p10", "purchases_p90")
    kept = {name: found[name] for name in counts}
    return pa.table({**kept, "p_leave": found["p_churn"], **money, **_why(sight)})


def _why(sight: Sight) -> dict[str, pa.ChunkedArray]:
    """What makes the chance of leaving, in the order of the customers of the outlook."""
    told = sight.outlook.why()
    place = pc.index_in(sight.outlook.customers["customer_id"], value_set=told["customer_id"].combine_chunks())
    names = ("base", "pace", "silence", "compared", "usual_days", "recent_days")
    return {f"why_{name}": told[name].take(place) for name in names}


def state_of(table: pa.Table) -> pa.Table:
    """What next month's stars need to know of this month's."""
    return table.select(["customer_id", *STATE_COLUMNS])


def _entered(sight: Sight) -> pa.Table:
    """When a customer left within the movement month; who has bought again by as_of did not leave."""
    away = sight.stages.filter(pc.is_in(sight.stages["stage"], value_set=pa.array(list(LOST_STAGES), pa.string())))
    gone = lifecycle.entered(sight.history, stages=LOST_STAGES, window=sight.window)
    gone = gone.filter(pc.is_in(gone["customer_id"], value_set=away["customer_id"].combine_chunks()))
    first = gone.group_by("customer_id").aggregate([("on", "min")])
    return first.rename_columns({"on_min": "lost_on"})


def _moved(sight: Sight, kind: str, prefix: str) -> pa.Table:
    previous, current = comparison(sight.window, kind)  # type: ignore[arg-type]
    table = movement.movement(
        sight.days, previous=previous, current=current, rhythm=sight.closing_rhythm, params=sight.params.movement
    )
    return table.rename_columns([name if name == "customer_id" else f"{prefix}{name}" for name in table.column_names])


def _month_profit(sight: Sight) -> pa.Table:
    days, window = sight.days, sight.window
    inside = pc.and_(
        pc.greater_equal(days["day"], pa.scalar(window.start, pa.date32())),
        pc.less(days["day"], pa.scalar(window.end, pa.date32())),
    )
    summed = days.filter(inside).group_by("customer_id").aggregate([("profit_minor", "sum"), ("costed_minor", "sum")])
    return summed.rename_columns({"profit_minor_sum": "month_profit_minor", "costed_minor_sum": "month_costed_minor"})


def _recent(ledger: Ledger) -> pa.Table:
    """The last purchase days of each customer, oldest first."""
    bought = ledger.purchases
    keep = np.minimum(bought.count, RECENT_DAYS)
    wanted = bought.rank >= (bought.count - keep)[bought.customer]
    offsets = np.concatenate(([0], np.cumsum(keep))).astype(np.int32)
    values = pa.array(bought.day[wanted].astype(np.int32)).cast(pa.date32())
    return pa.table({"customer_id": ledger.ids, "recent_days": pa.ListArray.from_arrays(pa.array(offsets), values)})


def _year(ledger: Ledger, window_days: int) -> pa.Table:
    """Purchase days and net revenue of the trailing window, returns counted."""
    inside = ledger.within(ledger.today - window_days, ledger.today)
    orders = ledger.total((inside & ledger.is_purchase).astype(np.int64))
    revenue = ledger.total(np.where(inside, ledger.amount, 0))
    return pa.table({"customer_id": ledger.ids, "orders_12m": orders, "revenue_12m_minor": revenue})


def _told(sight: Sight) -> list[pa.Table]:
    risks = churn.risk(sight.rhythm, sight.stages, sight.ledger, as_of=sight.as_of)
    told = reasons.reasons(sight.rhythm, sight.stages, sight.ledger, as_of=sight.as_of, params=sight.params.reasons)
    return [risks.select(["customer_id", "risk", "money_at_stake_minor"]), told]


def _revenue_class(found: Mapping[str, pa.Array]) -> pa.Table:
    bought = pc.greater(pc.fill_null(found["purchase_days"], 0), 0)
    values = _values(found, "revenue_12m_minor", bought)
    return pareto.classes_abc(values).select(["customer_id", "abc"]).rename_columns({"abc": "revenue_class"})


def _profit_class(found: Mapping[str, pa.Array]) -> pa.Table:
    values = _values(found, "profit_12m_minor", pc.is_valid(found["profit_12m_minor"]))
    return pareto.classes_abcd(values).select(["customer_id", "abcd"]).rename_columns({"abcd": "profit_class"})


def _values(found: Mapping[str, pa.Array], column: str, who: pa.Array) -> pa.Table:
    value = found[column].cast(pa.int64()).fill_null(0)
    return pa.table({"customer_id": found["customer_id"], "value_minor": value}).filter(who)


def _joined(ids: pa.Array, tables: list[pa.Table]) -> dict[str, pa.Array]:
    """Every column of these tables, one entry for each of `ids`, null where a table has no row."""
    found: dict[str, pa.Array] = {"customer_id": ids}
    for table in tables:
        place = pc.index_in(ids, value_set=table["customer_id"].combine_chunks())
        for name in table.column_names:
            if name != "customer_id":
                found[name] = table[name].combine_chunks().take(place)
    return found


def _shaped(found: Mapping[str, pa.Array], ids: pa.Array) -> pa.Table:
    columns = [_column(name, kind, found.get(name), len(ids)) for name, kind in COLUMNS.items()]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


def _column(name: str, kind: pa.DataType, values: pa.Array | None, size: int) -> pa.Array:
    array = values if values is not None else pa.nulls(size, kind)
    if pa.types.is_floating(kind):
        array = pc.round(array.cast(kind), ndigits=DECIMALS)
    array = array.cast(kind)
    return array.fill_null(DEFAULTS[name]) if name in DEFAULTS else array
