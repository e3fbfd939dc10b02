"""How far comments are read, and how far people agree with the machine."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, F, Q

from holdfast.foundation.audit.services import ERASED
from holdfast.insight.voice.models import CompanyModel, Reading
from holdfast.records.feedback.models import Comment


@dataclass(frozen=True)
class ReadingState:
    """Counts over the whole company: comments with words, read by a machine, confirmed by people (`labelled`: with
    words), and of those both read the ones where person and machine agree on the tone."""

    comments: int
    read: int
    labelled: int
    both: int
    agreed: int
    in_use: CompanyModel | None

    @property
    def waiting(self) -> int:
        return self.comments - self.read

    @property
    def agreement(self) -> float | None:
        return self.agreed / self.both if self.both else None


def reading_state() -> ReadingState:
    """For those who keep the topics; holds counts only, nobody's words."""
    worded = Comment.objects.exclude(text="").exclude(text=ERASED).order_by()
    confirmed = Q(comment__confirmed_at__isnull=False)
    counts = Reading.objects.exclude(model="").aggregate(
        read=Count("pk"), both=Count("pk", filter=confirmed),
        agreed=Count("pk", filter=confirmed & Q(tone=F("comment__confirmed_tone"))),
    )  # fmt: skip
    return ReadingState(
        comments=worded.count(), labelled=worded.filter(confirmed_at__isnull=False).count(),
        in_use=CompanyModel.objects.filter(used_since__isnull=False).first(), **counts,
    )  # fmt: skip
