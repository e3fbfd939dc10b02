"""Clock-run work about money."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from holdfast.foundation.jobs.services import Progress, register
from holdfast.records.commerce import services


@register("commerce.judge_promises", title=_("核对付款承诺"))
def judge_promises(progress: Progress) -> dict[str, Any]:
    """Promises whose day has passed: kept or broken."""
    return {"judged": services.judge_due()}
