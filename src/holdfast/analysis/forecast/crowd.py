"""The models that look ahead together: as many as the back-test found about equal, each by how customers came in.

A log does not begin with the company: who bought in its first weeks was mostly a customer before, and buys more often
than who came later. Where the likelihood says so, both groups have parameters of their own. What the models expect is
mixed with the plain forecast, as many as in the last year, at the models' own level: it errs for other reasons.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np

from holdfast.analysis.cores import each
from holdfast.analysis.forecast.regular import log_gaps
from holdfast.analysis.forecast.terms import MODELS, Fits, ForecastParams
from holdfast.analysis.forecast.views import View
from holdfast.analysis.ledger import Array
from holdfast.analysis.lifetime import Counting, Fit, Paired, Seen, Tuples, fit_gaps
from holdfast.analysis.lifetime.summary import WEEK, dot

YEAR_DAYS = 365
MONTHS = 12
Parts = tuple[Fit[Any], Fit[Any]]
Groups = tuple[Tuples, Tuples, Tuples]
# Of an outlook, what the plain forecast has a part in.
MIXED = ("expected", "year", "year_now")


@dataclass(frozen=True)
class Outlook:
    """Per customer. alive: chance of being there. expected: purchase days in the span. buys: chance of one. rate: purchase
    days a week while there. year, year_buys: expected and chance of one in 365 days; year_now: discounted to today."""

    alive: Array
    expected: Array
    buys: Array
    rate: Array
    year: Array
    year_buys: Array
    year_now: Array


@dataclass(frozen=True)
class Member:
    """One kind of model: fitted to all, and to who was there at the beginning and who came later where that is better."""

    name: str
    whole: Counting
    early: Counting | None = None
    later: Counting | None = None
    # What brings the purchases of both groups to those of the model of all; null: as the customers looked at say.
    scale: float | None = None

    @property
    def split(self) -> bool:
        """Whether the two groups have parameters of their own."""
        return self.early is not None and self.later is not None

    @property
    def newest(self) -> Counting:
        """The model of who comes now."""
        return self.later or self.whole


@dataclass(frozen=True)
class Crowd:
    """Members of equal weight. anchor: what each figure of MIXED comes to for a purchase day of the last year, where the
    plain forecast is to have its part."""

    members: tuple[Member, ...]
    begins: int
    params: ForecastParams
    anchor: tuple[float, ...] | None = None

    @classmethod
    def of(
        cls,
        view: View,
        begins: int,
        fits: Fits,
        names: Iterable[str],
        params: ForecastParams,
        *,
        everyone: Tuples | None = None,
    ) -> Crowd:
        """The named models, each split by entry where its likelihood gains more than the extra parameters cost.

        everyone: the tuples of all, where the view holds a sample only.
        """
        return cls(tuple(_member(view, begins, name, fits, params, everyone) for name in names), begins, params)

    def levelled(self, everyone: Tuples, day: int, days: int) -> Crowd:
        """The same, with the level of the next `days` known of all customers of a day, so that each can be looked at alone."""
        groups = _groups(everyone, day, self.begins, self.params)
        members = (replace(member, scale=_scale(member, groups, days / WEEK)) for member in self.members)
        return replace(self, members=tuple(members))

    def anchored(self, view: View, days: int, discount: float) -> Crowd:
        """The same, mixed with the plain forecast at the level that the models have for these customers together."""
        plain, bought = self._mean(view, days, discount), float(view.year.sum())
        if not bought:
            return self
        return replace(self, anchor=tuple(float(getattr(plain, name).sum()) / bought for name in MIXED))

    @property
    def split(self) -> bool:
        """Whether any member knows two groups."""
        return any(member.split for member in self.members)

    def p_buys(self, view: View, days: int, *, early: Array | None = None) -> Array:
        """Chance of at least one purchase in the next `days` (0–1); early: who was there at the beginning, if not as seen."""
        if early is None:
            early = inherited(view, self.begins, self.params)
        found = np.zeros(len(view))
        for member in self.members:
            for rows, model in _parts(member, early):
                found[rows] += model.p_buys(_seen(view.seen, rows), days / WEEK)
        return np.clip(found / len(self.members), 0.0, 1.0)

    def look(self, view: View, days: int, discount: float) -> Outlook:
        """What lies ahead of each customer of the view: the mean of all members, mixed with the plain forecast."""
        found = self._mean(view, days, discount)
        if self.anchor is None:
            return found
        part = self.params.as_before
        plain = zip(MIXED, self.anchor, strict=True)
        return replace(
            found, **{name: (1 - part) * getattr(found, name) + part * level * view.year for name, level in plain}
        )

    def _mean(self, view: View, days: int, discount: float) -> Outlook:
        early = inherited(view, self.begins, self.params)
        found = [self._one(member, view, early, days, discount) for member in self.members]
        if len(found) == 1:
            return found[0]
        names = Outlook.__dataclass_fields__
        return Outlook(**{name: np.mean([getattr(one, name) for one in found], axis=0) for name in names})

    def _one(self, member: Member, view: View, early: Array, days: int, discount: float) -> Outlook:
        names = Outlook.__dataclass_fields__
        found = Outlook(**{name: np.empty(len(view)) for name in names})
        for rows, model in _parts(member, early):
            part = _outlook(model, _seen(view.seen, rows), days / WEEK, discount)
            for name in names:
                getattr(found, name)[rows] = getattr(part, name)
        if not member.split:
            return found
        # The groups share the purchases out; how many there are in all is what the model of all customers says.
        scale = member.scale
        if scale is None:
            scale = member.whole.expected(view.seen, days / WEEK).sum() / max(found.expected.sum(), 1e-12)
        return Outlook(
            found.alive, found.expected * scale, found.buys, found.rate,
            found.year * scale, found.year_buys, found.year_now * scale,
        )  # fmt: skip


def inherited(view: View, begins: int, params: ForecastParams) -> Array:
    """Who bought in the first weeks of the log already."""
    return _early(view.seen.age, view.day, begins, params)


def _early(age: Array, day: int, begins: int, params: ForecastParams) -> Array:
    first = day - np.rint(age * WEEK)
    found: Array = first < begins + params.inherited_days
    return found


def _groups(everyone: Tuples, day: int, begins: int, params: ForecastParams) -> Groups:
    """The tuples of who was there at the beginning, and of who came later."""
    early = _early(everyone.age, day, begins, params)
    return everyone, everyone.part(early), everyone.part(~early)


def _scale(member: Member, groups: Groups, weeks: float) -> float | None:
    """Purchases as the model of all expects them, over those the two groups do."""
    if member.early is None or member.later is None:
        return None
    models = (member.whole, member.early, member.later)
    plain, first, later = (
        dot(model.expected(group.seen, weeks), group.weight) for model, group in zip(models, groups, strict=True)
    )
    return plain / max(first + later, 1e-12)


def _member(view: View, begins: int, name: str, fits: Fits, params: ForecastParams, everyone: Tuples | None) -> Member:
    whole = fits[name]
    plain = Member(name, whole.model)
    if whole.leaning or view.seen.age.max(initial=0.0) * WEEK < 3 * params.inherited_days:
        return plain
    early = inherited(view, begins, params)
    if min(int(early.sum()), int((~early).sum())) < params.min_test_customers:
        return plain
    if name not in MODELS:
        parts = _apart_regular(whole, view, early, params)
        return plain if parts is None else Member(name, whole.model, parts[0].model, parts[1].model)
    groups = _groups(Tuples.of(view.seen), view.day, begins, params)
    parts = _apart(whole, name, groups, params)
    if parts is not None and everyone is not None and round(everyone.customers) > len(view):
        parts = _both(name, _groups(everyone, view.day, begins, params), whole.model, params)
    return plain if parts is None else Member(name, whole.model, parts[0].model, parts[1].model)


def _apart(whole: Fit[Any], name: str, groups: Groups, params: ForecastParams) -> Parts | None:
    """Both groups' fits where they are likelier by more than half ln(customers) for each parameter (BIC)."""
    parts = _both(name, groups, whole.model, params)
    if parts is None:
        return None
    likely, people = whole.log_likelihood, round(groups[0].customers)
    if people < whole.n:
        likely = MODELS[name].fit(groups[0], params.fit, near=whole.model).log_likelihood
    return parts if _worth_it(parts, whole, likely, people) else None


