"""Reading and training in the background."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from holdfast.foundation.accounts.models import User
from holdfast.foundation.jobs.services import Progress, register
from holdfast.insight.voice import services


@register("voice.read", title=_("读客户的话"))
def read(progress: Progress) -> dict[str, Any]:
    """Read what is new or was read by an older model; asked for after every change, and every night."""
    done = services.read_comments(tell=progress.step)
    services.group_if_few()
    return done


@register("voice.alike", title=_("找出同样的话"))
def alike(progress: Progress) -> dict[str, Any]:
    """Which comments say the same in almost the same words, every night."""
    return {"changed": services.group_repeats()}


@register("voice.find", title=_("找新的主题"))
def find(progress: Progress) -> dict[str, Any]:
    """Propose topics that comments have in common; every week, and when somebody asks."""
    return services.find_topics(tell=progress.step)


@register("voice.train", title=_("训练公司自己的读法"))
def train(progress: Progress, *, by_id: int | None = None) -> dict[str, Any]:
    """Train a model on what people confirmed, and measure it on what it has not seen."""
    by = User.objects.filter(pk=by_id).first() if by_id else None
    made = services.train(by=by)
    progress.step(1, 1)
    return {"model": made.version, "labelled": made.labelled, "is_better": made.is_better}
