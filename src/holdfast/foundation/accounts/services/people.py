"""People: their accounts, roles and passwords. The last administrator always stays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import Role, User
from holdfast.foundation.accounts.rules import SCOPE_ORDER, Scope
from holdfast.foundation.audit import services as audit

Duty = Callable[[User], str]
_duties: list[Duty] = []
SEEN_EVERY = timedelta(minutes=5)


def register_duty(duty: Duty) -> Duty:
    """Let a room above object to switching an account off: `duty(user)` gives a sentence with the remedy, or ''."""
    if duty not in _duties:
        _duties.append(duty)
    return duty


def customers_left(count: int) -> str:
    """The objection of whoever still owns customers."""
    text = _("名下还有 %(n)d 位客户。请先在客户列表按归属人筛选并转交，再停用账号。")
    return text % {"n": count} if count else ""


@transaction.atomic
def add_user(
    *, login: str, name: str, by: User | None, roles: Iterable[Role] = (), password: str | None = None, **fields: Any
) -> User:
    """Add a person; without a password nobody can log in until a one-time link is used."""
    login = login.strip()
    if User.objects.filter(login__iexact=login).exists():
        raise Refusal(_("登录名“%(login)s”已被使用。请换一个。") % {"login": login}, field="login")
    roles = list(roles)
    refuse_beyond(by, roles)
    user = User.objects.create_user(login, password, name=name.strip(), **fields)
    user.roles.set(roles)
    audit.record(actor=by, verb="create", target=user, after=audit.snapshot(user, many=["roles"]))
    return user


@transaction.atomic
def change_user(user: User, *, by: User | None, **fields: Any) -> User:
    """Change name, login, mail, phone, department; and roles where `roles=[…]` is given."""
    roles = fields.pop("roles", None)
    login = fields.get("login", user.login).strip()
    if User.objects.filter(login__iexact=login).exclude(pk=user.pk).exists():
        raise Refusal(_("登录名“%(login)s”已被使用。请换一个。") % {"login": login}, field="login")
    if roles is not None:
        _refuse_last_administrator(user, [role.code for role in roles])
        held = set(user.roles.values_list("pk", flat=True))
        refuse_beyond(by, [role for role in roles if role.pk not in held])
    before = audit.snapshot(user, many=["roles"])
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    if roles is not None:
        user.roles.set(roles)
    audit.record(actor=by, verb="change", target=user, before=before, after=audit.snapshot(user, many=["roles"]))
    return user


def set_roles(user: User, roles: Iterable[Role], *, by: User | None) -> User:
    """Give a person exactly these roles."""
    return change_user(user, by=by, roles=list(roles))


@transaction.atomic
def deactivate(user: User, *, by: User) -> User:
    """Switch an account off; refused while open work hangs on it, for oneself, and for the last administrator."""
    if user.pk == by.pk:
        raise Refusal(_("不能停用自己的账号。请让另一位系统管理员来做。"))
    _refuse_last_administrator(user, [])
    if objections := [text for duty in _duties if (text := duty(user))]:
        raise Refusal(" ".join(objections))
    return _switch(user, by, on=False)


def activate(user: User, *, by: User) -> User:
    """Switch an account on again."""
    return _switch(user, by, on=True)


@transaction.atomic
def _switch(user: User, by: User, *, on: bool) -> User:
    before = audit.snapshot(user)
    user.is_active = on
    user.save(update_fields=["is_active", "updated_at"])
    verb = "activate" if on else "deactivate"
    audit.record(actor=by, verb=verb, target=user, before=before, after=audit.snapshot(user))
    return user


@transaction.atomic
def set_password(user: User, password: str, *, by: User | None) -> User:
    """Set a checked password; the journal says that, never what."""
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password", "updated_at"])
    audit.record(actor=by, verb="password", target=user, before={}, after={})
    return user


def choose_language(user: User, language: str) -> None:
    """Remember a person's language."""
    if language not in dict(settings.LANGUAGES):
        raise Refusal(_("没有这种语言。"))
    User.objects.filter(pk=user.pk).update(language=language)


def note_seen(user: User) -> None:
    """Remember when somebody last worked, at most every five minutes."""
    now = timezone.now()
    if user.seen_at is None or now - user.seen_at > SEEN_EVERY:
        User.objects.filter(pk=user.pk).update(seen_at=now)


def refuse_beyond(by: User | None, roles: Iterable[Role]) -> None:
    """Nobody hands out more than they hold; `by` None is the system itself."""
    for role in roles if by else ():
        if set(role.words) - by.words or SCOPE_ORDER.index(Scope(role.scope)) > SCOPE_ORDER.index(by.scope):  # type: ignore[union-attr]
            raise Refusal(_("“%(role)s”的权限超出您自己的权限。请让系统管理员来做。") % {"role": role}, field="roles")


def _refuse_last_administrator(user: User, codes: list[str]) -> None:
    """Somebody must stay who may let others in."""
    if "admin" in codes or not user.is_active or not user.roles.filter(code="admin").exists():
        return
    others = User.objects.filter(roles__code="admin", is_active=True).exclude(pk=user.pk)
    if not others.exists():
        raise Refusal(_("这是最后一位系统管理员。请先让另一位同事成为系统管理员。"), field="roles")
