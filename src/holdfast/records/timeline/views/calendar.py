"""One's tasks in the calendar of a phone or a mail program."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from holdfast.common.web import go, needs, show
from holdfast.foundation.accounts.models import StaffRequest
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.timeline import queries, services


@never_cache
@needs(Permission.CUSTOMER_VIEW)
@require_http_methods(["GET", "POST"])
def calendar(request: StaffRequest) -> HttpResponse:
    """Make the secret address, renew it, end it. It is shown once."""
    address = ""
    if request.method == "POST" and request.POST.get("action") == "remove":
        services.remove_feed(request.user)
        messages.success(request, _("日历地址已停用，订阅它的程序不再更新。"))
        return go(request, "timeline:calendar")
    if request.method == "POST":
        address = request.build_absolute_uri(reverse("timeline:calendar_file", args=[services.make_feed(request.user)]))
    context = {"address": address, "feed": queries.feed_of(request.user)}
    return show(request, "timeline/calendar.html", context)


@never_cache
@login_not_required
@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar itself; the token in its address is the only key."""
    feed = queries.feed_of_digest(services.digest_of(token))
    if feed is None:
        raise Http404
    with translation.override(feed.user.language or None):
        text = services.calendar_of(feed.user, address=request.build_absolute_uri("/").rstrip("/"))
    return HttpResponse(text, content_type="text/calendar; charset=utf-8")
