"""Payment integrity: days beyond terms, payment index, promises and disputes, gates, credit limit, chance of lateness.

Owns the figures of how customers keep their word about money. Words: terms, beyond terms, judged, index, gate, κ.
"""

from holdfast.analysis.integrity.late_test import LateTested, late_tested
from holdfast.analysis.integrity.lateness import late_chances
from holdfast.analysis.integrity.limit import DEFAULTS as CREDIT_DEFAULTS
from holdfast.analysis.integrity.limit import CreditLimit, credit_limit, expected_loss, factor_of
from holdfast.analysis.integrity.payment import (
    average_days_delinquent,
    collection_effectiveness,
    days_sales_outstanding,
    index_of,
    weighted_mean,
)
from holdfast.analysis.integrity.portfolio import AGES, BANDS, Portfolio, portfolio
from holdfast.analysis.integrity.scoring import gates, integrity
from holdfast.analysis.integrity.shares import kappa_by_moments, portfolio_share, shrunk_share
from holdfast.analysis.integrity.terms import (
    DEFAULTS,
    GATES,
    PARTS,
    CreditParams,
    IntegrityParams,
    IntegrityWeights,
    LateParams,
)
from holdfast.analysis.integrity.why_late import WHY_PARTS, why_late

__all__ = [
    "AGES",
    "BANDS",
    "CREDIT_DEFAULTS",
    "DEFAULTS",
    "GATES",
    "PARTS",
    "WHY_PARTS",
    "CreditLimit",
    "CreditParams",
    "IntegrityParams",
    "IntegrityWeights",
    "LateParams",
    "LateTested",
    "Portfolio",
    "average_days_delinquent",
    "collection_effectiveness",
    "credit_limit",
    "days_sales_outstanding",
    "expected_loss",
    "factor_of",
    "gates",
    "index_of",
    "integrity",
    "kappa_by_moments",
    "late_chances",
    "late_tested",
    "portfolio",
    "portfolio_share",
    "shrunk_share",
    "weighted_mean",
    "why_late",
]
