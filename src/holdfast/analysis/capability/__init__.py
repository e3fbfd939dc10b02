"""Time to serve: zones, chances with intervals, capability, control charts, before and after, what lateness costs.

Owns how well a process keeps what was promised about time. Words: target, limit, delight, acceptable, angry, grey.
"""

from holdfast.analysis.capability.bars import Bars, bar_width, bars
from holdfast.analysis.capability.compare import Change, Times, compare_times, newcombe, two_proportions
from holdfast.analysis.capability.compensation import (
    APPROVERS,
    RULES,
    Compensation,
    CompensationRule,
    compensation,
)
from holdfast.analysis.capability.control import (
    NELSON,
    WESTERN_ELECTRIC,
    Chart,
    Signal,
    individuals,
    means_chart,
    p_chart,
    signals_of,
    u_chart,
)
from holdfast.analysis.capability.fit import Lognormal, fit_lognormal, largest_sd, still_open
from holdfast.analysis.capability.indices import dpmo_of, ppu_percentile, ppu_z, sigma_level
from holdfast.analysis.capability.intervals import Chance, wilson, wilson_at
from holdfast.analysis.capability.requirements import (
    cost_of_lateness,
    cost_of_poor_quality,
    critical_weights,
    vital_few,
)
from holdfast.analysis.capability.settings import DEFAULTS, ZONES, CapabilityParams
from holdfast.analysis.capability.views import Capability, View, capability
from holdfast.analysis.capability.zones import zone_of, zones_of

__all__ = [
    "APPROVERS",
    "DEFAULTS",
    "NELSON",
    "RULES",
    "WESTERN_ELECTRIC",
    "ZONES",
    "Bars",
    "Capability",
    "CapabilityParams",
    "Chance",
    "Change",
    "Chart",
    "Compensation",
    "CompensationRule",
    "Lognormal",
    "Signal",
    "Times",
    "View",
    "bar_width",
    "bars",
    "capability",
    "compare_times",
    "compensation",
    "cost_of_lateness",
    "cost_of_poor_quality",
    "critical_weights",
    "dpmo_of",
    "fit_lognormal",
    "individuals",
    "largest_sd",
    "means_chart",
    "newcombe",
    "p_chart",
    "ppu_percentile",
    "ppu_z",
    "sigma_level",
    "signals_of",
    "still_open",
    "two_proportions",
    "u_chart",
    "vital_few",
    "wilson",
    "wilson_at",
    "zone_of",
    "zones_of",
]
