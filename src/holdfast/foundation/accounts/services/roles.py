"""Roles: lists of permission words with a data scope."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import Role, User
from holdfast.foundation.accounts.rules import BUILT_IN_ROLES, Permission, Scope
from holdfast.foundation.accounts.services.people import refuse_beyond
from holdfast.foundation.audit import services as audit


def ensure_roles() -> None:
    """Make the built-in roles that are missing; those that stand keep what was edited, the administrator all words."""
    for code, (name, name_en, words, scope) in BUILT_IN_ROLES.items():
        values = {"name": name, "name_en": name_en, "words": sorted(words), "scope": scope, "is_built_in": True}
        role, _made = Role.objects.get_or_create(code=code, defaults=values)
        if code == "admin" and set(role.words) != set(Permission):
            Role.objects.filter(pk=role.pk).update(words=sorted(Permission))


@transaction.atomic
def add_role(*, name: str, words: Iterable[str], scope: str, by: User, name_en: str = "") -> Role:
    """Make a role of one's own."""
    role = Role(name=name.strip(), name_en=name_en.strip(), words=_known(words), scope=Scope(scope))
    refuse_beyond(by, [role])
    role.code = f"role-{Role.objects.order_by('-pk').values_list('pk', flat=True).first() or 0}"
    role.save()
    audit.record(actor=by, verb="create", target=role, after=audit.snapshot(role))
    return role


@transaction.atomic
def change_role(role: Role, *, by: User, **fields: Any) -> Role:
    """Change name, words or scope; the administrator role keeps every word and sees everything."""
    before = audit.snapshot(role)
    if "words" in fields:
        fields["words"] = _known(fields["words"])
    if role.code == "admin" and (
        set(fields.get("words", role.words)) != set(Permission) or fields.get("scope", role.scope) != Scope.ALL
    ):
        raise Refusal(_("系统管理员的权限不能减少，否则可能没有人再能管理系统。请另建一个角色。"))
    wanted = {"name": role.name, "words": role.words, "scope": role.scope, **fields}
    refuse_beyond(by, [Role(**wanted)])
    for name, value in fields.items():
        setattr(role, name, value)
    role.save()
    audit.record(actor=by, verb="change", target=role, before=before, after=audit.snapshot(role))
    return role


@transaction.atomic
def remove_role(role: Role, *, by: User) -> None:
    """Delete a role that nobody holds; built-in roles stay."""
    if role.is_built_in:
        raise Refusal(_("系统自带的角色不能删除，可以修改它的权限。"))
    if count := role.users.count():
        raise Refusal(_("还有 %(n)d 人属于这个角色。请先给他们换一个角色，再删除。") % {"n": count})
    audit.record(actor=by, verb="delete", target=role, before=audit.snapshot(role))
    role.delete()


def _known(words: Iterable[str]) -> list[str]:
    return sorted({str(Permission(word)) for word in words})
