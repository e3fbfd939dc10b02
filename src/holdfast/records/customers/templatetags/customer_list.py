"""Addresses of the list's chips and tabs."""

from __future__ import annotations

from django import template
from django.http import HttpRequest
from django.urls import reverse

from holdfast.records.customers.queries.listing import Chip, Tab

register = template.Library()
CURSORS = ("after", "before")


@register.simple_tag(takes_context=True)
def chip_without(context: template.Context, chip: Chip) -> str:
    """The list without this filter, from its first page on."""
    request: HttpRequest = context["request"]
    query = request.GET.copy()
    for name in (chip.name, f"{chip.name}_min", f"{chip.name}_max", *CURSORS):
        query.pop(name, None)
    address = reverse("customers:list")
    return f"{address}?{query.urlencode()}" if query else address


@register.simple_tag
def view_url(tab: Tab) -> str:
    """The list as this view keeps it."""
    address = reverse("customers:list")
    if tab.key == "all":
        return address
    return f"{address}?{tab.query}&view={tab.key}" if tab.query else f"{address}?view={tab.key}"
