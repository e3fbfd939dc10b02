"""What was taken away, in words, and when it is more than usual; rooms above name what they give out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy

from holdfast.common import formats
from holdfast.common.labels import Words
from holdfast.common.masking import mask_text

NUMBERS: Mapping[str, Words] = {
    "raw": pgettext_lazy("numbers", "完整号码"),
    "mixed": pgettext_lazy("numbers", "本人客户完整，其余打码"),
    "masked": pgettext_lazy("numbers", "打码"),
    "none": pgettext_lazy("numbers", "不含号码"),
}
# A person's export is unusual beyond so many times the median of their own, once there are enough to compare with.
TIMES, ENOUGH, LEAST_ROWS, LOOKED_BACK_DAYS = 5, 5, 200, 90

Reason = tuple[str, dict[str, int]]
Chips = Callable[[Any, Mapping[str, Any]], Sequence[tuple[str, str]]]
Alarm = Callable[[Any], None]


@dataclass(frozen=True)
class Source:
    """What one kind of export is called, and how its filters read: `chips(viewer, filters)` gives (label, value)."""

    title: Words
    chips: Chips | None = None


_sources: dict[str, Source] = {}
_alarms: list[Alarm] = []


def register_export(what: str, title: Words, chips: Chips | None = None) -> None:
    """Let a room name what it gives out, as "customers.list"."""
    _sources[what] = Source(title, chips)


def register_alarm(alarm: Alarm) -> None:
    """Have somebody told of an unusual export, once it is written."""
    if alarm not in _alarms:
        _alarms.append(alarm)


def sound_alarms(export: Any) -> None:
    for alarm in _alarms:
        alarm(export)


def source_titles() -> dict[str, Words]:
    return {what: source.title for what, source in _sources.items()}


def source_title(what: str) -> str:
    return str(_sources[what].title) if what in _sources else what


def filter_words(viewer: Any, what: str, filters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The filter of an export as the list says it, numbers in it masked; as it was sent where no room can say it."""
    chips = _sources[what].chips if what in _sources else None
    told = chips(viewer, filters) if chips else [(name, _plain(values)) for name, values in filters.items()]
    return [(str(label), mask_text(str(value))) for label, value in told]


def _plain(values: Any) -> str:
    return formats.listed(str(value) for value in (values if isinstance(values, list | tuple) else [values]))


def unusual(rows: int, *, earlier: Sequence[int], today: int, day_limit: int) -> list[Reason]:
    """Why an export of so many rows stands out: by the person's own earlier ones, or by the rows of the whole day.

    `earlier`: rows of that person's exports of the last 90 days; `today`: rows taken on this day before this one.
    """
    reasons: list[Reason] = []
    usual = median(earlier) if len(earlier) >= ENOUGH else None
    if usual is not None and rows >= LEAST_ROWS and rows > TIMES * usual:
        reasons.append(("median", {"rows": rows, "usual": int(usual)}))
    if today + rows > day_limit:
        reasons.append(("day", {"rows": today + rows, "limit": day_limit}))
    return reasons


def reason_words(reason: Sequence[Any]) -> str:
    """A stored reason in the reader's language."""
    code, facts = reason[0], {name: formats.number(value) for name, value in reason[1].items()}
    if code == "median":
        return _("%(rows)s 行，本人平时约 %(usual)s 行") % facts
    if code == "day":
        return _("当天共 %(rows)s 行，超过每天 %(limit)s 行") % facts
    return str(code)
