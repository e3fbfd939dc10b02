"""The side bar, the ＋ menu and the phone's bar: which pages stand there, and who sees them.

It lies here, above the rooms, so that the shell in `common` needs to know none of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission


@dataclass(frozen=True)
class Place:
    title: object
    view: str
    icon: str
    word: str | None = None
    key: str = ""
    is_panel: bool = False


PLACES: list[tuple[object, list[Place]]] = [
    ("", [Place(_("工作台"), "desk:workbench", "layout-dashboard")]),
    (
        pgettext_lazy("place", "客户"),
        [
            Place(_("客户档案"), "customers:list", "users", Permission.CUSTOMER_VIEW),
            Place(pgettext_lazy("place", "订单"), "commerce:orders", "receipt", Permission.CUSTOMER_VIEW),
            Place(pgettext_lazy("place", "应收"), "commerce:receivables", "cash", Permission.CUSTOMER_VIEW),
            Place(pgettext_lazy("place", "产品"), "commerce:products", "package", Permission.CUSTOMER_VIEW),
            Place(pgettext_lazy("place", "任务"), "timeline:tasks", "checkbox", Permission.CUSTOMER_VIEW),
            Place(_("客户之声"), "voice:comments", "message-heart", Permission.CUSTOMER_VIEW),
            Place(_("重复客户"), "customers:duplicates", "copy-check", Permission.CUSTOMER_MERGE),
            Place(_("离职交接"), "customers:handover", "arrows-exchange", Permission.CUSTOMER_ASSIGN),
        ],
    ),
    (
        _("价值"),
        [
            Place(_("价值看板"), "scores:value", "chart-histogram", Permission.VALUE_VIEW),
            Place(_("价值与风险"), "scores:segments", "layout-grid", Permission.VALUE_VIEW),
            Place(_("客户 × 产品"), "scores:matrix", "table", Permission.SEE_PROFIT),
            Place(_("星级与口径"), "scores:definitions", "star", Permission.VALUE_VIEW),
            Place(_("预警"), "scores:warnings", "lifebuoy", Permission.CUSTOMER_VIEW),
            Place(_("需求预测"), "outlook:demand", "chart-line", Permission.VALUE_VIEW),
            Place(_("应收预警"), "outlook:receivables", "hourglass", Permission.CUSTOMER_VIEW),
            Place(_("时间承诺"), "quality:chart", "clock-check", Permission.CUSTOMER_VIEW),
            Place(_("服务标准"), "care:execution", "clipboard-heart", Permission.CUSTOMER_VIEW),
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
            Place(_("自定义字段"), "customers:fields", "forms", Permission.FIELD_ADMIN),
            Place(_("人员与部门"), "accounts:people", "sitemap", Permission.USER_ADMIN),
            Place(_("联系与文件"), "timeline:usual_minutes", "adjustments-horizontal", Permission.SYSTEM_ADMIN),
            Place(_("变更日志"), "audit:journal", "history", Permission.JOURNAL_VIEW),
            Place(_("后台任务"), "jobs:list", "server-cog", Permission.SYSTEM_ADMIN),
            Place(_("API 接口"), "api:docs", "api", Permission.SYSTEM_ADMIN),
        ],
    ),
]


# The ＋ menu; the letter opens the entry from the keyboard, a panel opens beside the page.
SHORTCUTS = [
    Place(_("新建客户"), "customers:new", "user-plus", Permission.CUSTOMER_EDIT),
    Place(_("记录联系"), "timeline:log", "pencil-plus", Permission.TASK_EDIT, key="l", is_panel=True),
    Place(
        _("记一句客户的话"), "feedback:comment_new", "message-plus", Permission.FEEDBACK_EDIT, key="v", is_panel=True
    ),
    Place(_("派任务"), "timeline:task_new", "list-check", Permission.TASK_EDIT, is_panel=True),
    Place(_("新建订单"), "commerce:order_new", "receipt", Permission.ORDER_EDIT),
    Place(_("记回款"), "commerce:payment_new", "cash", Permission.INVOICE_EDIT),
    Place(_("导入数据"), "intake:new", "table-import", Permission.IMPORT),
]
# The bar at the foot of a phone, around 更多.
TABS = [
    Place(_("工作台"), "desk:workbench", "layout-dashboard"),
    Place(pgettext_lazy("place", "客户"), "customers:list", "users", Permission.CUSTOMER_VIEW),
    Place(_("记录联系"), "timeline:log", "pencil-plus", Permission.TASK_EDIT, is_panel=True),
    Place(pgettext_lazy("place", "任务"), "timeline:tasks", "checkbox", Permission.CUSTOMER_VIEW),
]
# Places above that a page of a lower room may offer, by a name of ours.
DOORS = {
    "import": Place(_("导入数据"), "intake:new", "table-import", Permission.IMPORT),
    "hand_over": Place(_("转交任务"), "timeline:hand_over", "user-share", Permission.TASK_EDIT),
    "notices": Place(_("通知"), "notices:inbox", "bell"),
    "api": Place(_("API 接口"), "api:docs", "api"),
    "notice_settings": Place(_("提醒设置"), "notices:settings", "adjustments"),
}


def groups(request: HttpRequest) -> list[dict]:
    """The groups of the side bar that this person may open, the current page marked."""
    shown: list[dict[str, Any]] = [{"title": title, "items": _items(request, places)} for title, places in PLACES]
    here = max((item["url"] for group in shown for item in group["items"] if item["active"]), key=len, default="")
    for group in shown:
        for item in group["items"]:
            item["active"] = item["url"] == here
    return [group for group in shown if group["items"]]


def shortcuts(request: HttpRequest) -> list[dict]:
    return _items(request, SHORTCUTS)


def tabs(request: HttpRequest) -> list[dict]:
    return _items(request, TABS)


def doors(request: HttpRequest) -> dict[str, dict]:
    return {name: _item(request, place) for name, place in DOORS.items() if _may(request, place)}


def _items(request: HttpRequest, places: list[Place]) -> list[dict]:
    return [_item(request, place) for place in places if _may(request, place)]


def _may(request: HttpRequest, place: Place) -> bool:
    return not place.word or cast(User, request.user).may(place.word)


def _item(request: HttpRequest, place: Place) -> dict:
    url = reverse(place.view)
    here = request.path == url or (url != "/" and request.path.startswith(url))
    return {
        "title": place.title, "url": url, "icon": place.icon, "active": here, "key": place.key, "panel": place.is_panel,
    }  # fmt: skip
