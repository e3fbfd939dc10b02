"""Our own small graphics as safe HTML: stars, movement, five angles, rhythm, clock, risk, bars.

Pure functions over plain values, so that a list of 200 rows costs no template component. Positions are SVG
attributes in percent: nothing here needs an inline style or a script. Every value is escaped.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache, wraps
from typing import Any, ParamSpec

from django.utils.html import conditional_escape, escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from holdfast.common import labels
from holdfast.common.charts.rhythm import Rhythm
from holdfast.common.charts.svg import n

Args = ParamSpec("Args")

DASH = mark_safe('<span class="muted">—</span>')
STARS = {count: mark_safe("<i></i>" * count + '<i class="off"></i>' * (5 - count)) for count in range(6)}
TONES = {"", "g", "w", "a", "p", "b", "i", "s"}
STAR_FILLS = ("", "star-1", "star-2", "star-3", "star-4", "star-5")


def kept(make: Callable[Args, SafeString]) -> Callable[Args, SafeString]:
    """Remember the HTML of a mark by its values and the language: a list shows the same few a hundred times."""

    @lru_cache(maxsize=4096)
    def made(_language: str | None, arguments: tuple, names: tuple) -> SafeString:
        return make(*arguments, **dict(names))

    @wraps(make)
    def asked(*arguments: Args.args, **names: Args.kwargs) -> SafeString:
        return made(get_language(), arguments, tuple(names.items()))

    return asked


def icon(name: str, text: str = "") -> SafeString:
    """A Tabler icon; with text it speaks for itself, without it is decoration."""
    if text:
        return format_html('<i class="ti ti-{}" role="img" aria-label="{}" title="{}"></i>', name, text, text)
    return format_html('<i class="ti ti-{}" aria-hidden="true"></i>', name)


@kept
def stars(value: int | None, *, provisional: bool = False, size: str = "") -> SafeString:
    """Five star shapes; hollow while the level is provisional; a dash without one."""
    if not value:
        return format_html('<span class="muted" title="{}">—</span>', labels.stars_label(None))
    count = max(0, min(int(value), 5))
    classes = "stars" + (" hollow" if provisional else "") + (f" {size}" if size else "")
    text = labels.stars_label(count, provisional=provisional)
    return format_html(
        '<span class="{}" role="img" aria-label="{}" title="{}">{}</span>', classes, text, text, STARS[count]
    )


@kept
def move(code: str | None, *, text: str = "") -> SafeString:
    """Movement since last month as a chip with its icon and word."""
    if not code:
        return DASH
    name = labels.MOVEMENT_ICONS.get(code, "point")
    return format_html('<span class="chip {}">{}{}</span>', code, icon(name), text or labels.movement_label(code))


@kept
def stage(code: str | None, *, line: bool = False) -> SafeString:
    """The life-cycle stage as a chip; with line, its period before it."""
    if not code:
        return DASH
    text = labels.stage_line(code) if line else labels.stage_label(code)
    return format_html('<span class="chip {}">{}</span>', labels.STAGE_TONES.get(code, ""), text)


@kept
def risk(code: str | None, *, text: str = "") -> SafeString:
    """A dot, diamond or triangle with its word."""
    if not code:
        return DASH
    return format_html('<span class="risk {}">{}</span>', code, text or labels.risk_label(code))


def _angle_pairs(scores: Any) -> list[tuple[str, float | None]]:
    codes = list(labels.ANGLES)
    if isinstance(scores, Mapping):
        return [(code, scores.get(code)) for code in codes]
    values = list(scores or [])
    return list(zip(codes, values + [None] * (5 - len(values)), strict=False))


def five(scores: Mapping[str, float | None] | Sequence[float | None] | None) -> SafeString:
    """The five angles as five bars in 38 × 20; below 50 amber, below 35 cinnabar, 80 and up dark."""
    return _five(*(None if score is None else round(float(score), 1) for _code, score in _angle_pairs(scores)))


@kept
def _five(*scores: float | None) -> SafeString:
    if all(score is None for score in scores):
        return DASH
    text = " · ".join(
        f"{word} {'—' if score is None else round(score)}"
        for word, score in zip(labels.ANGLES_SHORT.values(), scores, strict=False)
    )
    bars = mark_safe("".join(_five_bar(place, score) for place, score in enumerate(scores)))
    return format_html(
        '<svg class="five" width="38" height="20" role="img" aria-label="{}"><title>{}</title>{}</svg>',
        text,
        text,
        bars,
    )


def _five_bar(place: int, score: float | None) -> str:
    x = place * 8
    if score is None:
        return f'<rect class="none" x="{x}" y="18" width="6" height="2"/>'
    level = max(0.0, min(score, 100.0))
    height = max(2.0, round(level / 5, 1))
    tone = "hi" if level >= 80 else "bad" if level < 35 else "lo" if level < 50 else ""
    return f'<rect class="{tone}" x="{x}" y="{n(20 - height)}" width="6" height="{n(height)}" rx="1"/>'


def _rhythm_of(value: Any) -> Rhythm | None:
    if isinstance(value, str):
        value = json.loads(value) if value else None
    if isinstance(value, Mapping):
        return Rhythm.from_dict(dict(value))
    return value if isinstance(value, Rhythm) else None


def rhythm(value: Any, *, text: str = "", big: bool = False) -> SafeString:
    """A mark per order, a band where the next is due, a line for today. Takes Rhythm, its dict, or JSON."""
    marks = _rhythm_of(value)
    if marks is None:
        return DASH
    parts = [*_rhythm_ground(marks, big), *_rhythm_orders(marks, big), *_rhythm_now(marks, big)]
    classes = f"rhy {marks.level if marks.level in TONES else ''}" + (" big" if big else "")
    height = (78 if _is_ahead(marks) else 62) if big else 18
    name = escape(text or _("下单节奏，%(count)s 次下单") % {"count": len(marks.orders)})
    return mark_safe(
        f'<svg class="{classes}" width="100%" height="{height}" role="img" aria-label="{name}">'
        f"<title>{name}</title>{''.join(parts)}</svg>"
    )


def _rhythm_ground(marks: Rhythm, big: bool) -> Iterable[str]:
    middle = 42.5 if big else 9
    yield f'<line class="base" x1="0" x2="100%" y1="{middle}" y2="{middle}"/>'
    if marks.window:
        start, end = marks.window
        size = 'y="28" height="28"' if big else 'y="2" height="14"'
        yield f'<rect class="win" x="{n(start)}%" width="{n(max(end - start, 0.8))}%" {size} rx="3"/>'
        if big:
            yield _rhythm_label((start + end) / 2, _("预计下单"), marks.now)
    if marks.late:
        start, end = marks.late
        wide = n(max(end - start, 0))
        yield f'<rect class="late" x="{n(start)}%" y="{middle - 1.5}" width="{wide}%" height="3" rx="1.5"/>'


def _is_ahead(marks: Rhythm) -> bool:
    """The window's middle lies after today: its label stands under the line, clear of the word for today."""
    return bool(marks.window and marks.now is not None and sum(marks.window) / 2 > marks.now)


