"""The company's own fields on a customer's page: `{% custom_groups customer as groups %}`."""

from __future__ import annotations

from django import template

from holdfast.records.customers.models import Customer, CustomField
from holdfast.records.customers.queries.custom import custom_words

register = template.Library()


@register.simple_tag(takes_context=True)
def custom_groups(context: template.Context, customer: Customer) -> list[tuple[str, list[tuple[CustomField, str]]]]:
    """(group, [(field, value in words)]) of what is filled in and open to the person whose page this is."""
    groups: dict[str, list[tuple[CustomField, str]]] = {"": []}
    for field, text in custom_words(context["request"].user, customer):
        groups.setdefault(field.group, []).append((field, text))
    return [(name, rows) for name, rows in groups.items() if rows]
