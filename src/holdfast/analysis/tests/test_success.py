"""Success plans of methods §10: goals, who comes first, and owners' hours."""

from datetime import date

import pyarrow as pa
import pytest

from holdfast.analysis import success
from holdfast.analysis.tables import TableError

TODAY = date(2026, 6, 30)


def goal(customer, weight, baseline, target, current, due=None):
    return dict(zip(success.GOALS, (customer, weight, baseline, target, current, due), strict=True))


def status(*goals):
    table = pa.Table.from_pylist(list(goals), schema=SCHEMA)
    return {row["customer_id"]: row for row in success.plan_status(table, as_of=TODAY).to_pylist()}


SCHEMA = pa.schema(
    [("customer_id", pa.string())]
    + [(name, pa.float64()) for name in ("weight", "baseline", "target", "current")]
    + [("due_on", pa.date32())]
)


@pytest.mark.shows("CSM-01")
def test_the_status_is_the_weighted_share_of_what_is_done():
    # By hand: 3·½ + 1·1 of 4 → 62.5; a falling goal counts alike; more than the target is 100 %.
    found = status(
        goal("a", 3, 80, 90, 85, date(2026, 7, 1)),
        goal("a", 1, 10, 5, 4, date(2026, 1, 1)),
        goal("b", 1, 0, 10, -5, date(2026, 6, 29)),
        goal("b", 1, 0, 10, None, date(2026, 6, 30)),
    )

    assert (found["a"]["goals"], found["a"]["status"], found["a"]["missed"]) == (2, 62.5, 0)
    assert found["a"]["next_due_on"] == date(2026, 7, 1)
    assert (found["b"]["status"], found["b"]["missed"], found["b"]["next_due_on"]) == (0, 1, date(2026, 6, 30))


def test_goals_that_cannot_be_measured_count_in_no_status():
    found = status(goal("a", 1, 5, 5, 5), goal("a", 0, 0, 9, 9), goal("b", 1, 0, 2, 1), goal("b", 5, None, 2, 1))

    assert (found["a"]["goals"], found["a"]["status"], found["a"]["missed"]) == (2, None, 0)
    assert found["b"]["status"] == 50
    assert status() == {}
    with pytest.raises(TableError, match="target"):
        success.plan_status(pa.table({"customer_id": ["a"], "weight": [1], "baseline": [0]}), as_of=TODAY)


@pytest.mark.shows("CSM-01")
@pytest.mark.parametrize(
    ("cell", "stars", "first"),
    [("A1", 1, True), ("A2", None, True), ("B1", 3, True), ("D4", 4, True), ("A3", 3, False), (None, None, False)],
)
def test_plans_are_offered_to_the_best_cells_and_stars_first(cell, stars, first):
    assert success.offered_first(cell, stars) is first


def test_owners_cannot_promise_more_hours_than_they_have():
    planned, hours = {"lin": 30.0, "gao": 12.0, "zhou": 5.0, "shen": 9.0}, {"lin": 20.0, "gao": 12.0, "shen": 2.0}

    assert success.hours_short(planned, hours) == {"lin": 10.0, "shen": 7.0, "zhou": 5.0}
    assert list(success.hours_short(planned, hours)) == ["lin", "shen", "zhou"]
