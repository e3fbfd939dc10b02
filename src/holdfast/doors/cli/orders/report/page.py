"""report.html as one file: figures that reconcile, pictures, names with reasons, what was read and how it is computed."""

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from string import Template
from typing import Any

from holdfast.analysis.accounts import Analysis
from holdfast.doors.cli.orders.report.ahead import ahead_section
from holdfast.doors.cli.orders.report.figures import Figures
from holdfast.doors.cli.orders.report.lists import Lists
from holdfast.doors.cli.orders.report.markup import Cell, css_text, figure, plain, table, text
from holdfast.doors.cli.orders.report.pictures import bridge_picture, pareto_picture, stage_picture
from holdfast.doors.cli.orders.report.words import (
    DEFINITIONS,
    DUE,
    FLAGS,
    LISTS,
    MOVEMENT_NOTES,
    MOVEMENTS,
    ROLES,
)
from holdfast.doors.cli.orders.told import Reading, input_figures

_NUMERALS = "一二三四五六七八九十"
_ON_PAGE = 12
_CSS = Path(__file__).with_name("report.css")
_PAGE = Template(
    '<!doctype html>\n<html lang="$lang"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1">'
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">"
    "<title>$title</title><style>$css</style></head>\n<body>\n$body\n</body></html>\n"
)


def whole_page(analysis: Analysis, reading: Reading, lists: Lists, figures: Figures) -> str:
    """The report as one HTML file that loads nothing from elsewhere."""
    t = figures.tongue
    title = t("客户维析", "Customer analysis")
    files = t("、", ", ").join(file.path.name for file in reading.files)
    sections = _sections(analysis, reading, lists, figures)
    parts = [_mast(title, files, analysis, reading, figures), _lead(analysis, figures)]
    parts += [_section(number, section, figures) for number, section in enumerate(sections)]
    css = Template(_CSS.read_text(encoding="utf-8")).substitute(
        head_left=css_text(title),
        head_right=css_text(f"{t('截至', 'As of')} {figures.day(reading.as_of)}"),
        foot_left=css_text(t("内部资料，含客户信息，请勿外传", "Internal: holds customer data, do not pass on")),
    )
    lang = t("zh-CN", "en")
    return _PAGE.substitute(lang=lang, title=text(f"{title} · {files}"), css=css, body="\n".join(parts))


Section = tuple[str, str, str]
"""Heading, the small grey words beside it, markup."""


def _sections(analysis: Analysis, reading: Reading, lists: Lists, figures: Figures) -> list[Section]:
    t = figures.tongue
    bridge, cut = bridge_picture(analysis, figures)
    return [
        (
            t("客户进出对账", "Who came, rose, fell and left"),
            t("各行相加等于合计，分毫不差", "the lines add up to the total exactly"),
            _movement(analysis, figures),
        ),
        (t("收入从哪来，到哪去", "Where revenue came from and went"), cut, f'<div class="fig">{bridge}</div>'),
        *(_list_section(code, rows, analysis, figures) for code, rows in lists.items() if rows),
        (t("客户处在哪个阶段，有几颗星", "Stages of life, and stars"), "", _stages_and_stars(analysis, figures)),
        (t("少数客户带来多少收入", "How much the few bring in"), "", _pareto(analysis, figures)),
        ahead_section(analysis, figures),
        (
            t("读到了什么", "What was read"),
            t("各项分别计数，可以重叠", "each counted alone; they may overlap"),
            _input(reading, figures),
        ),
        (t("口径", "How it is computed"), "", _definitions(figures)),
    ]


def _section(number: int, section: Section, figures: Figures) -> str:
    heading, small, markup = section
    mark = figures.tongue(_numeral(number), f"{number + 1}")
    note = f" <small>{text(small)}</small>" if small else ""
    return f'<h2><span class="no">{mark}</span>{text(heading)}{note}</h2>\n{markup}'


def _numeral(number: int) -> str:
    return _NUMERALS[number] if number < 10 else "十" + _NUMERALS[number - 10]


def _mast(title: str, files: str, analysis: Analysis, reading: Reading, figures: Figures) -> str:
    t = figures.tongue
    months = _months(analysis, figures)
    right = (
        f"{text(t('截至', 'As of'))} {text(figures.day(reading.as_of))}<br>"
        f"{text(t('{b} 对比 {a}', '{b} against {a}', a=months[0], b=months[1]))}<br>"
        f"{text(files)} · {text(figures.currency)}"
    )
    kicker = text(t("守客 HOLDFAST", "HOLDFAST 守客"))
    return (
        f'<header class="mast"><div><div class="kicker">{kicker}</div><h1>{text(title)}</h1></div>'
        f'<div class="r">{right}</div></header>'
    )


