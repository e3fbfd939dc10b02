"""Lines become customer days; months become windows."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.analysis import tables
from holdfast.analysis.days import (
    Window,
    comparison,
    customer_days,
    last_complete_month,
    month_window,
)
from holdfast.analysis.ledger import Ledger
from holdfast.analysis.tests.ledgers import days, lines, on, random_lines


def test_lines_of_one_day_merge_into_one_customer_day():
    # Source: methods §0.
    found = customer_days(lines([("a", 0, 100), ("a", 0, -30), ("b", 0, 5), ("a", 2, 7)]), as_of=on(9)).to_pylist()

    assert [(row["customer_id"], row["day"], row["amount_minor"]) for row in found] == [
        ("a", on(0), 70),
        ("a", on(2), 7),
        ("b", on(0), 5),
    ]
    assert (found[0]["lines"], found[0]["gross_minor"], found[0]["returned_minor"]) == (2, 130, 30)


@pytest.mark.parametrize(
    ("amounts", "cancelled", "purchase"),
    [
        ((0,), (False,), True),
        ((100, -30), (False, False), True),
        ((100, -101), (False, False), False),
        ((-5,), (False,), False),
        ((5, 7), (True, True), False),
        ((5, 7), (True, False), True),
        ((5,), (None,), True),
    ],
)
def test_a_day_is_a_purchase_unless_net_negative_or_all_cancelled(amounts, cancelled, purchase):
    # Source: methods §0 and the command line's contract.
    table = lines([("a", 0, amount) for amount in amounts], cancelled=pa.array(cancelled, pa.bool_()))

    assert customer_days(table, as_of=on(0))["is_purchase"].to_pylist() == [purchase]


def test_profit_counts_only_lines_whose_cost_is_known():
    table = lines([("a", 0, 100), ("a", 0, 50), ("b", 0, 9)], cost_minor=pa.array([60, None, None], pa.int64()))

    found = customer_days(table, as_of=on(0))

    assert found["profit_minor"].to_pylist() == [40, None]
    assert found["costed_minor"].to_pylist() == [100, 0]


def test_list_prices_count_on_positive_lines_that_have_one():
    table = lines([("a", 0, 90), ("a", 0, -90), ("a", 0, 7)], list_minor=pa.array([100, 100, None], pa.int64()))

    found = customer_days(table, as_of=on(0)).to_pylist()[0]

    assert (found["list_minor"], found["listed_minor"]) == (100, 90)


def test_lines_after_as_of_without_customer_or_without_day_are_left_out():
    table = pa.table(
        {
            "customer_id": ["a", None, "b", "c"],
            "day": [on(0), on(0), on(2), None],
            "amount_minor": [1, 2, 3, 4],
        }
    )

    assert customer_days(table, as_of=on(1))["customer_id"].to_pylist() == ["a"]


def test_an_empty_table_gives_an_empty_table_of_the_same_shape():
    full, empty = (customer_days(table, as_of=on(1)) for table in (lines([("a", 0, 1)]), lines([])))

    assert empty.num_rows == 0
    assert empty.schema == full.schema


@pytest.mark.parametrize("kind", [pa.int32(), pa.int64(), pa.string(), pa.large_string()])
def test_customer_ids_may_be_text_or_whole_numbers(kind):
    table = lines([(7, 0, 1), (3, 0, 1)])
    table = table.set_column(0, "customer_id", table["customer_id"].cast(kind))

    found = customer_days(table, as_of=on(0))["customer_id"]

    assert found.type == (pa.int64() if pa.types.is_integer(kind) else pa.string())
    assert [int(value) for value in found.to_pylist()] == [3, 7]


def test_leading_zeros_survive():
    assert customer_days(lines([("007", 0, 1)]), as_of=on(0))["customer_id"].to_pylist() == ["007"]


def test_a_missing_column_is_named():
    with pytest.raises(tables.TableError, match="amount_minor is missing") as problem:
        customer_days(lines([("a", 0, 1)]).drop_columns("amount_minor"), as_of=on(0))

    assert (problem.value.code, problem.value.column) == ("column_missing", "amount_minor")


def test_a_column_of_the_wrong_type_is_named():
    wrong = days([("a", 0, 1)]).set_column(0, "customer_id", pa.array([1.5]))

    with pytest.raises(tables.TableError, match="neither text nor a whole number"):
        Ledger.of(wrong, as_of=on(1))


def test_two_tables_with_ids_of_different_types_do_not_mix():
    with pytest.raises(tables.TableError, match="int64, not string"):
        Ledger.of(days([("a", 0, 1)]), as_of=on(1), customers=pa.table({"customer_id": [1]}))


@pytest.mark.slow
def test_parquet_files_are_read_where_they_lie(tmp_path):
    table = random_lines(1, 500)
    pq.write_table(table.slice(0, 200), tmp_path / "1.parquet")
    pq.write_table(table.slice(200), tmp_path / "2.parquet")

    con = tables.connect(memory_limit="500MB", threads=1, temp_directory=str(tmp_path))
    stored = tables.register(con, "orders", tmp_path / "*.parquet")

    assert customer_days(stored, as_of=on(300)).equals(customer_days(table, as_of=on(300)))


def test_order_and_splitting_of_lines_change_nothing():
    rng = np.random.default_rng(5)
    table = random_lines(5, 2000)
    halves = [table.take(pa.array(rng.permutation(2000))), table.slice(0, 0)]

    assert customer_days(pa.concat_tables(halves), as_of=on(400)).equals(customer_days(table, as_of=on(400)))


def test_a_line_of_zero_changes_only_counts():
    table = random_lines(6, 500)
    zero = table.slice(0, 1).set_column(2, "amount_minor", pa.array([0])).set_column(3, "cost_minor", pa.array([0]))

    before, after = (customer_days(t, as_of=on(400)) for t in (table, pa.concat_tables([table, zero])))

    assert before.drop_columns(["lines", "is_purchase"]).equals(after.drop_columns(["lines", "is_purchase"]))
    assert sum(after["lines"].to_pylist()) == sum(before["lines"].to_pylist()) + 1


@pytest.mark.parametrize(
    ("as_of", "label"),
    [(date(2026, 1, 30), "2025-12"), (date(2026, 1, 31), "2026-01"), (date(2024, 2, 29), "2024-02")],
)
def test_the_last_complete_month_ends_with_its_last_day(as_of, label):
    assert last_complete_month(as_of).label == label


@pytest.mark.parametrize(
    ("kind", "previous", "current"),
    [
        ("month", (date(2025, 12, 1), date(2026, 1, 1)), (date(2026, 1, 1), date(2026, 2, 1))),
        ("three_months", (date(2025, 8, 1), date(2025, 11, 1)), (date(2025, 11, 1), date(2026, 2, 1))),
        ("year", (date(2025, 1, 1), date(2025, 2, 1)), (date(2026, 1, 1), date(2026, 2, 1))),
    ],
)
def test_reports_compare_month_quarter_and_year(kind, previous, current):
    assert comparison(month_window(2026, 1), kind) == (Window(*previous), Window(*current))


@pytest.mark.parametrize("columns", [["cost_minor", "cancelled", "list_minor"], ["cost_minor"], []])
def test_a_table_in_memory_and_one_in_the_database_give_the_same_days(columns):
    # Two engines, one meaning: the fold in NumPy and the Ibis expression share no code.
    table = random_lines(8, 4000)
    listed = pa.array([None if n % 3 else 900 for n in range(4000)], pa.int64())
    table = table.append_column("list_minor", listed).select(["customer_id", "day", "amount_minor", *columns])
    gaps = pa.table({"customer_id": [None, "c001"], "day": [on(3), None], "amount_minor": [5, 5]})
    whole = pa.concat_tables([table, gaps], promote_options="default")

    stored = tables.register(tables.connect(), "lines", whole)

    assert customer_days(whole, as_of=on(300)).equals(customer_days(stored, as_of=on(300)))


@pytest.mark.parametrize("name", [lambda n: n - 30, lambda n: n << 35, lambda n: (n - 30) << 56, "k{:03}".format])
def test_days_are_the_same_whatever_kind_of_number_or_text_names_the_customers(name):
    rng = np.random.default_rng(5)
    numbers = rng.integers(0, 60, 2_000).tolist()
    given = list(zip(map(name, numbers), rng.integers(0, 90, 2_000), rng.integers(-99, 999, 2_000), strict=True))

    found = customer_days(lines(given), as_of=on(80))

    wanted = {}
    for customer, day, amount in given:
        if day <= 80:
            wanted[customer, on(day)] = wanted.get((customer, on(day)), 0) + int(amount)
    rows = list(zip(found["customer_id"].to_pylist(), found["day"].to_pylist(), strict=True))
    assert rows == sorted(wanted)
    assert found["amount_minor"].to_pylist() == [wanted[row] for row in rows]
