"""One customer's standard: due, done, missing, and how the star came about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from holdfast.actions.care.models import Duty, Focus, Standard
from holdfast.actions.care.queries.discounts import Discount, discount_of
from holdfast.actions.care.queries.duties import running_duties, with_done
from holdfast.actions.care.queries.focus import focus_of
from holdfast.actions.care.queries.gifts import gift_money
from holdfast.actions.care.queries.mine import nearest_tasks
from holdfast.actions.care.queries.standards import shown_star, switches, table_on
from holdfast.actions.care.rules import Progress, progress_of
from holdfast.actions.care.rules.kinds import SERVED_KINDS
from holdfast.foundation.accounts.models import User
from holdfast.insight.scores.models import Override
from holdfast.insight.scores.queries import overrides
from holdfast.records.customers.models import Customer, StandingChange

PAST_SHOWN, CHANGES_SHOWN = 8, 5


@dataclass(frozen=True)
class CustomerCare:
    """`now` pairs running duties with their progress, `past` closed or ended ones, newest first. Gifts of this year.

    `standard` is that of the present star; `held` the star by which the running month is measured.
    """

    standard: Standard | None
    stars: int | None
    is_provisional: bool
    held: int | None
    now: list[tuple[Duty, Progress]]
    past: list[tuple[Duty, Progress]]
    tasks: dict[int, Any]
    minutes: tuple[int, int] | None
    gifts_minor: int
    discount: Discount | None
    changes: list[StandingChange]
    override: Override | None
    focus: Focus | None

    @property
    def missing(self) -> int:
        return sum(progress.missing for _duty, progress in self.now)


def customer_care(viewer: User, customer: Customer, on: date) -> CustomerCare:
    """Everything the panel 服务标准 shows of a visible customer."""
    standing, switched = getattr(customer, "standing", None), switches()
    stars = shown_star(standing, switched)
    running = _told(running_duties(on), customer, on)
    now = [pair for pair in running if pair[0].kind in SERVED_KINDS and pair[0].due]
    time = next((duty for duty, _progress in running if duty.kind == "minutes"), None)
    past = Duty.objects.filter(kind__in=SERVED_KINDS, due__gt=0, ends_on__lt=on)
    standard = table_on(on).of(stars, customer.channel)
    return CustomerCare(
        standard=standard,
        stars=stars,
        is_provisional=bool(standing and standing.is_hollow),
        held=time.stars if time else None,
        now=sorted(now, key=lambda pair: pair[0].kind, reverse=True),
        past=_told(past, customer, on, PAST_SHOWN),
        tasks=nearest_tasks([duty.pk for duty, _progress in now]),
        minutes=(time.due, time.done_now) if time else None,
        discount=discount_of(customer, on, standard.discount_percent) if standard else None,
        gifts_minor=gift_money([customer.pk], on.year).get(customer.pk, 0),
        changes=list(StandingChange.objects.filter(customer=customer, field="stars")[:CHANGES_SHOWN]),
        override=overrides(viewer)
        .filter(customer=customer, rejected_at=None, ended_at=None, expires_on__gte=on)
        .first(),
        focus=focus_of(customer),
    )


def _told(duties: Any, customer: Customer, on: date, limit: int = 20) -> list[tuple[Any, Progress]]:
    counted = with_done(duties.filter(customer=customer)).order_by("-ends_on", "-pk")[:limit]
    return [(duty, progress_of(duty.due, duty.done_now, duty.window, on)) for duty in counted]
