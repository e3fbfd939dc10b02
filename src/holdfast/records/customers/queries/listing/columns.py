"""Which columns the list can show. Columns on profit need `see_profit`; rooms above may register one of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.utils.translation import gettext_lazy, pgettext_lazy

from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer, CustomField
from holdfast.records.customers.queries.custom import custom_fields
from holdfast.records.customers.queries.masks import shown_phone
from holdfast.records.customers.rules.custom import shown

# viewer, customer keys → customer key → safe HTML or text of the cell; one query for a whole page.
Loader = Callable[[User, list[int]], Mapping[int, Any]]


@dataclass(frozen=True)
class Column:
    """One column; `sort` names the order its head leads to."""

    name: str
    title: Any
    unit: Any = ""
    is_number: bool = False
    is_default: bool = False
    needs_profit: bool = False
    sort: str = ""
    load: Loader | None = None


def _phones(viewer: User, keys: list[int]) -> Mapping[int, str]:
    """The customers' own numbers, masked where the viewer does not see them whole."""
    found = Customer.objects.filter(pk__in=keys).only("pk", "phone", "owner_id")
    return {customer.pk: shown_phone(viewer, customer) for customer in found}


COLUMNS = [
    Column("stars", gettext_lazy("星级"), is_default=True, sort="stars"),
    Column("five", gettext_lazy("五力"), is_default=True, needs_profit=True, sort="score"),
    Column("movement", gettext_lazy("本月"), is_default=True),
    Column("stage", gettext_lazy("阶段")),
    Column(
        "revenue",
        gettext_lazy("近 12 月收入"),
        pgettext_lazy("unit", "元"),
        is_number=True,
        is_default=True,
        sort="revenue",
    ),
    Column("margin", gettext_lazy("毛利率"), is_number=True, is_default=True, needs_profit=True),
    Column(
        "profit",
        gettext_lazy("近 12 月毛利"),
        pgettext_lazy("unit", "元"),
        is_number=True,
        needs_profit=True,
        sort="profit",
    ),
    Column("score", gettext_lazy("综合得分"), is_number=True, needs_profit=True, sort="score"),
    Column("rhythm", gettext_lazy("下单节奏"), is_default=True, sort="idle"),
    Column("risk", gettext_lazy("风险"), is_default=True),
    Column(
        "stake", gettext_lazy("会失去的钱"), pgettext_lazy("unit", "元"), is_number=True, is_default=True, sort="stake"
    ),
    Column("orders", gettext_lazy("近 12 月下单"), pgettext_lazy("unit", "次"), is_number=True, sort="orders"),
    Column("last", gettext_lazy("上次下单"), is_number=True, sort="recent"),
    Column("tags", gettext_lazy("标签")),
    Column("phone", gettext_lazy("电话"), load=_phones),
    Column("code", gettext_lazy("编号")),
    Column("channel", gettext_lazy("渠道")),
    Column("department", gettext_lazy("部门")),
    Column("created", gettext_lazy("建档"), is_number=True, sort="new"),
    Column("owner", gettext_lazy("归属"), is_default=True),
]
_registered: list[Column] = []


def register_column(column: Column) -> None:
    """Let a room above show a column of its own before the owner, such as the next step."""
    if column.load is None:
        raise ValueError("a registered column loads its own cells")
    _registered[:] = [other for other in _registered if other.name != column.name] + [column]


def _customs(viewer: User) -> list[Column]:
    """The company's own fields that this viewer may see."""
    return [
        Column(
            field.param,
            field.title,
            is_number=field.kind == "number",
            is_default=field.in_list,
            load=partial(_custom_cells, field),
        )
        for field in custom_fields(viewer)
    ]


def _custom_cells(field: CustomField, _viewer: User, keys: list[int]) -> Mapping[int, str]:
    rows = Customer.objects.filter(pk__in=keys).order_by().values_list("pk", "custom")
    return {pk: shown(field, (values or {}).get(field.code)) for pk, values in rows}


def all_columns(viewer: User) -> list[Column]:
    """Every column this viewer may choose, in their order."""
    every = [*COLUMNS[:-1], *_registered, *_customs(viewer), COLUMNS[-1]]
    return [column for column in every if viewer.sees_profit or not column.needs_profit]


def columns_for(viewer: User, names: Iterable[str]) -> list[Column]:
    """The chosen columns in their fixed order; the usual ones when none is named."""
    wanted = set(names)
    every = all_columns(viewer)
    chosen = [column for column in every if column.name in wanted]
    return chosen or [column for column in every if column.is_default]
