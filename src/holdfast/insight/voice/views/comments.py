"""客户之声: what customers said, one of them, and a person's word on it."""

from __future__ import annotations

import tempfile
from typing import Any, cast

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from holdfast.common import labels
from holdfast.common.months import today
from holdfast.common.web import go, ip_of, needs, refusals_on, show, wants_fragment
from holdfast.foundation.accounts.models import StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit
from holdfast.insight.voice import queries
from holdfast.insight.voice.forms import STARS, CommentFilters, ReadingForm
from holdfast.insight.voice.queries.comments import SCALE_WORDS, SCORE_GROUP_WORDS, STATES
from holdfast.insight.voice.views.shown import Shown, shown, tabs, tone_buttons
from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries import visible_customers
from holdfast.records.feedback import services as feedback
from holdfast.records.feedback.models import Comment
from holdfast.records.feedback.queries import may_change
from holdfast.records.feedback.rules import CHANNELS, TONES

MOST_ROWS = 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def comments(request: StaffRequest) -> HttpResponse:
    """The list, newest first."""
    filters = CommentFilters(request.GET)
    params = filters.params()
    names = queries.topic_names()
    page = queries.comment_list(request.user, params)
    context = {
        "page": page,
        "rows": shown(page.rows, names, queries.said_alike(request.user, page.rows)),
        "params": params,
        "tabs": tabs(request.user, "voice:comments"),
        "is_filtered": bool(filters.conditions()),
        "buttons": tone_buttons(),
        "may_edit": request.user.may(Permission.FEEDBACK_EDIT),
        "may_export": request.user.may(Permission.CUSTOMER_EXPORT),
        **_choices(request, params, names),
    }
    return show(request, "voice/comments.html", context)


def _choices(request: StaffRequest, params: dict[str, Any], names: queries.Names) -> dict[str, Any]:
    """Words for the filters, and for those that are set."""
    owner = params.get("owner", "")
    seen = Customer.objects.visible_to(request.user)
    return {
        "tones": TONES,
        "channels": CHANNELS,
        "states": STATES,
        "topics": names.standing(),
        "topic_word": names.of(params["topic"]) if "topic" in params else "",
        "star_words": {code: labels.stars_label(int(code) if code != "none" else None) for code in STARS},
        "of_customer": seen.filter(pk=params["customer"]).first() if "customer" in params else None,
        "of_owner": User.objects.filter(pk=owner).first() if owner.isdecimal() else None,
        "found_words": " · ".join(queries.words_of(params["found"])) if "found" in params else "",
        "score_word": SCORE_GROUP_WORDS.get(params.get("group", "")) or SCALE_WORDS.get(params.get("scored", ""), ""),
    }


def _visible(request: StaffRequest, pk: int) -> Comment:
    return get_object_or_404(queries.visible_comments(request.user), pk=pk)


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def comment(request: StaffRequest, pk: int) -> HttpResponse:
    """One thing said, with what was read out of it and by whom."""
    return _comment_page(request, _visible(request, pk))


def _comment_page(request: StaffRequest, found: Comment, form: ReadingForm | None = None) -> HttpResponse:
    names = queries.topic_names()
    one = shown([found], names)[0]
    chosen = {code for code, _name in one.topics}
    context = {
        "one": one,
        "comment": found,
        "customer": found.customer,
        "names": names,
        "buttons": tone_buttons(),
        "chosen": one.topics,
        "others": [(code, name) for code, name in names.standing() if code not in chosen],
        "machine_topics": names.listed(one.reading.topics) if one.reading else [],
        "form": form,
        "may_edit": request.user.may(Permission.FEEDBACK_EDIT),
        "may_change": may_change(request.user, found),
    }
    return show(request, "voice/comment.html", context, status=422 if form else 200)


@needs(Permission.CUSTOMER_VIEW, Permission.FEEDBACK_EDIT)
@require_POST
def read(request: StaffRequest, pk: int) -> HttpResponse:
    """A person says what a comment is; one tap in the list keeps what is shown beside the tone."""
    found, names = _visible(request, pk), queries.topic_names()
    is_cell = request.POST.get("part") == "cell"
    form = ReadingForm(_asked(request, found, names, is_cell=is_cell), codes=names.topics)
    if form.is_valid():
        with refusals_on(form):
            feedback.confirm_reading(found, by=request.user, **form.cleaned_data)
            return _answer(request, found.pk, names, is_cell=is_cell)
    return _comment_page(request, found, form)


def _asked(request: StaffRequest, found: Comment, names: queries.Names, *, is_cell: bool) -> Any:
    if not is_cell:
        return request.POST
    one = shown([found], names)[0]
    kept = [code for code, _name in one.topics]
    return {"tone": request.POST.get("tone", ""), "is_complaint": one.is_complaint, "topics": kept}


@needs(Permission.CUSTOMER_VIEW, Permission.FEEDBACK_EDIT)
@require_POST
def unread(request: StaffRequest, pk: int) -> HttpResponse:
    """Take a person's word back."""
    found = _visible(request, pk)
    feedback.withdraw_reading(found, by=request.user)
    return _answer(request, found.pk, queries.topic_names(), is_cell=False)


def _answer(request: StaffRequest, pk: int, names: queries.Names, *, is_cell: bool) -> HttpResponse:
    if not wants_fragment(request):
        messages.success(request, _("已记下您的判断"))
        return go(request, "voice:comment", pk)
    found = _visible(request, pk)
    if not is_cell:
        return _comment_page(request, found)
    row: Shown = shown([found], names)[0]
    return show(request, "voice/cell.html", {"row": row, "buttons": tone_buttons(), "may_edit": True})


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def panel(request: StaffRequest, pk: int) -> HttpResponse:
    """What one customer said, on his page."""
    customer = get_object_or_404(visible_customers(request.user), pk=pk)
    rows = shown(queries.comments_of(request.user, customer), queries.topic_names())
    context = {"customer": customer, "rows": rows, "may_add": request.user.may(Permission.FEEDBACK_EDIT)}
    return show(request, "voice/panel.html", context)


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EXPORT)
@require_POST
def comments_export(request: StaffRequest) -> HttpResponse:
    """The filtered comments as a workbook, recorded in the register; too many are refused with what to do."""
    params = CommentFilters(request.GET).conditions()
    found = queries.listed(request.user, params)
    count = found.order_by().count()
    if count > MOST_ROWS:
        told = {"most": f"{MOST_ROWS:,}", "count": f"{count:,}"}
        messages.warning(request, _("一次最多导出 %(most)s 条，现在有 %(count)s 条。请加条件后再导出。") % told)
        return redirect(f"{reverse('voice:comments')}?{request.GET.urlencode()}")
    kept = {name: str(value) if name in ("since", "until") else value for name, value in params.items()}
    audit.note_export(
        by=request.user, what="voice.comments", kind="xlsx", rows=count, filters=kept, ip=ip_of(request),
        target=request.user, label="comments.xlsx",
    )  # fmt: skip
    return cast(HttpResponse, _workbook(found))


def _workbook(found: Any) -> FileResponse:
    from holdfast.common import sheets

    columns = [sheets.Column(str(heading), kind=kind) for heading, kind in queries.export_columns()]
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    table = sheets.Table(str(_("客户之声")), columns=columns, rows=queries.export_rows(found))
    sheets.write_xlsx(target, [table], lang="en" if get_language() == "en" else "zh")
    target.seek(0)
    return FileResponse(
        target, as_attachment=True, filename=f"{_('客户之声')}-{today():%Y%m%d}.xlsx", content_type=XLSX
    )


__all__ = ["comment", "comments", "comments_export", "panel", "read", "unread"]
