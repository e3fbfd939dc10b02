"""What a forecast asks of all customers together: little enough for one machine, however many they are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa

from holdfast.analysis.forecast.terms import ForecastParams
from holdfast.analysis.forecast.views import Gathered, Known, View
from holdfast.analysis.ledger import Array, Ledger, day_number
from holdfast.analysis.lifetime import Tuples, Values


@dataclass(frozen=True)
class Gist:
    """The past collapsed, and customers of whom back-tests ask more.

    customers: with a purchase day. tuples: of all of them, or so many taken evenly. repeats, values: how many repeat (all)
    purchase days each has and what they are worth on average, major units. past: of which back-tests take a sample a day;
    may be the samples alone (`sampled`).
    """

    customers: int
    tuples: Tuples
    repeats: Values
    values: Values
    past: Ledger | Gathered

    @classmethod
    def of(cls, past: Ledger | Gathered, view: View, unit: float, params: ForecastParams) -> Gist:
        """Of customers who are all at hand; view: all of today's."""
        known = past.seen[past.today] if isinstance(past, Gathered) else Known.of(past, past.today)
        most = params.fit.most_values
        return cls(
            len(view),
            Tuples.of(view.seen).thinned(params.fit.most_tuples),
            Values.of(known.count - 1, known.later, unit, most),
            Values.of(known.count, known.amount, unit, most),
            past,
        )


@dataclass(frozen=True)
class Sample:
    """Customers taken evenly in the order of their ids, as known on a day; came: purchase days in the `days` after it."""

    first: Array
    known: Known
    days: int = 0
    came: Array | None = None


def sampled(
    as_of: date,
    samples: Mapping[int, Sample],
    begin: int | None,
    mean: float,
    earned: tuple[int, int, int] | None,
) -> Gathered:
    """The samples by day as a past that back-tests can look at; each day has customers of its own."""
    return Gathered(
        as_of=as_of,
        ids=pa.nulls(len(samples[day_number(as_of)].first), pa.string()),
        first={day: sample.first.astype(np.int64) for day, sample in samples.items()},
        seen={day: sample.known for day, sample in samples.items()},
        came={(day, sample.days): sample.came for day, sample in samples.items() if sample.came is not None},
        begins=begin,
        mean_minor=mean,
        profit=earned,
    )
