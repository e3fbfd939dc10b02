"""Special requirements wherever a customer is served: `{% load customer_needs %}{% requirements customer %}`."""

from __future__ import annotations

from typing import Any

from django import template

from holdfast.records.customers.models import Customer
from holdfast.records.customers.queries.needs import requirements_of

register = template.Library()


@register.inclusion_tag("customers/_requirements.html", takes_context=True)
def requirements(context: template.Context, customer: Customer | None) -> dict[str, Any]:
    """A notice with what must be heeded for this customer; nothing where there is none or it is out of scope."""
    found = requirements_of(context["request"].user, [customer]) if customer else {}
    return {"requirements": found.get(customer.pk, []) if customer else []}
