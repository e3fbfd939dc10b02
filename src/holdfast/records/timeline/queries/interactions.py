"""The readers of contacts that have taken place."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import timedelta

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from holdfast.common import formats
from holdfast.common.months import today
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.queries import assignable_users
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.timeline.models import Interaction, UsualMinutes
from holdfast.records.timeline.rules import USUAL_MINUTES, EntryRow

SOURCE = "timeline.interaction"
COLLEAGUES = 30
CHANGE_DAYS = 7


def may_change(viewer: User, interaction: Interaction) -> bool:
    """Who logged a contact may correct it for a few days; later it stands."""
    is_fresh = timezone.now() - interaction.created_at < timedelta(days=CHANGE_DAYS)
    return is_fresh and interaction.author_id == viewer.pk and viewer.may(Permission.TASK_EDIT)


def share_estimated() -> float | None:
    """Share of the contacts of the last 90 days whose minutes nobody noted; None without a contact."""
    found = Interaction.objects.filter(on__gt=today() - timedelta(days=90)).order_by()
    counts = found.aggregate(n=Count("pk"), blank=Count("pk", filter=Q(minutes=None)))
    return counts["blank"] / counts["n"] if counts["n"] else None


def visible_interactions(viewer: User) -> QuerySet[Interaction]:
    """Contacts of visible customers, the last one first, with contact, author and participants."""
    found: QuerySet[Interaction] = Interaction.objects.visible_to(viewer)
    return found.select_related("customer", "contact", "author").prefetch_related("participants__user")


def interactions_by_source(sources: Iterable[str]) -> dict[str, Interaction]:
    """Contacts by what brought them in; for writers, so without a viewer."""
    wanted = sorted(set(sources) - {""})
    found: dict[str, Interaction] = {}
    for start in range(0, len(wanted), 500):
        found |= {row.source: row for row in Interaction.objects.filter(source__in=wanted[start : start + 500])}
    return found


def entry_rows(interactions: Iterable[Interaction]) -> Iterator[EntryRow]:
    """The lines of the history that tell of contacts."""
    for row in interactions:
        yield {
            "customer_id": row.customer_id, "source": SOURCE, "source_id": row.pk, "kind": "contact", "at": row.at,
            "payload": {"channel": row.channel, "direction": row.direction, "minutes": row.minutes},
            "text": row.summary, "author_id": row.author_id,
        }  # fmt: skip


def all_entry_rows() -> Iterator[EntryRow]:
    """The lines of all contacts, for the doctor."""
    return entry_rows(Interaction.objects.order_by("pk").iterator(2000))


def people_of(keys: list[int]) -> dict[int, str]:
    """Contact → who was there: 「王建国 · 林晚秋、何立」."""
    rows = Interaction.objects.filter(pk__in=keys).select_related("contact").prefetch_related("participants__user")
    return {row.pk: _people(row) for row in rows}


def _people(row: Interaction) -> str:
    staff = formats.listed(seat.user.name for seat in row.participants.all())
    return " · ".join(part for part in (row.contact.name if row.contact else "", staff) if part)


def colleagues_of(viewer: User) -> QuerySet[User]:
    """Who may have been there as well: those of the same department, else those whom the viewer reaches."""
    near = User.objects.filter(is_active=True, department=viewer.department_id)
    found = near if viewer.department_id else assignable_users(viewer)
    keys = found.exclude(pk=viewer.pk).order_by("name", "pk").values_list("pk", flat=True)[:COLLEAGUES]
    return User.objects.filter(pk__in=list(keys)).order_by("name", "pk")


def usual_minutes() -> dict[str, int]:
    """Channel → minutes that stand for a contact whose length nobody noted."""
    return {**USUAL_MINUTES, **dict(UsualMinutes.objects.values_list("channel", "minutes"))}
