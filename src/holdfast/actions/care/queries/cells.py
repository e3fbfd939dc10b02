"""The sums that every execution figure is made of: by star, kind, owner, department, firm or hollow."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import Count, F, Q, Sum
from django.db.models.functions import TruncMonth

from holdfast.actions.care.models import Duty, Tally
from holdfast.actions.care.queries.duties import Duties, duties_in, with_counted
from holdfast.actions.care.rules.kinds import SERVED_KINDS
from holdfast.common.months import Month
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission, Scope

Cell = dict[str, Any]
KEYS = ("stars", "kind", "owner", "department", "is_provisional")
SUMS = ("n_due", "n_kept", "n_customers", "n_short")


def cells_of(month: Month, viewer: User | None, on: date) -> list[Cell]:
    """The cells of a month for what the viewer (None: the company) sees; of a closed month of all, as they were kept."""
    if sees_all(viewer) and (kept := list(Tally.objects.filter(month=str(month)).values(*KEYS, *SUMS))):
        return [dict(cell) for cell in kept]
    duties = duties_in(month, on)
    return counted_cells(duties if viewer is None else duties.visible_to(viewer))


def counted_cells(duties: Duties) -> list[Cell]:
    """The same, summed by the database. A customer stands once a kind in a month, so rows count customers."""
    groups = with_counted(duties.filter(kind__in=SERVED_KINDS, due__gt=0)).order_by().values(*KEYS)
    sums = groups.annotate(
        n_due=Sum("due"),
        n_kept=Sum("kept_now"),
        n_customers=Count("pk"),
        n_short=Count("pk", filter=Q(missing_now__gt=0)),
    )
    return list(sums)


def star_sums(first: Month, last: Month, viewer: User) -> list[Cell]:
    """Per month (its name) and star: n_due and n_kept of windows that end from the first to the last month."""
    kept: list[Cell] = []
    if sees_all(viewer):
        known = Tally.objects.filter(month__gte=str(first), month__lte=str(last)).order_by().values("month", "stars")
        kept = [dict(row) for row in known.annotate(due=Sum("n_due"), kept=Sum("n_kept"))]
    months = {row["month"] for row in kept}
    rest = [month for month in _months(first, last) if str(month) not in months]
    return [*kept, *_counted_stars(rest, viewer)]


def _months(first: Month, last: Month) -> Iterable[Month]:
    while first <= last:
        yield first
        first = first.next


def _counted_stars(months: list[Month], viewer: User) -> list[Cell]:
    if not months:
        return []
    ended = Q(pk=None)
    for month in months:
        ended |= Q(ends_on__range=(month.first, month.last))
    found = Duty.objects.visible_to(viewer).filter(ended, kind__in=SERVED_KINDS, due__gt=0)
    groups = with_counted(found).order_by().annotate(ended=TruncMonth("ends_on")).values("ended", star=F("stars"))
    rows = groups.annotate(n_due=Sum("due"), n_kept=Sum("kept_now"))
    return [
        {"month": str(Month.of(row["ended"])), "stars": row["star"], "due": row["n_due"], "kept": row["n_kept"]}
        for row in rows
    ]


def sees_all(viewer: User | None) -> bool:
    return viewer is None or (viewer.may(Permission.CUSTOMER_VIEW) and viewer.scope == Scope.ALL)
