"""The customers behind a figure of the value pages."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpResponse
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from holdfast.common import labels
from holdfast.common.web import needs, show
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.insight.scores import queries
from holdfast.insight.scores.models import Run
from holdfast.insight.scores.readers import FileMissing
from holdfast.insight.scores.views import shown
from holdfast.insight.scores.views.segments import band_words
from holdfast.insight.scores.views.value import comparison_of, without_file

# What the customer list can filter by itself, as of now.
SAME_FILTERS = {"stage", "risk", "movement", "class"}


@needs(Permission.VALUE_VIEW)
@require_GET
def customers(request: StaffRequest) -> HttpResponse:
    """One page of the customers that a figure counted."""
    run = queries.run_for(request.GET.get("month", ""))
    if run is None:
        raise Http404(_("这个月还没有评分。"))
    asked = {name: str(value) for name, value in request.GET.items() if name not in ("month", "page")}
    page = request.GET.get("page", "1")
    try:
        found = queries.customer_set(run, request.user, asked, page=int(page) if page.isdigit() else 1)
    except FileMissing as missing:
        return without_file(request, run, missing)
    movement = queries.windows_of(run, comparison_of(request))
    context = {
        "run": run,
        "found": found,
        "words": conditions(asked, request.user),
        "periods": shown.periods(*movement),
        "list_url": _list_url(run, asked),
        "back": f"{reverse('scores:value')}?month={run.month}",
        "is_by_risk": bool(asked.get("risk") or asked.get("band")),
        "sees_profit": request.user.sees_profit,
        "may_export": request.user.may(Permission.CUSTOMER_EXPORT),
    }
    return show(request, "scores/customers.html", context)


def conditions(asked: dict[str, str], viewer: User) -> list[str]:
    """What the figure counted, in words."""
    found = [*band_words(asked, viewer), _named(asked, "stage", labels.STAGES), _risk_words(asked)]
    if asked.get("movement"):
        compare = asked.get("compare", "month")
        found.append(
            _("、").join(shown.movement_word(c, compare) for c in asked["movement"].split(",") if c in labels.MOVEMENTS)
        )
    found.append(_named(asked, "due", labels.BRIDGE_STEPS))
    found.append(_star_words(asked))
    found += [_("还没有下过单")] if asked.get("never") else []
    found += [_("本月流失")] if asked.get("left") else []
    found += [_("本期有收入")] if asked.get("current") else []
    found += [_("本月下过单")] if asked.get("bought") else []
    found += [_("近 12 个月下过单")] if asked.get("active") else []
    found += [_("利润为负")] if asked.get("losing") and viewer.sees_profit else []
    return [word for word in found if word]


def _named(asked: dict[str, str], name: str, words: Any) -> str:
    if not asked.get(name):
        return ""
    return _("、").join(str(words[code]) for code in asked[name].split(",") if code in words)


def _risk_words(asked: dict[str, str]) -> str:
    levels = [code for code in asked.get("risk", "").split(",") if code in labels.RISKS]
    if not levels or len(levels) == len(labels.RISKS):  # all of them: whoever has bought
        return ""
    return _("风险%(level)s") % {"level": _("、").join(str(labels.RISKS[code]) for code in levels)}


def _star_words(asked: dict[str, str]) -> str:
    if "before" in asked or "after" in asked:
        before, after = (_star_word(asked.get(side, "")) for side in ("before", "after"))
        return f"{before} → {after}"
    if not asked.get("stars"):
        return ""
    sure = {"firm": _("正式"), "hollow": _("暂定")}.get(asked.get("sure", ""), "")
    named = _("、").join(_star_word(text) for text in asked["stars"].split(","))
    return " ".join(word for word in (sure, named) if word)


def _star_word(text: str) -> str:
    return labels.stars_label(int(text)) if text.isdigit() else labels.stars_label(None)


def _list_url(run: Run, asked: dict[str, str]) -> str:
    """The same filter in the customer list, where it can express it and shows the same month."""
    newest = queries.newest_run()
    if not newest or newest.pk != run.pk or not asked or not set(asked) <= SAME_FILTERS:
        return ""
    try:
        pairs = [(name, code) for name, value in asked.items() for code in value.split(",")]
        return f"{reverse('customers:list')}?{urlencode(pairs)}"
    except NoReverseMatch:
        return ""
