"""Change the standards by a new version; turn the house's own work on and off."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any, TypedDict

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.actions.care.models import Standard, StandardVersion, Switches
from holdfast.common.months import Month, today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit

STARS = {1, 2, 3, 4, 5}


class StandardRow(TypedDict, total=False):
    """One star's row; `stars` required, `channel` "" is for all customers. Units as in the model."""

    stars: int
    channel: str
    visits: int
    visits_every: str
    contacts: int
    contacts_every: str
    reply_hours: int
    gift_budget_minor: int
    discount_percent: Decimal
    service_minutes: int
    owner_level: str


@transaction.atomic
def add_version(rows: Iterable[StandardRow], *, starts_on: date, by: User | None, note: str = "") -> StandardVersion:
    """Let another table act from the first of a coming month on; past and running months stay as they are.

    Errors: Refusal for a month that has begun, stars that are missing, or a value out of its range.
    """
    given = list(rows)
    if starts_on.day != 1 or starts_on <= Month.of(today()).last:
        raise Refusal(_("新标准只能从以后某个月的 1 日起用：过去和本月的应做不改写。"), "starts_on")
    channels = {row.get("channel", "") for row in given} | {""}
    for channel in channels:
        if {row["stars"] for row in given if row.get("channel", "") == channel} != STARS:
            raise Refusal(_("每一星都要有标准，请把 1 到 5 星填全。"))
    newest = StandardVersion.objects.select_for_update().order_by("-number").first()
    version = StandardVersion.objects.create(
        number=(newest.number if newest else 0) + 1, starts_on=starts_on, note=note.strip()[:200], by=by
    )
    standards = [_checked(Standard(version=version, **row)) for row in given]
    Standard.objects.bulk_create(standards)
    after = audit.snapshot(version) | {"rows": [_plain(one) for one in standards]}
    audit.record(actor=by, verb="create", target=version, after=after)
    return version


def _checked(standard: Standard) -> Standard:
    try:
        standard.full_clean(exclude=["version"], validate_unique=False, validate_constraints=False)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise Refusal(f"{standard.stars} ★ · {messages[0]}", field) from error
    return standard


def _plain(standard: Standard) -> dict[str, Any]:
    left_out = {"id", "version_id", "created_at", "updated_at"}
    return {name: value for name, value in audit.snapshot(standard).items() if name not in left_out}


@transaction.atomic
def change_switches(*, by: User, **values: Any) -> Switches:
    """Turn the house's own work on or off, or change its days and stars; the nightly work follows."""
    switches = Switches.objects.select_for_update().order_by("pk").first() or Switches.objects.create()
    before = audit.snapshot(switches)
    for name, value in values.items():
        setattr(switches, name, value)
    switches.save()
    audit.record(actor=by, verb="change", target=switches, before=before, after=audit.snapshot(switches))
    return switches
