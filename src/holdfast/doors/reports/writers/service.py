"""How far the service standards were kept, as sections: by star, by person, by department."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from holdfast.common.formats import number, percent
from holdfast.doors.reports.writers.sections import ON_PAPER, Column, Section

Line = dict[str, Any]


def execution(figures: dict[str, Any]) -> list[Section]:
    """Three tables; one sentence for a month in which nothing was due; nothing for a report made before there were duties."""
    found = figures.get("execution")
    if found is None:
        return []
    if not found["total"]["due"]:
        return [Section("execution", _("服务执行率"), empty=_("这个月没有按服务标准应做的拜访和联系。"))]
    return [
        _stars(found),
        _people(found, "owners", _("服务执行率：按人")),
        _people(found, "departments", _("服务执行率：按部门")),
    ]


def _stars(found: dict[str, Any]) -> Section:
    total = found["total"]
    note = _("应做 %(due)s 次，做了 %(kept)s 次，%(rate)s") % {
        "due": number(total["due"]), "kept": number(total["kept"]), "rate": percent(total["rate"]),
    }  # fmt: skip
    rows = [[{"stars": line["key"], "provisional": line["is_hollow"]}, *_figures(line)] for line in found["stars"]]
    made = Section(
        "execution", _("服务执行率"), note, _columns(Column(_("星级"), "stars")), rows, [_("合计"), *_figures(total)]
    )
    if found["provisional_share"]:
        made.caption = _("%(share)s 的应做次数按暂定星级算。") % {"share": percent(found["provisional_share"])}
    return made


def _people(found: dict[str, Any], name: str, title: str) -> Section:
    """The worst rate first, as on the page; who has nobody in charge stands under that name."""
    nobody = _("没有归属人") if name == "owners" else _("没有部门")
    rows = [[line["name"] or nobody, *_figures(line)] for line in found[name]]
    first = Column(_("归属人") if name == "owners" else _("部门"))
    made = Section(f"execution_{name}", title, _("执行率低的在前"), _columns(first), rows)
    made.more = max(0, len(rows) - ON_PAPER)
    return made


def _columns(first: Column) -> list[Column]:
    return [
        first, Column(_("客户"), "int"), Column(_("应做"), "int"), Column(_("做了"), "int"), Column(_("还差"), "int"),
        Column(_("执行率"), "percent"),
    ]  # fmt: skip


def _figures(line: Line) -> list[Any]:
    return [line[name] for name in ("customers", "due", "kept", "missing", "rate")]
