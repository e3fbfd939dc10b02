"""The side bar: which pages stand in it, and who sees them.

It lies here, above the rooms, so that the shell in `common` needs to know none of them.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.foundation.accounts.rules import Permission


@dataclass(frozen=True)
class Place:
    title: object
    view: str
    icon: str
    word: str | None = None


PLACES: list[tuple[object, list[Place]]] = [
    ("", [Place(_("工作台"), "desk:workbench", "layout-dashboard")]),
    (
        pgettext_lazy("place", "客户"),
        [
            Place(_("客户档案"), "customers:list", "users", Permission.CUSTOMER_VIEW),
            Place(pgettext_lazy("place", "订单"), "commerce:orders", "receipt", Permission.CUSTOMER_VIEW),
            Place(pgettext_lazy("place", "产品"), "commerce:products", "package", Permission.CUSTOMER_VIEW),
            Place(pgettext_lazy("place", "任务"), "timeline:tasks", "checkbox", Permission.CUSTOMER_VIEW),
        ],
    ),
    (
        _("价值"),
        [
            Place(_("价值看板"), "scores:value", "chart-histogram", Permission.VALUE_VIEW),
            Place(_("星级与口径"), "scores:definitions", "star", Permission.VALUE_VIEW),
            Place(_("预警"), "scores:warnings", "lifebuoy", Permission.CUSTOMER_VIEW),
        ],
    ),
    (
        _("经营"),
        [
            Place(_("维析月报"), "reports:list", "file-analytics", Permission.REPORT_VIEW),
            Place(_("数据导入"), "intake:list", "table-import", Permission.IMPORT),
        ],
    ),
    (
        _("系统"),
        [
            Place(_("人员与部门"), "accounts:people", "sitemap", Permission.USER_ADMIN),
            Place(_("变更日志"), "audit:journal", "history", Permission.JOURNAL_VIEW),
            Place(_("后台任务"), "jobs:list", "server-cog", Permission.SYSTEM_ADMIN),
        ],
    ),
]


def groups(request: HttpRequest) -> list[dict]:
    """The groups of the side bar that this person may open, the current page marked."""
    shown = [{"title": title, "items": _items(request, places)} for title, places in PLACES]
    _mark_current(shown)
    return [group for group in shown if group["items"]]


def _mark_current(shown: list[dict]) -> None:
    """Where one place lies below another (/value/, /value/warnings/), only the nearer one is current."""
    current = [item for group in shown for item in group["items"] if item["active"]]
    for item in sorted(current, key=lambda item: len(item["url"]))[:-1]:
        item["active"] = False


def _items(request: HttpRequest, places: list[Place]) -> list[dict]:
    found = []
    for place in places:
        if not place.word or request.user.may(place.word):
            try:
                found.append(_item(request, place))
            except NoReverseMatch:  # the room has no page yet
                continue
    return found


def _item(request: HttpRequest, place: Place) -> dict:
    url = reverse(place.view)
    here = request.path == url or (url != "/" and request.path.startswith(url))
    return {"title": place.title, "url": url, "icon": place.icon, "active": here}
