"""What the kit of parts shows: every part in every state, with made-up values."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.http import HttpResponse
from django.urls import include, path

from holdfast.common import labels
from holdfast.common.charts.rhythm import rhythm

TONES = ("brand", "bamboo", "amber", "cinnabar", "indigo", "plum", "slate")
TODAY = dt.date(2026, 11, 23)


# The addresses that the shell looks for, so that the kit shows it whole.
PLACES = {"accounts": ["me", "logout", "language"]}
urlpatterns = [
    path(f"{room}/", include(([path(f"{name}/", HttpResponse, name=name) for name in names], room)))
    for room, names in PLACES.items()
]


class KitForm(forms.Form):
    name = forms.CharField(label="客户名称", initial="苏州澄光精密机械有限公司")
    phone = forms.CharField(label="联系电话", required=False)
    region = forms.ChoiceField(label="地区", choices=[("js", "江苏"), ("zj", "浙江")], help_text="")
    agreed = forms.BooleanField(label="可以发短信", required=False)

    def clean_phone(self) -> str:
        raise forms.ValidationError("手机号应为 11 位，现在只有 7 位。")


def orders(gaps: list[int], silent: int) -> list[dt.date]:
    days, day = [], TODAY - dt.timedelta(days=silent)
    for gap in [0, *gaps]:
        day -= dt.timedelta(days=gap)
        days.append(day)
    return days


def kit_context() -> dict[str, Any]:
    form = KitForm({"name": "苏州澄光精密机械有限公司", "phone": "1398862", "region": "js"})
    form.is_valid()
    late = rhythm(orders([24, 21, 24, 22, 24, 22], 41), today=TODAY, usual_days=23, tolerance_days=5)
    due = rhythm(orders([14] * 13, 6), today=TODAY, usual_days=14, tolerance_days=4)
    watch = rhythm(orders([26, 29, 24, 21, 18, 18, 18], 33), today=TODAY, usual_days=24, tolerance_days=5)
    young = rhythm(orders([16], 4), today=TODAY)
    return {
        "company": "恒固工业",
        "navigation": navigation(),
        "shortcuts": [
            {"title": "新建客户", "url": "/customers/new/", "icon": "user-plus"},
            {"title": "记录联系", "url": "/timeline/log/", "icon": "pencil-plus", "key": "l", "panel": True},
        ],
        "phone_tabs": [
            {"title": "工作台", "url": "/", "icon": "layout-dashboard", "active": True},
            {"title": "客户", "url": "/customers/", "icon": "users"},
            {"title": "记录联系", "url": "/timeline/log/", "icon": "pencil-plus", "panel": True},
            {"title": "任务", "url": "/tasks/", "icon": "checkbox"},
        ],
        "user": {"name": "林晚秋", "department": "华东一部", "department_id": 1, "is_authenticated": True},
        "messages": [],
        "form": form,
        "levels": [5, 4, 3, 2, 1],
        "movements": list(labels.MOVEMENTS),
        "stages": list(labels.STAGES),
        "scores": [92, 86, 71, 64, 31],
        "late": late,
        "rows": kit_rows(late, due, watch, young),
        "parts": movement_parts(),
        "matrix": matrix(),
        "matrix_columns": [labels.stars_label(level) for level in (5, 4, 3, 2, 1)],
        "steps": steps(),
        "views": tabs(),
        "modes": [{"title": "月", "url": "?", "active": True}, {"title": "季", "url": "?"}],
        "charts": charts(),
        "tones": [*TONES, *(f"star-{level}" for level in (5, 4, 3, 2, 1))],
        "today": TODAY,
        "minor": 191800000,
    }


def navigation() -> list[dict[str, Any]]:
    home = {"title": "工作台", "url": "/", "icon": "layout-dashboard", "active": True}
    archive = {"title": "客户档案", "url": "/customers/", "icon": "users", "count": 1286}
    tasks = {"title": "任务", "url": "/tasks/", "icon": "checkbox", "count": 7, "hot": True}
    return [{"title": "", "items": [home]}, {"title": "客户", "items": [archive, tasks]}]


def kit_rows(*marks: Any) -> list[dict[str, Any]]:
    names = ["苏州澄光精密机械", "杭州千岛食品", "常州铭泰汽配", "合肥量子光电"]
    states = [("declining", "high", 5), ("rising", "low", 5), ("declining", "watch", 4), ("new", "low", 3)]
    scores = [[92, 86, 71, 64, 48], [98, 90, 88, 92, 74], [61, 55, 58, 78, 44], [38, None, 61, None, 80]]
    return [
        {
            "name": name,
            "move": state[0],
            "risk": state[1],
            "stars": state[2],
            "five": five,
            "rhythm": mark,
            "is_new": i == 3,
        }
        for i, (name, state, five, mark) in enumerate(zip(names, states, scores, marks, strict=True))
    ]


def movement_parts() -> list[dict[str, Any]]:
    counts = {"new": 12, "rising": 31, "stable": 168, "declining": 19, "lost": 6, "returned": 3}
    return [
        {"value": count, "label": labels.movement_label(code), "tone": code, "url": f"?movement={code}"}
        for code, count in counts.items()
    ]


def matrix() -> list[dict[str, Any]]:
    counts = [[46, 5, 1, 0, 0], [4, 127, 9, 1, 0], [1, 9, 352, 15, 2], [0, 1, 14, 411, 16], [0, 0, 2, 14, 216]]
    rows = []
    for i, line in enumerate(counts):
        cells = [
            {"value": n, "tone": "" if not n else "s" if i == j else "u" if j < i else "d", "url": "?", "title": ""}
            for j, n in enumerate(line)
        ]
        rows.append({"title": labels.stars_label(5 - i), "cells": cells})
    return rows


def steps() -> list[dict[str, Any]]:
    values = [("identified", 2140, "star-3"), ("developing", 824, "star-4"), ("activated", 318, "star-4")]
    return [
        {
            "title": labels.stage_label(code),
            "value": value,
            "maximum": 2140,
            "tone": tone,
            "note": "位",
            "link": "38.5%" if i < 2 else "",
        }
        for i, (code, value, tone) in enumerate(values)
    ]


def tabs() -> list[dict[str, Any]]:
    return [
        {"title": "我负责的", "url": "?", "count": 239},
        {"title": "重点盯防", "url": "?", "count": 58, "active": True},
        {"title": "五星客户", "url": "?", "count": 51},
    ]


def charts() -> list[dict[str, Any]]:
    """One chart of each kind, its data as a view hands them to json_script."""
    months = [f"{n} 月" for n in (11, 12, *range(1, 11))]
    revenue = [55, 62, 31, 66, 58, 52, 60, 55, 52, 67, 124, 0]
    shown = [
        ("bridge", "s7", "bridge", "收入从哪来，到哪去", bridge()),
        ("curve", "s5", "curve", "利润的鲸鱼线", whale()),
        ("stack", "s7", "flow", "每月进出", flow(months)),
        ("radar", "s5", "radar", "五力评级", radar()),
        ("monthly", "s6", "monthly", "钱", monthly(months, revenue)),
        ("histogram", "s6", "zones", "维修时长", zones()),
        ("bars", "s6", "stars", "星级分布", star_bars()),
        ("line", "s6", "line", "保持率", kept(months)),
    ]
    return [
        {"type": kind, "width": width, "id": f"chart-{name}", "title": title, "data": data, "note": "", "size": ""}
        for kind, width, name, title, data in shown
    ]


def bridge() -> dict[str, Any]:
    amounts = {"new": 61.3, "returned": 18.7, "rising": 214.5, "stable": 6.0, "declining": -176.9, "not_bought": -48.2}
    steps: list[dict[str, Any]] = [{"label": "9 月", "value": 1842600000, "total": True, "tone": "total"}]
    steps += [
        {
            "label": str(labels.BRIDGE_STEPS[code]),
            "value": round(value * 1000000),
            "tone": code,
            "url": f"?movement={code}",
        }
        for code, value in amounts.items()
    ]
    last = sum(step["value"] for step in steps)
    return {"format": "money", "steps": [*steps, {"label": "10 月", "value": last, "total": True, "tone": "now"}]}


def whale() -> dict[str, Any]:
    points = [(0, 0), (2, 26), (4, 44), (7, 58), (10, 68.5), (15, 81), (20, 91.6), (30, 108), (40, 117), (50, 121)]
    points += [(58, 121.4), (68, 120), (78, 115.5), (88, 109), (95, 103.5), (100, 100)]
    marks = [
        {"x": 20, "y": 91.6, "label": "前 20% 客户\n占利润 91.6%"},
        {"x": 58, "y": 121.4, "label": "最高 121.4%", "place": "top"},
        {"x": 88, "y": 109, "label": "后 42% 客户\n亏掉 ¥107.7 万", "tone": "cinnabar"},
    ]
    return {"points": points, "marks": marks, "level": 100, "x_name": "客户累计 %", "y_name": "累计利润"}


def flow(months: list[str]) -> dict[str, Any]:
    counts = {
        "rising": [151, 163, 98, 74, 142, 158, 166, 171, 160, 169, 175, 182],
        "new": [28, 31, 19, 12, 36, 33, 29, 30, 27, 31, 38, 34],
        "returned": [4, 5, 2, 3, 6, 5, 7, 4, 5, 6, 5, 6],
        "declining": [-96, -88, -141, -158, -92, -85, -90, -94, -99, -97, -101, -107],
        "lost": [-15, -14, -22, -26, -16, -14, -15, -17, -16, -18, -17, -22],
    }
    series = [{"name": labels.movement_label(code), "tone": code, "values": values} for code, values in counts.items()]
    return {"labels": months, "series": series, "absolute": True, "unit": "位"}


def radar() -> dict[str, Any]:
    ours = {"name": "本客户", "values": [92, 86, None, 64, 48]}
    median = {"name": "五星中位", "values": [84, 80, 74, 88, 72], "dashed": True}
    return {"axes": [str(word) for word in labels.ANGLES.values()], "series": [median, ours]}


def monthly(months: list[str], revenue: list[int]) -> dict[str, Any]:
    series = [
        {"name": "收入", "values": [value * 100000 for value in revenue]},
        {"name": "毛利", "values": [value * 31200 for value in revenue], "tone": "gold"},
    ]
    return {"labels": months, "series": series, "format": "money"}


def zones() -> dict[str, Any]:
    counts = [3, 10, 20, 33, 47, 57, 60, 38, 25, 14, 11, 8, 6, 4, 4]
    grey = [0, 0, 0, 0, 0, 0, 0, 3, 4, 7, 7, 6, 5, 4, 4]
    bins = [
        {
            "label": f"{i}" if i < 15 else "15+",
            "value": n,
            "grey": g,
            "zone": "delight" if i <= 7 else "acceptable" if i <= 9 else "angry",
        }
        for i, (n, g) in enumerate(zip(counts, grey, strict=True), 1)
    ]
    areas = [(0.5, 7.5, "delight"), (7.5, 9.5, "acceptable"), (9.5, 15.5, "angry")]
    lines = [("平均 6.7", 6.7, "", True), ("承诺 7", 7.5, "delight", False), ("底线 9", 9.5, "angry", False)]
    return {
        "bins": bins,
        "unit": "件",
        "x_name": "从交给我们到可以取走，天",
        "zones": [{"from": a, "to": b, "tone": code, "label": str(labels.ZONES[code])} for a, b, code in areas],
        "lines": [{"label": text, "at": at, "tone": code, "solid": solid} for text, at, code, solid in lines],
    }


def star_bars() -> dict[str, Any]:
    counts = {5: 51, 4: 142, 3: 386, 2: 452, 1: 255}
    items = [
        {"label": labels.stars_label(level), "value": count, "tone": f"star-{level}", "url": f"?stars={level}"}
        for level, count in counts.items()
    ]
    return {"items": items, "horizontal": True, "unit": "位"}


def kept(months: list[str]) -> dict[str, Any]:
    values = [0.986, 0.985, 0.979, 0.976, 0.984, 0.985, 0.985, 0.984, 0.985, 0.983, 0.984, 0.983]
    return {"labels": months, "series": [{"name": "保持率", "values": values}], "format": "percent"}
