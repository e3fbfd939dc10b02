"""A chance and how well it is known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from scipy.special import ndtri


@dataclass(frozen=True)
class Chance:
    """A share with its interval; null where there is nothing to count."""

    value: float | None
    low: float | None
    high: float | None

    def to_dict(self) -> dict[str, Any]:
        """value, low and high."""
        return {"value": self.value, "low": self.low, "high": self.high}


def wilson(events: int, n: int, confidence: float = 0.95) -> Chance:
    """Share events ÷ n with the Wilson score interval; null without any.

    Formula: (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) ÷ (1 + z²/n). Source: methods §7 and §6.
    """
    return wilson_at(events / n, n, confidence) if n > 0 else Chance(None, None, None)


def wilson_at(share: float, n: int, confidence: float = 0.95) -> Chance:
    """The Wilson interval around a share that n jobs tell, such as one from a fit. Source: as wilson."""
    z = float(ndtri(0.5 + confidence / 2))
    base = 1 + z * z / n
    middle = (share + z * z / (2 * n)) / base
    half = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / base
    return Chance(share, min(max(middle - half, 0.0), share), max(min(middle + half, 1.0), share))
