"""The tabs above the list: built-in views, then one's own and shared ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from holdfast.foundation.accounts import queries as accounts
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries.listing.filters import read_filters

PAGE = "customers"
# key → (title, query)
BUILT_IN: Mapping[str, tuple[Any, str]] = {
    "all": (gettext_lazy("全部"), ""),
    "mine": (gettext_lazy("我负责的"), "owner=me"),
    "watch": (gettext_lazy("重点盯防"), "risk=high&risk=watch&stars=5&stars=4&stars=3&sort=stake"),
    "five": (gettext_lazy("五星客户"), "stars=5&sort=revenue"),
    "declining": (gettext_lazy("下降中"), "movement=declining&sort=stake"),
    "silent": (gettext_lazy("沉默与将流失"), "stage=at_risk&stage=silent&sort=stake"),
}
COUNTED_TO = 1000


@dataclass(frozen=True)
class Tab:
    """One view; how many customers it holds comes apart, by `tab_counts`."""

    key: str
    title: str
    query: str
    is_active: bool
    is_counted: bool = False
    is_own: bool = False
    is_shared: bool = False
    pk: int | None = None


def tabs_for(viewer: User, params: Any) -> list[Tab]:
    """All tabs, the one named by `view` (or whose query this is) marked."""
    active = params.get("view") or _same_query(params)
    tabs = [
        Tab(key, str(title), query, key == active, is_counted=bool(query)) for key, (title, query) in BUILT_IN.items()
    ]
    for view in accounts.saved_views(viewer, PAGE):
        is_own = view.owner_id == viewer.pk
        title = view.name if is_own else f"{view.name} · {view.owner.name}"
        key = str(view.pk)
        tabs.append(Tab(key, title, view.query, key == active, is_own=is_own, is_shared=view.is_shared, pk=view.pk))
    return tabs


def _same_query(params: Any) -> str:
    """The built-in view whose query the address is, without the page."""
    kept = QueryDict(mutable=True)
    for name in params:
        if name not in ("view", "after", "before", "cols"):
            kept.setlist(name, params.getlist(name) if hasattr(params, "getlist") else [params[name]])
    asked = sorted(kept.lists())
    return next((key for key, (_t, query) in BUILT_IN.items() if sorted(QueryDict(query).lists()) == asked), "")


def tab_counts(viewer: User) -> dict[str, str]:
    """How many customers each built-in view holds, never counted above a thousand: one query a view."""
    base = Customer.objects.visible_to(viewer)
    return {key: _count(viewer, base, query) for key, (_title, query) in BUILT_IN.items() if query}


def _count(viewer: User, base: Any, query: str) -> str:
    filters = read_filters(viewer, QueryDict(query))
    found = filters.apply(base).order_by().values("pk")[:COUNTED_TO].count()
    return f"{COUNTED_TO - 1}+" if found == COUNTED_TO else str(found)
