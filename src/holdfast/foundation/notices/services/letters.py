"""Write the letters: one about notices, or the digest of a day; text and HTML, in the reader's language."""

from __future__ import annotations

import hashlib
from datetime import date
from email.utils import formatdate, parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common import formats
from holdfast.foundation.accounts.models import User
from holdfast.foundation.notices import queries, rules
from holdfast.foundation.notices.models import Mail, Notice

MOST_LINES = 50


def sender() -> str:
    """The address that the server is told; the name before it stands in the letter alone."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


def message_id(mails: list[Mail]) -> str:
    """The same for the same letters whenever they are written, so that a receiver knows a repeated one."""
    domain = sender().rpartition("@")[2] or "localhost"
    matter = "-".join(str(mail.pk) for mail in mails)
    digest = hashlib.sha256(f"{settings.SECRET_KEY}:{matter}".encode()).hexdigest()[:24]
    return f"<{mails[0].pk}.{digest}@{domain}>"


def about_notices(reader: User, mails: list[Mail]) -> bytes:
    """One letter about one notice, or about several that are due together."""
    notices = queries.worded(reader, [mail.notice for mail in mails if mail.notice])
    lines = [_line(notice) for notice in notices]
    subject = lines[0].text if len(lines) == 1 else _("%(n)s 条新通知") % {"n": len(lines)}
    return _written(reader, mails, subject, [{"title": "", "lines": lines}])


def of_the_day(reader: User, mail: Mail, day: date) -> bytes | None:
    """The digest of a day: what other rooms tell, then the notices not read yet; None when there is nothing."""
    parts = [{"title": part.title, "lines": _masked(part.lines(reader, day))} for part in rules.digest_parts()]
    unread = queries.worded(reader, queries.inbox(reader, unread=True)[:MOST_LINES])
    parts.append({"title": _("未读通知"), "lines": [_line(notice) for notice in unread]})
    told = [part for part in parts if part["lines"]]
    if not told:
        return None
    subject = _("今天要做的事 · %(day)s") % {"day": formats.long_day(day)}
    return _written(reader, [mail], subject, told)


def _line(notice: Notice) -> rules.Line:
    words = notice.title  # type: ignore[attr-defined]
    detail = notice.detail  # type: ignore[attr-defined]
    address = reverse("notices:open", args=[notice.pk])
    return rules.Line(rules.without_phones(words), rules.without_phones(detail), address)


def _masked(lines: list[rules.Line]) -> list[rules.Line]:
    return [rules.Line(rules.without_phones(one.text), rules.without_phones(one.note), one.url) for one in lines]


def _written(reader: User, mails: list[Mail], subject: str, parts: list[dict[str, Any]]) -> bytes:
    cut = [{**part, "lines": part["lines"][:MOST_LINES], "rest": len(part["lines"]) - MOST_LINES} for part in parts]
    context = {
        "reader": reader, "parts": cut, "address": settings.ADDRESS, "company": settings.COMPANY, "subject": subject,
        "settings_url": reverse("notices:settings"),
    }  # fmt: skip
    letter = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=render_to_string("notices/mail/letter.txt", context),
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[reader.email],
        headers={
            "Message-ID": message_id(mails),
            "Date": formatdate(timezone.now().timestamp(), localtime=True),
            "Auto-Submitted": "auto-generated",
        },
    )
    letter.attach_alternative(render_to_string("notices/mail/letter.html", context), "text/html")
    return letter.message().as_bytes(linesep="\r\n")  # type: ignore[call-arg]
