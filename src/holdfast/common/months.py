"""Calendar months as `YYYY-MM`, half-open windows of days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month; sorts by time, prints as `2026-10`."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        return cls(day.year, day.month)

    @classmethod
    def parse(cls, text: str) -> Month:
        """Read `2026-10`; a ValueError says what is wrong."""
        year, dash, number = text.strip().partition("-")
        if not (dash and len(year) == 4 and year.isdigit() and number.isdigit() and 1 <= int(number) <= 12):
            raise ValueError(f"{text!r} is not a month like 2026-10")
        return cls(int(year), int(number))

    @property
    def first(self) -> date:
        return date(self.year, self.number, 1)

    @property
    def last(self) -> date:
        return self.next.first - timedelta(days=1)

    @property
    def next(self) -> Month:
        return self.plus(1)

    @property
    def previous(self) -> Month:
        return self.plus(-1)

    def plus(self, months: int) -> Month:
        index = self.year * 12 + self.number - 1 + months
        return Month(index // 12, index % 12 + 1)

    def holds(self, day: date) -> bool:
        return (day.year, day.month) == (self.year, self.number)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"


def today() -> date:
    """Today in the company's time zone."""
    return timezone.localdate()


def check_month(text: str) -> None:
    """Field validator for a stored `YYYY-MM`."""
    try:
        Month.parse(text)
    except ValueError as error:
        raise ValidationError(str(error)) from error
