"""How voices are weighed: a new rule never edits the one before."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.insight.voice.models import WeightRule
from holdfast.insight.voice.queries.weights import weight_rule

FIELDS = ("basis", "floor", "half_life_days", "complaint", "negative", "neutral", "positive")


@transaction.atomic
def change_weights(*, by: User | None, note: str = "", **values: Any) -> WeightRule:
    """Weigh voices like this from now on; fields as in `FIELDS`, those not given stay. The same again changes nothing."""
    now = weight_rule()
    wanted = {name: values.get(name, getattr(now, name)) for name in FIELDS}
    if now.pk and wanted == {name: getattr(now, name) for name in FIELDS}:
        return now
    made = WeightRule.objects.create(**wanted, note=note.strip(), by=by)
    before = audit.snapshot(now) if now.pk else None
    audit.record(actor=by, verb="change" if before else "add", target=made, before=before, after=audit.snapshot(made))
    return made
