"""One customer's row out of a month's file, without reading the rest of it."""

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.insight.scores import readers
from holdfast.insight.scores.readers import find_row, rows_where

HASH = "a" * 64


@pytest.fixture
def file(tmp_path):
    """Ten customers with even numbers in groups of three, without the column `new`."""
    path = tmp_path / "month.parquet"
    table = pa.table(
        {"customer_id": pa.array(range(2, 22, 2), pa.int64()), "stars": pa.array([3] * 9 + [5], pa.int8())}
    )
    pq.write_table(table, path, row_group_size=3)
    readers._bounds.cache_clear()
    return path


def test_every_customer_is_found_with_the_columns_asked_for(file):
    found = [find_row(file, HASH, "customer_id", number, ["stars", "new"]) for number in range(2, 22, 2)]

    assert [row["customer_id"] for row in found] == list(range(2, 22, 2))
    assert [row["stars"] for row in found] == [3] * 9 + [5]
    assert all("new" not in row for row in found)


@pytest.mark.parametrize("number", [0, 3, 7, 21, 10**12])
def test_who_is_not_in_the_file_is_not_made_up(file, number):
    assert find_row(file, HASH, "customer_id", number, ["stars"]) is None


def test_only_the_group_that_can_hold_the_customer_is_read(file, monkeypatch):
    read = []
    plain = pq.ParquetFile.read_row_groups
    monkeypatch.setattr(
        pq.ParquetFile, "read_row_groups", lambda self, groups, **kw: read.append(groups) or plain(self, groups, **kw)
    )

    find_row(file, HASH, "customer_id", 10, ["stars"])
    rows_where(file, HASH, "customer_id", 7, ["stars"])

    assert read == [[1], []]


def test_the_footer_is_read_once_a_file(file, monkeypatch):
    find_row(file, HASH, "customer_id", 2, ["stars"])
    file_again = readers._bounds(str(file), HASH, "customer_id")

    assert readers._bounds(str(file), HASH, "customer_id") is file_again
    assert readers._bounds.cache_info().misses == 1


def test_a_file_of_unsorted_customers_is_read_right_too(tmp_path):
    path = tmp_path / "unsorted.parquet"
    pq.write_table(pa.table({"customer_id": pa.array([9, 1, 5, 2, 8, 3], pa.int64())}), path, row_group_size=2)

    assert all(find_row(path, HASH, "customer_id", number, []) for number in (9, 1, 5, 2, 8, 3))
    assert find_row(path, HASH, "customer_id", 4, []) is None
