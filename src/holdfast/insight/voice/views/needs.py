"""需求: what many need and what one does, who is behind it, and what was decided; from here to a promise about time."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from holdfast.common import formats
from holdfast.common.months import today
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.quality.queries import kept_by
from holdfast.insight.quality.readers import pairs_of
from holdfast.insight.voice import queries, services
from holdfast.insight.voice.forms import CommentFilters
from holdfast.insight.voice.forms.needs import NeedForm
from holdfast.insight.voice.models import Need
from holdfast.insight.voice.queries.needs import NeedRow, behind_topic, voices_of
from holdfast.insight.voice.rules import DECISIONS, KINDS
from holdfast.insight.voice.views.shown import shown, tabs
from holdfast.insight.voice.views.topics import period
from holdfast.records.feedback.models import Topic

DECISION_CHIPS = {"process": "good", "agreement": "brand", "declined": "line", "": "watch"}
VOICES = 12
Row = dict[str, Any]


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def need_list(request: StaffRequest) -> HttpResponse:
    """Common and individual needs of the last twelve months, or of the period asked for."""
    params = period(CommentFilters(request.GET).conditions())
    found = queries.need_board(request.user, params, until=today())
    names = queries.topic_names()
    context = {
        "parts": [_part(kind, found.of_kind(kind), params, names) for kind in KINDS],
        "silent": [need_row(need, names) for need in found.silent],
        "board": found.board,
        "params": params,
        "topic_word": names.of(params["topic"]) if "topic" in params else "",
        "may_edit": request.user.may(Permission.TOPIC_EDIT),
        "tabs": tabs(request.user, "voice:needs"),
    }
    return show(request, "voice/needs.html", context)


def _part(kind: str, rows: list[NeedRow], params: Row, names: queries.Names) -> Row:
    undecided = sum(not any(need.decision for need in row.needs) for row in rows)
    return {
        "kind": kind,
        "title": KINDS[kind],
        "rows": [_row(row, params, names) for row in rows],
        "undecided": undecided,
    }


def _row(row: NeedRow, params: Row, names: queries.Names) -> Row:
    given = {name: str(value) for name, value in {**params, "topic": row.topic.code}.items()}
    url = f"{reverse('voice:comments')}?{urlencode(given)}"
    return {
        "topic": row.topic,
        "url": url,
        "behind": [{"one": one, "url": f"{url}&customer={one.customer.pk}"} for one in row.behind],
        "others": row.others,
        "only": row.only,
        "needs": [need_row(need, names) for need in row.needs],
        "new_url": f"{reverse('voice:need_new')}?topic={row.topic.code}"
        + (f"&customer={row.only.pk}" if row.only else ""),
    }


def need_row(need: Need, names: queries.Names) -> Row:
    """A need in words."""
    return {
        "need": need,
        "topic": names.of(need.topic.code),
        "kind": KINDS[need.kind],
        "decision": DECISIONS.get(need.decision, _("还没有定")),
        "chip": DECISION_CHIPS[need.decision],
        "limit": limit_words(need),
        "is_due": need.review_on is not None and need.review_on <= today(),
        "process_url": f"{reverse('quality:chart')}?kept={need.process_id}" if need.process_id else "",
    }


def limit_words(need: Need) -> str:
    """「下单 → 交货：目标 7 天，底线 9 天」."""
    if need.process:
        words = {
            "name": need.process.name,
            "target": f"{need.process.target_days:g}",
            "limit": f"{need.process.limit_days:g}",
        }
        return _("%(name)s：承诺 %(target)s 天，底线 %(limit)s 天") % words
    if need.measure:
        words = {
            "name": need.measure,
            "target": f"{need.target or 0:g}",
            "limit": f"{need.limit or 0:g}",
            "unit": need.unit,
        }
        return _("%(name)s：目标 %(target)s %(unit)s，底线 %(limit)s %(unit)s") % words
    return ""


def _need(request: StaffRequest, pk: int) -> Need:
    return get_object_or_404(queries.visible_needs(request.user), pk=pk)


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def need(request: StaffRequest, pk: int) -> HttpResponse:
    """One need: its voices, what it hangs on, the measure and how it is kept, who sees to it until when."""
    found, names = _need(request, pk), queries.topic_names()
    asked = voices_of(found, until=today())
    said = queries.listed(request.user, asked)
    kept = kept_by(request.user, found.process) if found.process else None
    context = {
        "row": need_row(found, names),
        "need": found,
        "voices": shown(list(said.order_by("-said_at", "-pk")[:VOICES]), names),
        "total": said.order_by().count(),
        "voices_url": f"{reverse('voice:comments')}?{urlencode({name: str(value) for name, value in asked.items()})}",
        "kept": _kept(kept, found) if kept and kept.n else None,
        "may_edit": request.user.may(Permission.TOPIC_EDIT),
    }
    return show(request, "voice/need.html", context)


def _kept(kept: Any, need: Need) -> Row:
    process = need.process
    assert process is not None
    query = {
        "pair": process.pair,
        "target": f"{process.target_days:g}",
        "limit": f"{process.limit_days:g}",
        "months": process.months,
    }
    base = f"{reverse('quality:jobs')}?{urlencode(query)}"
    return {
        "n": kept.n,
        "within": formats.percent(kept.within / kept.n, 0),
        "beyond": formats.percent(kept.beyond / kept.n, 0),
        "is_gap": kept.beyond > 0,
        "jobs_url": base,
        "within_url": f"{base}&zone=delight",
        "beyond_url": f"{base}&zone=angry",
    }


@needs(Permission.CUSTOMER_VIEW, Permission.TOPIC_EDIT)
@require_http_methods(["GET", "POST"])
def need_new(request: StaffRequest) -> HttpResponse:
    """From ?topic= straight to what is promised."""
    topic = get_object_or_404(Topic, code=request.GET.get("topic", "")[:80])
    return _written(request, topic, None)


@needs(Permission.CUSTOMER_VIEW, Permission.TOPIC_EDIT)
@require_http_methods(["GET", "POST"])
def need_edit(request: StaffRequest, pk: int) -> HttpResponse:
    found = _need(request, pk)
    return _written(request, found.topic, found)


def _written(request: StaffRequest, topic: Topic, found: Need | None) -> HttpResponse:
    names = queries.topic_names()
    root = names.topics.get(names.root(topic.code), topic)
    whose = behind_topic(request.user, root.code, until=today())
    form = NeedForm(
        request.POST or None, viewer=request.user, need=found, customers=whose, pairs=pairs_of(request.user),
        asked=request.GET.get("customer", ""),
    )  # fmt: skip
    if form.is_valid():
        with refusals_on(form):
            made = _save(request, form, root, found)
            messages.success(request, _("已记下这条需求"))
            return go(request, made.get_absolute_url())
    context = {"form": form, "topic": names.of(topic.code), "code": topic.code, "need": found}
    return show(request, "voice/need_form.html", context, status=422 if form.is_bound else 200)


@transaction.atomic
def _save(request: StaffRequest, form: NeedForm, topic: Topic, found: Need | None) -> Need:
    values = form.fields_for_service()
    if promise := form.promise():
        values["process"] = services.promise_for(values["text"], by=request.user, **promise)
    return services.keep_need(found, by=request.user, **values, **({} if found else {"topic": topic}))


@needs(Permission.CUSTOMER_VIEW, Permission.TOPIC_EDIT)
@require_POST
def need_archive(request: StaffRequest, pk: int) -> HttpResponse:
    services.archive_need(_need(request, pk), by=request.user)
    messages.success(request, _("已收起这条需求；定过什么仍在变更日志里"))
    return go(request, "voice:needs")
