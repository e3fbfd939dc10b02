"""The demand ahead as a viewer may see it: the whole of his customers, its groups, and customer by customer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.db.models import QuerySet

from holdfast.foundation.accounts.models import Department, User
from holdfast.foundation.accounts.rules import Permission, Scope
from holdfast.insight.outlook import readers
from holdfast.insight.outlook.models import DemandGroup, Outlook
from holdfast.records.customers.models import Customer

Rows = list[list[Any]]


@dataclass(frozen=True)
class Line:
    """One group of the whole: what it is called, its key, customers, the months ahead added up."""

    kind: str
    key: str
    name: str
    customers: int
    total_minor: int


@dataclass(frozen=True)
class Whole:
    """history: [[month, minor], …]; ahead: [[month, minor, p10, p90], …] (bounds null where too little is known).
    is_company: of everybody; parts: how many stored groups it adds up."""

    customers: int
    history: Rows
    ahead: Rows
    is_company: bool
    parts: int
    lines: dict[str, list[Line]] = field(default_factory=dict)

    @property
    def total_minor(self) -> int:
        return sum(row[1] for row in self.ahead)


def sees_all(viewer: User) -> bool:
    return viewer.scope == Scope.ALL and viewer.may(Permission.CUSTOMER_VIEW)


def whole(viewer: User, outlook: Outlook) -> Whole | None:
    """The company, the viewer's departments, or his own customers; None where nothing is told of them."""
    groups = list(_groups(viewer, outlook))
    if not groups:
        return None
    months = [row[0] for row in groups[0].ahead]
    history = _added([one.history for one in groups], [row[0] for row in groups[0].history])
    ahead = _added([one.ahead for one in groups], months)
    number = sum(one.customers for one in groups)
    lines = _lines(viewer, outlook)
    return Whole(number, history, ahead, sees_all(viewer), len(groups), lines)


def _groups(viewer: User, outlook: Outlook) -> Any:
    """The stored groups that hold nobody whom the viewer may not see."""
    found = outlook.groups.all()
    if not viewer.may(Permission.CUSTOMER_VIEW):
        return found.none()
    if sees_all(viewer):
        return found.filter(kind="company")
    if viewer.department_ids:
        return found.filter(kind="department", key__in=[str(pk) for pk in viewer.department_ids])
    return found.filter(kind="owner", key=str(viewer.pk))


def _added(parts: list[Rows], months: list[str]) -> Rows:
    """Month by month, column by column; a bound that one part does not have the sum does not have."""
    found = []
    for month in months:
        rows = [row[1:] for part in parts for row in part if row[0] == month]
        sums = [None if None in column else sum(column) for column in zip(*rows, strict=True)]
        found.append([month, *sums])
    return found


def _lines(viewer: User, outlook: Outlook) -> dict[str, list[Line]]:
    """Departments, owners and product categories: for whoever sees everybody as stored; in a department its owners,
    counted over the customers that the viewer sees."""
    if not sees_all(viewer):
        return {"owner": _own_lines(viewer, outlook)} if viewer.department_ids else {}
    found: dict[str, list[Line]] = {kind: [] for kind in ("department", "owner", "category")}
    names = _names()
    for one in outlook.groups.exclude(kind="company"):
        found[one.kind].append(_line(one, names))
    return {kind: lines for kind, lines in found.items() if len(lines) > 1}


def _line(one: DemandGroup, names: Mapping[str, dict[str, str]]) -> Line:
    name = one.key if one.kind == "category" else names[one.kind].get(one.key, "")
    return Line(one.kind, one.key, name, one.customers, one.total_minor)


def _names() -> dict[str, dict[str, str]]:
    return {
        "owner": {str(one.pk): one.name for one in User.objects.only("pk", "name")},
        "department": {str(one.pk): one.name for one in Department.objects.only("pk", "name")},
    }


def _own_lines(viewer: User, outlook: Outlook) -> list[Line]:
    table = readers.whole_columns(outlook)
    if table is None:
        return []
    pairs = list(Customer.objects.visible_to(viewer).order_by().values_list("pk", "owner_id"))
    ids, owners = (np.array([pair[at] or 0 for pair in pairs], dtype=np.int64) for at in (0, 1))
    place = pc.index_in(pa.array(ids), value_set=table["customer_id"].combine_chunks())
    told = place.is_valid().to_numpy(zero_copy_only=False)
    sums = pc.fill_null(table["sum_minor"].combine_chunks().take(place), 0).to_numpy(zero_copy_only=False)
    names, found = _names()["owner"], []
    for owner in np.unique(owners[told]):
        mine = told & (owners == owner)
        key = str(owner) if owner else ""
        found.append(Line("owner", key, names.get(key, ""), int(mine.sum()), int(np.nansum(sums[mine]))))
    return sorted(found, key=lambda line: -line.total_minor)


@dataclass(frozen=True)
class Listed:
    """Customers of whom anything is told: their keys in order, how many, and what they add up to."""

    ids: np.ndarray
    total_minor: int

    @property
    def count(self) -> int:
        return len(self.ids)


def listed(viewer: User, outlook: Outlook, params: Mapping[str, Any]) -> Listed:
    """The customers behind a figure, by `owner` ("none": nobody's), `department` and `q`; `sort` next: who orders
    first, else by money."""
    table = readers.whole_columns(outlook)
    if table is None:
        return Listed(np.zeros(0, dtype=np.int64), 0)
    wanted = _wanted(viewer, params)
    if wanted is not None:
        keys = pa.array(wanted.order_by().values_list("pk", flat=True), pa.int64())
        table = table.filter(pc.is_in(table["customer_id"], value_set=keys))
    if params.get("sort") == "next":
        table = table.filter(pc.is_valid(table["next_on"])).sort_by(
            [("next_on", "ascending"), ("sum_minor", "descending")]
        )
    else:
        order = pc.sort_indices(pc.fill_null(table["sum_minor"], 0), sort_keys=[("", "descending")])
        table = table.take(order)
    return Listed(table["customer_id"].to_numpy(), int(pc.sum(table["sum_minor"]).as_py() or 0))


def _wanted(viewer: User, params: Mapping[str, Any]) -> Any:
    """Which customers; None where that is everybody on file."""
    from holdfast.records.customers.queries import matching

    found: QuerySet[Customer] = Customer.objects.visible_to(viewer)
    is_all = sees_all(viewer)
    for name in ("owner", "department"):
        if value := params.get(name):
            key = {"none": None, "me": viewer.pk}.get(value, value)
            found, is_all = found.filter(**{name: key}), False
    if text := params.get("q"):
        found, is_all = matching(found, text), False
    return None if is_all else found


def rows_of(outlook: Outlook, ids: list[int]) -> list[tuple[Customer, dict[str, Any]]]:
    """These customers in this order, each with what is told of him."""
    people = Customer.objects.select_related("owner", "standing").in_bulk(ids)
    told = readers.customer_rows(outlook, ids)
    return [(people[pk], told[pk]) for pk in ids if pk in people and pk in told]
