"""Imports, saved mappings, and the rows of one import for its pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from django.db.models import Q, QuerySet

from holdfast.common import sheets
from holdfast.doors.intake.models import Import, Mapping
from holdfast.doors.intake.rules.kinds import KINDS, Kind
from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Pool


def imports(viewer: User) -> QuerySet[Import]:
    """What this person may see, newest first."""
    return Import.objects.visible_to(viewer).select_related("by", "job", "batch").order_by("-pk")


def kinds_for(viewer: User) -> list[Kind]:
    """The kinds this person may bring in."""
    return [kind for kind in KINDS.values() if all(viewer.may(word) for word in kind.words)]


def has_pool() -> bool:
    """Whether there is a public pool to put customers into."""
    return Pool.objects.exists()


def signature_of(headings: Iterable[str]) -> str:
    """Equal for files with the same headings, whatever their order."""
    text = "\n".join(sorted(sheets.normal_heading(heading) for heading in headings))
    return hashlib.sha256(text.encode()).hexdigest()


def mapping_for(viewer: User, kind: str, headings: Iterable[str]) -> Mapping | None:
    """How files with these headings were matched before: one's own way first, then a shared one."""
    seen = Mapping.objects.filter(kind=kind, signature=signature_of(headings))
    found = seen.filter(Q(owner=viewer) | Q(is_shared=True)).order_by("-updated_at")
    return min(found, key=lambda mapping: mapping.owner_id != viewer.pk, default=None)


def earlier_same(imp: Import) -> Import | None:
    """The same file, written before and still standing."""
    same = Import.objects.filter(sha256=imp.sha256, kind=imp.kind, state="applied", by=imp.by)
    return same.exclude(pk=imp.pk).order_by("-pk").first()
