"""Looking ahead in the background: every night after the scores, and when somebody asks."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from holdfast.foundation.jobs.services import Progress, register
from holdfast.insight.outlook import services


@register("outlook.make", title=_("预测晚付与需求"))
def make(progress: Progress, *, is_fresh: bool = False) -> dict[str, Any]:
    """Chances of late payment and demand ahead, from the facts of the night or of now."""
    made = services.make_outlook(is_fresh=is_fresh, tell=progress.step)
    return {"month": made.month, "invoices": made.late["invoices"]}
