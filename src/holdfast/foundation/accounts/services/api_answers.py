"""Answers kept under an Idempotency-Key, so that a question asked again is not done again."""

from __future__ import annotations

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from holdfast.foundation.accounts.models import ApiAnswer, ApiToken

KEPT_HOURS = 24


def open_answer(token: ApiToken, key: str, digest: str) -> tuple[ApiAnswer, bool]:
    """The row of this key and whether it is new; call it inside the transaction that does the work.

    Two at once: the second waits for the first to commit, then finds its answer.
    """
    since = timezone.now() - timedelta(hours=KEPT_HOURS)
    ApiAnswer.objects.filter(token=token, key=key, at__lt=since).delete()
    try:
        with transaction.atomic():
            return ApiAnswer.objects.create(token=token, key=key, digest=digest), True
    except IntegrityError:
        return ApiAnswer.objects.get(token=token, key=key), False


def keep_answer(answer: ApiAnswer, *, status: int, headers: dict[str, str], body: str) -> None:
    """Fill in what was answered."""
    answer.status, answer.headers, answer.body = status, headers, body
    answer.save(update_fields=["status", "headers", "body"])


def forget_answers() -> int:
    """Delete answers older than a day; how many."""
    return ApiAnswer.objects.filter(at__lt=timezone.now() - timedelta(hours=KEPT_HOURS)).delete()[0]
