"""What stands in this room from the beginning: folders of files, and how long contacts usually take."""

from __future__ import annotations

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
