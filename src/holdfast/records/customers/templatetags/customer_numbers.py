"""Numbers and addresses on pages: `{% shown contact "phone" as number %}`, then `number.text` and `number.href`."""

from __future__ import annotations

from typing import Any

from django import template

from holdfast.records.customers.queries.masks import ShownNumber, Who, shown_number

register = template.Library()


@register.simple_tag(takes_context=True)
def shown(context: template.Context, who: Who | None, field: str) -> ShownNumber:
    """Raw or masked for the person whose page this is; nobody's number is an empty one."""
    if not who:
        return ShownNumber("", "", False)
    return shown_number(context["request"].user, who, field)


@register.inclusion_tag("customers/_number.html", takes_context=True)
def number(context: template.Context, who: Who | None, field: str) -> dict[str, Any]:
    """A number as text and link."""
    return {"number": shown(context, who, field), "who": who, "field": field}