def _rhythm_label(place: float, text: str, now: float | None) -> str:
    is_ahead = now is not None and place > now
    is_close = now is not None and now - place < 9
    anchor = "end" if place > 88 or (is_close and not is_ahead) else "middle"
    x = 100.0 if is_ahead and place > 88 else place
    return f'<text class="lb" x="{n(x)}%" y="{74 if is_ahead else 14}" text-anchor="{anchor}">{escape(text)}</text>'


def _rhythm_orders(marks: Rhythm, big: bool) -> Iterable[str]:
    """All marks as one path in percent; its strokes keep their width however wide the line is drawn."""
    if not marks.orders:
        return
    top, long, height = (33, 18, 62) if big else (4, 10, 18)
    d = "".join(f"M{n(place)} {top}v{long}" for place in marks.orders)
    yield (
        f'<svg viewBox="0 0 100 {height}" width="100%" height="{height}" preserveAspectRatio="none">'
        f'<path class="o" d="{d}"/></svg>'
    )


def _rhythm_now(marks: Rhythm, big: bool) -> Iterable[str]:
    if marks.now is None:
        return
    top, bottom = (22, 62) if big else (0, 18)
    yield f'<line class="now" x1="{n(marks.now)}%" x2="{n(marks.now)}%" y1="{top}" y2="{bottom}"/>'
    if big:
        anchor = "end" if marks.now > 94 else "middle"
        yield f'<text class="lb now-l" x="{n(marks.now)}%" y="14" text-anchor="{anchor}">{escape(_("今天"))}</text>'


def clock(promise: float, limit: float, value: float, *, stopped: bool = False, text: str = "") -> SafeString:
    """A promise clock in the units given: promise, limit and now on a line of 4/3 of the limit."""
    whole = float(limit) * 4 / 3 or 1.0
    p, m, v = (round(min(max(float(x) / whole * 100, 0), 100), 1) for x in (promise, limit, value))
    tone = "p" if stopped else "a" if value > limit else "w" if value >= promise else ""
    name = text or _("已用 %(value)s，承诺 %(promise)s，底线 %(limit)s") % {
        "value": _plain(value), "promise": _plain(promise), "limit": _plain(limit)
    }  # fmt: skip
    return format_html(
        '<svg class="clock" width="100%" height="14" role="img" aria-label="{}"><title>{}</title>'
        '<rect class="z1" x="0" y="2" width="{}%" height="10"/><rect class="z2" x="{}%" y="2" width="{}%" height="10"/>'
        '<rect class="z3" x="{}%" y="2" width="{}%" height="10"/>'
        '<rect class="run {}" x="0" y="5" width="{}%" height="4" rx="2"/>'
        '<line class="tick" x1="{}%" x2="{}%" y1="0" y2="14"/>'
        '<line class="tick" x1="{}%" x2="{}%" y1="0" y2="14"/></svg>',
        name, name, p, p, round(m - p, 1), m, round(100 - m, 1), tone, v, p, p, m, m,
    )  # fmt: skip


