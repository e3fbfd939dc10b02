"""Asking whether somebody is a customer already: counted, so that nobody probes the whole list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.records.customers import rules
from holdfast.records.customers.models import CheckCount
from holdfast.records.customers.queries.duplicates import ShownMatch, find_duplicates, matches_for

ASKED_A_DAY = 1000
HIDDEN_HITS_A_DAY = 40


@transaction.atomic
def check_duplicates(viewer: User, row: Mapping[str, Any], *, exclude: Iterable[int] = ()) -> list[ShownMatch]:
    """Who is a customer already by these keys, masked outside the viewer's scope.

    Refuses past the day's limit: 1,000 questions, or 40 answers about customers of others.
    """
    if not rules.duplicate_keys(row):
        return []
    count, _made = CheckCount.objects.get_or_create(user=viewer, on=today())
    if count.asked >= ASKED_A_DAY or count.hidden_hits >= HIDDEN_HITS_A_DAY:
        raise Refusal(_("您今天查重的次数已到上限，明天再查；急需时请主管代查。"))
    found = find_duplicates([row], exclude=exclude).get(0, [])
    shown = matches_for(viewer, found)
    hidden = sum(not match.is_visible for match in shown)
    CheckCount.objects.filter(pk=count.pk).update(asked=F("asked") + 1, hidden_hits=F("hidden_hits") + hidden)
    return shown
