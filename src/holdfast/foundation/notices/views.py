"""The inbox, its bell, and how one wants to be told."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from holdfast.common.months import today
from holdfast.common.web import go, needs, refusals_on, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.notices import forms, queries, services
from holdfast.foundation.notices.models import Notice

PAGE = 50
MAILS_SHOWN = 10


@require_GET
@needs()
def inbox(request: StaffRequest) -> HttpResponse:
    """One's own notices, newest first; all of them or those not read yet."""
    is_unread = request.GET.get("which") == "unread"
    before = request.GET.get("before", "")
    older_than = int(before) if before.isdecimal() and len(before) < 19 else None
    rows = list(queries.inbox(request.user, unread=is_unread, before=older_than)[: PAGE + 1])
    shown = queries.worded(request.user, rows[:PAGE])
    context = {
        "notices": shown,
        "which": "unread" if is_unread else "all",
        "unread": queries.count_unread(request.user),
        "next_before": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "newest": rows[0].pk if rows else 0,
        "today": today(),
    }
    return show(request, "notices/inbox.html", context)


@require_GET
@needs()
def badge(request: StaffRequest) -> HttpResponse:
    """The bell's number alone: asked for by every open page once a minute, answered by one count."""
    return render(request, "notices/_badge.html", {"unread": queries.count_unread(request.user)})


def _own(request: StaffRequest, pk: int) -> Notice:
    return get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)


@require_GET
@needs()
def open_notice(request: StaffRequest, pk: int) -> HttpResponse:
    """On to what the notice is about; it counts as read."""
    notice = _own(request, pk)
    services.mark_read(request.user, [notice.pk])
    return redirect(notice.url or "notices:inbox")


@require_POST
@needs()
def read(request: StaffRequest, pk: int) -> HttpResponse:
    services.mark_read(request.user, [_own(request, pk).pk])
    return go(request, "notices:inbox")


@require_POST
@needs()
def read_all(request: StaffRequest) -> HttpResponse:
    """Those that the person has seen; what arrived meanwhile stays."""
    until = request.POST.get("until", "")
    seen = int(until) if until.isdecimal() and len(until) < 19 else None
    count = services.mark_all_read(request.user, until=seen)
    messages.success(request, _("%(n)s 条通知已标为已读") % {"n": count})
    return go(request, "notices:inbox")


@require_http_methods(["GET", "POST"])
@needs()
def preferences(request: StaffRequest) -> HttpResponse:
    form = forms.PreferenceForm(request.POST or None, preference=queries.preference_of(request.user))
    if form.is_valid():
        with refusals_on(form):
            services.set_preference(request.user, **form.cleaned_data)
            messages.success(request, _("提醒设置已保存。"))
            return go(request, "notices:settings")
    context = {"form": form, **_mail_facts(request)}
    return show(request, "notices/settings.html", context, status=422 if form.is_bound else 200)


def _mail_facts(request: StaffRequest) -> dict[str, Any]:
    mails = list(queries.latest_mails(request.user).select_related("notice")[:MAILS_SHOWN])
    queries.worded(request.user, [mail.notice for mail in mails if mail.notice])
    return {
        "has_server": settings.SMTP is not None,
        "address": request.user.email,
        "mails": mails,
    }