def _plain(value: float) -> str:
    return f"{float(value):g}"


def bar(
    value: float | None, maximum: float = 100, *, tone: str = "", thick: bool = False, text: str = ""
) -> SafeString:
    """A bar from zero to `maximum`; tones: g good, w watch, a act, s neutral, star-1 … star-5."""
    share = 0.0 if not value or not maximum else max(0.0, min(abs(float(value)) / float(maximum) * 100, 100.0))
    height = 16 if thick else 6
    name = text or f"{_plain(round(float(value or 0), 1))} / {_plain(maximum)}"
    radius = 2 if thick else 3
    return format_html(
        '<svg class="bar-s {}" width="100%" height="{}" role="img" aria-label="{}">'
        '<rect class="track" x="0" y="0" width="100%" height="{}" rx="{}"/>'
        '<rect class="v {}" x="0" y="0" width="{}%" height="{}" rx="{}"/></svg>',
        "thick" if thick else "", height, name, height, radius, tone, round(share, 1), height, radius,
    )  # fmt: skip


def funnel_bar(value: float, maximum: float, *, tone: str = "", text: str = "", note: str = "") -> SafeString:
    """A plain bar to true scale with its figure right behind it; the longest takes 60 % of the width."""
    share = 0.0 if not maximum else max(0.0, min(float(value) / float(maximum) * 60, 60.0))
    return format_html(
        '<svg class="bar-s funnel" width="100%" height="26" role="img" aria-label="{} {}">'
        '<rect class="v {}" x="0" y="0" width="{}%" height="26" rx="3"/>'
        '<text x="{}%" dx="10" y="18"><tspan class="n">{}</tspan><tspan class="s" dx="8">{}</tspan></text></svg>',
        text, note, tone, round(max(share, 0.6), 1), round(share, 1), text, note,
    )  # fmt: skip


def seg(parts: Iterable[Mapping[str, Any]], *, thick: bool = False) -> SafeString:
    """One bar of parts for shares: parts are {value, label, tone, url}; tone is a movement or `.sw` class name.

    The legend is `seg_legend` over the same parts; a part of nothing is left out of the bar.
    """
    shown = [part for part in parts if (part.get("value") or 0) > 0]
    total = sum(float(part["value"]) for part in shown)
    if not total:
        return DASH
    shares = [max(float(part["value"]) / total * 100, 1.2) for part in shown]
    scale, place, pieces = 100 / sum(shares), 0.0, []
    for part, share in zip(shown, shares, strict=True):
        width = share * scale
        pieces.append(_seg_part(part, place, width))
        place += width
    name = _("，").join(f"{part['label']} {_plain(part['value'])}" for part in shown)
    return format_html(
        '<svg class="seg-s" width="100%" height="{}" role="group" aria-label="{}">{}</svg>',
        16 if thick else 14, name, mark_safe("".join(pieces)),
    )  # fmt: skip


def _seg_part(part: Mapping[str, Any], place: float, width: float) -> str:
    title = f"{part['label']} {part.get('text') or _plain(part['value'])}"
    piece = format_html(
        '<rect class="f-{}" x="{}%" y="0" width="{}%" height="100%" rx="2"><title>{}</title></rect>',
        part.get("tone") or "brand", round(place, 2), round(width, 2), title,
    )  # fmt: skip
    if part.get("url"):
        return format_html('<a href="{}" aria-label="{}">{}</a>', part["url"], title, piece)
    return piece


def seg_legend(parts: Iterable[Mapping[str, Any]]) -> SafeString:
    """The words of a `seg`: swatch, label, figure; each links where its part leads."""
    rows = []
    for part in parts:
        body = format_html(
            '<span class="sw f-{}"></span>{}<b>{}</b>',
            part.get("tone") or "brand", part["label"], part.get("text") or _plain(part.get("value") or 0),
        )  # fmt: skip
        url = part.get("url")
        rows.append(
            format_html('<a class="plain" href="{}">{}</a>', url, body) if url else format_html("<span>{}</span>", body)
        )
    return format_html('<div class="legend">{}</div>', mark_safe("".join(rows)))


@kept
def avatar(name: str | None, *, size: str = "") -> SafeString:
    """A person's initials on one of five grounds, always the same for one name."""
    from holdfast.common.formats import initials

    tone = ("", "b", "c", "d", "e")[sum(map(ord, name or "")) % 5]
    letters = initials(name)
    shown = letters[:1] if size == "sm" else letters
    return format_html('<span class="hf-avatar {} {}" aria-hidden="true">{}</span>', size, tone, shown)


def time_tag(moment: dt.datetime | dt.date, text: str) -> SafeString:
    return format_html('<time datetime="{}">{}</time>', moment.isoformat(), conditional_escape(text))
