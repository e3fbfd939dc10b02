"""Work of the machine room that the clock asks for."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common.months import today
from holdfast.common.refusals import Refusal
from holdfast.doors.cli.archive import writing
from holdfast.doors.cli.problems import Problem
from holdfast.foundation.jobs import services as jobs


@jobs.register("backup.nightly", title=gettext_lazy("夜间备份"))
def back_up(progress: jobs.Progress) -> dict[str, object]:
    """Back up into the data folder and keep the newest few; `HOLDFAST_BACKUPS_KEPT=0` makes none."""
    kept = settings.BACKUPS_KEPT
    if kept < 1:
        return {"made": 0}
    folder = settings.DATA / "backups"
    folder.mkdir(mode=0o700, exist_ok=True)
    _refuse_without_room(folder)
    path = folder / f"nightly-{today().isoformat()}.holdfast"
    try:
        writing.write(path)
    except Problem as problem:
        raise Refusal(str(problem)) from problem
    return {"made": 1, "file": path.name, "bytes": path.stat().st_size, "removed": _forget_all_but(folder, kept)}


def _refuse_without_room(folder: Path) -> None:
    if writing.free_bytes(folder) < 2 * writing.room_needed():
        raise Refusal(_("磁盘空间不够做夜间备份。请清出空间，或把 HOLDFAST_BACKUPS_KEPT 调小。"))


def _forget_all_but(folder: Path, kept: int) -> int:
    old = sorted(folder.glob("nightly-*.holdfast"))[:-kept]
    for path in old:
        path.unlink()
    return len(old)
