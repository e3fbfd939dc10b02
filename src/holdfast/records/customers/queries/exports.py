"""What an export of the list holds. Profit columns only for those who see profit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from holdfast.common import formats, labels, money
from holdfast.common.masking import mask
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models import Contact, Customer, CustomField, Standing
from holdfast.records.customers.queries.custom import custom_fields
from holdfast.records.customers.queries.listing.filters import read_filters
from holdfast.records.customers.queries.masks import sees_raw
from holdfast.records.customers.rules.custom import is_day, shown

CHUNK = 1000


@dataclass(frozen=True)
class Field:
    heading: Any
    kind: str
    value: Callable[[Customer, Standing | None, Contact | None], Any]
    needs_profit: bool = False
    personal: str = ""
    """phone or email: masked for who does not see the customer's numbers whole."""


def _of_customer(name: str) -> Callable[[Customer, Standing | None, Contact | None], Any]:
    return lambda customer, _standing, _contact: getattr(customer, name)


def _of_standing(name: str) -> Callable[[Customer, Standing | None, Contact | None], Any]:
    return lambda _customer, standing, _contact: getattr(standing, name, None)


def _money(name: str) -> Callable[[Customer, Standing | None, Contact | None], Any]:
    return lambda _customer, standing, _contact: _major(getattr(standing, name, None))


def _major(minor: int | None) -> Decimal | None:
    return None if minor is None else money.to_major(minor, settings.CURRENCY)


def _word(words: Any, name: str) -> Callable[[Customer, Standing | None, Contact | None], Any]:
    return lambda _customer, standing, _contact: (
        str(words[code]) if (code := getattr(standing, name, "")) in words else ""
    )


def _of_contact(name: str) -> Callable[[Customer, Standing | None, Contact | None], Any]:
    return lambda _customer, _standing, contact: getattr(contact, name, "")


def _rating(standing: Standing | None) -> str:
    if standing is None or not standing.shown_stars:
        return ""
    return _("暂评") if standing.is_hollow else _("已评定")


FIELDS = [
    Field(gettext_lazy("编号"), "id", _of_customer("code")),
    Field(gettext_lazy("名称"), "text", _of_customer("name")),
    Field(gettext_lazy("类型"), "text", lambda customer, _s, _c: customer.get_kind_display()),
    Field(gettext_lazy("渠道"), "text", lambda customer, _s, _c: customer.get_channel_display()),
    Field(gettext_lazy("统一社会信用代码"), "id", _of_customer("uscc")),
    Field(gettext_lazy("电话"), "id", _of_customer("phone"), personal="phone"),
    Field(gettext_lazy("邮箱"), "text", _of_customer("email"), personal="email"),
    Field(gettext_lazy("省份"), "text", _of_customer("province")),
    Field(gettext_lazy("城市"), "text", _of_customer("city")),
    Field(gettext_lazy("地址"), "text", _of_customer("address")),
    Field(gettext_lazy("行业"), "text", _of_customer("industry")),
    Field(gettext_lazy("来源"), "text", _of_customer("source")),
    Field(gettext_lazy("标签"), "text", lambda customer, _s, _c: "，".join(tag.name for tag in customer.tags.all())),
    Field(gettext_lazy("归属人"), "text", lambda customer, _s, _c: customer.owner.name if customer.owner else ""),
    Field(gettext_lazy("部门"), "text", lambda customer, _s, _c: customer.department.name if customer.department else ""),
    Field(gettext_lazy("联系人"), "text", _of_contact("name")),
    Field(gettext_lazy("联系人电话"), "id", _of_contact("phone"), personal="phone"),
    Field(gettext_lazy("星级"), "integer", _of_standing("shown_stars")),
    Field(gettext_lazy("评级"), "text", lambda _c, standing, _p: _rating(standing)),
    Field(gettext_lazy("阶段"), "text", _word(labels.STAGES, "stage")),
    Field(gettext_lazy("本月动向"), "text", _word(labels.MOVEMENTS, "movement")),
    Field(gettext_lazy("风险"), "text", _word(labels.RISKS, "risk")),
    Field(gettext_lazy("上次下单"), "date", _of_standing("last_on")),
    Field(gettext_lazy("通常间隔（天）"), "number", _of_standing("typical_gap_days")),
    Field(gettext_lazy("近 12 月下单次数"), "integer", _of_standing("orders_12m")),
    Field(gettext_lazy("近 12 月收入"), "money", _money("revenue_12m_minor")),
    Field(gettext_lazy("会失去的钱"), "money", _money("at_stake_minor")),
    Field(gettext_lazy("近 12 月毛利"), "money", _money("profit_12m_minor"), needs_profit=True),
    Field(gettext_lazy("综合得分"), "number", _of_standing("score"), needs_profit=True),
    Field(gettext_lazy("特别要求"), "text", _of_customer("special_requirements")),
    Field(gettext_lazy("首次接触"), "date", _of_customer("first_seen_on")),
]  # fmt: skip


