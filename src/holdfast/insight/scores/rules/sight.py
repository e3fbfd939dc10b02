"""The facts as known at the end of one day, part by part: first what adds up, then a row for each customer."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property, reduce
from operator import add

import numpy as np
import pyarrow as pa

from holdfast.analysis import forecast, grading
from holdfast.analysis.accounts import AnalyzeParams, Sums, Whole, gather
from holdfast.analysis.cores import each, release
from holdfast.analysis.days import Window, last_complete_month
from holdfast.analysis.forecast.views import Gathered, Known
from holdfast.analysis.grading.metrics import SUMS, metrics_of, window_sums
from holdfast.analysis.ledger import Array, Ledger, day_number
from holdfast.insight.scores.rules.facts import Facts, Part
from holdfast.insight.scores.rules.people import described
from holdfast.insight.scores.rules.word import complaints_of, effort_of, extra_of


@dataclass(frozen=True)
class Sight:
    """The facts as known at the end of one day: nobody first seen later, no line of later days."""

    facts: Facts
    as_of: date
    params: AnalyzeParams

    @property
    def window(self) -> Window:
        """The month that movement is about: the last one complete by as_of."""
        return last_complete_month(self.as_of)

    def ledger(self, part: Part) -> Ledger:
        """The customers of a part who had bought or were on file by then, with their days."""
        known = part.until(self.as_of)
        return Ledger.of(known.days, as_of=self.as_of, customers=known.customers)

    @cached_property
    def year(self) -> pa.Table:
        """What the window says of each customer: customer_id, first_day, count, the sums of `SUMS`, orders_12m."""
        return pa.concat_tables(each(self._year, self.facts.parts))

    def _year(self, part: Part) -> pa.Table:
        ledger, window = self.ledger(part), self.params.grading.window_days
        span = ledger.today - window, ledger.today
        return pa.table(
            {
                "customer_id": ledger.ids,
                "first_day": ledger.purchases.first_day.astype(np.int64),
                "count": ledger.purchases.count.astype(np.int64),
                **window_sums(ledger, window),
                "orders_12m": ledger.between(*span, "is_purchase"),
                "revenue_12m_minor": ledger.between(*span, "amount_minor"),
            }
        )

    @property
    def ids(self) -> pa.Array:
        """The keys of all customers, in order."""
        return self.year["customer_id"].combine_chunks()

    @cached_property
    def integrity(self) -> pa.Table | None:
        """How customers keep their word about money; None where no invoice is known."""
        return self.facts.money.integrity(self.as_of, self.params.integrity)

    @cached_property
    def effort(self) -> pa.Table | None:
        """Hours spent on each customer in the window; None where nobody noted any."""
        return effort_of(self.facts.money.effort, self.as_of, self.params.grading.window_days)

    @cached_property
    def extra(self) -> pa.Table:
        """What the metrics take from invoices, time spent and complaints, a row a customer."""
        complaints = complaints_of(self.facts.money.complaints, self.as_of, self.params.grading.window_days)
        return extra_of(self.year, self.integrity, self.effort, complaints)

    @cached_property
    def metrics(self) -> pa.Table:
        """The five metrics of each customer."""
        year = self.year
        first, count = (year[name].to_numpy() for name in ("first_day", "count"))
        sums = {name: year[name].to_numpy() for name in SUMS}
        tenure = day_number(self.as_of) - first
        return metrics_of(self.ids, tenure, count, sums, extra=self.extra, params=self.params.grading)

    @cached_property
    def reference(self) -> grading.Reference:
        """The distributions of all rated customers at this day."""
        return grading.reference(self.metrics, self.params.grading)

    @cached_property
    def whole(self) -> Whole:
        """What each part must know of all customers."""
        sums = each(lambda part: gather(self.ledger(part), self.params), self.facts.parts)
        return Whole.of(reduce(add, sums, Sums()), self.as_of, self.params)

    def people(self, *, ahead: bool) -> pa.Table:
        """All that is said of each customer without the others; ahead: with what the forecast needs."""
        whole = self.whole
        found = each(lambda part: described(self.ledger(part), whole, self.params, ahead=ahead), self.facts.parts)
        release()
        return pa.concat_tables(found)

    def outlook(self, people: pa.Table) -> forecast.Forecast:
        """What lies ahead of each customer, and what that rests on; people: with what the forecast needs."""
        return forecast.forecast(
            self._past(people),
            as_of=self.as_of,
            horizon_days=self.params.horizon_days,
            minor_digits=self.params.minor_digits,
            params=self.params.forecast,
        )

    def _past(self, people: pa.Table) -> Gathered:
        seen = {day_number(self.as_of): _known(people, "now")}
        came: dict[tuple[int, int], Array] = {}
        for number, (day, days) in enumerate(self.whole.looks):
            seen[day] = _known(people, f"look{number}")
            came[day, days] = people[f"look{number}_came"].to_numpy()
        return Gathered(
            as_of=self.as_of,
            ids=people["customer_id"].combine_chunks(),
            first=people["first_day"].to_numpy(),
            seen=seen,
            came=came,
            begins=self.whole.sums.begins,
            mean_minor=self.whole.mean_minor,
            profit=self.whole.sums.profit,
        )


def _known(people: pa.Table, prefix: str) -> Known:
    return Known(*(people[f"{prefix}_{field.name}"].to_numpy() for field in fields(Known)))
