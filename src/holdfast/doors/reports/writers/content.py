"""Figures become sections with words: the same for page, PDF and workbook, in the reader's language.

A cell keeps its raw value and its kind; `writers.cells` shows it on paper and screen, `writers.files` in a workbook.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from holdfast.common import labels
from holdfast.common.formats import is_chinese, money, month, number, percent
from holdfast.doors.reports.writers.sections import ON_PAPER, Column, Section
from holdfast.doors.reports.writers.service import execution


def lead(figures: dict[str, Any]) -> str:
    """The month in a breath: revenue against the month before, who fell away, what became of the actions."""
    total = _total(figures)
    parts = [
        _("%(month)s收入 %(now)s，比 %(before)s%(delta)s。")
        % {
            "month": month(figures["month"], "short"),
            "now": money(total["current_minor"], "panel"),
            "before": month(figures["previous_month"], "short"),
            "delta": _more_or_less(total["delta_minor"]),
        },
        _("%(falling)s 位买得少了，%(left)s 位按自己的节奏已经离开，%(overdue)s 位该来没来。")
        % {
            "falling": number(_row(figures, "declining")["n"]),
            "left": number(figures["lists"]["left"]["n"]),
            "overdue": number(figures["lists"]["overdue"]["n"]),
        },
    ]
    if figures["checks"]:
        parts.append(
            _("上期定的 %(n)s 件事完成 %(done)s 件。")
            % {"n": number(figures["checks"]["n"]), "done": number(figures["checks"]["done"])}
        )
    return ("" if is_chinese() else " ").join(parts)


def _more_or_less(delta_minor: int) -> str:
    words = _("多 %(money)s") if delta_minor >= 0 else _("少 %(money)s")
    return words % {"money": money(abs(delta_minor), "panel")}


def _total(figures: dict[str, Any]) -> dict[str, Any]:
    return next(row for row in figures["movement"]["month"]["rows"] if row["code"] == "total")


def _row(figures: dict[str, Any], code: str) -> dict[str, Any]:
    return next(row for row in figures["movement"]["month"]["rows"] if row["code"] == code)


def sections(figures: dict[str, Any]) -> list[Section]:
    """All sections in the order of the meeting; those without facts say so in a sentence."""
    return [
        movement(figures), bridge(figures), windows(figures), stars(figures), pareto(figures), life_cycle(figures),
        star_changes(figures), left(figures), declining(figures), rising(figures), joined(figures), warnings(figures),
        checks(figures), *execution(figures), late(figures), quality(figures),
    ]  # fmt: skip


def movement(figures: dict[str, Any]) -> Section:
    before, now = month(figures["previous_month"], "short"), month(figures["month"], "short")
    columns = [
        Column(_("去向"), "step"), Column(_("客户"), "int"), Column(_("%(month)s收入") % {"month": before}, "money"),
        Column(_("%(month)s收入") % {"month": now}, "money"), Column(_("变化"), "change"), Column(_("说明"), "note"),
    ]  # fmt: skip
    rows = [
        [row["code"], row["n"], row["previous_minor"], row["current_minor"], row["delta_minor"], _note(figures, row)]
        for row in figures["movement"]["month"]["rows"]
        if row["code"] != "total" and (row["n"] or row["code"] != "irregular")
    ]
    total = _total(figures)
    last = [_("合计"), total["n"], total["previous_minor"], total["current_minor"], total["delta_minor"], ""]
    note = _("两个月的收入逐分对上")
    return Section("movement", _("客户进出对账"), note, columns, rows, last)


def _note(figures: dict[str, Any], row: dict[str, Any]) -> str:
    if row["code"] != "lost":
        return {"rising": _("多买一成以上"), "declining": _("少买一成以上"), "stable": _("变化不到一成")}.get(
            row["code"], ""
        )
    split = figures["movement"]["month"]["not_bought"]
    return _("本月未购：未到期 %(due)s 位，逾期 %(late)s 位") % {
        "due": number(split["not_due"]["n"]),
        "late": number(split["overdue"]["n"]),
    }


def bridge(figures: dict[str, Any]) -> Section:
    split = figures["movement"]["month"]["volume_value"]
    caption = _("按客户数与客单拆开：人数变化 %(volume)s，每位多少 %(value)s，取整差 %(rest)s。") % {
        "volume": money(split["volume"], "panel", plus=True),
        "value": money(split["value"], "panel", plus=True),
        "rest": money(split["remainder"], "exact", plus=True),
    }
    return Section("bridge", _("收入从哪来，到哪去"), chart="bridge", caption=caption)


def windows(figures: dict[str, Any]) -> Section:
    names = {"three_months": _("近三个月与前三个月"), "year": _("本月与去年同月")}
    columns = [
        Column(_("比较")), Column(_("之前"), "money"), Column(_("现在"), "money"), Column(_("变化"), "change"),
        Column(_("上升"), "int"), Column(_("下降"), "int"), Column(_("未购"), "int"),
    ]  # fmt: skip
    rows = []
    for key, name in names.items():
        found = {row["code"]: row for row in figures["movement"][key]["rows"]}
        total = found["total"]
        counts = [found[code]["n"] for code in ("rising", "declining", "lost")]
        rows.append([name, total["previous_minor"], total["current_minor"], total["delta_minor"], *counts])
    return Section("windows", _("放长看"), "", columns, rows)


def stars(figures: dict[str, Any]) -> Section:
    revenue = sum(row["revenue_minor"] for row in figures["stars"]) or 1
    columns = [
        Column(_("星级"), "stars"), Column(_("客户"), "int"), Column(_("其中暂定"), "int"), Column(_("占收入"), "percent"),
    ]  # fmt: skip
    rows = [[row["stars"], row["n"], row["n_provisional"], row["revenue_minor"] / revenue] for row in figures["stars"]]
    profits = [row.get("profit_minor") for row in figures["stars"]]
    if all(profit is not None for profit in profits) and sum(profits):
        columns.append(Column(_("占利润"), "percent"))
        rows = [[*row, profit / sum(profits)] for row, profit in zip(rows, profits, strict=True)]
    caption = _("暂定：五个角度里知道的还不够，只作参考，不用于政策。")
    return Section("stars", _("星级"), _("近 12 个月"), columns, rows, caption=caption, chart="stars")


def star_changes(figures: dict[str, Any]) -> Section:
    columns = [Column(_("从"), "stars"), Column(_("到"), "stars"), Column(_("客户"), "int")]
    rows = [
        [row["before"], row["after"], row["n"]]
        for row in figures["star_changes"]
        if row["before"] != row["after"] and row["before"] and row["after"]
    ]
    return Section("star_changes", _("升星与降星"), "", columns, rows, empty=_("本月没有人升星或降星。"))


def pareto(figures: dict[str, Any]) -> Section:
    curve = figures["pareto"]
    if not curve:
        return Section("pareto", _("二八"), empty=_("还没有收入，画不出曲线。"))
    caption = _("收入最高的两成客户占 %(share)s；八成收入来自 %(customers)s 的客户；基尼系数 %(gini)s。") % {
        "share": percent(curve["top20_share"]),
        "customers": percent(curve["customers_for_80"]),
        "gini": number(curve["gini"], 3),
    }
    return Section("pareto", _("真实的二八"), _("近 12 个月收入"), chart="pareto", caption=caption)


def life_cycle(figures: dict[str, Any]) -> Section:
    columns = [Column(_("阶段")), Column(_("客户"), "int"), Column(_("近 12 个月收入"), "money")]
    rows = [[str(labels.stage_label(row["stage"])), row["n"], row["revenue_12m_minor"]] for row in figures["funnel"]]
    return Section("life_cycle", _("客户处在哪个阶段"), "", columns, rows, chart="life_cycle")


def left(figures: dict[str, Any]) -> Section:
    columns = [
        Column(_("客户"), "name"), Column(_("星级"), "stars"), Column(_("近 12 个月收入"), "money"),
        Column(_("最后下单"), "day"), Column(_("看到的原因"), "reasons"), Column(_("归属人"), "person"),
    ]  # fmt: skip
    return _list_section(
        figures, "left", _("离开的客户"), columns,
        ("name", "stars", "revenue_12m_minor", "last_on", "reasons", "owner"),
        _("按各自的下单节奏，本月进入沉默或流失"), _("本月没有客户按自己的节奏离开。"),
    )  # fmt: skip


def declining(figures: dict[str, Any]) -> Section:
    return _moved(figures, "declining", _("下降的客户"), _("本月没有客户下降。"))


def rising(figures: dict[str, Any]) -> Section:
    return _moved(figures, "rising", _("上升的客户"), _("本月没有客户上升。"))


def _moved(figures: dict[str, Any], name: str, title: str, empty: str) -> Section:
    before, now = month(figures["previous_month"], "short"), month(figures["month"], "short")
    columns = [
        Column(_("客户"), "name"), Column(_("星级"), "stars"), Column(before, "money"), Column(now, "money"),
        Column(_("变化"), "change"), Column(_("张数与每单"), "pace"), Column(_("归属人"), "person"),
    ]  # fmt: skip
    names = ("name", "stars", "previous_minor", "current_minor", "delta_minor", "pace", "owner")
    return _list_section(figures, name, title, columns, names, "", empty)


def joined(figures: dict[str, Any]) -> Section:
    columns = [
        Column(_("客户"), "name"), Column(_("去向"), "move"), Column(_("本月收入"), "money"), Column(_("本月订单"), "int"),
        Column(_("归属人"), "person"),
    ]  # fmt: skip
    lists = figures["lists"]
    rows = [*lists["new"]["rows"], *lists["returned"]["rows"]]
    names = ("name", "movement", "current_minor", "current_orders", "owner")
    note = _("新增 %(new)s 位，回归 %(back)s 位") % {"new": lists["new"]["n"], "back": lists["returned"]["n"]}
    made = Section(
        "joined", _("新来的与回来的"), note, columns, _cells(rows, names), empty=_("本月没有新客户，也没有回来的。")
    )
    made.more = lists["new"]["n"] + lists["returned"]["n"] - len(made.head)
    return made


def warnings(figures: dict[str, Any]) -> Section:
    columns = [
        Column(_("客户"), "name"), Column(_("星级"), "stars"), Column(_("会失去的钱"), "money"),
        Column(_("最后下单"), "day"), Column(_("看到的原因"), "reasons"), Column(_("归属人"), "person"),
    ]  # fmt: skip
    made = _list_section(
        figures, "warnings", _("沉默与预警"), columns,
        ("name", "stars", "money_at_stake_minor", "last_on", "reasons", "owner"), "", _("没有客户处在预警。"),
    )  # fmt: skip
    check = figures["warnings_check"]
    if check and check["warned"] and check["others"]:
        made.caption = _("上月预警 %(warned)s 位，本月没有下单的占 %(share)s；没有预警的客户里占 %(other)s。") % {
            "warned": number(check["warned"]),
            "share": percent(check["warned_stayed_away"] / check["warned"]),
            "other": percent(check["others_stayed_away"] / check["others"]),
        }
    return made


def checks(figures: dict[str, Any]) -> Section:
    found = figures["checks"]
    if not found:
        return Section("checks", _("上期措施的检查"), empty=_("还没有签发过月报，下期起检查本期的措施。"))
    columns = [
        Column("", "tick"), Column(_("客户"), "name"), Column(_("措施")), Column(_("责任人"), "person"), Column(_("期限"), "day"),
        Column(_("做了什么")), Column(_("数字怎么说"), "result"),
    ]  # fmt: skip
    names = ("done", "name", "text", "assignee", "due_on", "said", "result")
    note = _("%(n)s 件，完成 %(done)s 件") % {"n": number(found["n"]), "done": number(found["done"])}
    made = Section(
        "checks", _("上期措施的检查"), note, columns, _cells(found["rows"], names), empty=_("上期没有定措施。")
    )
    made.caption, made.more = _effect(found["effect"]), len(made.rows) - len(made.head)
    return made


def _effect(effect: dict[str, int]) -> str:
    if effect["with_n"] < 10 or effect["without_n"] < 10:
        return _("有措施与没有措施的客户都满 10 位时，才比较两边。")
    return _("有措施的 %(a)s 位里好转 %(x)s；名单上没有措施的 %(b)s 位里好转 %(y)s。两边不是抽签分的，只作参考。") % {
        "a": number(effect["with_n"]),
        "x": percent(effect["with_better"] / effect["with_n"]),
        "b": number(effect["without_n"]),
        "y": percent(effect["without_better"] / effect["without_n"]),
    }


def late(figures: dict[str, Any]) -> Section:
    columns = [
        Column(_("订单")), Column(_("客户"), "name"), Column(_("下单日"), "day"), Column(_("写入或改动"), "day"),
        Column(_("情况"), "late"),
    ]  # fmt: skip
    names = ("number", "name", "ordered_on", "changed_at", "what")
    rows = _cells(figures["late"], names)
    note = _("属于已签发的月份，那一期的数字不变") if rows else ""
    return Section(
        "late", _("迟到的数据"), note, columns, rows, more=max(0, len(rows) - ON_PAPER), empty=_("没有迟到的数据。")
    )


def quality(figures: dict[str, Any]) -> Section:
    data = figures["quality"]
    rows = [
        [_("参与评分的客户"), data["customers"]],
        [_("没有归属人的客户"), data["without_owner"]],
        [_("星级还是暂定的客户"), data["provisional"]],
        [_("从未下单的客户"), data["never_bought"]],
    ]
    return Section("quality", _("数据质量"), "", [Column(_("项目")), Column(_("客户"), "int")], rows)


def _list_section(
    figures: dict[str, Any], name: str, title: str, columns: list[Column], names: Iterable[str], note: str, empty: str
) -> Section:
    found = figures["lists"][name]
    count = _("%(n)s 位") % {"n": number(found["n"])}
    made = Section(
        name,
        title,
        ("，" if is_chinese() else ", ").join(filter(None, [count, note])),
        columns,
        _cells(found["rows"], names),
        empty=empty,
    )
    made.more = found["n"] - len(made.head)
    return made


def _cells(rows: list[dict[str, Any]], names: Iterable[str]) -> list[list[Any]]:
    """Rows as lists of raw values; a name carries its customer, stars whether they are provisional."""
    wanted = list(names)
    return [[_cell(row, name) for name in wanted] for row in rows]


def _cell(row: dict[str, Any], name: str) -> Any:
    if name == "name":
        return {"text": row.get("name", ""), "customer": row.get("customer_id")}
    if name == "stars":
        return {"stars": row.get("stars") or row.get("stars_hint"), "provisional": row.get("stars") is None}
    if name == "pace":
        return [row["previous_orders"], row["current_orders"], row["previous_minor"], row["current_minor"]]
    return row.get(name)
