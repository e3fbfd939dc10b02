"""Tags by their names."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.records.customers.models import Tag

LONGEST = 40


def ensure_tags(names: Iterable[str], *, by: User | None, batch: Batch | None = None) -> dict[str, Tag]:
    """The tags of these names, made where missing; keyed by the trimmed name."""
    wanted = {clean for name in names if (clean := " ".join(str(name).split()))}
    if any(len(name) > LONGEST for name in wanted):
        raise Refusal(_("标签最多 40 个字，请缩短后再保存。"), field="tags")
    found = {tag.name: tag for tag in Tag.objects.filter(name__in=wanted)} if wanted else {}
    missing = [Tag(name=name) for name in sorted(wanted - found.keys())]
    if missing:
        made = Tag.objects.bulk_create(missing)
        audit.record_many([(tag, None, audit.snapshot(tag), "") for tag in made], actor=by, verb="add", batch=batch)
        found |= {tag.name: tag for tag in made}
    return found


def clean_names(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(clean for name in names if (clean := " ".join(str(name).split()))))