def _apart_regular(whole: Fit[Any], view: View, early: Array, params: ForecastParams) -> Parts | None:
    """The same of MBG/CNBD-k, each group with its own k; of many customers the view holds those it was fitted on."""
    parts = (_regular(view.at(early), params), _regular(view.at(~early), params))
    if any(part.failed or part.leaning for part in parts):
        return None
    likely = whole.log_likelihood * len(view) / max(whole.n, 1)
    return parts if _worth_it(parts, whole, likely, len(view)) else None


def _regular(view: View, params: ForecastParams) -> Fit[Any]:
    return fit_gaps(Tuples.of(view.seen), log_gaps(view), params.fit)


def _worth_it(parts: Parts, whole: Fit[Any], likely: float, people: int) -> bool:
    gain = parts[0].log_likelihood + parts[1].log_likelihood - likely
    return bool(gain > 0.5 * len(whole.model.parameters) * np.log(people))


def _both(name: str, groups: Groups, near: Counting, params: ForecastParams) -> Parts | None:
    first, second = each(lambda group: MODELS[name].fit(group, params.fit, near=near), groups[1:])
    failed = first.failed or second.failed or first.leaning or second.leaning
    return None if failed else (first, second)


def _parts(member: Member, early: Array) -> list[tuple[Any, Counting]]:
    if member.early is None or member.later is None:
        return [(slice(None), member.whole)]
    return [(early, member.early), (~early, member.later)]


