"""What customers expected, what they felt, and what drives it (methods §6).

Owns promise and feeling as two measures that are never merged, CSAT, NPS and effort with intervals, SERVQUAL gaps,
Kano and driver importance. Words: expectation, perception, gap, verdict, top box, promoter, detractor, driver.
"""

from holdfast.analysis.satisfaction.contacts import Odds, satisfied_odds
from holdfast.analysis.satisfaction.drivers import driver_importance, fitted_line, importance_performance, lmg
from holdfast.analysis.satisfaction.expectation import (
    SERVQUAL_WEIGHTS,
    VERDICTS,
    delivery_verdicts,
    servqual,
    verdict_of,
)
from holdfast.analysis.satisfaction.hygiene import careless_answers, unreversed
from holdfast.analysis.satisfaction.kano import KANO, Kano, kano, kano_category
from holdfast.analysis.satisfaction.rates import (
    Rate,
    customer_effort,
    customer_satisfaction,
    first_contact_resolution,
    net_promoter_score,
    nps_of_counts,
    wilson,
)
from holdfast.analysis.satisfaction.sampling import (
    effective_size,
    sample_size_nps,
    sample_size_share,
    size_to_detect,
    stratum_weights,
)
from holdfast.analysis.satisfaction.surveys import (
    DEFAULTS,
    SurveyParams,
    by_group,
    response_bias,
    valid_answers,
)

__all__ = [
    "DEFAULTS",
    "KANO",
    "SERVQUAL_WEIGHTS",
    "VERDICTS",
    "Kano",
    "Odds",
    "Rate",
    "SurveyParams",
    "by_group",
    "careless_answers",
    "customer_effort",
    "customer_satisfaction",
    "delivery_verdicts",
    "driver_importance",
    "effective_size",
    "first_contact_resolution",
    "fitted_line",
    "importance_performance",
    "kano",
    "kano_category",
    "lmg",
    "net_promoter_score",
    "nps_of_counts",
    "response_bias",
    "sample_size_nps",
    "sample_size_share",
    "satisfied_odds",
    "servqual",
    "size_to_detect",
    "stratum_weights",
    "unreversed",
    "valid_answers",
    "verdict_of",
    "wilson",
]