def _fields(viewer: User) -> list[Field]:
    fields = [field for field in FIELDS if viewer.sees_profit or not field.needs_profit]
    return fields + [
        Field(custom.title, CELLS.get(custom.kind, "text"), _of_custom(custom)) for custom in custom_fields(viewer)
    ]


CELLS = {"number": "number", "date": "date"}


def _of_custom(custom: CustomField) -> Callable[[Customer, Standing | None, Contact | None], Any]:
    """Numbers and days as such, so that the sheet can reckon with them; the rest in words."""

    def value(customer: Customer, _standing: Standing | None, _contact: Contact | None) -> Any:
        kept = (customer.custom or {}).get(custom.code)
        if custom.kind == "number" and isinstance(kept, int | float):
            return Decimal(str(kept))
        if custom.kind == "date" and is_day(kept):
            return date.fromisoformat(kept)
        return shown(custom, kept)

    return value


def export_columns(viewer: User) -> list[tuple[str, str]]:
    """(heading, kind as `sheets.Column` takes it) in the reader's language."""
    return [(str(field.heading), field.kind) for field in _fields(viewer)]


def numbers_in(viewer: User, customers: QuerySet[Customer]) -> str:
    """How an export of these shows numbers to this viewer: raw, mixed (whole where the viewer is the owner) or masked."""
    if viewer.may(Permission.CONTACT_REVEAL):
        return "raw"
    return "mixed" if customers.order_by().filter(owner=viewer).exists() else "masked"


def export_chips(viewer: User, filters: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The filter of an earlier export in words, as this viewer may use it."""
    if "chosen" in filters:
        return [(_("勾选"), _("%(n)s 位") % {"n": formats.number(filters["chosen"])})]
    return [(chip.label, chip.value) for chip in read_filters(viewer, filters).chips]


def export_people(_reader: User, payloads: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Payloads of notices about exports with the name of who took the file, all looked up at once."""
    names = dict(User.objects.filter(pk__in=[payload["who"] for payload in payloads]).values_list("pk", "name"))
    return [{**payload, "name": names.get(payload["who"], "")} for payload in payloads]


def export_rows(viewer: User, customers: QuerySet[Customer]) -> Iterator[list[Any]]:
    """A row a customer in the order they were put on file; read in thousands, never all at once."""
    fields = _fields(viewer)
    rows = customers.select_related("owner", "department", "standing").prefetch_related("tags", "contacts")
    rows = rows.defer("standing__explanation", "standing__reasons", "standing__recent_days").order_by("pk")
    for customer in rows.iterator(chunk_size=CHUNK):
        standing = getattr(customer, "standing", None)
        contact = next(iter(customer.contacts.all()), None)
        is_raw = sees_raw(viewer, customer)
        yield [_cell(field, field.value(customer, standing, contact), is_raw) for field in fields]


def _cell(field: Field, value: Any, is_raw: bool) -> Any:
    return value if is_raw or not field.personal else mask(field.personal, value)
