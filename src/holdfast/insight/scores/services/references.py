"""What a quarter's scores are measured against."""

from __future__ import annotations

from datetime import timedelta

from holdfast.analysis.grading import Reference as Distribution
from holdfast.common.months import Month
from holdfast.insight.scores.models import Definition, Reference
from holdfast.insight.scores.rules.compute import MIN_REFERENCE, Sight


def quarter_of(month: Month) -> str:
    """2026Q4."""
    return f"{month.year}Q{(month.number + 2) // 3}"


def reference_for(month: Month, sight: Sight, definition: Definition) -> Distribution:
    """The distributions at the quarter's start, so that no star moves because others moved.

    Taken anew from the facts until a month of the quarter is signed, then frozen. A company with fewer than 20 rated
    customers at the quarter's start is measured against the month itself.
    """
    quarter = quarter_of(month)
    kept = Reference.objects.filter(quarter=quarter, definition=definition).first()
    if kept is not None and kept.frozen_at:
        return Distribution.from_json(kept.content)
    start = Month(month.year, (month.number - 1) // 3 * 3 + 1).first
    basis = Sight(sight.facts, start - timedelta(days=1), sight.params)
    chosen = basis if basis.reference.sizes["revenue"] >= MIN_REFERENCE else sight
    distribution = filled(chosen.reference, sight)
    Reference.objects.update_or_create(
        quarter=quarter,
        definition=definition,
        defaults={
            "as_of": chosen.as_of,
            "content": distribution.to_json(),
            "customers": distribution.sizes["revenue"],
        },
    )
    return distribution


def filled(distribution: Distribution, sight: Sight) -> Distribution:
    """A part hardly anybody had at the quarter's start is measured against the month itself."""
    now = sight.reference
    thin = [part for part, size in distribution.sizes.items() if size < MIN_REFERENCE and now.sizes[part] > size]
    return Distribution(
        distribution.sizes | {part: now.sizes[part] for part in thin},
        distribution.values | {part: now.values[part] for part in thin},
    )
