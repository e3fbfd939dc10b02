"""Paid hours shared out by what was done: methods §1.1."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.analysis import grading
from holdfast.analysis.tables import TableError

pytestmark = pytest.mark.shows("TIE-03")


def shared(rows, paid, **more):
    names = ("employee_id", "customer_id", "kind", "count")
    columns = list(zip(*rows, strict=True)) if rows else [[]] * 4
    kinds = (pa.string(), pa.string(), pa.string(), pa.int64())
    table = pa.table({name: pa.array(values, kind) for name, values, kind in zip(names, columns, kinds, strict=True)})
    found = grading.shared_hours(table, paid, **more)
    return dict(zip(found["customer_id"].to_pylist(), found["effort_hours"].to_pylist(), strict=True))


def test_paid_hours_go_where_the_work_went():
    # By hand: lin has 2 + 5·0.2 = 3 for a and 2·0.5 = 1 for b of 160 hours; gao all 40 for b.
    rows = [("lin", "a", "visit", 1), ("lin", "a", "call", 5), ("lin", "b", "ticket", 2), ("gao", "b", "order", 1)]

    assert shared(rows, {"lin": 160.0, "gao": 40.0, "shen": 99.0}) == pytest.approx({"a": 120, "b": 80})
    assert shared(rows, {"lin": 160.0}) == pytest.approx({"a": 120, "b": 40})


def test_other_kinds_and_empty_tables_have_an_answer():
    assert shared([("lin", "a", "party", 1), ("lin", "b", "call", 1)], {"lin": 10.0}) == pytest.approx({"a": 5, "b": 5})
    assert shared([("lin", "a", "call", 0)], {"lin": 10.0}) == {"a": 0}
    assert shared([], {"lin": 10.0}) == {}
    with pytest.raises(TableError, match="kind"):
        grading.shared_hours(pa.table({"employee_id": ["a"], "customer_id": ["b"]}), {})
    with pytest.raises(ValueError, match="less than 0"):
        grading.EffortParams(visit=-1)


@given(st.lists(st.tuples(*[st.sampled_from(one) for one in ("xyz", "abcd", grading.EFFORT_KINDS)]), min_size=1))
def test_the_hours_of_everybody_who_worked_are_all_shared_out(rows):
    paid = {"x": 160.0, "y": 120.5, "z": 7.0}

    found = shared([(*row, 1) for row in rows], paid)

    assert sum(found.values()) == pytest.approx(sum(paid[who] for who in {row[0] for row in rows}))
    assert np.isfinite(list(found.values())).all()
