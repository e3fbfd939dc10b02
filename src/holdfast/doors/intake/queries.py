"""Imports, saved mappings, and the rows of one import for its pages."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from holdfast.common import sheets
from holdfast.doors.intake.models import Import, Mapping
from holdfast.doors.intake.models.imports import spec_for
from holdfast.doors.intake.rules.kinds import KINDS, Kind
from holdfast.doors.intake.rules.known import SYSTEMS, columns_of, same_headings, systems
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
    seen = Mapping.objects.filter(kind=kind, name="", signature=signature_of(headings))
    found = seen.filter(Q(owner=viewer) | Q(is_shared=True)).order_by("-updated_at")
    return min(found, key=lambda mapping: mapping.owner_id != viewer.pk, default=None)


@dataclass(frozen=True)
class Named:
    """A mapping that can be chosen by name. `code`: what is kept of the choice; `own`: the company's, else built in."""

    code: str
    title: str
    own: Mapping | None = None

    def columns(self, kind: str, headings: Sequence[str]) -> dict[str, str]:
        """Field → heading, as far as the file has what the mapping names."""
        if self.own is None:
            return columns_of(self.code, kind, headings)
        return same_headings(self.own.columns, headings)


def named_mappings(kind: str) -> list[Named]:
    """What can be chosen for this kind: the built-in ones first, then the company's by name."""
    built_in = [Named(code, str(SYSTEMS[code])) for code in systems(kind)]
    return [*built_in, *(Named(own.name, own.name, own) for own in Mapping.objects.named(kind))]


def named_mapping(kind: str, name: str) -> Named | None:
    """The one of that name, great and small letters alike; a built-in one also by its code."""
    wanted = name.strip().casefold()
    return next(
        (some for some in named_mappings(kind) if wanted in {some.code.casefold(), some.title.casefold()}), None
    )


def company_mappings(viewer: User) -> QuerySet[Mapping]:
    """Every mapping with a name that this person can use."""
    kinds = [kind.name for kind in kinds_for(viewer)]
    found = Mapping.objects.filter(kind__in=kinds).exclude(name="")
    return found.select_related("owner").order_by("kind", Lower("name"))


def lines_of(mapping: Mapping, viewer: User) -> list[tuple[str, str]]:
    """(heading, label of what it stands for), in the order of the file it was made from."""
    labels = {field.name: str(field.label) for field in spec_for(mapping.kind, viewer).shown_fields(viewer.sees_profit)}
    stands = {heading: labels[name] for name, heading in mapping.columns.items() if name in labels}
    return [(heading, stands[heading]) for heading in mapping.headings if heading in stands]


def earlier_same(imp: Import) -> Import | None:
    """The same file, written before and still standing."""
    same = Import.objects.filter(sha256=imp.sha256, kind=imp.kind, state="applied", by=imp.by)
    return same.exclude(pk=imp.pk).order_by("-pk").first()
