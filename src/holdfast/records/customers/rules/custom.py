"""Values of custom fields: read from what people write, said in words, and what a change of kind would lose.

Kept as typed JSON: text as text, numbers as numbers, days as 2026-01-05, a choice as its code, yes or no as true or
false. A field is anything with `code`, `kind`, `choices` and `title`. No database.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Protocol, TypeAlias, TypeGuard

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from holdfast.common import formats, searchkeys, sheets
from holdfast.common.refusals import Refusal

Value: TypeAlias = str | int | float | bool
CODE = re.compile(r"[a-z][a-z0-9_]{0,29}")
LONGEST_TEXT = 500
LARGEST, DECIMALS = Decimal(10) ** 13, 4
MOST_CHOICES = 200
TAKEN_CODES = frozenset({"min", "max"})


class Definition(Protocol):
    """What the rules need to know of a field."""

    code: str
    kind: str
    choices: Any

    @property
    def title(self) -> str: ...


def clean(field: Definition, raw: Any) -> Value | None:
    """The value to keep, or None where nothing was entered. A Refusal, on `custom_<code>`, says what to write instead."""
    if raw is None or (isinstance(raw, str) and not raw.strip()):
        return None
    value = READERS[field.kind](field, raw)
    return None if value == "" else value


def _refuse(field: Definition, sentence: str) -> Refusal:
    return Refusal(sentence, field=f"custom_{field.code}")


def _text(field: Definition, raw: Any) -> str:
    text = sheets.text_of(raw) or ""
    text = "".join(letter for letter in text if letter.isprintable() or letter in "\n\t").strip()
    if len(text) > LONGEST_TEXT:
        raise _refuse(
            field, _("「%(field)s」最多 %(most)s 个字，请缩短。") % {"field": field.title, "most": LONGEST_TEXT}
        )
    return text


def _number(field: Definition, raw: Any) -> int | float:
    wrong = _refuse(field, _("「%(field)s」要填数字，例如 1200 或 3.5。") % {"field": field.title})
    if isinstance(raw, bool):
        raise wrong
    try:
        number = sheets.parse_number(raw)
    except (sheets.CellError, ArithmeticError, ValueError):
        raise wrong from None
    if number is None or abs(number) >= LARGEST:
        raise wrong
    number = round(number, DECIMALS)
    return int(number) if number == number.to_integral_value() else float(number)


def _date(field: Definition, raw: Any) -> str:
    try:
        day = sheets.parse_date(raw.isoformat() if isinstance(raw, date) else raw)
    except (sheets.CellError, ValueError):
        day = None
    if day is None:
        raise _refuse(field, _("「%(field)s」要填日期，例如 2026-01-05。") % {"field": field.title})
    return day.isoformat()


def _choice(field: Definition, raw: Any) -> str:
    said = str(raw).strip().casefold()
    for code, *labels in field.choices:
        if said in {code, *(label.casefold() for label in labels if label)}:
            return str(code)
    names = formats.listed(word for _code, word in list(choice_pairs(field))[:8])
    raise _refuse(field, _("「%(field)s」里没有「%(text)s」，可选：%(names)s。") % {
        "field": field.title, "text": str(raw).strip()[:30], "names": names,
    })  # fmt: skip


def _yes_no(field: Definition, raw: Any) -> bool:
    try:
        answer = sheets.parse_bool(bool(raw) if isinstance(raw, int) and raw in (0, 1) else raw)
    except (sheets.CellError, ValueError):
        answer = None
    if answer is None:
        raise _refuse(field, _("「%(field)s」请填是或否。") % {"field": field.title})
    return answer


READERS: dict[str, Callable[[Definition, Any], Value]] = {
    "text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "yes_no": _yes_no,
}


# --- words --------------------------------------------------------------------------------------------------------
def choice_pairs(field: Definition) -> Iterable[tuple[str, str]]:
    """(code, word) of the choices in the reader's language."""
    is_english = (get_language() or "").startswith("en")
    for code, label, *more in field.choices:
        yield str(code), (more[0] if is_english and more and more[0] else label)


def shown(field: Definition, value: Any) -> str:
    """A kept value as pages show it; nothing for none."""
    if value is None or value == "":
        return ""
    if field.kind == "number" and isinstance(value, int | float) and not isinstance(value, bool):
        return written_number(value)
    if field.kind == "date" and is_day(value):
        return formats.day(date.fromisoformat(value), "full")
    if field.kind == "choice":
        return dict(choice_pairs(field)).get(str(value), str(value))
    if field.kind == "yes_no":
        return _("是") if value is True else _("否")
    return str(value)


def written_number(value: float) -> str:
    """1234.5 → 1,234.5; as many decimals as there are."""
    text = f"{Decimal(str(value)).normalize():f}"
    return formats.number(value, len(text.partition(".")[2]))


def is_day(value: Any) -> TypeGuard[str]:
    try:
        return isinstance(value, str) and bool(date.fromisoformat(value))
    except ValueError:
        return False


# --- definitions --------------------------------------------------------------------------------------------------
def code_for(label: str, label_en: str, taken: Iterable[str]) -> str:
    """A code made of the English label, else of the pinyin: 合同到期日 → hetongdaoqiri; a number behind it if taken."""
    source = label_en or searchkeys.pinyin_of(label) or "field"
    plain = re.sub(r"[^a-z0-9]+", "_", source.casefold().replace(" ", "_" if label_en else "")).strip("_")
    base = plain if CODE.fullmatch(plain[:26] or "0") else f"f_{plain}".strip("_")
    base = (re.sub(r"[^a-z0-9_]", "", base)[:26] or "field").strip("_") or "field"
    base = f"{base}_f" if base.endswith(("_min", "_max")) else base  # in addresses these stand for the ends of a span
    used, code, again = set(taken) | TAKEN_CODES, base, 1
    while code in used:
        again += 1
        code = f"{base}_{again}"
    return code


def choices_from(lines: str, before: Sequence[Sequence[str]]) -> list[list[str]]:
    """Choices as typed, one a line, `中文 = English`; those known by their word keep their code, and so does the line in
    whose place another word stands now."""
    typed = [_parted(line) for line in lines.splitlines() if line.strip()]
    known = {str(label): str(code) for code, label, *_more in before}
    words = {label for label, _english in typed}
    codes: list[str | None] = [known.get(label) for label, _english in typed]
    for place, (code, label, *_more) in enumerate(before):
        if len(typed) == len(before) and codes[place] is None and label not in words:
            codes[place] = str(code)
    used = {str(code) for code, *_more in before} | {code for code in codes if code}
    return [[code or _next_code(used), label, english] for code, (label, english) in zip(codes, typed, strict=True)]


def _parted(line: str) -> tuple[str, str]:
    label, _equals, english = line.replace("＝", "=").partition("=")
    return label.strip()[:60], english.strip()[:60]


def _next_code(used: set[str]) -> str:
    number = 1
    while f"c{number}" in used:
        number += 1
    used.add(f"c{number}")
    return f"c{number}"


def lines_of(choices: Sequence[Sequence[str]]) -> str:
    """Choices as they are typed."""
    return "\n".join(f"{label} = {more[0]}" if more and more[0] else label for _code, label, *more in choices)


def converted(old: Definition, new: Definition, value: Any) -> Value | None:
    """A kept value under another kind; a Refusal where it would not fit. Words stand between unlike kinds."""
    if old.kind == new.kind == "choice":
        return clean(new, value)
    plain = {"number": value, "date": value}.get(old.kind, shown(old, value))
    return clean(new, plain if new.kind != "text" or old.kind in ("text", "date") else shown(old, value))
