"""A customer's row as callers hand it in: cleaned, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from holdfast.common import searchkeys
from holdfast.common.labels import Words
from holdfast.common.masking import PERSONAL, is_mask

Problem = tuple[str, str]
PROBLEMS: Mapping[str, Words] = {
    "no_name": _("请填写客户名称。"),
    "is_mask": _("这是打码后的号码，不能当号码存。请填完整的号码；不想改就留着原样。"),
    "too_long": _("这一项太长，请缩短后再保存。"),
    "bad_kind": _("客户类型只能是企业或个人。"),
    "bad_channel": _("渠道只能是最终客户或分销商。"),
    "bad_uscc": _("统一社会信用代码应为 18 位，且校验位不对。请对照营业执照再核对一遍。"),
    "bad_email": _("这不像一个邮箱地址，请检查 @ 和域名。"),
    "bad_code": _("客户编号里不能有空格或逗号。"),
    "code_taken": _("这个客户编号已有人用。请换一个，或留空由系统编号。"),
    "contact_no_name": _("每位联系人都要有姓名；不需要的行请删去。"),
    "contact_too_long": _("联系人的这一项太长，请缩短后再保存。"),
    "contact_bad_email": _("联系人的邮箱不像一个地址，请检查 @ 和域名。"),
    "bad_birthday": _("生日的月和日要一起填，且要有这一天；农历每月最多三十天。"),
    "too_many_contacts": _("一位客户最多 200 位联系人。请分开建档。"),
}
KINDS = ("company", "person")
CHANNELS = ("end", "distributor")
LENGTHS = {
    "code": 40, "name": 200, "short_name": 80, "phone": 40, "email": 254, "province": 40, "city": 40, "address": 200,
    "industry": 60, "source": 60, "special_requirements": 20_000,
}  # fmt: skip
CONTACT_LENGTHS = {"name": 80, "title": 80, "phone": 40, "email": 254, "wechat": 60, "note": 200}
BIRTH_FIELDS = ("birth_year", "birth_month", "birth_day")
MOST_CONTACTS = 200
SOLAR_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def clean_row(row: Mapping[str, Any]) -> dict[str, Any]:
    """The row with blanks trimmed and codes in their one spelling; keys that are not there stay away."""
    clean = dict(row)
    for name in LENGTHS:
        if name in clean:
            clean[name] = str(clean[name] or "").strip()
    if "uscc" in clean:
        clean["uscc"] = searchkeys.uscc_key(clean["uscc"])
    for name, default in (("kind", "company"), ("channel", "end")):
        if name in clean:
            clean[name] = clean[name] or default
    return clean


def row_problem(row: Mapping[str, Any], *, is_new: bool = True) -> Problem | None:
    """(problem code, field) of a cleaned row, or None; `contacts` are checked too."""
    checks = (
        _name_problem(row, is_new),
        _mask_problem(row),
        _length_problem(row),
        _choice_problem(row),
        _code_problem(row),
    )
    return next((problem for problem in checks if problem), None) or _contacts_problem(row.get("contacts") or ())


def _name_problem(row: Mapping[str, Any], is_new: bool) -> Problem | None:
    return ("no_name", "name") if (is_new or "name" in row) and not row.get("name") else None


def _mask_problem(row: Mapping[str, Any]) -> Problem | None:
    """A mask is never kept as a number."""
    return next((("is_mask", name) for name in PERSONAL if is_mask(row.get(name))), None)


def _length_problem(row: Mapping[str, Any]) -> Problem | None:
    for name, longest in LENGTHS.items():
        if len(row.get(name) or "") > longest:
            return "too_long", name
    return None


def _choice_problem(row: Mapping[str, Any]) -> Problem | None:
    if row.get("kind", "company") not in KINDS:
        return "bad_kind", "kind"
    if row.get("channel", "end") not in CHANNELS:
        return "bad_channel", "channel"
    return None


def _code_problem(row: Mapping[str, Any]) -> Problem | None:
    if row.get("uscc") and not searchkeys.uscc_is_valid(row["uscc"]):
        return "bad_uscc", "uscc"
    if row.get("email") and not searchkeys.email_key(row["email"]):
        return "bad_email", "email"
    if row.get("code") and any(letter in row["code"] for letter in " ,\t\n"):
        return "bad_code", "code"
    return None


def _contacts_problem(contacts: Iterable[Mapping[str, Any]]) -> Problem | None:
    rows = list(contacts)
    if len(rows) > MOST_CONTACTS:
        return "too_many_contacts", "contacts"
    problems = (contact_problem(clean_contact(row)) for row in rows)
    return next(((problem, "contacts") for problem in problems if problem), None)


def clean_contact(row: Mapping[str, Any]) -> dict[str, Any]:
    clean = dict(row)
    for name in CONTACT_LENGTHS:
        if name in clean:
            clean[name] = str(clean[name] or "").strip()
    if "birth_calendar" in clean:
        clean["birth_calendar"] = clean["birth_calendar"] or "solar"
    return clean


def contact_problem(row: Mapping[str, Any]) -> str | None:
    """The problem code of a cleaned contact."""
    if not row.get("name"):
        return "contact_no_name"
    if any(is_mask(row.get(name)) for name in PERSONAL):
        return "is_mask"
    if any(len(row.get(name) or "") > longest for name, longest in CONTACT_LENGTHS.items()):
        return "contact_too_long"
    if row.get("email") and not searchkeys.email_key(row["email"]):
        return "contact_bad_email"
    return None if _birthday_is_whole(row) else "bad_birthday"


def _birthday_is_whole(row: Mapping[str, Any]) -> bool:
    year, month, day = (row.get(name) for name in BIRTH_FIELDS)
    if month is None and day is None:
        return year is None
    if month is None or day is None or not 1 <= month <= 12:
        return False
    longest = 30 if row.get("birth_calendar") == "lunar" else SOLAR_DAYS[month - 1]
    return 1 <= day <= longest and (year is None or 1880 <= year <= 2200)
