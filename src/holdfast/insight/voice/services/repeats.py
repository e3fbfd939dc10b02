"""Which comments say the same in almost the same words."""

from __future__ import annotations

from django.db import transaction

from holdfast.foundation.audit.services import ERASED
from holdfast.insight.voice.models import Reading

MOST_AT_ONCE = 5_000  # comments compared as soon as one is read; more wait for the night
CHUNK = 500


def group_if_few() -> int | None:
    """Group at once while there are few comments; None when the night does it."""
    return None if Reading.objects.exclude(model="").count() > MOST_AT_ONCE else group_repeats()


def group_repeats() -> int:
    """Give every comment that has a twin the key of the first in its group; how many changed. Safe to run twice."""
    from holdfast.analysis import voice

    found = Reading.objects.exclude(comment__text="").exclude(comment__text=ERASED).order_by("pk")
    rows = list(found.values_list("pk", "comment__text", "same_as"))
    twins = voice.near_duplicates([text for _pk, text, _same in rows])
    same = {rows[row][0]: rows[group][0] for row, group in zip(*twins.to_pydict().values(), strict=True)}
    changed = {pk: same.get(pk) for pk, _text, known in rows if known != same.get(pk)}
    _write(changed)
    return len(changed)


def _write(changed: dict[int, int | None]) -> None:
    wanted = sorted(changed)
    for start in range(0, len(wanted), CHUNK):
        with transaction.atomic():
            rows = [Reading(pk=pk, same_as=changed[pk]) for pk in wanted[start : start + CHUNK]]
            Reading.objects.bulk_update(rows, ["same_as"])
