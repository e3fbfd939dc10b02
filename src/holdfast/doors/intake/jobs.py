"""Background work of imports; each may be run again after a kill."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from django.utils.translation import gettext_lazy as _

from holdfast.doors.intake import services
from holdfast.doors.intake.models import Import
from holdfast.foundation.jobs.services import Cancelled, Progress, register


@register("intake.check", title=_("检查导入的文件"))
def check(progress: Progress, *, import_id: int) -> dict[str, Any] | None:
    """Check a file; a cancel leads back to its columns."""
    imp = _import(import_id)
    if imp.state != "mapped":
        return None
    try:
        return services.check_import(imp, progress)
    except Exception as error:
        imp.state = "uploaded" if isinstance(error, Cancelled) else "failed"
        imp.save(update_fields=["state", "updated_at"])
        raise


@register("intake.apply", title=_("写入导入的文件"))
def apply(progress: Progress, *, import_id: int) -> dict[str, Any] | None:
    """Write a checked file; after a kill it goes on, or finishes taking back what a cancel began to."""
    imp = _import(import_id)
    if imp.state == "undoing":
        return services.undo_import(imp, by=imp.by)
    return services.apply_import(imp, progress) if imp.state == "applying" else None


@register("intake.undo", title=_("撤销导入"))
def undo(progress: Progress, *, import_id: int) -> dict[str, Any] | None:
    """Take a whole import back."""
    imp = _import(import_id)
    if imp.state != "undoing":
        return None
    return services.undo_import(imp, by=progress.job.by or imp.by, progress=_Steady(progress))


@register("intake.tidy", title=_("清理旧的上传文件"))
def tidy(progress: Progress) -> dict[str, Any]:
    """Let go of old uploads: they hold personal data that nobody needs any more."""
    return services.tidy()


class _Steady:
    """Progress that cannot be cancelled: half taken back is worse than either end."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress

    def step(self, done: int, total: int | None = None) -> None:
        with suppress(Cancelled):
            self._progress.step(done, total)


def _import(import_id: int) -> Import:
    return Import.objects.select_related("by", "batch", "job").get(pk=import_id)
