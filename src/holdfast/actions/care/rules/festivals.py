"""Festivals on which customers are greeted, solar and lunar."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.records.customers.rules import Birth, birthday_in


@dataclass(frozen=True)
class Festival:
    """`month` and `day` in its calendar; a lunar one moves through the solar year."""

    code: str
    name: Promise
    month: int
    day: int
    calendar: str = "lunar"

    def day_in(self, year: int) -> date:
        """The day that begins in this solar (or lunar) year."""
        found = birthday_in(Birth(self.month, self.day, self.calendar), year)
        assert found is not None  # without a year of birth there always is one
        return found


FESTIVALS: Mapping[str, Festival] = {
    one.code: one
    for one in (
        Festival("new_year", _("元旦"), 1, 1, "solar"),
        Festival("spring", _("春节"), 1, 1),
        Festival("lantern", _("元宵节"), 1, 15),
        Festival("labour", _("劳动节"), 5, 1, "solar"),
        Festival("dragon_boat", _("端午节"), 5, 5),
        Festival("mid_autumn", _("中秋节"), 8, 15),
        Festival("national", _("国庆节"), 10, 1, "solar"),
        Festival("double_ninth", _("重阳节"), 9, 9),
    )
}


def festivals_between(start: date, end: date) -> Iterator[tuple[date, Festival]]:
    """Every festival from start to end, both included, by day."""
    years = range(start.year - 1, end.year + 1)
    days = ((festival.day_in(year), festival) for festival in FESTIVALS.values() for year in years)
    yield from sorted(
        ((day, one) for day, one in days if start <= day <= end), key=lambda pair: (pair[0], pair[1].code)
    )
