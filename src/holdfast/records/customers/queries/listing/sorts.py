"""In which order the list stands. Each order has a word; orders by profit need `see_profit`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy

from holdfast.foundation.accounts.models import User

# Stars, or the hint while there are none; an index on the same expression serves it.
ANNOTATED = {"shown_stars": Coalesce("standing__stars", "standing__stars_hint")}


@dataclass(frozen=True)
class Sort:
    """An order by one column, ties by key; customers without a value come last whichever way."""

    name: str
    label: Any
    note: Any
    column: str
    is_descending: bool = True
    is_nullable: bool = False
    needs_profit: bool = False
    # The index on the column holds keys the other way round.
    are_ties_reversed: bool = False

    @property
    def is_on_standing(self) -> bool:
        return self.column.startswith("standing__") or self.column in ANNOTATED

    @property
    def has_rest(self) -> bool:
        """Whether some customers may have no value."""
        return self.is_on_standing or self.is_nullable


SORTS = [
    Sort("stake", gettext_lazy("会失去的钱"), gettext_lazy("按会失去的钱从多到少"), "standing__at_stake_minor"),
    Sort("revenue", gettext_lazy("近 12 月收入"), gettext_lazy("按近 12 月收入从多到少"), "standing__revenue_12m_minor"),
    Sort(
        "stars", gettext_lazy("星级"), gettext_lazy("按星级从高到低"), "shown_stars", is_nullable=True, are_ties_reversed=True
    ),
    Sort("recent", gettext_lazy("最近下单"), gettext_lazy("按最近下单在前"), "standing__last_on", is_nullable=True),
    Sort(
        "idle", gettext_lazy("最久未下单"), gettext_lazy("按最久未下单在前"), "standing__last_on", is_descending=False, is_nullable=True
    ),
    Sort("orders", gettext_lazy("近 12 月下单次数"), gettext_lazy("按下单次数从多到少"), "standing__orders_12m"),
    Sort("name", gettext_lazy("名称"), gettext_lazy("按名称"), "name_key", is_descending=False),
    Sort("new", gettext_lazy("最近建档"), gettext_lazy("按最近建档在前"), "pk"),
    Sort("old", gettext_lazy("最早建档"), gettext_lazy("按最早建档在前"), "pk", is_descending=False),
    Sort(
        "profit", gettext_lazy("近 12 月毛利"), gettext_lazy("按近 12 月毛利从多到少"), "standing__profit_12m_minor", is_nullable=True,
        needs_profit=True,
    ),
    Sort(
        "score", gettext_lazy("综合得分"), gettext_lazy("按综合得分从高到低"), "standing__score", is_nullable=True, needs_profit=True
    ),
]  # fmt: skip
BY_NAME = {sort.name: sort for sort in SORTS}


def sorts_for(viewer: User) -> list[Sort]:
    return [sort for sort in SORTS if viewer.sees_profit or not sort.needs_profit]


def sort_for(viewer: User, name: str | None) -> Sort:
    """The asked order; an unknown or forbidden one is the first."""
    allowed = {sort.name: sort for sort in sorts_for(viewer)}
    return allowed.get(name or "", SORTS[0])
