"""The value pages."""

from holdfast.insight.scores.views.card import card, history
from holdfast.insight.scores.views.customers import customers
from holdfast.insight.scores.views.definitions import definition_new, definitions
from holdfast.insight.scores.views.exports import customers_export, matrix_export
from holdfast.insight.scores.views.matrix import matrix, matrix_cell, matrix_make, matrix_policies
from holdfast.insight.scores.views.overrides import override_answer, override_end, override_new, overrides
from holdfast.insight.scores.views.segments import segments
from holdfast.insight.scores.views.value import score, value
from holdfast.insight.scores.views.warnings import warnings

__all__ = [
    "card",
    "customers",
    "customers_export",
    "definition_new",
    "definitions",
    "history",
    "matrix",
    "matrix_cell",
    "matrix_export",
    "matrix_make",
    "matrix_policies",
    "override_answer",
    "override_end",
    "override_new",
    "overrides",
    "score",
    "segments",
    "value",
    "warnings",
]
