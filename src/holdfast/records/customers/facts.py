"""Rows out for insight, read-only: `.values()` querysets whose SQL takes no parameters."""

from __future__ import annotations

from typing import Any, TypeAlias

from django.db.models import F, QuerySet

from holdfast.records.customers.models import Contact, Customer

Rows: TypeAlias = QuerySet[Any, Any]


def customers() -> Rows:
    """One row a customer, archived ones too: customer_id, department_id (null), kind, channel, segment (the industry),
    first_seen_on (null), created_at, archived_at (null)."""
    return Customer.objects.order_by().values(
        "department_id", "kind", "channel", "first_seen_on", "created_at", "archived_at",
        customer_id=F("pk"), segment=F("industry"),
    )  # fmt: skip


def contacts() -> Rows:
    """One row a person at a customer: contact_id, customer_id, is_primary."""
    return Contact.objects.order_by().values("customer_id", "is_primary", contact_id=F("pk"))
