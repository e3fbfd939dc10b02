"""How far the standards were kept: by star, person and department, and month by month."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from holdfast.actions.care.queries.cells import Cell, cells_of, star_sums
from holdfast.actions.care.rules.kinds import SERVED_KINDS
from holdfast.common.months import Month, today
from holdfast.foundation.accounts.models import Department, User

TREND_MONTHS = 12


@dataclass(frozen=True)
class Line:
    """One line of a table: what was due and what of it was kept, in times; `rate` 0–1, None where nothing was due.

    `is_hollow`: all of it rests on provisional stars.
    """

    key: int
    name: str
    customers: int
    due: int
    kept: int
    by_kind: Mapping[str, tuple[int, int]]
    short: int
    is_hollow: bool

    @property
    def missing(self) -> int:
        return self.due - self.kept

    @property
    def rate(self) -> float | None:
        return self.kept / self.due if self.due else None


@dataclass(frozen=True)
class Execution:
    """The month's execution for what the viewer sees. `total` over all; the lines by star 5 → 1, others by worst rate.

    `provisional_share`: share of what was due that rests on hollow stars.
    """

    month: Month
    is_running: bool
    total: Line
    stars: list[Line]
    owners: list[Line]
    departments: list[Line]
    provisional_share: float


def execution(month: Month, viewer: User | None, on: date | None = None) -> Execution:
    """Due, kept and missing visits and contacts of a month; three questions to the database however many customers.

    Without a viewer: of the whole company.
    """
    on = on or today()
    cells = cells_of(month, viewer, on)
    due = sum(cell["n_due"] for cell in cells)
    hollow = sum(cell["n_due"] for cell in cells if cell["is_provisional"])
    owners = _names(User, (cell["owner"] for cell in cells))
    departments = _names(Department, (cell["department"] for cell in cells))
    return Execution(
        month=month,
        is_running=month.holds(on),
        total=_line(0, "", cells),
        stars=_grouped(cells, "stars", lambda key: str(key), by=lambda line: -line.key),
        owners=_grouped(cells, "owner", lambda key: owners.get(key, ""), by=_worst_first),
        departments=_grouped(cells, "department", lambda key: departments.get(key, ""), by=_worst_first),
        provisional_share=hollow / due if due else 0.0,
    )


def _names(model: type[User] | type[Department], keys: Iterable[int | None]) -> dict[int, str]:
    wanted = {key for key in keys if key}
    return {row.pk: str(row) for row in model._default_manager.filter(pk__in=wanted)}


def _worst_first(line: Line) -> tuple[float, int]:
    return (line.rate if line.rate is not None else 2.0, -line.due)


def _grouped(cells: list[Cell], name: str, title: Callable[[int], str], by: Callable[[Line], Any]) -> list[Line]:
    groups: dict[int, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell[name] or 0, []).append(cell)
    return sorted((_line(key, title(key), some) for key, some in groups.items()), key=by)


def _line(key: int, name: str, cells: list[Cell]) -> Line:
    return Line(
        key=key,
        name=name,
        customers=_customers(cells),
        due=sum(cell["n_due"] for cell in cells),
        kept=sum(cell["n_kept"] for cell in cells),
        by_kind={kind: _sums(cell for cell in cells if cell["kind"] == kind) for kind in SERVED_KINDS},
        short=sum(cell["n_short"] for cell in cells),
        is_hollow=all(cell["is_provisional"] for cell in cells),
    )


def _customers(cells: list[Cell]) -> int:
    """A customer is owed visits and contacts: the larger of the two counts, not their sum."""
    groups: dict[tuple[Any, ...], int] = {}
    for cell in cells:
        key = tuple(cell[name] for name in ("stars", "owner", "department", "is_provisional"))
        groups[key] = max(groups.get(key, 0), cell["n_customers"])
    return sum(groups.values())


def _sums(cells: Iterable[Cell]) -> tuple[int, int]:
    given = list(cells)
    return sum(cell["n_due"] for cell in given), sum(cell["n_kept"] for cell in given)


def trend(viewer: User, until: Month, months: int = TREND_MONTHS) -> list[dict[str, Any]]:
    """Month after month up to `until`: month, due, kept, rate, and rates by star {5: 0.9, …}; months without duties too.

    A quarter stands in the month in which it ends.
    """
    first = until.plus(1 - months)
    sums = star_sums(first, until, viewer)
    return [_month_point(first.plus(step), sums) for step in range(months)]


def _month_point(month: Month, sums: list[Cell]) -> dict[str, Any]:
    some = [row for row in sums if row["month"] == str(month)]
    due, kept = sum(row["due"] for row in some), sum(row["kept"] for row in some)
    return {
        "month": month,
        "due": due,
        "kept": kept,
        "rate": kept / due if due else None,
        "stars": {row["stars"]: row["kept"] / row["due"] for row in some if row["due"]},
    }
