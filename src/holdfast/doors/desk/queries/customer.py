"""One customer for the customer page."""

from __future__ import annotations

from django.db.models import Prefetch

from holdfast.foundation.accounts.models import User
from holdfast.records.customers.models import Contact, Customer


def customer_for_page(viewer: User, pk: int) -> Customer | None:
    """A visible customer with standing, owner, department, tags and contacts; None outside the viewer's scope."""
    contacts = Prefetch("contacts", Contact.objects.order_by("-is_primary", "pk"))
    found = Customer.objects.visible_to(viewer).select_related("standing", "owner", "department", "pool")
    return found.prefetch_related(contacts, "tags").filter(pk=pk).first()
