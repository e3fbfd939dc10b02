"""What a month's file says, for a viewer; `viewer=None` means the whole company (jobs, report drafts)."""

from holdfast.insight.scores.queries.board import Board, board, kept_segments, run_for
from holdfast.insight.scores.queries.boards import (
    MOVEMENT_ORDER,
    Movement,
    Pareto,
    funnel,
    left,
    movement,
    pareto,
    star_table,
    totals,
    transitions,
)
from holdfast.insight.scores.queries.late import LateFact, late_facts, late_facts_for_report
from holdfast.insight.scores.queries.matrix import (
    MatrixBoard,
    MatrixCell,
    grades_of_customer,
    matrix,
    matrix_sums,
    pairs_of,
    policies_in_force,
)
from holdfast.insight.scores.queries.months import (
    month_rows,
    movement_rows,
    newest_run,
    run_of,
    runs,
    visible_ids,
    windows_of,
)
from holdfast.insight.scores.queries.people import overrides, star_path, warnings
from holdfast.insight.scores.queries.segments import Segments, segments
from holdfast.insight.scores.queries.sets import CustomerSet, customer_set, everybody
from holdfast.insight.scores.queries.word import leaving_chances, most_trusted

__all__ = [
    "MOVEMENT_ORDER",
    "Board",
    "CustomerSet",
    "LateFact",
    "MatrixBoard",
    "MatrixCell",
    "Movement",
    "Pareto",
    "Segments",
    "board",
    "customer_set",
    "everybody",
    "funnel",
    "grades_of_customer",
    "kept_segments",
    "late_facts",
    "late_facts_for_report",
    "leaving_chances",
    "left",
    "matrix",
    "matrix_sums",
    "month_rows",
    "most_trusted",
    "movement",
    "movement_rows",
    "newest_run",
    "overrides",
    "pairs_of",
    "pareto",
    "policies_in_force",
    "run_for",
    "run_of",
    "runs",
    "segments",
    "star_path",
    "star_table",
    "totals",
    "transitions",
    "visible_ids",
    "warnings",
    "windows_of",
]
