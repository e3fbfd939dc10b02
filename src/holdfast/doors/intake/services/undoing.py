"""Take back what an import wrote."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from holdfast.common.refusals import Refusal
from holdfast.doors.intake.models import Import
from holdfast.foundation.accounts.models import User
from holdfast.foundation.audit import services as audit
from holdfast.foundation.jobs import services as jobs


@transaction.atomic
def start_undo(imp: Import, *, by: User) -> Import:
    """Have a whole import taken back in the background."""
    imp = Import.objects.select_for_update(of=("self",)).get(pk=imp.pk)
    if not (imp.can_undo or (imp.is_stuck and imp.state != "mapped")):
        raise Refusal(_("这份文件没有可撤销的内容，请刷新后查看。"))
    imp.state, imp.ends_as = "undoing", imp.ends_as or "undone"
    imp.job = jobs.enqueue("intake.undo", by=by, import_id=imp.pk)
    imp.save()
    return imp


def undo_import(imp: Import, *, by: User, progress: Any = None) -> dict[str, int]:
    """Put everything back as it was before; refuses, and leaves all as it is, where somebody built on it since."""
    try:
        return take_back(imp, ends_as=imp.ends_as or "undone", by=by, progress=progress)
    except Refusal as refusal:
        imp.state, imp.ends_as, imp.error = "applied", "", ["refused", {"text": refusal.message}]
        imp.save()
        raise


def take_back(imp: Import, *, ends_as: str, by: User, progress: Any = None) -> dict[str, int]:
    """Undo the batch; the import then ends as cancelled, failed or undone. May be called again after a kill."""
    imp.state, imp.ends_as = "undoing", ends_as
    imp.save(update_fields=["state", "ends_as", "updated_at"])
    counts: dict[str, int] = {}
    if imp.batch is not None and imp.batch.undone_at is None:
        imp.batch.refresh_from_db()
        counts = audit.undo(imp.batch, by=by, progress=progress)
    imp.state, imp.undone_at, imp.applied_through = ends_as, timezone.now(), 0
    imp.written = {}
    imp.save()
    return counts
