"""The rows of the list as HTML, written by functions: a page of fifty costs a fifth of what template nodes cost.

Each column has one function that gives its whole cell. Everything a person typed is escaped here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from holdfast.common import formats, marks
from holdfast.records.customers.queries.listing import Column, Page, Row

register = template.Library()
DASH = formats.DASH


@register.filter
def table_rows(page: Page) -> SafeString:
    """The body of the wide table: selection, name and place, then the chosen columns."""
    pick = escape(_("选择"))
    makers = [(column, CELLS.get(column.name)) for column in page.columns]
    return mark_safe("\n".join(_table_row(row, makers, pick) for row in page.rows))


Cell = Callable[[Row], str]


def _table_row(row: Row, makers: list[tuple[Column, Cell | None]], pick: str) -> str:
    customer, name = row.customer, escape(row.customer.name)
    cells = "".join(make(row) if make else _brought(row, column) for column, make in makers)
    return (
        f'<tr><td class="pin1"><input type="checkbox" class="form-check-input" data-select name="pk" '
        f'value="{customer.pk}" form="bulk" aria-label="{pick} {name}"></td>'
        f'<td class="cust pin2"><a class="plain name" href="{customer.get_absolute_url()}">{name}</a>'
        f'<div class="sub">{escape(row.place)}</div></td>{cells}</tr>'
    )


def _brought(row: Row, column: Column) -> str:
    """A cell that the column loaded itself: escaped unless it says that it is safe."""
    kind = "num nowrap" if column.is_number else "nowrap"
    return f'<td class="{kind}">{_or_dash(row.extras.get(column.name, ""))}</td>'


def _or_dash(value: Any) -> str:
    if value is None or value == "":
        return DASH
    return value if isinstance(value, SafeString) else escape(value)


def _stars(row: Row) -> str:
    standing = row.standing
    if standing is None:
        return marks.stars(None)
    if standing.is_hollow:
        return marks.stars(standing.shown_stars, provisional=True)
    return marks.stars(standing.stars)


def _of_standing(name: str) -> Callable[[Row], Any]:
    return lambda row: getattr(row.standing, name, None)


def _figure(read: Callable[[Row], Any], write: Callable[[Any], str], classes: str = "num") -> Cell:
    return lambda row: f'<td class="{classes}">{write(read(row))}</td>'


def _mark(name: str, draw: Callable[[Any], str]) -> Cell:
    read = _of_standing(name)
    return lambda row: f"<td>{draw(read(row))}</td>"


def _table_money(minor: Any) -> str:
    return formats.money(minor, "table")


def _plain_day(value: Any) -> str:
    return formats.day(value, "plain")


def _stake(row: Row) -> str:
    stake = row.standing.at_stake_minor if row.standing else 0
    shown = f'<span class="t-act med">{_table_money(stake)}</span>' if stake else DASH
    return f'<td class="num">{shown}</td>'


def _rhythm(row: Row) -> str:
    words = row.rhythm_words
    return f'<td class="rhythm-cell">{_strip(row)}<span class="xs {words.tone or "muted"}">{escape(words.text)}</span></td>'


def _strip(row: Row) -> str:
    """The rhythm drawn, once for the table and the phone."""
    if "rhythm_drawn" not in row.extras:
        drawn = marks.rhythm(row.rhythm, text=row.rhythm_words.text) if row.rhythm else ""
        row.extras["rhythm_drawn"] = drawn
    return str(row.extras["rhythm_drawn"])


def _tags(row: Row) -> str:
    chips = [f'<span class="chip line">{escape(tag.name)}</span> ' for tag in row.customer.tags.all()]
    return f"<td>{''.join(chips) or DASH}</td>"


def _owner(row: Row) -> str:
    owner = row.customer.owner
    if owner is None:
        return f'<td class="nowrap">{DASH}</td>'
    shown = f'<span class="row-flex g6">{marks.avatar(owner.name, size="sm")}{escape(owner.name)}</span>'
    return f'<td class="nowrap">{shown}</td>'


def _text(read: Callable[[Row], Any], classes: str = "nowrap") -> Cell:
    return lambda row: f'<td class="{classes}">{_or_dash(read(row))}</td>'


CELLS: Mapping[str, Cell] = {
    "stars": lambda row: f"<td>{_stars(row)}</td>",
    "five": lambda row: f"<td>{marks.five(row.five)}</td>",
    "movement": _mark("movement", marks.move),
    "stage": _mark("stage", marks.stage),
    "revenue": _figure(_of_standing("revenue_12m_minor"), _table_money, "num med"),
    "margin": _figure(lambda row: row.margin, formats.percent),
    "profit": _figure(_of_standing("profit_12m_minor"), _table_money),
    "score": _figure(_of_standing("score"), lambda value: formats.number(value, 1)),
    "rhythm": _rhythm,
    "risk": _mark("risk", marks.risk),
    "stake": _stake,
    "orders": _figure(_of_standing("orders_12m"), formats.number),
    "last": _figure(_of_standing("last_on"), _plain_day, "num nowrap"),
    "tags": _tags,
    "code": _text(lambda row: row.customer.code, "num"),
    "channel": _text(lambda row: row.customer.get_channel_display(), ""),
    "department": _text(lambda row: row.customer.department and row.customer.department.name),
    "created": _figure(lambda row: row.customer.created_at, _plain_day, "num nowrap"),
    "owner": _owner,
}


@register.filter
def phone_rows(page: Page) -> SafeString:
    """The same customers as cards for a phone: who, how they stand, what is at stake, and the rhythm."""
    words = escape(_("年收入")), escape(_("会失去")), escape(_("选择"))
    return mark_safe("".join(_card(row, *words) for row in page.rows))


def _card(row: Row, a_year: str, to_lose: str, pick: str) -> str:
    customer, standing, told = row.customer, row.standing, row.rhythm_words
    stars = _stars(row) if standing and standing.shown_stars else ""
    moved = marks.move(standing.movement) if standing and standing.movement else ""
    strip = f'<span class="grow">{_strip(row)}</span>' if row.rhythm else ""
    return (
        f'<div class="tick-card" data-row><label><input type="checkbox" class="form-check-input" data-select name="pk" '
        f'value="{customer.pk}" form="bulk" aria-label="{pick} {escape(customer.name)}"></label>'
        f'<a href="{customer.get_absolute_url()}"><div class="l1"><b class="clip">{escape(customer.name)}</b>{stars}'
        f'<span class="push nowrap">{moved}</span></div><div class="l2 clip">{_money_line(row, a_year, to_lose)}</div>'
        f'<div class="l3">{strip}<span class="nowrap {told.tone}">{escape(told.text)}</span></div></a></div>'
    )


def _money_line(row: Row, a_year: str, to_lose: str) -> str:
    standing, step = row.standing, row.extras.get("next_step")
    line: str = escape(row.place)
    if standing and standing.last_on:
        line = f'{a_year} <span class="num">{formats.money(standing.revenue_12m_minor, "panel")}</span>'
        if standing.at_stake_minor:
            stake = formats.money(standing.at_stake_minor, "panel")
            line += f' · <span class="t-act">{to_lose} <span class="num">{stake}</span></span>'
    return f"{line} · {_or_dash(step)}" if step else line
