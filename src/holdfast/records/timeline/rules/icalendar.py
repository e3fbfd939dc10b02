"""A calendar in iCalendar form (RFC 5545), read by phones and mail programs. No database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

LONGEST_LINE = 75
LASTS = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Event:
    """One entry; `at` a date for the whole day, or an aware moment. `changed` tells programs which version is newer."""

    uid: str
    title: str
    at: dt.date | dt.datetime
    changed: dt.datetime
    detail: str = ""
    url: str = ""
    alarm_minutes: int | None = None


def calendar(name: str, events: Iterable[Event]) -> str:
    """The whole file, lines ended by CRLF and folded at 75 bytes."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Holdfast//Tasks//EN", f"X-WR-CALNAME:{escaped(name)}"]
    for event in events:
        lines += _event(event)
    return "".join(f"{part}\r\n" for line in [*lines, "END:VCALENDAR"] for part in folded(line))


def _event(event: Event) -> list[str]:
    lines = ["BEGIN:VEVENT", f"UID:{event.uid}", f"DTSTAMP:{_utc(event.changed)}", *_times(event.at)]
    lines += [f"SUMMARY:{escaped(event.title)}"]
    lines += [f"DESCRIPTION:{escaped(event.detail)}"] if event.detail else []
    lines += [f"URL:{event.url}"] if event.url else []
    return [*lines, *_alarm(event), "END:VEVENT"]


def _times(at: dt.date | dt.datetime) -> list[str]:
    if isinstance(at, dt.datetime):
        return [f"DTSTART:{_utc(at)}", f"DTEND:{_utc(at + LASTS)}"]
    return [f"DTSTART;VALUE=DATE:{at:%Y%m%d}", f"DTEND;VALUE=DATE:{at + dt.timedelta(days=1):%Y%m%d}"]


def _alarm(event: Event) -> list[str]:
    if event.alarm_minutes is None or not isinstance(event.at, dt.datetime):
        return []
    words = escaped(event.title)
    return [
        "BEGIN:VALARM",
        "ACTION:DISPLAY",
        f"DESCRIPTION:{words}",
        f"TRIGGER:-PT{event.alarm_minutes}M",
        "END:VALARM",
    ]


def _utc(moment: dt.datetime) -> str:
    return f"{moment.astimezone(dt.UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """Text as a value: backslash, semicolon, comma and line ends escaped; other control characters dropped."""
    for plain, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\n", "\\n"), ("\r", "\\n")):
        text = text.replace(plain, written)
    return "".join(char for char in text if char.isprintable() or char == "\t")


def folded(line: str) -> list[str]:
    """A line in parts of at most 75 bytes, each but the first begun by a space; no character is cut in two."""
    parts, part = [], ""
    for char in line:
        if len((part + char).encode()) > LONGEST_LINE:
            parts.append(part)
            part = " "
        part += char
    return [*parts, part]
