"""How voices are weighed now, and what it was before."""

from __future__ import annotations

from collections.abc import Iterable

from holdfast.foundation.accounts.models import User
from holdfast.insight.voice.models import WeightRule


def weight_rule() -> WeightRule:
    """The rule in force; the built-in one, not kept, until somebody writes one."""
    return WeightRule.objects.order_by("-pk").first() or WeightRule()


def weight_rules() -> list[WeightRule]:
    """Every rule so far, the newest first."""
    return list(WeightRule.objects.select_related("by")[:24])


def basis_for(viewer: User, rule: WeightRule, profits: Iterable[int | None]) -> str:
    """By what customers are weighed before this person: profit only for who may see it, and where some is known."""
    if rule.basis == "profit" and viewer.sees_profit and any(profit is not None for profit in profits):
        return "profit"
    return "revenue"
