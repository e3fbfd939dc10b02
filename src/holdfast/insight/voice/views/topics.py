"""主题: what customers talk about, how that moves, and whose voice it is; renamed, merged and taken apart here."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from holdfast.common import formats, labels
from holdfast.common.months import Month, today
from holdfast.common.refusals import Refusal
from holdfast.common.web import go, needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit
from holdfast.foundation.audit.models import Batch
from holdfast.insight.voice import queries
from holdfast.insight.voice.forms import STARS, CommentFilters
from holdfast.insight.voice.rules import BASES, KINDS
from holdfast.insight.voice.views.shown import tabs, tone_parts
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Topic
from holdfast.records.feedback.rules import CHANNELS

MONTHS = 12
LINES = 5
LINE_TONES = ("brand", "lost", "gold", "new", "returned")
KIND_CHIPS = {"common": "brand", "individual": "line"}


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def topics(request: StaffRequest) -> HttpResponse:
    """Topics of the last twelve months, or of the period asked for."""
    params = period(CommentFilters(request.GET).conditions())
    board = queries.topic_board(request.user, params, until=today(), months=MONTHS)
    names = queries.topic_names()
    away = [code for code in names.topics if names.root(code) != code]
    merged = [(code, names.own(code), names.of(code)) for code in away]
    context = {
        "board": board,
        "rows": [_row(row, params) for row in board.by_weight],
        "cut": cut(board),
        "basis": BASES[board.basis],
        "is_by_other_basis": board.basis != board.rule.basis,
        "merges": queries.merges(),
        "waiting_found": queries.open_proposals(),
        "tone_parts": tone_parts(board.tones, f"{_list(params)}&"),
        "trend": _trend(board, params),
        "lead": lead(board),
        "params": params,
        "channels": CHANNELS,
        "star_words": {code: labels.stars_label(int(code) if code != "none" else None) for code in STARS},
        "tabs": tabs(request.user, "voice:topics"),
        "standing": names.standing(),
        "merged": sorted(merged),
        "may_edit": request.user.may(Permission.TOPIC_EDIT),
        "list_url": _list(params),
    }
    return show(request, "voice/topics.html", context)


def period(asked: dict[str, Any]) -> dict[str, Any]:
    """What was asked for; without days the last twelve months."""
    first = Month.of(today()).plus(1 - MONTHS).first
    return {"since": first, **asked}


def _list(params: dict[str, Any], **more: Any) -> str:
    """The address of the comments behind a figure."""
    given = {name: str(value) for name, value in {**params, **more}.items()}
    return f"{reverse('voice:comments')}?{urlencode(given)}"


def _row(row: queries.TopicRow, params: dict[str, Any]) -> dict[str, Any]:
    url = _list(params, topic=row.code)
    return {
        "topic": row,
        "url": url,
        "parts": tone_parts(row.tones, f"{url}&"),
        "kind": KINDS[row.kind],
        "need_url": f"{reverse('voice:needs')}?topic={row.code}",
        "chip": KIND_CHIPS[row.kind],
        "complaints_url": f"{url}&complaint=1",
    }


def lead(board: queries.Board) -> str:
    """What is said most, and what weighs most by the value of those who say it."""
    if not board.rows:
        return ""
    first, weightiest = board.rows[0], board.by_weight[0]
    words = {
        "name": first.name,
        "share": formats.percent(first.share, 0),
        "n": first.comments,
        "other": weightiest.name,
    }
    if first.code == weightiest.code:
        return _("说得最多的是「%(name)s」：%(n)s 条，占读过的 %(share)s；按分量也是它最重。") % words
    return _("说得最多的是「%(name)s」：%(n)s 条，占读过的 %(share)s；按分量最重的却是「%(other)s」。") % words


def cut(board: queries.Board) -> dict[str, Any]:
    """The 80/20 line: after which row it is drawn, and what it says."""
    vital = board.vital
    if not vital:
        return {}
    told = {"n": len(vital), "all": len(board.rows), "share": formats.percent(vital[-1].cumulative, 0)}
    return {"code": vital[-1].code, "text": _("%(all)s 个主题里，以上 %(n)s 个占了 %(share)s 的分量") % told}


def _trend(board: queries.Board, params: dict[str, Any]) -> dict[str, Any]:
    """The five most named topics by month."""
    spans = [Month.parse(text) for text in board.months]
    return {
        "labels": [formats.month(text, "short") for text in board.months],
        "series": [
            {"name": row.name, "values": [row.months[text] for text in board.months], "tone": LINE_TONES[place]}
            for place, row in enumerate(board.rows[:LINES])
        ],
        "urls": [_list(params, since=span.first, until=span.last) for span in spans],
        "format": "number",
    }


# --- the word list ----------------------------------------------------------------------------------------------
@needs(Permission.TOPIC_EDIT)
@require_POST
def topic_add(request: StaffRequest) -> HttpResponse:
    return _done(request, lambda: feedback.add_topic(request.POST.get("name", ""), by=request.user), _("已新建主题"))


@needs(Permission.TOPIC_EDIT)
@require_POST
def topic_rename(request: StaffRequest) -> HttpResponse:
    found = _topic(request.POST.get("topic", ""))
    return _done(
        request, lambda: feedback.rename_topic(found, request.POST.get("name", ""), by=request.user), _("已改名")
    )


@needs(Permission.TOPIC_EDIT)
@require_POST
def topic_merge(request: StaffRequest) -> HttpResponse:
    """Two topics count as one from now on; the message carries the way back."""
    found, into = _topic(request.POST.get("topic", "")), _topic(request.POST.get("into", ""))
    try:
        batch = feedback.merge_topics([found], into=into, by=request.user)
        undo = reverse("voice:topic_undo", args=[batch.pk])
        messages.success(request, _("已合并"), extra_tags=undo)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "voice:topics")


@needs(Permission.TOPIC_EDIT)
@require_POST
def topic_split(request: StaffRequest) -> HttpResponse:
    found = _topic(request.POST.get("topic", ""))
    return _done(request, lambda: feedback.split_topic(found, by=request.user), _("已拆开"))


@needs(Permission.TOPIC_EDIT)
@require_POST
def topic_undo(request: StaffRequest, batch: int) -> HttpResponse:
    found = get_object_or_404(Batch, pk=batch, kind="merge_topics")
    return _done(request, lambda: audit.undo(found, by=request.user), _("已撤销合并"))


def _topic(code: str) -> Topic:
    return get_object_or_404(Topic, code=code[:80])


def _done(request: StaffRequest, act: Any, text: str) -> HttpResponse:
    try:
        act()
        messages.success(request, text)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    return go(request, "voice:topics")
