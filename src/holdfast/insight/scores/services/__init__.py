"""Score a month, publish it, sign it; set a star by hand; change the definition."""

from holdfast.insight.scores.services.definitions import add_definition
from holdfast.insight.scores.services.matrices import change_policies, has_pairs, is_quick, keep_pairs, snapshot_folder
from holdfast.insight.scores.services.overrides import (
    approve_override,
    end_override,
    reject_override,
    request_override,
)
from holdfast.insight.scores.services.publishing import publish, publish_customers
from holdfast.insight.scores.services.scoring import freeze, score_from, score_month, score_up_to_now

__all__ = [
    "add_definition",
    "approve_override",
    "change_policies",
    "end_override",
    "freeze",
    "has_pairs",
    "is_quick",
    "keep_pairs",
    "publish",
    "publish_customers",
    "reject_override",
    "request_override",
    "score_from",
    "score_month",
    "score_up_to_now",
    "snapshot_folder",
]
