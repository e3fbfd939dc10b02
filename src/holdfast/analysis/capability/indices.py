"""Capability against one upper limit, in the ways that are in use."""

from __future__ import annotations

from scipy.special import ndtri

SHIFT = 1.5
MEDIAN, FAR = 0.5, 0.99865


def ppu_percentile(limit: float, median: float, far: float) -> float | None:
    """Ppu by percentiles: (limit − median) ÷ (X.99865 − median); null where times do not vary.

    Source: methods §7 (ISO method, Minitab's glossary; ISO 22514).
    """
    return (limit - median) / (far - median) if far > median else None


def ppu_z(beyond: float | None) -> float | None:
    """Ppu by Z: Φ⁻¹(1 − share beyond the limit) ÷ 3; null for a share of 0 or 1. Source: methods §7 (Minitab)."""
    return float(-ndtri(beyond)) / 3 if beyond is not None and 0 < beyond < 1 else None


def dpmo_of(defects: float, units: float, opportunities: int = 1) -> float | None:
    """Defects per million opportunities; null without units. Source: methods §7."""
    return 1e6 * defects / (units * opportunities) if units > 0 else None


def sigma_level(dpmo: float | None, *, shifted: bool = True) -> float | None:
    """Sigma level: Φ⁻¹(1 − DPMO ÷ 10⁶), by custom plus 1.5; null for 0 or a million.

    Source: methods §7 (3.4 → 6.00, 233 → 5.00, 6,210 → 4.00, 66,807 → 3.00, 308,538 → 2.00).
    """
    if dpmo is None or not 0 < dpmo < 1e6:
        return None
    return float(-ndtri(dpmo / 1e6)) + (SHIFT if shifted else 0.0)
