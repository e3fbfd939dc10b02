"""5A: five metrics → scores against a frozen reference → one composite → stars, with an exact explanation.

Words: part (revenue, profit, efficiency, integrity, difficulty), reference, coverage, provisional, star, gate, held.
"""

from holdfast.analysis.grading.effort import KINDS as EFFORT_KINDS
from holdfast.analysis.grading.effort import EffortParams, shared_hours
from holdfast.analysis.grading.explain import explain_change
from holdfast.analysis.grading.metrics import metrics
from holdfast.analysis.grading.options import quota_stars, robust_scores
from holdfast.analysis.grading.scoring import Reference, composite, reference, score_parts
from holdfast.analysis.grading.stars import GATES, step
from holdfast.analysis.grading.terms import DEFAULTS, PARTS, GradingParams, Weights

__all__ = [
    "DEFAULTS",
    "EFFORT_KINDS",
    "GATES",
    "PARTS",
    "EffortParams",
    "GradingParams",
    "Reference",
    "Weights",
    "composite",
    "explain_change",
    "metrics",
    "quota_stars",
    "reference",
    "robust_scores",
    "score_parts",
    "shared_hours",
    "step",
]
