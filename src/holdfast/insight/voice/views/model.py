"""怎么读的: how comments are read, how many people have confirmed, and the company's own model."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.jobs.models import Job
from holdfast.foundation.jobs.services import enqueue
from holdfast.insight.voice import queries, rules, services
from holdfast.insight.voice.models import CompanyModel
from holdfast.insight.voice.views.shown import tabs


@needs(Permission.TOPIC_EDIT)
@require_safe
def model(request: StaffRequest) -> HttpResponse:
    """What reads, how far it agrees with people, and what was trained."""
    state = queries.reading_state()
    context = {
        "state": state,
        "models": CompanyModel.objects.select_related("trained_by"),
        "least": rules.LABELLED_FROM,
        "missing": max(rules.LABELLED_FROM - state.labelled, 0),
        "job": Job.objects.filter(name="voice.train").order_by("-pk").first(),
        "tabs": tabs(request.user, "voice:model"),
    }
    return show(request, "voice/model.html", context)


@needs(Permission.TOPIC_EDIT)
@require_POST
def model_train(request: StaffRequest) -> HttpResponse:
    """Train in the background."""
    labelled = queries.reading_state().labelled
    if labelled < rules.LABELLED_FROM:
        told = {"least": rules.LABELLED_FROM, "n": labelled}
        messages.error(request, _("至少要有 %(least)s 条人工确认过的话，现在有 %(n)s 条。请再确认一些再训练。") % told)
        return go(request, "voice:model")
    enqueue("voice.train", by=request.user, by_id=request.user.pk)
    messages.success(request, _("开始训练，好了会列在下面"))
    return go(request, "voice:model")


@needs(Permission.TOPIC_EDIT)
@require_POST
def model_use(request: StaffRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(CompanyModel, pk=pk)
    try:
        services.use_model(found, by=request.user)
        messages.success(request, _("已采用，正在用它重读全部的话"))
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "voice:model")


@needs(Permission.TOPIC_EDIT)
@require_POST
def model_stop(request: StaffRequest, pk: int) -> HttpResponse:
    services.stop_using(get_object_or_404(CompanyModel, pk=pk), by=request.user)
    messages.success(request, _("已改回自带的读法，正在重读"))
    return go(request, "voice:model")
