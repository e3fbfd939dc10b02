"""Work of this room that the clock asks for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from holdfast.foundation.jobs import services as jobs
from holdfast.records.timeline import services


@jobs.register("timeline.rebuild", title=gettext_lazy("核对客户历史"))
def rebuild(progress: jobs.Progress) -> dict[str, int]:
    """Compare every line of the history with the rows it tells of, and mend what differs."""
    found = services.rebuild_entries()
    return {name: sum(counts[name] for counts in found.values()) for name in ("missing", "changed", "extra", "right")}


@jobs.register("timeline.remind", title=gettext_lazy("提醒到期的任务"))
def remind(progress: jobs.Progress) -> dict[str, int]:
    """Tell people of their tasks whose reminder has come; safe to run again after a kill."""
    return {"told": services.remind(progress=progress)}


@jobs.register("timeline.escalate", title=gettext_lazy("把久拖的任务告诉主管"))
def escalate(progress: jobs.Progress) -> dict[str, int]:
    """Tell managers of tasks left lying."""
    return {"tasks": services.escalate()}
