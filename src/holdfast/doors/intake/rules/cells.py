"""One cell at a time: what is written → the value we keep, or what is wrong with it. No database."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from holdfast.common import searchkeys, sheets
from holdfast.common.masking import is_mask
from holdfast.common.refusals import Refusal
from holdfast.doors.intake.rules.birthdays import parse_birthday
from holdfast.doors.intake.rules.fields import Field
from holdfast.records.customers.rules.custom import clean

Read = Callable[[Any], Any]
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_POWER = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_DIGITS = re.compile(r"\d")
_DAY = re.compile(r"\d{4}\D{1,3}(\d{1,2})\D{1,3}(\d{1,2})\D*")
_SEPARATORS = re.compile(r"[,，、;；|/\n]+")
STEPS = {"quantity": Decimal("0.001"), "price": Decimal("0.000001"), "rate": Decimal("0.00000001")}
CHOICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "kind": {
        "company": ("企业", "公司", "单位", "法人", "company", "business", "organisation", "organization", "b2b", "b"),
        "person": ("个人", "自然人", "person", "individual", "consumer", "b2c", "c"),
    },
    "channel": {
        "end": ("最终客户", "终端", "终端客户", "直客", "否", "end", "end customer", "direct", "no"),
        "distributor": ("分销商", "经销商", "代理商", "代理", "渠道商", "是", "distributor", "dealer", "reseller", "yes"),
    },
}  # fmt: skip
ORDER_KINDS = {
    "return": ("退货", "退货单", "退单", "退款", "红字", "return", "refund", "credit", "cancellation", "cancelled"),
    "sale": ("销售", "销售单", "订单", "出库", "正常", "sale", "sales", "order", "invoice"),
}  # fmt: skip


class Wrong(ValueError):
    """A cell that cannot be kept: the code of the problem, its facts, and whether the rest of the row may stand."""

    def __init__(self, code: str, *, warn: bool = False, value: Any = None, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts, self.warn, self.value = code, facts, warn, value


@dataclass(frozen=True)
class Settled:
    """What was decided once for a column."""

    order: str | None = None
    decimal_comma: bool = False
    drop_point_zero: bool = False


@dataclass
class Readers:
    """Builds the reader of each column; `staff` holds login or name → user id, None where two share a name."""

    staff: Mapping[str, int | None] = field(default_factory=dict)

    def of(self, known: Field, settled: Settled) -> Read:
        made: Read = getattr(self, f"_{known.reads}")(known, settled)
        return made

    def _text(self, known: Field, _settled: Settled) -> Read:
        return lambda value: within(plain_text(value), known.limit)

    def _id(self, known: Field, settled: Settled) -> Read:
        def read(value: Any) -> str | None:
            text = sheets.parse_id(value, drop_point_zero=settled.drop_point_zero)
            return within(plain_text(text), known.limit)

        return read

    def _date(self, _known: Field, settled: Settled) -> Read:
        return lambda value: read_day(value, settled.order)

    def _quantity(self, known: Field, settled: Settled) -> Read:
        step = STEPS[known.reads]

        def read(value: Any) -> Decimal | None:
            number = sheets.parse_number(value, decimal_comma=settled.decimal_comma)
            return None if number is None else number.quantize(step, ROUND_HALF_UP)

        return read

    _price = _quantity

    def _rate(self, known: Field, settled: Settled) -> Read:
        read_number = self._quantity(known, settled)

        def read(value: Any) -> Decimal | None:
            rate = read_number(value)
            if rate is not None and rate <= 0:
                raise Wrong("rate")
            return rate

        return read

    def _percent(self, _known: Field, settled: Settled) -> Read:
        return lambda value: read_percent(value, settled.decimal_comma)

    def _grade(self, _known: Field, _settled: Settled) -> Read:
        return read_grade

    def _phone(self, known: Field, _settled: Settled) -> Read:
        return lambda value: within(read_phone(value), known.limit)

    def _email(self, _known: Field, _settled: Settled) -> Read:
        return read_email

    def _uscc(self, _known: Field, _settled: Settled) -> Read:
        return read_uscc

    def _choice(self, known: Field, _settled: Settled) -> Read:
        return lambda value: read_choice(value, known.name, CHOICES[known.name])

    def _order_kind(self, _known: Field, _settled: Settled) -> Read:
        return lambda value: read_choice(value, "order_kind", ORDER_KINDS)

    def _yes_no(self, _known: Field, _settled: Settled) -> Read:
        return sheets.parse_bool

    def _tags(self, _known: Field, _settled: Settled) -> Read:
        return read_tags

    def _birthday(self, _known: Field, _settled: Settled) -> Read:
        return read_birthday

    def _custom(self, known: Field, _settled: Settled) -> Read:
        return lambda value: read_custom(value, known.custom)

    _custom_text = _custom_number = _custom_date = _custom_choice = _custom_yes_no = _custom

    def _currency(self, _known: Field, _settled: Settled) -> Read:
        return read_currency

    def _owner(self, _known: Field, _settled: Settled) -> Read:
        return lambda value: read_owner(value, self.staff)


def plain_text(value: Any) -> str | None:
    """Trimmed text without control characters; line breaks stay."""
    text = sheets.text_of(value)
    return _CONTROL.sub("", text) or None if text else None


def within(text: str | None, limit: int) -> str | None:
    if text and limit and len(text) > limit:
        raise Wrong("too_long", length=len(text), limit=limit)
    return text


def read_day(value: Any, order: str | None) -> date | None:
    """A day; a written day that no calendar has says so by name."""
    try:
        return sheets.parse_date(value, order=order)
    except sheets.CellError as wrong:
        match = _DAY.fullmatch(unicodedata.normalize("NFKC", str(value)).strip())
        if wrong.code == "date" and match:
            month, day = int(match[1]), int(match[2])
            if (1 <= month <= 12 and day > calendar.monthrange(2024, month)[1]) or day in (29, 30, 31):
                raise Wrong("no_such_day", month=month, day=day) from None
        raise


def read_percent(value: Any, decimal_comma: bool = False) -> Decimal | None:
    """A tax rate as a share: 13%, 13 and 0.13 are the same."""
    rate = sheets.parse_number(value, decimal_comma=decimal_comma)
    if rate is None:
        return None
    share = rate / 100 if rate >= 1 else rate
    if not 0 <= share < 1:
        raise Wrong("percent")
    return share.quantize(Decimal("0.0001"), ROUND_HALF_UP)


def read_grade(value: Any) -> int | None:
    text = plain_text(value)
    if text is None:
        return None
    digits = _DIGITS.findall(unicodedata.normalize("NFKC", text))
    if len(digits) != 1 or digits[0] not in "1234":
        raise Wrong("grade")
    return int(digits[0])


def read_phone(value: Any) -> str | None:
    """A phone number as written; too few or lost digits are told."""
    text = plain_text(value)
    if text is None or sheets.is_missing(text) or is_mask(text):
        return None  # a mask from an export says nothing
    plain = unicodedata.normalize("NFKC", text)
    if _POWER.fullmatch(plain):
        raise Wrong("phone_power")
    digits = "".join(_DIGITS.findall(plain))
    if len(digits) < 5:
        raise Wrong("phone", text=text[:30])
    if plain.isdigit() and plain.startswith("1") and len(digits) != 11 and not searchkeys.phone_key(plain):
        raise Wrong("phone_short" if len(digits) < 11 else "phone_long", digits=len(digits))
    return text


def read_email(value: Any) -> str | None:
    text = plain_text(value)
    if text is None or sheets.is_missing(text) or is_mask(text):
        return None
    try:
        validate_email(text)
    except ValidationError:
        raise Wrong("email", text=text[:60]) from None
    return text


def read_custom(value: Any, definition: Any) -> Any:
    """A value of one of the company's own fields, typed as it is kept."""
    text = plain_text(value)
    if text is None or sheets.is_missing(text):
        return None
    try:
        return clean(definition, value if isinstance(value, date | int | float) else text)
    except Refusal:
        raise Wrong(f"custom_{definition.kind}", text=text[:30], label=definition.label) from None


