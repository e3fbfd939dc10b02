"""Numbers and addresses as one viewer may see them: whole for the owner and for holders of the word, else masked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from django.urls import reverse

from holdfast.common.masking import mask
from holdfast.foundation.accounts.models import User
from holdfast.foundation.accounts.rules import Permission
from holdfast.records.customers.models import Contact, Customer

Who: TypeAlias = Customer | Contact
SCHEMES = {"phone": "tel:", "email": "mailto:"}


@dataclass(frozen=True)
class ShownNumber:
    """What stands on the page, and where it leads: to the telephone or mail, else to the page that asks why."""

    text: str
    href: str
    is_masked: bool

    def __bool__(self) -> bool:
        return bool(self.text)


def sees_raw(viewer: User, customer: Customer) -> bool:
    """Whether this viewer sees a visible customer's numbers whole: as its owner, or by the word (decision 0014)."""
    return customer.owner_id == viewer.pk or viewer.may(Permission.CONTACT_REVEAL)


def customer_of(who: Who) -> Customer:
    return who if isinstance(who, Customer) else who.customer


def shown_value(viewer: User, who: Who, field: str) -> str:
    """`phone`, `email` or (of a contact) `wechat` of somebody, raw or masked."""
    value = str(getattr(who, field, ""))
    return value if sees_raw(viewer, customer_of(who)) else str(mask(field, value))


def shown_phone(viewer: User, who: Who) -> str:
    return shown_value(viewer, who, "phone")


def shown_email(viewer: User, who: Who) -> str:
    return shown_value(viewer, who, "email")


def shown_number(viewer: User, who: Who, field: str) -> ShownNumber:
    """Text and link of a number; an address that a mask hides stands in no link either."""
    text, customer = shown_value(viewer, who, field), customer_of(who)
    if not text:
        return ShownNumber("", "", False)
    if sees_raw(viewer, customer):
        return ShownNumber(text, f"{SCHEMES[field]}{text}" if field in SCHEMES else "", False)
    address = reverse("customers:reveal", args=[customer.pk, field])
    return ShownNumber(text, f"{address}?person={who.pk}" if isinstance(who, Contact) else address, True)