def _seen(seen: Seen, rows: Any) -> Seen:
    if isinstance(rows, slice):
        return seen
    return Seen(seen.x[rows], seen.t_x[rows], seen.age[rows])


def _outlook(model: Counting, seen: Seen, weeks: float, discount: float) -> Outlook:
    if not isinstance(model, Paired):
        return _outlook_regular(model, seen, weeks, discount)
    alive, pairs = model.p_alive(seen), seen.pairs
    year, now = _year(model, seen, discount)
    return Outlook(
        alive=alive,
        expected=model.if_alive(pairs, weeks)[pairs.place] * alive,
        buys=np.clip(model.buys_if_alive(pairs, weeks)[pairs.place] * alive, 0.0, 1.0),
        rate=model.rate(seen),
        year=year[pairs.place] * alive,
        year_buys=np.clip(model.buys_if_alive(pairs, YEAR_DAYS / WEEK)[pairs.place] * alive, 0.0, 1.0),
        year_now=now[pairs.place] * alive,
    )


def _outlook_regular(model: Counting, seen: Seen, weeks: float, discount: float) -> Outlook:
    quarters = [model.expected(seen, YEAR_DAYS / WEEK * part / 4) for part in range(5)]
    now = np.sum([(b - a) * (1 + discount) ** (-(n + 0.5) / 4) for n, (a, b) in enumerate(pairwise(quarters))], axis=0)
    year = YEAR_DAYS / WEEK
    return Outlook(
        model.p_alive(seen), model.expected(seen, weeks), model.p_buys(seen, weeks), model.rate(seen),
        quarters[-1], model.p_buys(seen, year), now,
    )  # fmt: skip


def _year(model: Paired, seen: Seen, annual: float) -> tuple[Array, Array]:
    """Purchase days of the next 365 days if there today, and each month's discounted to its middle; by (x, T)."""
    pairs = seen.pairs
    total, before = np.zeros(len(pairs.x)), np.zeros(len(pairs.x))
    for month in range(1, MONTHS + 1):
        so_far = model.if_alive(pairs, YEAR_DAYS / WEEK * month / MONTHS)
        total += (so_far - before) * (1 + annual) ** (-(month - 0.5) / MONTHS)
        before = so_far
    return before, total
