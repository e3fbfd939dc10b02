"""Kinds of addresses and relations, and what a parent may be."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.common.labels import Words

ADDRESS_KINDS: Mapping[str, Words] = {
    "office": _("办公地址"),
    "delivery": _("收货地址"),
    "billing": _("开票地址"),
    "other": _("其他地址"),
}
# What `other` is to the customer.
RELATION_KINDS: Mapping[str, Words] = {
    "parent": _("上级公司"),
    "referrer": _("介绍人"),
    "supplier": _("供应商"),
    "partner": _("合作伙伴"),
}
# The same relation seen from the other end.
RELATIONS_BACK: Mapping[str, Words] = {
    "parent": _("下属公司"),
    "referrer": _("由它介绍"),
    "supplier": pgettext_lazy("relation", "供货给"),
    "partner": _("合作伙伴"),
}
MOST_ABOVE = 50


def is_circle(customer: int, parent: int, parents: Mapping[int, int]) -> bool:
    """Whether the customer would stand above itself if `parent` were its parent; `parents` maps child → parent."""
    above: int | None = parent
    for _step in range(MOST_ABOVE):
        if above is None:
            return False
        if above == customer:
            return True
        above = parents.get(above)
    return True
