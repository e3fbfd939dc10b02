"""One cell at a time: what is written → the value we keep, or what is wrong with it. No database."""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
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
_CLOCK = re.compile(r"[ T](2[0-3]|[01]?\d):([0-5]\d)")
_SEPARATORS = re.compile(r"[,，、;；|/\n]+")
STEPS = {"quantity": Decimal("0.001"), "price": Decimal("0.000001"), "rate": Decimal("0.00000001")}
CHOICES: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "kind": {
        "company": ("企业", "公司", "单位", "法人", "company", "business", "organisation", "organization", "b2b", "b"),
        "person": ("个人", "自然人", "person", "individual", "consumer", "b2c", "c"),
    },
    "invoice_kind": {
        "invoice": ("发票", "蓝字发票", "蓝字", "增值税专用发票", "增值税普通发票", "invoice", "customer invoice", "out_invoice"),
        "credit_note": ("红字发票", "红字", "红票", "贷项", "credit note", "customer credit note", "out_refund", "refund"),
    },
    "method": {
        "bank": ("银行转账", "银行", "转账", "电汇", "网银", "对公转账", "bank", "bank transfer", "wire", "transfer", "manual"),
        "cash": ("现金", "cash"),
        "wechat": ("微信", "微信支付", "wechat", "wechat pay"),
        "alipay": ("支付宝", "alipay"),
        "bill": (
            "承兑汇票", "承兑", "汇票", "票据", "银行承兑汇票", "商业承兑汇票", "支票", "bill", "bank draft", "cheque", "check",
            "checks",
        ),
        "other": ("其他", "其它", "other"),
    },
    "talk": {
        "call": ("电话", "打电话", "通话", "电话沟通", "电话跟进", "call", "phone", "phone call"),
        "visit": ("拜访", "上门", "上门拜访", "外勤", "外勤签到", "现场拜访", "visit", "site visit"),
        "wechat": ("微信", "企业微信", "微信沟通", "wechat"),
        "email": ("邮件", "电子邮件", "邮箱", "email", "e-mail", "mail"),
        "meeting": ("会议", "见面", "会面", "面谈", "meeting", "video meeting"),
        "other": ("其他", "其它", "other", "task", "note"),
    },
    "direction": {
        "out": ("我们联系客户", "呼出", "去电", "主动", "out", "outbound", "outgoing", "held"),
        "in": ("客户联系我们", "呼入", "来电", "被动", "in", "inbound", "incoming"),
    },
    "need_kind": {
        "requirement": ("特别要求", "特殊要求", "要求", "requirement", "special requirement"),
        "need": ("需求", "客户需求", "need"),
        "preference": ("偏好", "喜好", "preference"),
        "hobby": ("爱好", "兴趣", "hobby", "interest"),
        "business": ("业务流程", "业务", "business", "business process"),
        "environment": ("经营环境", "环境", "environment"),
        "support": ("需要的支持", "支持", "support"),
    },
    "comment_channel": {
        "complaint": ("投诉", "complaint"), "service": ("客服记录", "客服", "售后", "service", "support", "ticket"),
        "sales": ("销售听到", "销售", "业务员", "sales"), "survey": ("问卷", "调查", "满意度调查", "survey", "questionnaire"),
        "review": ("网上评价", "评价", "评论", "点评", "review", "online review"),
        "meeting": ("客户见面会", "见面会", "会议", "meeting"), "wechat": ("微信", "wechat"),
        "phone": ("电话", "来电", "phone", "call"), "other": ("其他", "其它", "other"),
    },
    "need_source": {
        "visit": ("拜访", "visit"), "call": ("电话", "call", "phone"), "wechat": ("微信", "wechat"),
        "email": ("邮件", "email"), "meeting": ("会议", "meeting"), "survey": ("问卷", "survey"),
        "overheard": ("听说", "overheard"), "import": ("导入", "import"), "other": ("其他", "其它", "other"),
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

    def _moment(self, _known: Field, settled: Settled) -> Read:
        return lambda value: read_moment(value, settled.order)

    def _author(self, _known: Field, _settled: Settled) -> Read:
        return lambda value: read_author(value, self.staff)

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
        name = known.choices or known.name
        return lambda value: read_choice(value, name, CHOICES[name], warn=name in ("talk", "comment_channel"))

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


def read_moment(value: Any, order: str | None) -> str | None:
    """A day with its time of day, where one is written, as `2026-01-05T14:30`; nine in the morning without one."""
    day = read_day(value, order)
    if day is None:
        return None
    if isinstance(value, datetime):
        clock = value.strftime("%H:%M")
    else:
        found = _CLOCK.search(str(value))
        clock = f"{int(found[1]):02d}:{found[2]}" if found else ""
    return f"{day.isoformat()}T{clock if clock not in ('', '00:00') else '09:00'}"


def read_author(value: Any, staff: Mapping[str, int | None]) -> int | None:
    """The user id of a colleague; one who is not with the company any more keeps no row out."""
    text = plain_text(value)
    if text is None or sheets.is_missing(text):
        return None
    if (found := staff.get(text.lower())) is None:
        raise Wrong("unknown_author", warn=True, text=text[:30])
    return found


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
    if text is None or sheets.is_missing(text):
        return None
    if is_mask(text):
        raise Wrong("masked", warn=True, text=text[:40])  # it came from an export and says nothing
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
    if text is None or sheets.is_missing(text):
        return None
    if is_mask(text):
        raise Wrong("masked", warn=True, text=text[:40])
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


def read_choice(value: Any, name: str, choices: Mapping[str, tuple[str, ...]], *, warn: bool = False) -> str | None:
    text = plain_text(value)
    if text is None or sheets.is_missing(text):
        return None
    word = text.lower()
    for code, names in choices.items():
        if word == code or word in names:
            return code
    if warn:
        raise Wrong("unknown_channel", warn=True, text=text[:30])
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
