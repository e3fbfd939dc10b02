"""One-time links: for the first administrator, and for a forgotten password. Only the hash is kept."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import Role, SetupToken, User
from holdfast.foundation.accounts.queries import has_administrator, token_of
from holdfast.foundation.accounts.services.people import add_user, refuse_beyond, set_password
from holdfast.foundation.audit import services as audit

SETUP_HOURS = 24
RESET_HOURS = 48


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def open_token(user: User | None = None, *, hours: int = SETUP_HOURS) -> str:
    """Make a one-time token, in place of earlier ones for the same person; the token itself is told only here."""
    SetupToken.objects.filter(user=user, used_at=None).delete()
    token = secrets.token_urlsafe(32)
    expires_at = timezone.now() + timedelta(hours=hours)
    SetupToken.objects.create(digest=digest_of(token), user=user, expires_at=expires_at)
    return token


@transaction.atomic
def reset_link(user: User, *, by: User) -> str:
    """A token with which this person sets a new password, within two days."""
    if not user.is_active:
        raise Refusal(_("这个账号已停用。请先启用，再发一次性链接。"))
    refuse_beyond(by, user.roles.all())
    audit.record(actor=by, verb="reset_link", target=user, before={}, after={})
    return open_token(user, hours=RESET_HOURS)


@transaction.atomic
def set_up_administrator(token: str, *, login: str, name: str, password: str) -> User:
    """Use the console's token for the first administrator."""
    kept = _claim(token)
    if kept.user_id or has_administrator():
        raise Refusal(_("系统已有管理员，这个链接不再有效。"))
    role = Role.objects.get(code="admin")
    return add_user(login=login, name=name, password=password, roles=[role], by=None)


@transaction.atomic
def use_token(token: str, *, password: str) -> User:
    """Set the password of the person the token was made for."""
    kept = _claim(token)
    if kept.user is None:
        raise Refusal(_("这个链接无效或已过期。请让系统管理员再发一个。"))
    return set_password(kept.user, password, by=kept.user)


def _claim(token: str) -> SetupToken:
    kept = token_of(digest_of(token))
    now = timezone.now()
    if kept is None or not SetupToken.objects.filter(pk=kept.pk, used_at=None).update(used_at=now):
        raise Refusal(_("这个链接无效或已过期。请让系统管理员再发一个。"))
    return kept