def read_uscc(value: Any) -> str | None:
    """A unified social credit code; one that fails its check digit is left out with a warning."""
    text = plain_text(value)
    if text is None or sheets.is_missing(text):
        return None
    code = unicodedata.normalize("NFKC", text).replace(" ", "").upper()
    if not searchkeys.uscc_is_valid(code):
        raise Wrong("uscc", warn=True)
    return code


def read_choice(value: Any, name: str, choices: Mapping[str, tuple[str, ...]]) -> str | None:
    text = plain_text(value)
    if text is None or sheets.is_missing(text):
        return None
    word = text.lower()
    for code, names in choices.items():
        if word == code or word in names:
            return code
    raise Wrong("choice", text=text[:30], choices=name)


def read_tags(value: Any) -> list[str] | None:
    text = plain_text(value)
    if text is None or sheets.is_missing(text):
        return None
    tags = list(dict.fromkeys(part.strip() for part in _SEPARATORS.split(text) if part.strip()))
    for tag in tags:
        within(tag, 40)
    return tags or None


def read_birthday(value: Any) -> dict[str, Any] | None:
    text = plain_text(value)
    if text is None or sheets.is_missing(text):
        return None
    birthday = parse_birthday(text)
    if birthday is None:
        raise Wrong("birthday", text=text[:30])
    return birthday


def read_currency(value: Any) -> str | None:
    text = plain_text(value)
    if text is None or sheets.is_missing(text):
        return None
    code = {
        "人民币": "CNY",
        "rmb": "CNY",
        "¥": settings.CURRENCY,
        "美元": "USD",
        "欧元": "EUR",
        "港币": "HKD",
        "日元": "JPY",
    }
    word = code.get(text.lower(), text.upper())
    if not re.fullmatch("[A-Z]{3}", word):
        raise Wrong("currency")
    return word


def read_owner(value: Any, staff: Mapping[str, int | None]) -> int | str | None:
    """The user id of a colleague by login or name; "pool" for the public pool."""
    text = plain_text(value)
    if text is None or sheets.is_missing(text):
        return None
    if text.lower() in ("公海", "pool", "public pool"):
        return "pool"
    name = text.lower()
    if name not in staff:
        raise Wrong("unknown_owner", text=text[:30])
    found = staff[name]
    if found is None:
        raise Wrong("twin_owner", text=text[:30])
    return found
