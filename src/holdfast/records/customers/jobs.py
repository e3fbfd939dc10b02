"""Work of this room that the clock asks for."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from holdfast.foundation.jobs import services as jobs
from holdfast.records.customers import services
from holdfast.records.customers.models import PrivacyRequest
from holdfast.records.customers.services.indexes import settle_indexes


@jobs.register("customers.upkeep", title=gettext_lazy("核算档案完整度"))
def upkeep(progress: jobs.Progress) -> dict[str, int]:
    """How complete and fresh every record is, for the list's filters."""
    return services.keep_up(progress)


@jobs.register("customers.duplicates", title=gettext_lazy("查找重复客户"))
def duplicates(progress: jobs.Progress) -> dict[str, int]:
    """Which customers may be one, for the queue of suggestions."""
    return services.refresh_pairs(progress)


@jobs.register("customers.field_indexes", title=gettext_lazy("整理自定义字段的索引"))
def field_indexes(progress: jobs.Progress) -> dict[str, int]:
    """Indexes of filterable custom fields: made where missing, dropped where nobody filters any more."""
    return settle_indexes()


@jobs.register("customers.erase", title=gettext_lazy("删除个人信息"))
def erase(progress: jobs.Progress, *, request_id: int) -> dict[str, int] | None:
    """Answer a request for erasure; asked again after a kill it does nothing twice."""
    request = PrivacyRequest.objects.filter(pk=request_id, done_at=None).first()
    if request is None:
        return None
    result = services.answer_erasure(request, by=progress.job.by)
    return {"entries": result["entries"], "left": sum(result["left"].values())}
