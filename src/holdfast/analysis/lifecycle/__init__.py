"""The life cycle as a state machine: stage = f(event log, parameters, as_of), every change with the rule that fired.

Words: stage, rule (code of the reason for a change), episode (from a first or winning-back purchase on), sweep.
"""

from holdfast.analysis.lifecycle.history import conversions, dwell, entered, stage_history, stages
from holdfast.analysis.lifecycle.terms import DEFAULTS, RULES, STAGES, LifecycleParams

__all__ = [
    "DEFAULTS",
    "RULES",
    "STAGES",
    "LifecycleParams",
    "conversions",
    "dwell",
    "entered",
    "stage_history",
    "stages",
]
