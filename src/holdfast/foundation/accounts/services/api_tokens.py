"""API tokens: made, revoked, and the turns that each has in a minute. Only the hash is kept."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import ApiToken, User
from holdfast.foundation.accounts.rules import MOST_TOKEN_DAYS, NEVER_BY_TOKEN, TOKEN_DAYS, Permission
from holdfast.foundation.accounts.services.tokens import digest_of
from holdfast.foundation.audit import services as audit

MARK = "hf_"
MOST_TOKENS = 50
MINUTE = 60
SHARES = 50  # a process draws a fiftieth of the minute's turns at a time, so that few requests write


@transaction.atomic
def add_api_token(
    user: User, *, name: str, words: Iterable[str], days: int = TOKEN_DAYS, by: User | None
) -> tuple[ApiToken, str]:
    """Make a token of some of the person's words; the token itself is told only here."""
    name, wanted = name.strip(), sorted({str(word) for word in words})
    _check(user, name, wanted, days)
    secret = MARK + secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user,
        name=name[:60],
        digest=digest_of(secret),
        hint=secret[-4:],
        words=wanted,
        expires_at=timezone.now() + timedelta(days=days),
    )
    audit.record(actor=by, verb="create", target=token, after=_told(token))
    return token, secret


def _check(user: User, name: str, words: list[str], days: int) -> None:
    if not name:
        raise Refusal(_("请给令牌起个名称，例如哪个程序在用它。"), field="name")
    if not words:
        raise Refusal(_("令牌至少要有一项权限。请至少选一项。"), field="words")
    if set(words) - user.words or set(words) & {str(word) for word in NEVER_BY_TOKEN}:
        raise Refusal(_("令牌的权限不能超出您自己的权限，也不能管理人员或系统。"), field="words")
    if str(Permission.CUSTOMER_VIEW) not in words:
        raise Refusal(_("令牌要先能查看客户，其余权限才用得上。请选上“查看客户”。"), field="words")
    if not 1 <= days <= MOST_TOKEN_DAYS:
        raise Refusal(_("有效期最短一天，最长一年。"), field="days")
    if ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now()).count() >= MOST_TOKENS:
        raise Refusal(_("最多同时有 50 个有效的令牌。请先撤销不用的。"))


def _told(token: ApiToken) -> dict[str, object]:
    """What the journal keeps of a token: nothing that opens a door."""
    ended = token.revoked_at.isoformat() if token.revoked_at else None
    return {
        "user_id": token.user_id, "name": token.name, "words": token.words,
        "expires_at": token.expires_at.isoformat(), "revoked_at": ended,
    }  # fmt: skip


@transaction.atomic
def revoke_api_token(token: ApiToken, *, by: User) -> ApiToken:
    """End a token at once; asked twice, it stays as it ended."""
    if token.user_id != by.pk:
        raise Refusal(_("这是别人的令牌，只有本人可以撤销。"))
    locked = ApiToken.objects.select_for_update(of=("self",)).get(pk=token.pk)
    if locked.revoked_at is None:
        before = _told(locked)
        locked.revoked_at = timezone.now()
        locked.save(update_fields=["revoked_at", "updated_at"])
        audit.record(actor=by, verb="revoke", target=locked, before=before, after=_told(locked))
    return locked


_turns: dict[str, tuple[int, int]] = {}  # digest → (minute, turns drawn and not yet used) of this process
_turns_lock = threading.Lock()


def take_turn(token: ApiToken, *, limit: int, ip: str | None) -> int:
    """Count one request: 0 when it may go on, else the seconds to wait. At most `limit` a minute over all processes.

    Turns are drawn from the token's row in shares, so the count holds across processes and machines while most
    requests write nothing.
    """
    minute, second = divmod(int(time.time()), MINUTE)
    with _turns_lock:
        held_minute, held = _turns.get(token.digest, (minute, 0))
        if held_minute != minute:
            held = 0
        if not held:
            held = _draw(token, minute, limit, ip)
        if held:
            _turns[token.digest] = (minute, held - 1)
            return 0
    return MINUTE - second


@transaction.atomic
def _draw(token: ApiToken, minute: int, limit: int, ip: str | None) -> int:
    """Take a share of the minute's turns from the row; 0 when none are left. Notes the last use as well."""
    row = ApiToken.objects.select_for_update(of=("self",)).only("window_minute", "window_used").get(pk=token.pk)
    used = row.window_used if row.window_minute == minute else 0
    share = min(max(limit // SHARES, 1), limit - used)
    if share <= 0:
        return 0
    ApiToken.objects.filter(pk=token.pk).update(
        window_minute=minute, window_used=used + share, last_used_at=timezone.now(), last_used_ip=ip
    )
    _forget_old(minute)
    return share


def _forget_old(minute: int) -> None:
    for digest in [digest for digest, (held, _n) in _turns.items() if held < minute]:
        _turns.pop(digest, None)
