"""Exports of other systems, told by their headings: which column is what, without asking.

Only what those systems write by themselves stands here; docs/migrating.md says where each list comes from.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from holdfast.common import sheets

SYSTEMS: Mapping[str, Promise | str] = {"espocrm": "EspoCRM", "odoo": "Odoo", "fxiaoke": _("纷享销客")}
_REQUIRED = re.compile(r"[（(]\s*必填\s*[)）]|\*")


@dataclass(frozen=True)
class Known:
    """One export of one system. `signs`: headings that all have to be there; `columns`: field → its heading(s)."""

    system: str
    kind: str
    signs: tuple[str, ...]
    columns: Mapping[str, str | tuple[str, ...]]


ESPO_PERSON = {"title": "title", "phone": "phoneNumber", "email": "emailAddress", "note": "description"}
ESPO_TALK: Mapping[str, str | tuple[str, ...]] = {
    "at": "dateStart", "customer_name": ("accountName", "parentName"), "direction": "direction",
    "summary": ("description", "name"), "author": "assignedUserName",
}  # fmt: skip
KNOWN: tuple[Known, ...] = (
    Known("espocrm", "customers", ("name", "emailAddress", "phoneNumber", "billingAddressCity"), {
        "name": "name", "phone": "phoneNumber", "email": "emailAddress", "address": "billingAddressStreet",
        "city": "billingAddressCity", "province": "billingAddressState", "industry": "industry", "tags": "type",
        "special_requirements": "description", "first_seen_on": "createdAt", "owner": "assignedUserName",
    }),
    Known("espocrm", "contacts", ("name", "accountName", "emailAddress"), {
        "name": "name", "customer_name": "accountName", **ESPO_PERSON,
    }),
    Known("espocrm", "interactions", ("name", "dateStart", "parentName"), ESPO_TALK),
    Known("espocrm", "orders", ("name", "accountName", "amount", "stage", "closeDate"), {
        "number": "id", "customer_name": "accountName", "ordered_on": "closeDate", "amount": "amount",
        "product_name": "name", "note": "description",
    }),
    Known("odoo", "customers", ("Tax ID", "Salesperson"), {
        "name": ("Complete Name", "Display Name", "Name"), "code": "Reference", "uscc": "Tax ID", "phone": "Phone",
        "email": "Email", "address": "Street", "city": "City", "province": ("State", "State/Province"),
        "industry": "Industry", "owner": "Salesperson", "tags": "Tags", "special_requirements": "Notes",
        "first_seen_on": "Created on",
    }),
    Known("odoo", "contacts", ("Related Company",), {
        "name": "Name", "customer_name": "Related Company", "title": "Job Position", "phone": ("Mobile", "Phone"),
        "email": "Email", "note": "Notes",
    }),
    Known("odoo", "orders", ("Order Reference", "Order Lines/Product"), {
        "number": "Order Reference", "customer_name": "Customer", "ordered_on": "Order Date",
        "product_name": "Order Lines/Product", "quantity": "Order Lines/Quantity", "price": "Order Lines/Unit Price",
        "amount": "Order Lines/Total",
    }),
    Known("odoo", "invoices", ("Number", "Invoice/Bill Date", "Due Date"), {
        "number": "Number", "customer_name": ("Invoice Partner Display Name", "Partner"), "issued_on": "Invoice/Bill Date",
        "due_on": "Due Date", "amount": ("Total Signed", "Total"), "order": "Origin", "kind": "Type",
    }),
    Known("fxiaoke", "customers", ("客户名称", "客户级别", "负责人"), {
        "name": "客户名称", "code": "客户编号", "phone": ("电话", "电话号码", "手机号码"), "email": ("邮件", "邮箱地址"),
        "province": "省", "city": "市", "address": ("详细地址", "公司地址"), "industry": ("1级行业", "行业"),
        "source": ("来源", "客户来源"), "tags": "客户级别", "owner": "负责人", "special_requirements": "备注",
        "first_seen_on": "创建时间",
    }),
    Known("fxiaoke", "contacts", ("姓名", "客户名称"), {
        "name": "姓名", "customer_name": "客户名称", "title": ("职务", "职位"), "phone": ("手机", "手机1", "电话"),
        "email": ("邮件", "邮箱"), "wechat": "微信", "birthday": "生日", "note": "备注",
    }),
    Known("fxiaoke", "interactions", ("销售记录类型", "销售记录内容"), {
        "customer_name": ("客户名称", "关联客户"), "at": ("发布时间", "创建时间"), "channel": "销售记录类型",
        "summary": "销售记录内容", "contact": "联系人", "author": ("发布人", "创建人", "负责人"),
    }),
)  # fmt: skip


def recognised(kind: str, headings: Sequence[str]) -> tuple[str, dict[str, str]] | None:
    """The system these headings come from and its columns (field → heading), or None."""
    there = {_plain(heading): heading for heading in reversed(headings)}
    for known in KNOWN:
        if known.kind == kind and all(_plain(sign) in there for sign in known.signs):
            return known.system, {field: there[name] for field, name in _found(known, there)}
    return None


def systems(kind: str) -> list[str]:
    """Codes of the systems whose export of this kind is known."""
    return [known.system for known in KNOWN if known.kind == kind]


def columns_of(system: str, kind: str, headings: Sequence[str]) -> dict[str, str]:
    """Field → heading for an export of that system, whatever else stands in the file."""
    there = {_plain(heading): heading for heading in reversed(headings)}
    for known in KNOWN:
        if (known.system, known.kind) == (system, kind):
            return {field: there[name] for field, name in _found(known, there)}
    return {}


def same_headings(columns: Mapping[str, str], headings: Sequence[str]) -> dict[str, str]:
    """Columns matched elsewhere (field → heading), as far as this file has such headings."""
    there = {_plain(heading): heading for heading in reversed(headings)}
    return {field: there[_plain(heading)] for field, heading in columns.items() if _plain(heading) in there}


def _found(known: Known, there: Mapping[str, str]) -> list[tuple[str, str]]:
    found = []
    taken: set[str] = set()
    for field, names in known.columns.items():
        several = (names,) if isinstance(names, str) else names
        plain = next((_plain(name) for name in several if _plain(name) in there and _plain(name) not in taken), None)
        if plain is not None:
            taken.add(plain)
            found.append((field, plain))
    return found


def _plain(heading: str) -> str:
    return sheets.normal_heading(_REQUIRED.sub("", heading))
