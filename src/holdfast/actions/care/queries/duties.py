"""Duties with what was done for them, counted by the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Least, TruncDate

from holdfast.actions.care.models import Counting, Duty
from holdfast.actions.care.rules.kinds import CHANNELS_OF, SERVED_KINDS, TASK_KINDS_OF
from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.records.timeline.models import Interaction, Participant, Task
from holdfast.records.timeline.queries import usual_minutes

# Contacts of a past window may still be written down so long; then its figures are kept for good.
GRACE = timedelta(days=7)
Rows = QuerySet[Any, Any]
# A queryset of duties, with what was counted for them as further columns.
Duties: TypeAlias = Any


def with_done(duties: Duties) -> Duties:
    """With `done_now`, `kept_now` (never more than was due) and `missing_now`.

    A day counts once, however often one met or spoke on it. Visits are visits; contacts are calls, messages, mails and
    meetings that we began. A finished visit or call task counts where the contact itself was not written down. Minutes
    are those of everybody who took part. Closed windows show what was kept of them.
    """
    return _with(duties, Case(When(closed_at__isnull=False, then=F("done")), *_live(), output_field=IntegerField()))


def with_counted(duties: Duties) -> Duties:
    """The same for many duties at once: what the last counting found, and anew only for customers with newer contacts.

    A contact that was changed or removed afterwards shows with the next counting.
    """
    counting = Counting.objects.order_by("pk").first()
    if counting is None:
        return with_done(duties)
    kept = [
        When(closed_at__isnull=False, then=F("done")),
        When(Q(counted__isnull=False) & ~Q(customer__in=touched_since(counting)), then=F("counted")),
    ]
    return _with(duties, Case(*kept, *_live(), output_field=IntegerField()))


def touched_since(counting: Counting) -> Rows:
    """Keys of customers with a contact or a finished task that the counting did not know."""
    met = Interaction.objects.filter(pk__gt=counting.interaction).order_by().values("customer")
    return met.union(
        Task.objects.filter(done_at__isnull=False, updated_at__gte=counting.at).order_by().values("customer")
    )


def _live() -> list[When]:
    return [*[When(kind=kind, then=_times(kind)) for kind in SERVED_KINDS], When(kind="minutes", then=_minutes())]


def _with(duties: Duties, done: Case) -> Duties:
    counted = duties.annotate(done_now=done)
    return counted.annotate(kept_now=Least("due", "done_now"), missing_now=F("due") - Least("due", "done_now"))


def _times(kind: str) -> Any:
    return Coalesce(Subquery(_contact_days(kind)), 0) + Coalesce(Subquery(_task_days(kind)), 0)


def _served(kind: str) -> Q:
    served = Q(channel__in=CHANNELS_OF[kind])
    return served if kind == "visit" else served & Q(direction="out")


def _contact_days(kind: str) -> Rows:
    window = (OuterRef("starts_on"), OuterRef("ends_on"))
    met = Interaction.objects.filter(_served(kind), customer=OuterRef("customer"), on__range=window)
    return met.order_by().values("customer").annotate(n=Count("on", distinct=True)).values("n")


def _task_days(kind: str) -> Rows:
    window = (OuterRef("starts_on"), OuterRef("ends_on"))
    written = Interaction.objects.filter(_served(kind), customer=OuterRef("customer"), on=OuterRef("day"))
    done = Task.objects.filter(customer=OuterRef("customer"), kind__in=TASK_KINDS_OF[kind], done_at__isnull=False)
    days = done.order_by().annotate(day=TruncDate("done_at")).filter(~Exists(written), _between(window))
    return days.values("customer").annotate(n=Count("day", distinct=True)).values("n")


def _between(window: tuple[OuterRef, OuterRef]) -> Q:
    return Q(day__gte=window[0], day__lte=window[1])


def _minutes() -> Any:
    window = (OuterRef("starts_on"), OuterRef("ends_on"))
    usual = Case(
        *[When(interaction__channel=code, then=Value(spent)) for code, spent in usual_minutes().items()],
        default=Value(0),
        output_field=IntegerField(),
    )
    seats = Participant.objects.filter(interaction__customer=OuterRef("customer"), interaction__on__range=window)
    spent = seats.order_by().values("interaction__customer").annotate(n=Sum(Coalesce("interaction__minutes", usual)))
    return Coalesce(Subquery(spent.values("n")), 0)


def duties_in(month: Month, on: date) -> Duties:
    """The duties of a month: those whose window ends in it; in the running month also those that still run on."""
    ending = Q(ends_on__range=(month.first, month.last))
    if month.holds(on):
        ending |= Q(ends_on__gt=month.last, starts_on__lte=on)
    return Duty.objects.filter(ending)


def running_duties(on: date) -> Duties:
    return Duty.objects.filter(starts_on__lte=on, ends_on__gte=on)


def open_windows() -> Duties:
    """Everything that is counted: windows that run, and those in their days of grace."""
    return Duty.objects.filter(closed_at=None)


def closing_duties(on: date) -> Duties:
    """Windows that ended so long ago that nothing is added any more."""
    return Duty.objects.filter(closed_at=None, ends_on__lt=on - GRACE)


@dataclass(frozen=True)
class Asked:
    """Which rows stand behind a figure; None or "" leaves the condition out. `owner` and `department` 0: nobody."""

    month: Month
    stars: int | None = None
    kind: str = ""
    owner: int | None = None
    department: int | None = None
    is_missing: bool = False


def duty_rows(viewer: User, asked: Asked, on: date) -> Duties:
    """The visible duties behind a figure of the execution page, the largest gap first."""
    found = duties_in(asked.month, on).visible_to(viewer).filter(due__gt=0)
    found = found.filter(kind=asked.kind) if asked.kind else found.filter(kind__in=SERVED_KINDS)
    if asked.stars:
        found = found.filter(stars=asked.stars)
    for name in ("owner", "department"):
        key = getattr(asked, name)
        if key is not None:
            found = found.filter(**{name: key or None})
    counted = with_counted(found)
    if asked.is_missing:
        counted = counted.filter(missing_now__gt=0)
    return counted.select_related("customer", "owner", "department", "standard").order_by(
        "-missing_now", "-stars", "ends_on", "customer", "kind"
    )
