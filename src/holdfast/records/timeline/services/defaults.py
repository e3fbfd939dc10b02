"""What stands in this room from the beginning: folders of files, and how long contacts usually take."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.records.timeline.models import Folder, UsualMinutes
from holdfast.records.timeline.rules import FOLDERS, USUAL_MINUTES

SENSITIVE = {"contract", "recording"}


def ensure_defaults() -> None:
    """Add what is missing; what the company changed stays."""
    if not Folder.objects.exists():
        Folder.objects.bulk_create(
            [
                Folder(code=code, name=code, position=place, is_sensitive=code in SENSITIVE)
                for place, code in enumerate(FOLDERS, start=1)
            ],
            ignore_conflicts=True,
        )
    UsualMinutes.objects.bulk_create(
        [UsualMinutes(channel=channel, minutes=minutes) for channel, minutes in USUAL_MINUTES.items()],
        ignore_conflicts=True,
    )


@transaction.atomic
def set_usual_minutes(minutes: Mapping[str, int], *, by: User) -> int:
    """Change how long contacts take where nobody noted it, channel → minutes; how many were changed, journalled."""
    changed = 0
    for row in UsualMinutes.objects.select_for_update().filter(channel__in=minutes):
        before = audit.snapshot(row)
        if row.minutes != minutes[row.channel]:
            row.minutes = minutes[row.channel]
            row.save(update_fields=["minutes", "updated_at"])
            audit.record(actor=by, verb="change", target=row, before=before, after=audit.snapshot(row))
            changed += 1
    return changed
