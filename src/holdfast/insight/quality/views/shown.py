"""Figures of a process in words and as data for the charts; every one with the address of its jobs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from holdfast.analysis.capability import ZONES as ZONE_CODES
from holdfast.analysis.capability import zone_of as engine_zone
from holdfast.common import formats
from holdfast.common.labels import ZONES
from holdfast.insight.quality.queries import CHART_JOBS, Asked, Before, Board, chart_of, control_jobs
from holdfast.insight.quality.readers import labels

Row = dict[str, Any]
TABLE_MONTHS = 12
RULES = {
    "beyond_3": gettext_lazy("一点超出三倍标准差"),
    "two_of_three": gettext_lazy("三点里两点在同侧两倍以外"),
    "four_of_five": gettext_lazy("五点里四点在同侧一倍以外"),
    "eight_one_side": gettext_lazy("连续八点在中线同一侧"),
}


def context(board: Board, query: QueryDict) -> Row:
    """Everything the template needs beside the form."""
    address = _addresses(query)
    figures, process = board.figures, board.figures["process_view"]
    return {
        "board": board,
        "figures": figures,
        "lead": lead(board, address),
        "tiles": tiles(board, address),
        "histogram": histogram(board, address),
        "zones": zones(figures, address),
        "views": two_views(figures, process),
        "control": control(board),
        "signals": signals(figures),
        "before": before(board.before, board.asked) if board.before else None,
        "trend": trend(board, address),
        "trend_share": trend_shares(board, address),
        "reasons": reasons(board),
        "odd_url": address(odd=1) if board.result.impossible else "",
        "open_url": address(open=1),
        "late_url": address(late=1),
        "params": board.asked.params,
    }


def _addresses(query: QueryDict) -> Any:
    """A function that gives the address of the jobs behind a figure."""
    base = f"{reverse('quality:jobs')}?{query.urlencode()}"

    def address(**which: Any) -> str:
        return base + "".join(f"&{name}={value}" for name, value in which.items() if value not in (None, ""))

    return address


def length(days: float) -> str:
    """6.4 天; whole days without a decimal."""
    rounded = round(days, 1)
    return _("%(n)s 天") % {"n": formats.number(rounded, 0 if rounded == int(rounded) else 1)}


def zone_of(days: float, asked: Asked) -> Row:
    code = engine_zone(days, asked.params)
    return {
        "code": code,
        "word": str(ZONES[code]),
        "chip": {"delight": "good", "acceptable": "watch", "angry": "act"}[code],
    }


def lead(board: Board, address: Any) -> Row:
    """The sentence of the page, in pieces."""
    told, asked = board.figures, board.asked
    angry = told["zones"]["angry"]
    return {
        "n": told["n"],
        "mean": length(told["mean"]) if told["mean"] is not None else "",
        "median": length(told["quantiles"]["0.5"]) if told["n"] else "",
        "within": formats.percent(told["zones"]["delight"]["share"]),
        "beyond": formats.percent(angry["share"]),
        "beyond_n": angry["n"],
        "beyond_url": address(zone="angry"),
        "target": length(asked.target_days),
        "limit": length(asked.limit_days),
        "open": told["open"],
        "late": told["open_beyond_limit"],
    }


def tiles(board: Board, address: Any) -> list[Row]:
    """Four figures: how sure it is that a job is in time, beyond the limit, the capability, and per million."""
    told = board.figures
    within, beyond = told["p_within_target"], told["p_beyond_limit"]
    index = (told["control"] or {"index": "Ppk"})["index"]
    ppu = told["ppu"]["z"]
    return [
        _share_tile(_("在承诺内"), within, address(zone="delight"), ""),
        _share_tile(_("超过底线"), beyond, address(zone="angry"), "act" if (beyond["value"] or 0) > 0.05 else ""),
        {
            "label": _("过程能力 %(index)s") % {"index": index},
            "value": (f"{ppu:.2f}" if ppu is not None else "—", ""),
            "note": _("够用从 1.33 起") if ppu is None or ppu < 1.33 else _("够用"),
            "tone": "" if ppu is None else "good" if ppu >= 1.33 else "watch",
        },
        {
            "label": _("每百万件超过底线"),
            "value": (formats.number(told["dpmo"]) if told["dpmo"] is not None else "—", ""),
            "note": _("西格玛水平 %(sigma)s") % {"sigma": f"{told['sigma']['shifted']:.1f}"}
            if told["sigma"]["shifted"] is not None
            else "",
        },
    ]


def _share_tile(label: str, chance: Mapping[str, Any], url: str, tone: str) -> Row:
    return {
        "label": label,
        "value": (formats.percent(chance["value"]), ""),
        "note": _("真值多半在 %(low)s–%(high)s")
        % {"low": formats.percent(chance["low"]), "high": formats.percent(chance["high"])}
        if chance["low"] is not None
        else "",
        "href": url,
        "tone": tone,
    }


def histogram(board: Board, address: Any) -> Row:
    """The picture: delight, acceptable, angry, and the hatched grey of them."""
    made, asked = board.bars, board.asked
    last = len(made.counts) - 1
    at_target, at_limit = (days / made.width + 0.5 for days in (asked.target_days, asked.limit_days))
    lines = [
        {"at": at_target, "label": _("承诺 %(days)s") % {"days": length(asked.target_days)}, "tone": "delight"},
        {"at": at_limit, "label": _("底线 %(days)s") % {"days": length(asked.limit_days)}, "tone": "angry"},
    ]
    return {
        "format": "number",
        "unit": pgettext("jobs", "件"),
        "axis_name": "",
        "x_name": _("从%(start)s到%(end)s，天") % {"start": asked.pair.start, "end": asked.pair.end},
        "grey_name": str(ZONES["grey"]),
        "columns": [_("天"), pgettext("jobs", "件"), str(ZONES["grey"])],
        "bins": [_bin(board, at, at == last, address) for at in range(last + 1)],
        "zones": [
            {"from": 0.5, "to": at_target, "label": str(ZONES["delight"]), "tone": "delight"},
            {"from": at_target, "to": at_limit, "label": str(ZONES["acceptable"]) if at_limit - at_target > 2.9 else "",
             "tone": "acceptable"},
            {"from": at_limit, "to": last + 1.5, "label": str(ZONES["angry"]), "tone": "angry"},
        ],
        "lines": lines,
    }  # fmt: skip


def _bin(board: Board, at: int, is_last: bool, address: Any) -> Row:
    made = board.bars
    low, high = made.edges[at], made.edges[at + 1]
    which: Row = {"over": low if at else None, "upto": None if is_last else high}
    return {
        "label": f">{low:.3g}" if is_last else f"{high:.3g}",
        "value": made.counts[at],
        "grey": made.grey[at],
        "zone": made.zones[at],
        "url": address(**which) if made.counts[at] else "",
    }


def zones(told: Mapping[str, Any], address: Any) -> list[Row]:
    """The parts of the bar under the picture, with their jobs."""
    return [
        {
            "value": told["zones"][code]["n"],
            "label": str(ZONES[code]),
            "tone": code,
            "text": f"{formats.number(told['zones'][code]['n'])} · {formats.percent(told['zones'][code]['share'])}",
            "url": address(zone=code) if told["zones"][code]["n"] else "",
        }
        for code in ZONE_CODES
    ]


def two_views(all_jobs: Mapping[str, Any], process: Mapping[str, Any]) -> list[Row]:
    """The same figures of all jobs, as customers live them, and of the process without its grey reasons."""
    both = (all_jobs, process)
    rows = [
        (_("完成的"), [formats.number(one["n"]) for one in both]),
        (_("没完成的"), [formats.number(one["open"]) for one in both]),
        (_("平均用时"), [length(one["mean"]) if one["mean"] is not None else "—" for one in both]),
        (_("最快的百分之五"), [_quantile(one, "0.05") for one in both]),
        (_("中位"), [_quantile(one, "0.5") for one in both]),
        (_("最慢的百分之五"), [_quantile(one, "0.95") for one in both]),
        (_("在承诺内"), [_chance(one["p_within_target"]) for one in both]),
        (_("超过底线"), [_chance(one["p_beyond_limit"]) for one in both]),
        (_("能力指数（正态）"), [_index(one["ppu"]["z"]) for one in both]),
        (_("能力指数（百分位）"), [_index(one["ppu"]["percentile"]) for one in both]),
        (_("每百万件超过底线"), [formats.number(one["dpmo"]) if one["dpmo"] is not None else "—" for one in both]),
        (_("机会怎么得出"), [_("数出来的") if one["method"] == "empirical" else _("按对数正态推算") for one in both]),
    ]
    return [{"title": title, "all": values[0], "process": values[1]} for title, values in rows]


def _quantile(one: Mapping[str, Any], share: str) -> str:
    value = one["quantiles"][share]
    return length(value) if value is not None else "—"


def _index(value: float | None) -> str:
    return f"{value:.2f}" if value is not None else "—"


def _chance(chance: Mapping[str, Any]) -> str:
    if chance["value"] is None or chance["low"] is None:
        return formats.percent(chance["value"])
    return f"{formats.percent(chance['value'])} ({formats.percent(chance['low'])}–{formats.percent(chance['high'])})"


def control(board: Board) -> Row | None:
    """The last single jobs by their end with the limits of the chart, in days; None with too few."""
    chart = chart_of(board)
    if chart is None:
        return None
    jobs = control_jobs(board.found)[-CHART_JOBS:]
    ids = [int(one) for one in board.found.table["job_id"].combine_chunks().take(jobs.tolist()).to_pylist()]
    named = labels(board.asked.pair, ids)
    points = np.exp(chart.points[-CHART_JOBS:])
    flat = {name: round(float(np.exp(value)), 2) for name, value in
            (("centre", chart.centre), ("low", chart.lower[0]), ("high", chart.upper[0]))}  # fmt: skip
    size = len(points)
    ends = board.found.table["ended_at"].combine_chunks().take(jobs.tolist()).to_pylist()
    return {
        "format": "number",
        "unit": pgettext("days", "天"),
        "axis_name": "",
        "labels": [formats.day(end.date(), "plain") if end else "" for end in ends],
        "urls": [named.get(pk, ("", ""))[1] for pk in ids],
        "series": [
            {"name": _("每件用的天数"), "values": [round(float(one), 2) for one in points]},
            {"name": _("上限"), "values": [flat["high"]] * size, "tone": "angry", "dashed": True},
            {"name": _("中线"), "values": [flat["centre"]] * size, "tone": "slate", "dashed": True},
            {"name": _("下限"), "values": [flat["low"]] * size, "tone": "slate", "dashed": True},
        ],
    }


def signals(told: Mapping[str, Any]) -> Row | None:
    """Whether the process is steady, and which rules say that it is not."""
    found = told["control"]
    if found is None:
        return None
    broken = [f"{RULES.get(rule, rule)} {formats.number(n)}" for rule, n in found["signals"].items()]
    return {
        "steady": found["in_control"],
        "broken": _("、").join(broken),
        "index": found["index"],
        "n": found["points"],
    }


def before(found: Before, asked: Asked) -> Row:
    """What the change did, in sentences with their intervals."""
    change, times = found.beyond, found.times
    low, high = sorted((-change.high, -change.low))
    return {
        "n": (formats.number(found.n_before), formats.number(found.n_after)),
        "beyond": (formats.percent(change.before), formats.percent(change.after)),
        "low": f"{low * 100:+.1f}".replace("-", "−"),
        "high": f"{high * 100:+.1f}".replace("-", "−"),
        "p": _p(change.p),
        "median": (length(times.median_before), length(times.median_after)),
        "ratio": formats.percent(times.ratio, 0) if times.ratio is not None else "",
        "ratio_low": formats.percent(times.low, 0) if times.low is not None else "",
        "ratio_high": formats.percent(times.high, 0) if times.high is not None else "",
        "times_p": _p(times.p),
        "is_clear": change.p is not None and change.p < 0.05,
        "is_better": change.difference > 0,
        "on": asked.changed_on,
    }


def _p(value: float | None) -> str:
    return "—" if value is None else "< 0.001" if value < 0.001 else f"{value:.3f}"


def trend(board: Board, address: Any) -> Row | None:
    """The median of each month; None with fewer than two months."""
    if len(board.months) < 2:
        return None
    return {
        "format": "number",
        "unit": pgettext("days", "天"),
        "axis_name": "",
        "labels": [formats.month(one.month, "short") for one in board.months],
        "urls": [address(month=one.month) if one.n else "" for one in board.months],
        "series": [
            {"name": _("中位天数"), "values": [None if one.median is None else round(one.median, 2) for one in board.months]},
            {"name": _("承诺"), "values": [board.asked.target_days] * len(board.months), "tone": "delight", "dashed": True},
            {"name": _("底线"), "values": [board.asked.limit_days] * len(board.months), "tone": "angry", "dashed": True},
        ],
    }  # fmt: skip


def trend_shares(board: Board, address: Any) -> list[Row]:
    """The months as rows: finished, median, in time and beyond the limit."""
    return [
        {
            "month": one.month,
            "n": one.n,
            "median": length(one.median) if one.median is not None else "—",
            "delight": one.delight / one.n if one.n else None,
            "angry": one.angry / one.n if one.n else None,
            "url": address(month=one.month),
            "angry_url": address(month=one.month, zone="angry"),
            "angry_n": one.angry,
        }
        for one in list(reversed(board.months))[:TABLE_MONTHS]
    ]


def reasons(board: Board) -> list[Row]:
    """How often each reason stands, and whether it counts as grey."""
    pair = board.asked.pair
    return [
        {"word": str(pair.reasons.get(code, code)), "n": n, "is_grey": code in board.asked.grey}
        for code, n in board.figures["reasons"].items()
    ]


def which_words(which: Mapping[str, Any]) -> list[str]:
    """What a set of jobs was counted by."""
    found = [str(ZONES[which["zone"]])] if which.get("zone") else []
    found += [_("没完成的")] if which.get("open") else []
    found += [_("没完成、已超过底线")] if which.get("late") else []
    found += [_("结束早于开始")] if which.get("odd") else []
    found += [str(ZONES["grey"])] if which.get("grey") else []
    if "over" in which or "upto" in which:
        low, high = which.get("over"), which.get("upto")
        if high is None:
            found.append(_("超过 %(days)s") % {"days": length(float(low or 0))})
        else:
            found.append(f"{formats.number(float(low or 0), 1).removesuffix('.0')}–{length(float(high))}")
    found += [formats.month(str(which["month"]))] if which.get("month") else []
    return found
