"""The census through Spark: group-bys and orders as Ibis expressions, and a few rows out of what they sort."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from holdfast.analysis import grading
from holdfast.analysis.accounts import AnalyzeParams, Whole, asked
from holdfast.analysis.accounts.census import SCORES, Census, moved_in_words, stages_of
from holdfast.analysis.accounts.ranks import Curve, curve_places, cut_places, cuts, enough, targets
from holdfast.analysis.forecast.gist import Gist, sampled
from holdfast.analysis.grading.scoring import frozen, kept_places
from holdfast.analysis.ledger import Array
from holdfast.analysis.lifetime import Tuples, Values
from holdfast.analysis.lifetime.summary import WEEK, evenly
from holdfast.analysis.spark import sampling
from holdfast.analysis.spark.cluster import Cluster
from holdfast.analysis.spark.sorted import FOUND, NO_TARGET, Tally, Wanted, look

PARTS = {"part_revenue": "revenue", "part_profit": "profit"}


def census(
    cluster: Cluster, parts: list[Path], folder: Path, whole: Whole, params: AnalyzeParams, kept: pa.Table | None
) -> Census:
    """The census of the customers in these files of facts, which stand by customer_id; kept: the table of `integrity`.

    Errors: ValueError where the difficulty of a customer would have to be ranked: it needs all customers at hand.
    """
    if params.grading.min_difficulty_parts <= 2:
        raise ValueError("min_difficulty_parts must be 3 or more with Spark")
    facts = cluster.parquet(parts, "holdfast_facts")
    tuples = _tuples(cluster, facts, whole, params)
    ordered = cluster.written(asked.orders(facts, whole, params, seen=tuples is None), folder / "orders")
    found = _Found.of(cluster, ordered, params)
    at = {name: found.rows(name)["a"] for name in SCORES}
    compared = cluster.collect(asked.less_and_same(facts, at)) if found.size("rfm_f") else None
    samples = sampling.samples(cluster, parts, whole, params)
    unit, buyers = 10.0**params.minor_digits, found.size("rfm_f")
    sums = whole.sums
    gist = Gist(
        buyers,
        found.tuples(params.forecast.fit.most_tuples) if tuples is None else tuples,
        _values(found, "repeats", unit),
        _values(found, "values", unit),
        sampled(whole.as_of, samples, sums.begins, whole.mean_minor, sums.profit),
    )
    return Census(
        found.size("revenue"),
        {name: _cuts(name, at[name], buyers, compared) for name in SCORES},
        found.curve(len(params.pareto.abc)),
        _reference(cluster, parts, found, whole, params, kept),
        stages_of(cluster.collect(asked.stages(facts)).to_struct_array().combine_chunks()),
        moved_in_words(cluster.collect(asked.moved(facts))),
        gist,
    )


def _cuts(name: str, values: Array, size: int, compared: pa.Table | None) -> tuple[int, ...]:
    if compared is None:
        return ()
    less, same = (
        np.array([compared[f"{name}_{side}_{number}"][0].as_py() for number in range(len(values))])
        for side in ("less", "same")
    )
    return cuts(size, values, less, same)


def _values(found: _Found, name: str, unit: float) -> Values:
    rows = found.rows(name)
    return Values.among(rows["a"], rows["b"], unit, found.size(name))


def _tuples(cluster: Cluster, facts: Any, whole: Whole, params: AnalyzeParams) -> Tuples | None:
    """The tuples of all who bought; null where they are too many to be gathered."""
    most = params.forecast.fit.most_tuples
    rows = cluster.collect(asked.tuples(facts, whole).limit(most + 1))
    if rows.num_rows > most:
        return None
    x, age, t_x, weight = (rows[name].to_numpy().astype(np.float64) for name in ("x", "age", "t_x", "weight"))
    order = np.lexsort((t_x, age, x))
    return Tuples(x[order], t_x[order] / WEEK, age[order] / WEEK, weight[order])


def _reference(
    cluster: Cluster,
    parts: list[Path],
    found: _Found,
    whole: Whole,
    params: AnalyzeParams,
    kept: pa.Table | None,
) -> grading.Reference:
    """What scores are measured against; integrity from those who have invoices."""
    sizes, values = dict.fromkeys(grading.PARTS, 0), {part: np.zeros(0) for part in grading.PARTS}
    for name, part in PARTS.items():
        sizes[part] = found.size(name)
        values[part] = frozen(found.rows(name)["a"].astype(np.float64), sizes[part], params.grading)
    if kept is not None:
        ordered = np.sort(sampling.integrity(cluster, parts, whole, params, kept))
        sizes["integrity"] = len(ordered)
        values["integrity"] = frozen(ordered[kept_places(len(ordered), params.grading)], len(ordered), params.grading)
    return grading.Reference(sizes, values)


@dataclass(frozen=True)
class _Found:
    """The rows at the places asked for. places: by kind, in the order in which they were asked."""

    tallies: list[Tally]
    places: dict[str, Array]
    table: pa.Table

    @classmethod
    def of(cls, cluster: Cluster, parts: list[Path], params: AnalyzeParams) -> _Found:
        """Count each part, then look for what the sizes make wanted."""
        tallies = cluster.each(parts, lambda part, _: Tally.of(part))
        sizes = dict(zip(asked.KINDS, np.sum([tally.rows for tally in tallies], axis=0).tolist(), strict=True))
        places = {name: _places(name, size, params) for name, size in sizes.items()}
        total = sum(tally.gain for tally in tallies)
        wanted = Wanted(
            {number: np.unique(places[name]) for number, name in enumerate(asked.KINDS)},
            tuple(targets(total, params.pareto.abc)),
            enough(total),
        )
        return cls(tallies, places, cluster.rows(parts, _looking(tallies, wanted), FOUND))

    def size(self, name: str) -> int:
        """How many rows the kind has."""
        number = asked.KINDS.index(name)
        return int(sum(tally.rows[number] for tally in self.tallies))

    def all_rows(self, name: str) -> dict[str, Array]:
        """The rows of a kind by place."""
        here = pc.and_(pc.equal(self.table["kind"], asked.KINDS.index(name)), pc.equal(self.table["target"], NO_TARGET))
        rows = self.table.filter(here).sort_by("place")
        return {column: rows[column].to_numpy() for column in ("place", "a", "b", "c", "gain")}

    def rows(self, name: str) -> dict[str, Array]:
        """The rows of a kind in the order in which their places were asked for."""
        rows = self.all_rows(name)
        at = np.searchsorted(rows["place"], self.places[name])
        return {column: values[at] for column, values in rows.items()}

    def tuples(self, most: int) -> Tuples:
        """Those at even places, as `Tuples.thinned` takes them."""
        rows = self.all_rows("seen")
        x_age_last, count = np.unique(np.stack([rows[name] for name in "abc"]), axis=1, return_counts=True)
        x, age, last = x_age_last.astype(np.float64)
        return Tuples(x, last / WEEK, age / WEEK, count * (self.size("seen") / most))

    def curve(self, classes: int) -> Curve:
        """Who brings how much."""
        size, rows = self.size("revenue"), self.all_rows("revenue")
        # So many best customers bring what is reached with the last of them.
        reached = {0: 0, **dict(zip((rows["place"] + 1).tolist(), rows["gain"].tolist(), strict=True))}
        weight, before = 0.0, 0
        for tally in self.tallies:
            weight += before * float(tally.gain) + tally.weight
            before += int(tally.rows[0])
        firsts = [self._first(number) for number in range(classes + 1)]
        bounds = [(-row["a"], row["id"]) if row else None for row in firsts[:-1]]
        last = firsts[-1]["place"] + 1 if firsts[-1] else size + 1
        total = sum(tally.gain for tally in self.tallies)
        return Curve(size, total, weight, reached, last, tuple(bounds))

    def _first(self, target: int) -> dict[str, Any] | None:
        """The first row of all parts that meets a target."""
        rows = self.table.filter(pc.equal(self.table["target"], target)).sort_by("place")
        first: dict[str, Any] | None = rows.slice(0, 1).to_pylist()[0] if rows.num_rows else None
        return first


def _places(name: str, size: int, params: AnalyzeParams) -> Array:
    """Which places of an order the census asks for."""
    if name == "revenue":
        return curve_places(size)[1:] - 1
    if name in SCORES:
        return cut_places(size)
    if name in PARTS:
        return kept_places(size, params.grading)
    fit = params.forecast.fit
    most = fit.most_tuples if name == "seen" else fit.most_values
    return evenly(size, most)


def _looking(tallies: list[Tally], wanted: Wanted) -> Callable[[Path, int], Any]:
    rows = np.cumsum([np.zeros_like(tallies[0].rows), *(tally.rows for tally in tallies)], axis=0)
    gain = np.cumsum([0, *(tally.gain for tally in tallies)])
    return lambda part, number: look(part, rows[number], int(gain[number]), wanted)
