"""A month page by page: the right rows in order, and no more of the file than the page needs."""

from types import SimpleNamespace

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.foundation.accounts.tests.factories import UserFactory
from holdfast.insight.scores import readers
from holdfast.insight.scores.queries import paging
from holdfast.insight.scores.readers import FileMissing, rows_behind, rows_of
from holdfast.records.customers.tests.factories import CustomerFactory


def month(tmp_path, keys, size=3):
    path = tmp_path / "month.parquet"
    table = pa.table({"customer_id": pa.array(keys, pa.int64()), "stars": pa.array([3] * len(keys), pa.int8())})
    pq.write_table(table, path, row_group_size=size)
    readers._bounds.cache_clear()
    return SimpleNamespace(file=path, sha256=str(keys), month="2026-10")


@pytest.fixture
def run(tmp_path):
    """Ten customers with even numbers in groups of three."""
    return month(tmp_path, list(range(2, 22, 2)))


@pytest.fixture
def read(monkeypatch):
    found, plain = [], pq.ParquetFile.read_row_groups
    monkeypatch.setattr(
        pq.ParquetFile, "read_row_groups", lambda self, groups, **kw: found.append(groups) or plain(self, groups, **kw)
    )
    return found


def keys(table):
    return table["customer_id"].to_pylist()


@pytest.mark.parametrize("size", [1, 2, 3, 4, 20])
def test_pages_one_after_another_are_the_whole_month(run, size):
    after, found = 0, []
    while page := keys(rows_behind(run, after, size, ["stars"])):
        assert len(page) <= size
        found, after = found + page, page[-1]

    assert found == list(range(2, 22, 2))


def test_a_page_reads_the_groups_it_stands_in_and_one_more_at_most(run, read):
    rows_behind(run, 6, 2, ["stars"])

    assert read == [[1, 2]]


def test_of_some_customers_only_the_groups_that_can_hold_them_are_read(run, read):
    found = rows_of(run, [4, 5, 20], ["stars"])

    assert keys(found) == [4, 20]
    assert read == [[0, 3]]


def test_a_column_of_a_later_version_is_null(run):
    assert rows_behind(run, 0, 1, ["score"]).to_pylist() == [{"customer_id": 2, "score": None}]


def test_a_file_that_is_gone_is_told(run):
    run.file.unlink()

    with pytest.raises(FileMissing, match="2026-10"):
        rows_behind(run, 0, 1, [])


@pytest.mark.django_db
def test_a_salesperson_pages_through_their_own_customers_alone(tmp_path, monkeypatch):
    owner, other = UserFactory(login="own", role="sales"), UserFactory(login="oth", role="sales")
    rows = [CustomerFactory(owner=person).pk for person in (owner, other, owner, owner, other, owner)]
    run = month(tmp_path, [*rows[:2], *rows[3:]], size=2)  # the third has no row in this month
    monkeypatch.setattr(paging, "run_of", lambda _which: run)

    first = paging.month_page("2026-10", owner, ["stars"], size=2)
    rest = paging.month_page("2026-10", owner, ["stars"], after=keys(first)[-1], size=2)

    assert keys(first) + keys(rest) == [rows[0], rows[3], rows[5]]
    assert keys(paging.month_row("2026-10", owner, ["stars"], rows[1])) == []
    assert keys(paging.month_row("2026-10", owner, ["stars"], rows[3])) == [rows[3]]
