"""Words of notices by kind, parts of the digest, quiet hours, and when a failed letter is tried again. No database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common import formats

Payload = dict[str, Any]
Words = Callable[[Payload], Any]
Load = Callable[[Any, list[Payload]], list[Payload]]

MAIL_MODES = {
    "at_once": gettext_lazy("有提醒就发邮件"),
    "digest": gettext_lazy("每天一封摘要"),
    "never": gettext_lazy("不发邮件，只在这里看"),
}
# After the n-th failed attempt, so long until the next; after the last one the letter is given up.
RETRY_MINUTES = (1, 5, 15, 60, 180, 360, 720)
LEASE = dt.timedelta(minutes=5)
# A letter that should have gone so long ago is of no use: the machine was off, or an older backup was restored.
STALE_AFTER = dt.timedelta(days=2)


# --- words --------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Wording:
    """How notices of one kind read. `load(reader, payloads)` adds what is looked up when they are shown, all at once."""

    title: Words
    icon: str = "bell"
    detail: Words | None = None
    load: Load | None = None


_wordings: dict[str, Wording] = {}
PLAIN = Wording(title=lambda payload: _("通知"))


def register_wording(
    kind: str, title: Words, *, icon: str = "bell", detail: Words | None = None, load: Load | None = None
) -> None:
    """Say how a kind of notice reads: `title(payload)` and `detail(payload)` give a sentence in the reader's language."""
    _wordings[kind] = Wording(title, icon, detail, load)


def wording_of(kind: str) -> Wording:
    return _wordings.get(kind, PLAIN)


# --- the digest ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Line:
    """One line of a letter: what, a word beside it, and the address inside Holdfast."""

    text: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True)
class Part:
    """A part of the daily digest: `lines(person, day)` looks up what to tell."""

    title: Promise
    lines: Callable[[Any, dt.date], list[Line]]


_parts: dict[str, Part] = {}


def register_digest(name: str, title: Promise, lines: Callable[[Any, dt.date], list[Line]]) -> None:
    """Let a room above add a part to the daily digest; a part without lines is left out."""
    _parts[name] = Part(title, lines)


def digest_parts() -> list[Part]:
    return list(_parts.values())


PHONE_BEGINS = ("+", "0", "1", "400", "800", "(", "（")  # what an order number such as 2026-000123 does not


def without_phones(text: str) -> str:
    """The text with every telephone number masked, as 138****6621: letters travel further than pages."""
    found = list(phonenumbers.PhoneNumberMatcher(text, "CN", leniency=phonenumbers.Leniency.VALID))
    for match in reversed([match for match in found if match.raw_string.startswith(PHONE_BEGINS)]):
        text = text[: match.start] + formats.phone_masked(match.raw_string) + text[match.end :]
    return text


# --- time ---------------------------------------------------------------------------------------------------------
def is_quiet(clock: dt.time, start: dt.time, end: dt.time) -> bool:
    """Whether a time of day lies in the quiet hours; they may pass midnight; equal ends mean none."""
    if start <= end:
        return start <= clock < end
    return clock >= start or clock < end


def quiet_until(now: dt.datetime, start: dt.time, end: dt.time) -> dt.datetime:
    """`now`, or the end of the quiet hours it lies in; in the time zone of `now`."""
    if not is_quiet(now.time(), start, end):
        return now
    until = now.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return until if until > now else until + dt.timedelta(days=1)


def retry_after(attempts: int) -> dt.timedelta | None:
    """How long to wait after so many failed attempts; None = give up."""
    return dt.timedelta(minutes=RETRY_MINUTES[attempts - 1]) if attempts <= len(RETRY_MINUTES) else None


# --- errors -------------------------------------------------------------------------------------------------------
ERRORS = {
    "auth": gettext_lazy("邮件服务器不接受用户名或密码。请检查 HOLDFAST_SMTP_URL 里的账号，很多邮箱要用专门的授权码。"),
    "tls": gettext_lazy("与邮件服务器的加密连接没有建立。请检查 HOLDFAST_SMTP_URL 开头是 smtp 还是 smtps，以及服务器证书。"),
    "connect": gettext_lazy("连不上邮件服务器。请检查 HOLDFAST_SMTP_URL 的主机和端口，以及网络。"),
    "sender": gettext_lazy("邮件服务器不接受发件人。请检查 HOLDFAST_MAIL_FROM。"),
    "recipient": gettext_lazy("邮件服务器不接受收件人。请检查这位同事的邮箱。"),
    "data": gettext_lazy("邮件服务器退回了邮件。"),
    "unknown_end": gettext_lazy("发送时中断，不知道对方收到没有，为免重复不再发。"),
    "unwritten": gettext_lazy("这封邮件没能写成，日志里有详情。"),
    "no_address": gettext_lazy("这位同事没有填邮箱。"),
}  # fmt: skip


def error_words(code: str) -> str:
    """A stored error such as `auth:535` in words; nothing without one."""
    name, colon, number = code.partition(":")
    words = str(ERRORS.get(name, name))
    return f"{words} ({number})" if colon else words