def _months(analysis: Analysis, figures: Figures) -> tuple[str, str]:
    return figures.month(analysis.summary["movement_from"]), figures.month(analysis.summary["movement_to"])


def _lead(analysis: Analysis, figures: Figures) -> str:
    t, moves = figures.tongue, analysis.summary["movement"]
    total = moves["totals"]
    before, month = _months(analysis, figures)
    gone = moves["declining"]["delta"] + moves["lost"]["delta"]
    leaving = moves["declining"]["n"] + moves["lost"]["n"]
    facts = {
        "n": f"<b>{figures.count(analysis.customers.num_rows)}</b>",
        "month": text(month),
        "before": text(before),
        "now": f"<b>{text(figures.money(total['current']))}</b>",
        "more": text(figures.money(abs(total["delta"]))),
        "rise": text(figures.money(moves["rising"]["delta"])),
        "leaving": figures.count(leaving),
        "gone": text(figures.money(abs(gone))),
    }
    up = total["delta"] >= 0
    chinese = (
        "共 {n} 位客户。{month}收入 {now}，比 {before}" + ("多" if up else "少") + " {more}。老客户上升带来 {rise}，"
        '<b class="act">下降与本月未购的 {leaving} 位少了 {gone}</b>。'
    )
    english = (
        "{n} customers in all. Revenue in {month} was {now}, {more} "
        + ("more" if up else "less")
        + " than in {before}. "
        'Rising customers added {rise}; <b class="act">{leaving} who declined or did not buy took {gone} away</b>.'
    )
    return f'<p class="lead">{t(chinese, english, **facts)}</p>'


def _movement(analysis: Analysis, figures: Figures) -> str:
    t, moves = figures.tongue, analysis.summary["movement"]
    unit = t("元", "") if figures.currency == "CNY" else figures.currency
    before, month = _months(analysis, figures)
    heads = [
        plain(t("去向", "Movement")),
        figure(t("客户", "Customers")),
        *(figure(f"{name} {unit}".strip()) for name in (before, month, t("变化", "Change"))),
        plain(t("说明", "Note")),
    ]
    rows = [
        (("sum" if code == "totals" else ""), _movement_row(code, moves[code], analysis, figures))
        for code in (*MOVEMENTS, "totals")
    ]
    return table(heads, rows) + _volume_value(analysis, figures)


def _movement_row(code: str, row: dict[str, int], analysis: Analysis, figures: Figures) -> Sequence[Cell]:
    t = figures.tongue
    name = t("合计", "Total") if code == "totals" else t(*MOVEMENTS[code])
    look = "none" if code == "totals" else code
    tone = "act" if row["delta"] < 0 and code != "totals" else ""
    return [
        ("nw", f'<span class="sw {look}"></span>{text(name)}'),
        figure(figures.count(row["n"])),
        figure(figures.whole(row["previous"])),
        figure(figures.whole(row["current"])),
        figure(figures.whole(row["delta"], plus=True), tone),
        plain(_movement_note(code, analysis, figures), "mut plain"),
    ]


def _movement_note(code: str, analysis: Analysis, figures: Figures) -> str:
    t = figures.tongue
    if code == "lost":
        split = [f"{t(*DUE[row['due']])} {figures.count(row['n'])}" for row in analysis.not_bought.to_pylist()]
        return t("，", ", ").join(split)
    return t(*MOVEMENT_NOTES[code]) if code in MOVEMENT_NOTES else ""


def _volume_value(analysis: Analysis, figures: Figures) -> str:
    found = {row["line"]: row["delta_minor"] for row in analysis.volume_value.to_pylist()}
    return (
        '<p class="cap">'
        + text(
            figures.tongue(
                "换一种拆法：单数变化 {volume}，每单金额变化 {value}。",
                "Split another way: {volume} from the number of orders, {value} from their size.",
                volume=figures.money(found.get("volume"), plus=True),
                value=figures.money(found.get("value"), plus=True),
            )
        )
        + "</p>"
    )


def _stages_and_stars(analysis: Analysis, figures: Figures) -> str:
    stages = f'<div class="fig">{stage_picture(analysis, figures)}</div>'
    return f'<div class="two"><div>{stages}</div><div>{_stars(analysis, figures)}</div></div>'


