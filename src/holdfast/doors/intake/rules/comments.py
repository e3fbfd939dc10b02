"""What a row about something a customer said has to hold, and what of it is left out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.utils import timezone

from holdfast.doors.intake.rules.problems import error, warning
from holdfast.doors.intake.rules.rows import Row
from holdfast.records.feedback.rules import FACTOR_RANGE, FACTORS, SCALES


def settle_comment(row: Row, moment_of: Callable[[str], datetime]) -> None:
    """Scores become whole numbers or stay empty; a row without words and score is none."""
    fields: dict[str, Any] = row.fields
    fields.setdefault("channel", "survey" if "text" not in fields else "other")
    for scale, (least, most) in {**SCALES, **dict.fromkeys(FACTORS, FACTOR_RANGE)}.items():
        score = fields.pop(scale, None)
        if score is None:
            continue
        if score == int(score) and least <= score <= most:
            fields[scale] = int(score)
        else:
            row.problems.append(warning(scale, f"{scale}_range" if scale in SCALES else "factor_range"))
    wrong = {problem.field for problem in row.problems if problem.is_error}
    if not {"text", *SCALES} & (fields.keys() | wrong):
        row.problems.append(error("text", "no_voice"))
    if "said_at" in fields and moment_of(fields["said_at"]) > timezone.now():
        row.problems.append(error("said_at", "future_said"))
