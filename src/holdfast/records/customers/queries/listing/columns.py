"""Which columns the list can show. Columns on profit need `see_profit`; rooms above may register one of theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as lazy

from holdfast.foundation.accounts.models import User

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


COLUMNS = [
    Column("stars", lazy("星级"), is_default=True, sort="stars"),
    Column("five", lazy("五力"), is_default=True, needs_profit=True, sort="score"),
    Column("movement", lazy("本月"), is_default=True),
    Column("stage", lazy("阶段")),
    Column("revenue", lazy("近 12 月收入"), lazy("元"), is_number=True, is_default=True, sort="revenue"),
    Column("margin", lazy("毛利率"), is_number=True, is_default=True, needs_profit=True),
    Column("profit", lazy("近 12 月毛利"), lazy("元"), is_number=True, needs_profit=True, sort="profit"),
    Column("score", lazy("综合得分"), is_number=True, needs_profit=True, sort="score"),
    Column("rhythm", lazy("下单节奏"), is_default=True, sort="idle"),
    Column("risk", lazy("风险"), is_default=True),
    Column("stake", lazy("会失去的钱"), lazy("元"), is_number=True, is_default=True, sort="stake"),
    Column("orders", lazy("近 12 月下单"), lazy("次"), is_number=True, sort="orders"),
    Column("last", lazy("上次下单"), is_number=True, sort="recent"),
    Column("tags", lazy("标签")),
    Column("phone", lazy("电话")),
    Column("code", lazy("编号")),
    Column("channel", lazy("渠道")),
    Column("department", lazy("部门")),
    Column("created", lazy("建档"), is_number=True, sort="new"),
    Column("owner", lazy("归属"), is_default=True),
]
_registered: list[Column] = []


def register_column(column: Column) -> None:
    """Let a room above show a column of its own before the owner, such as the next step."""
    if column.load is None:
        raise ValueError("a registered column loads its own cells")
    _registered[:] = [other for other in _registered if other.name != column.name] + [column]


def all_columns(viewer: User) -> list[Column]:
    """Every column this viewer may choose, in their order."""
    every = [*COLUMNS[:-1], *_registered, COLUMNS[-1]]
    return [column for column in every if viewer.sees_profit or not column.needs_profit]


def columns_for(viewer: User, names: Iterable[str]) -> list[Column]:
    """The chosen columns in their fixed order; the usual ones when none is named."""
    wanted = set(names)
    every = all_columns(viewer)
    chosen = [column for column in every if column.name in wanted]
    return chosen or [column for column in every if column.is_default]
