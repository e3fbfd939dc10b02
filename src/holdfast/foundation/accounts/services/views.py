"""Saved views: a list's filters, sort and columns under a name."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import SavedView, User
from holdfast.foundation.accounts.rules import Permission

MOST_VIEWS = 50


@transaction.atomic
def save_view(page: str, name: str, query: str, *, shared: bool = False, by: User) -> SavedView:
    """Keep a list's query under a name; the same name again replaces one's own view."""
    name = name.strip()
    if not name:
        raise Refusal(_("请给视图起个名称。"), field="name")
    if len(name) > 40 or len(query) > 2000:
        raise Refusal(_("视图的名称或条件太长。请缩短后再保存。"), field="name")
    _refuse_sharing(shared, by)
    own = SavedView.objects.filter(owner=by, page=page)
    if own.count() >= MOST_VIEWS and not own.filter(name=name).exists():
        raise Refusal(_("最多保存 50 个视图。请先删除不用的。"), field="name")
    values = {"query": query, "is_shared": shared}
    view, _made = SavedView.objects.update_or_create(owner=by, page=page, name=name, defaults=values)
    return view


def change_view(view: SavedView, *, by: User, name: str | None = None, shared: bool | None = None) -> SavedView:
    """Rename or share one's own view."""
    _refuse_foreign(view, by)
    if shared is not None:
        _refuse_sharing(shared, by)
        view.is_shared = shared
    if name is not None:
        if SavedView.objects.filter(owner=by, page=view.page, name=name).exclude(pk=view.pk).exists():
            raise Refusal(_("已有同名的视图。请换一个名称。"), field="name")
        view.name = name
    view.save()
    return view


def remove_view(view: SavedView, *, by: User) -> None:
    """Delete one's own view."""
    _refuse_foreign(view, by)
    view.delete()


def _refuse_sharing(shared: bool, by: User) -> None:
    if shared and not by.may(Permission.VIEW_SHARE):
        raise Refusal(_("您的角色不能共享视图。请取消“共享”，或向系统管理员申请。"), field="shared")


def _refuse_foreign(view: SavedView, by: User) -> None:
    if view.owner_id != by.pk:
        raise Refusal(_("这是别人的视图，只有本人可以修改。"))
