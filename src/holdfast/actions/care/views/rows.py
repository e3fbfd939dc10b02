"""The rows behind a figure, and as a workbook."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from typing import Any, cast

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from holdfast.actions.care import queries
from holdfast.actions.care.queries import Asked
from holdfast.actions.care.rules import KINDS, progress_of
from holdfast.actions.care.views import shown
from holdfast.common import formats, labels, sheets
from holdfast.common.months import today
from holdfast.common.web import ip_of, needs, show
from holdfast.foundation.accounts.models import Department, StaffRequest, User
from holdfast.foundation.accounts.rules import Permission
from holdfast.foundation.audit import services as audit

PAGE, MOST_ROWS = 50, 100_000
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def asked_by(request: StaffRequest) -> Asked:
    """The conditions of the address; what cannot be read is left out."""
    given = request.GET
    stars = given.get("stars", "")
    kind = given.get("kind", "")
    return Asked(
        month=shown.month_of(request),
        stars=int(stars) if stars in {"1", "2", "3", "4", "5"} else None,
        kind=kind if kind in KINDS else "",
        owner=_key(given.get("owner", "")),
        department=_key(given.get("department", "")),
        is_missing=given.get("missing") == "1",
    )


def _key(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 18 else None


@needs(Permission.CUSTOMER_VIEW)
@require_safe
def rows(request: StaffRequest) -> HttpResponse:
    """The duties that a figure of the execution page counted, the largest gap first."""
    asked, day = asked_by(request), today()
    page = Paginator(queries.duty_rows(request.user, asked, day), PAGE).get_page(request.GET.get("page"))
    context = {
        "asked": asked,
        "month": asked.month,
        "words": conditions(asked, request.user),
        "page": page,
        "rows": [(duty, progress_of(duty.due, duty.done_now, duty.window, day)) for duty in page],
        "kinds": KINDS,
        "tones": shown.TONES,
        "may_export": request.user.may(Permission.CUSTOMER_EXPORT),
        "back": f"{reverse('care:execution')}?month={asked.month}",
    }
    return show(request, "care/rows.html", context)


def conditions(asked: Asked, viewer: User) -> list[tuple[str, str]]:
    """(parameter, words) of each condition; people and departments only by what the viewer's rows name anyway."""
    found: list[tuple[str, str]] = []
    if asked.stars:
        found.append(("stars", labels.stars_label(asked.stars)))
    if asked.kind:
        found.append(("kind", str(KINDS[asked.kind])))
    if asked.owner is not None:
        found.append(("owner", _name(viewer, asked, "owner") or _("没有归属人")))
    if asked.department is not None:
        found.append(("department", _name(viewer, asked, "department") or _("没有部门")))
    if asked.is_missing:
        found.append(("missing", _("还差的")))
    return found


def _name(viewer: User, asked: Asked, field: str) -> str:
    """The name of an owner or department that stands in rows the viewer sees; else its number."""
    key = getattr(asked, field)
    if not key:
        return ""
    model: type[User] | type[Department] = User if field == "owner" else Department
    seen = queries.duties_in(asked.month, today()).visible_to(viewer).filter(**{field: key}).exists()
    one = model._default_manager.filter(pk=key).first() if seen else None
    return str(one) if one else str(key)


@needs(Permission.CUSTOMER_VIEW, Permission.CUSTOMER_EXPORT)
@require_POST
def export(request: StaffRequest) -> HttpResponse:
    """The same rows as a workbook, recorded."""
    asked = asked_by(request)
    found = queries.duty_rows(request.user, asked, today())
    count = found.count()
    if count > MOST_ROWS:
        told = {"most": formats.number(MOST_ROWS), "count": formats.number(count)}
        messages.warning(request, _("一次最多导出 %(most)s 行，现在有 %(count)s 行。请加条件后再导出。") % told)
        return redirect(f"{reverse('care:rows')}?{request.GET.urlencode()}")
    filters = {"month": str(asked.month)} | {
        name: request.GET.get(name, "") for name, _words in conditions(asked, request.user)
    }
    audit.note_export(by=request.user, what="care.rows", kind="xlsx", rows=count, filters=filters, ip=ip_of(request))
    return cast(HttpResponse, _file(found, asked))


def _file(found: Any, asked: Asked) -> FileResponse:
    target = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    table = sheets.Table(str(_("应做与缺口")), columns=_columns(), rows=_cells(found))
    sheets.write_xlsx(target, [table], lang="en" if get_language() == "en" else "zh")
    target.seek(0)
    name = f"{_('服务标准')}-{asked.month}.xlsx"
    return FileResponse(target, as_attachment=True, filename=name, content_type=XLSX)


def _columns() -> list[sheets.Column]:
    headings = [
        (_("编号"), "id"), (_("客户"), "text"), (_("星级"), "integer"), (_("评级"), "text"), (_("内容"), "text"),
        (_("从"), "date"), (_("到"), "date"), (_("应做"), "integer"), (_("已做"), "integer"), (_("还差"), "integer"),
        (_("归属人"), "text"), (_("部门"), "text"),
    ]  # fmt: skip
    return [sheets.Column(str(heading), kind=kind) for heading, kind in headings]


def _cells(found: Any) -> Iterator[list[Any]]:
    for duty in found.iterator(chunk_size=1000):
        yield [
            duty.customer.code, duty.customer.name, duty.stars, _("暂定") if duty.is_provisional else _("正式"),
            str(KINDS[duty.kind]), duty.starts_on, duty.ends_on, duty.due, duty.done_now, duty.missing_now,
            duty.owner.name if duty.owner else "", duty.department.name if duty.department else "",
        ]  # fmt: skip
