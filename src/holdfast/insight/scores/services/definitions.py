"""Versions of how scores are made."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from holdfast.analysis.accounts import AnalyzeParams
from holdfast.common.months import Month
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.insight.scores.models import Definition, Run

FIRST_MONTH = "2000-01"


def definition_for(month: Month) -> Definition:
    """The newest version that has begun by this month; the first one is made of the documented defaults."""
    found = Definition.objects.filter(starts_month__lte=str(month)).order_by("-version").first()
    if found is not None:
        return found
    made, _new = Definition.objects.get_or_create(
        version=1, defaults={"starts_month": FIRST_MONTH, "params": AnalyzeParams().to_dict()}
    )
    return made


@transaction.atomic
def add_definition(*, params: dict[str, Any], starts_month: str, note: str = "", by: User) -> Definition:
    """A new version that acts from a month on; earlier months keep theirs.

    Errors: Refusal when the settings make no sense, or a month from there on is signed.
    """
    try:
        whole = AnalyzeParams.from_dict(params)
    except (TypeError, ValueError) as error:
        raise Refusal(_("这些口径不能用：%(error)s") % {"error": error}) from error
    signed = Run.objects.filter(state="signed").order_by("-month").first()
    if signed is not None and starts_month <= signed.month:
        raise Refusal(
            _("%(month)s 已签发，新口径最早从 %(next)s 开始。")
            % {"month": signed.month, "next": Month.parse(signed.month).next},
            field="starts_month",
        )
    newest = definition_for(Month.parse(FIRST_MONTH))
    newest = Definition.objects.order_by("-version").first() or newest
    made = Definition.objects.create(
        version=newest.version + 1, starts_month=starts_month, params=whole.to_dict(), note=note, by=by
    )
    audit.record(actor=by, verb="add", target=made, after=audit.snapshot(made))
    return made
