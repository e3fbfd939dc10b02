"""新发现的主题: what the machine proposes; accepted under a name, joined to a topic that stands, or put aside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from holdfast.common import formats
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.jobs.services import enqueue
from holdfast.insight.voice import queries, services
from holdfast.insight.voice.models import FoundTopic
from holdfast.insight.voice.queries.found import BACK, Found
from holdfast.insight.voice.views.shown import tabs
from holdfast.records.feedback.models import Topic

JOB = "voice.find"
FEWEST = 200


@needs(Permission.CUSTOMER_VIEW, Permission.TOPIC_EDIT)
@require_safe
def found(request: StaffRequest) -> HttpResponse:
    """Proposals with examples, and what was decided on earlier ones."""
    names = queries.topic_names()
    rows = [_row(one, names) for one in queries.found_topics(request.user)]
    context = {
        "waiting": [row for row in rows if row["topic"].state == "open"],
        "accepted": [row for row in rows if row["topic"].state == "accepted"],
        "dismissed": [row for row in rows if row["topic"].state == "dismissed"],
        "standing": names.standing(),
        "job": Job.objects.filter(name=JOB).order_by("-pk").first(),
        "fewest": FEWEST,
        "tabs": tabs(request.user, "voice:topics"),
    }
    return show(request, "voice/found.html", context)


def _row(one: Found, names: queries.Names) -> dict[str, Any]:
    overlap = [(names.of(code), formats.percent(share, 0)) for code, share in one.topic.overlap.items() if share >= 0.1]
    return {
        "topic": one.topic,
        "words": " · ".join(one.topic.words),
        "examples": one.examples,
        "comments": one.comments,
        "overlap": formats.listed(f"{name} {share}" for name, share in overlap),
        "name": names.of(one.topic.topic.code) if one.topic.topic else "",
        "url": f"{reverse('voice:comments')}?found={one.topic.pk}&since={one.topic.found_on - BACK}&every=1",
    }


@needs(Permission.CUSTOMER_VIEW, Permission.TOPIC_EDIT)
@require_POST
def found_search(request: StaffRequest) -> HttpResponse:
    """Have the machine look, in the background."""
    if not Job.objects.filter(name=JOB, state__in=("queued", "running")).exists():
        enqueue(JOB, by=request.user)
    messages.success(request, _("开始找，好了会列在这里"))
    return go(request, "voice:found")


@needs(Permission.CUSTOMER_VIEW, Permission.TOPIC_EDIT)
@require_POST
def found_accept(request: StaffRequest, pk: int) -> HttpResponse:
    """Count it under a new name or under a topic that stands; the message carries the way back."""
    proposal = get_object_or_404(FoundTopic, pk=pk)
    chosen = request.POST.get("into", "")
    into = get_object_or_404(Topic, code=chosen[:80]) if chosen else None
    words = (
        request.POST.get("words", "").replace("·", " ").replace("、", " ").replace("，", " ").replace(",", " ").split()
    )
    try:
        batch = services.accept_topic(
            proposal, by=request.user, name=request.POST.get("name", ""), into=into, words=words or None
        )
        messages.success(
            request, _("已采用，含这些词的话都算上了"), extra_tags=reverse("voice:found_undo", args=[batch.pk])
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "voice:found")


@needs(Permission.CUSTOMER_VIEW, Permission.TOPIC_EDIT)
@require_POST
def found_dismiss(request: StaffRequest, pk: int) -> HttpResponse:
    return _done(request, lambda: services.dismiss_topic(_proposal(pk), by=request.user), _("不用它了，以后不再提"))


@needs(Permission.CUSTOMER_VIEW, Permission.TOPIC_EDIT)
@require_POST
def found_reopen(request: StaffRequest, pk: int) -> HttpResponse:
    return _done(request, lambda: services.reopen_topic(_proposal(pk), by=request.user), _("已改回等人定"))


@needs(Permission.CUSTOMER_VIEW, Permission.TOPIC_EDIT)
@require_POST
def found_undo(request: StaffRequest, batch: int) -> HttpResponse:
    which = get_object_or_404(Batch, pk=batch, kind="accept_topic")
    return _done(request, lambda: audit.undo(which, by=request.user), _("已撤销采用"))


def _proposal(pk: int) -> FoundTopic:
    return get_object_or_404(FoundTopic, pk=pk)


def _done(request: StaffRequest, act: Callable[[], Any], text: str) -> HttpResponse:
    try:
        act()
        messages.success(request, text)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "voice:found")
