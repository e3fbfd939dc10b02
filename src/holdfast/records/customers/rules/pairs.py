"""How likely two entries are the same customer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from holdfast.common.labels import Words

PAIR_STATES: Mapping[str, Words] = {
    "open": pgettext_lazy("pair", "待处理"),
    "dismissed": pgettext_lazy("pair", "不是同一家"),
}
# Reason → (words, chance in percent that two customers which share it are one).
REASONS: Mapping[str, tuple[Words, int]] = {
    "uscc": (_("信用代码相同"), 98),
    "phone": (_("电话相同"), 80),
    "name": (_("名称相同"), 75),
    "email": (_("邮箱相同"), 65),
    "similar": (_("名称相近"), 45),
}
# A key that more customers share is a switchboard or a mistake, not a sign.
MOST_SHARING = 12
ALIKE = 0.72
SHORTEST_ALIKE = 4


def pair_score(reasons: Iterable[str]) -> int:
    """Chance in percent (0–99) that two customers are one, the reasons taken as independent signs."""
    miss = 1.0
    for reason in set(reasons):
        miss *= 1 - REASONS[reason][1] / 100
    return min(99, round(100 * (1 - miss)))


def bigrams(text: str) -> frozenset[str]:
    return frozenset(text[place : place + 2] for place in range(len(text) - 1))


def likeness(one: str, other: str) -> float:
    """Share of common letter pairs of two names (Dice), 0–1."""
    left, right = bigrams(one), bigrams(other)
    return 2 * len(left & right) / (len(left) + len(right)) if left and right else 0.0


def is_alike(one: str, other: str) -> bool:
    """Names so close that somebody should look: long enough, and most letter pairs shared, but not the same."""
    shorter, longer = sorted((len(one), len(other)))
    if one == other or shorter < SHORTEST_ALIKE or longer > 2 * shorter:
        return False
    return likeness(one, other) >= ALIKE
