"""同样的话: what was said more than once in almost the same words."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.voice import queries
from holdfast.insight.voice.queries.repeats import MOST_GROUPS
from holdfast.insight.voice.views.shown import shown, tabs


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def alike(request: StaffRequest) -> HttpResponse:
    """The groups, the largest first; each opens its comments."""
    groups = queries.alike_groups(request.user)
    context = {
        "rows": _rows(groups),
        "comments": sum(group.comments for group in groups),
        "repeated": sum(group.repeated for group in groups),
        "is_cut": len(groups) == MOST_GROUPS,
        "most": MOST_GROUPS,
        "tabs": tabs(request.user, "voice:comments"),
    }
    return show(request, "voice/alike.html", context)


def _rows(groups: list[queries.AlikeGroup]) -> list[dict[str, Any]]:
    said = shown([group.comment for group in groups], queries.topic_names())
    base = reverse("voice:comments")
    return [
        {"group": group, "said": one, "url": f"{base}?alike={group.key}"}
        for group, one in zip(groups, said, strict=True)
    ]