def _stars(analysis: Analysis, figures: Figures) -> str:
    t = figures.tongue
    firm, hints = _counted(analysis, "stars"), _counted(analysis, "stars_hint")
    none = analysis.customers.num_rows - sum(firm.values()) - sum(hints.values())
    rows: list[tuple[str, Sequence[Cell]]] = [
        ("", [_glyphs(star), figure(figures.count(firm.get(star, 0))), figure(figures.count(hints.get(star, 0)))])
        for star in (5, 4, 3, 2, 1)
    ]
    rows.append(("", [plain(t("未评", "Unrated")), figure(figures.count(none)), figure("—")]))
    return table([plain(t("星级", "Stars")), figure(t("正式", "Firm")), figure(t("暂定", "Provisional"))], rows)


def _glyphs(star: int) -> Cell:
    return "", f'<span class="st" aria-label="{star}">{"★" * star}<s>{"★" * (5 - star)}</s></span>'


def _counted(analysis: Analysis, column: str) -> dict[int, int]:
    counts = analysis.customers[column].value_counts().to_pylist()
    return {entry["values"]: entry["counts"] for entry in counts if entry["values"] is not None}


def _pareto(analysis: Analysis, figures: Figures) -> str:
    t, pareto = figures.tongue, analysis.summary["pareto"]
    said = t(
        "收入最高的两成客户带来 {top}；{people} 的客户带来八成收入；基尼系数 {gini:.2f}。",
        "The top 20% of customers bring {top} of revenue; {people} of them bring 80%; Gini {gini:.2f}.",
        top=figures.percent(pareto["top20_share"]),
        people=figures.percent(pareto["customers_for_80"]),
        gini=pareto["gini"] if pareto["gini"] is not None else float("nan"),
    )
    return f'<div class="fig">{pareto_picture(analysis, figures)}</div><p class="cap">{text(said)}</p>'


def _list_section(code: str, rows: list[dict[str, Any]], analysis: Analysis, figures: Figures) -> Section:
    t = figures.tongue
    order = t(LISTS[code][2], LISTS[code][3])
    small = t(
        "{order}，前 {shown} 位，共 {n}{plus} 位见 report.xlsx",
        "{order}; first {shown} of {n}{plus}, the others in report.xlsx",
        order=order,
        shown=min(_ON_PAGE, len(rows)),
        n=figures.count(len(rows)),
        plus="+" if len(rows) >= 1_000 else "",
    )
    heads = [
        plain(t("客户", "Customer")),
        figure(figures.short_month(analysis.summary["movement_to"])),
        figure(t("变化", "Change")),
        figure(t("近一年", "12 months")),
        plain(t("上次", "Last")),
        plain(t("为什么", "Why")),
    ]
    return (
        t(LISTS[code][0], LISTS[code][1]),
        small,
        table(heads, [("", _list_row(row, figures)) for row in rows[:_ON_PAGE]]),
    )


def _list_row(row: dict[str, Any], figures: Figures) -> Sequence[Cell]:
    delta = row["delta_minor"]
    return [
        plain(row["customer_id"], "id"),
        figure(figures.whole(row["current_minor"])),
        figure(figures.whole(delta, plus=True), "act" if delta is not None and delta < 0 else ""),
        figure(figures.whole(row["year_minor"])),
        plain(figures.day(row["last_on"]), "nw"),
        plain((row["reasons"] or ["—"])[0], "why"),
    ]


def _input(reading: Reading, figures: Figures) -> str:
    t, found = figures.tongue, input_figures(reading)
    cells = [(plain(t(*words)), figure(figures.count(found[code]))) for code, words in FLAGS.items()]
    half = (len(cells) + 1) // 2
    pairs = zip_longest(cells[:half], cells[half:], fillvalue=(plain(""), plain("")))
    rows = [("", [*left, *right]) for left, right in pairs]
    columns = t("；", "; ").join(
        f"{file.path.name}: " + t("，", ", ").join(f"{t(*ROLES[role])} ← {name}" for role, name in file.columns.items())
        for file in reading.files
    )
    heads = [plain(t("项目", "Item")), figure(t("行", "Rows"))] * 2
    return table(heads, rows) + f'<p class="cap">{text(columns)}</p>'


def _definitions(figures: Figures) -> str:
    return "".join(f'<p class="defs">{text(figures.tongue(*words))}</p>' for words in DEFINITIONS)
