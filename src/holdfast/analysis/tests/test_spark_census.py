"""What crosses from the workers to the driver: sums, bounds and samples, never all customers; and the same figures."""

from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from holdfast.analysis import accounts
from holdfast.analysis.accounts.apply import measured_of, settle
from holdfast.analysis.accounts.census import Census
from holdfast.analysis.accounts.clock import Clock
from holdfast.analysis.accounts.finish import analysis, kept_word
from holdfast.analysis.accounts.shard import Sums, Whole, describe, gather
from holdfast.analysis.days import customer_days
from holdfast.analysis.grading import GradingParams
from holdfast.analysis.ledger import Ledger
from holdfast.analysis.lifetime import FitParams
from holdfast.analysis.spark import finishing
from holdfast.analysis.spark.census import census
from holdfast.analysis.tests.invoices import payers
from holdfast.analysis.tests.ledgers import lines, on, random_lines
from holdfast.analysis.tests.quiet_cluster import SMALL, QuietCluster, alike, near, split

AS_OF = on(399)


def facts_of(table, params, as_of=AS_OF):
    ledger = Ledger.of(customer_days(table, as_of=as_of), as_of=as_of)
    whole = Whole.of(Sums() + gather(ledger, params), as_of, params)
    facts = describe(ledger, whole, params, "en")
    facts = facts.set_column(0, "customer_id", facts["customer_id"].cast(pa.string()))
    facts = facts.set_column(
        facts.column_names.index("stage"), "stage", facts["stage"].combine_chunks().cast(pa.string())
    )
    return whole, facts.sort_by("customer_id")


def through(table, folder, params=accounts.DEFAULTS, *, as_of=AS_OF, bills=None, cluster=None):
    """The census and the last walk with files and workers, but without Spark: the customers and the analysis."""
    cluster = cluster or QuietCluster()
    whole, facts = facts_of(table, params, as_of)
    parts = split(facts, folder / "facts", cluster.cuts)
    kept = kept_word(bills, whole, params)
    counted = census(cluster, parts, folder, whole, params, kept)
    settled = settle(counted, kept, whole, params)
    done, size, value = finishing.finished(cluster, parts, settled, folder / "finished")
    finishing.joined(done, folder / "out.parquet")
    found, rest = finishing.none_at_hand(parts[0], settled, size, value)
    assert finishing.at_hand(parts, settled)[0].customers.equals(pq.read_table(folder / "out.parquet"))
    return pq.read_table(folder / "out.parquet"), analysis(counted, settled, found, rest, Clock())


def compare(table, folder, params=accounts.DEFAULTS, **more):
    customers, found = through(table, folder, params, **more)
    expected = accounts.analyze(
        table, as_of=more.get("as_of", AS_OF), params=params, invoices=more.get("bills"), lang="en"
    )
    assert alike(customers, expected.customers)
    assert near(found.summary, expected.summary)
    for name in ("bridge", "not_bought", "volume_value", "lorenz", "integrity"):
        assert getattr(found, name) == getattr(expected, name), name
    assert found.customers.num_rows == expected.customers.num_rows
    return customers, found


@pytest.mark.shows("PLT-02")
@pytest.mark.parametrize("params", [accounts.DEFAULTS, SMALL], ids=["all at hand", "sampled"])
def test_files_and_workers_find_what_one_process_finds(tmp_path, params):
    customers, found = compare(random_lines(3, 3000, customers=400), tmp_path, params)

    assert customers.num_rows == 400
    assert found.movement.num_rows == found.metrics.num_rows == found.graded.num_rows == found.year.num_rows == 0
    assert found.summary["models"]["backtest"] is not None


@pytest.mark.slow
def test_with_invoices_too(tmp_path):
    bills, _ = payers(2, customers=20, each=12, span=400)
    # The payers are c000 … as the customers of the lines are.
    customers, found = compare(random_lines(3, 3000), tmp_path, bills=bills)

    assert found.integrity["integrity"].null_count < found.integrity.num_rows == 20
    assert customers["stars"].null_count < customers.num_rows


@pytest.mark.shows("PLT-02")
def test_nothing_gathered_grows_with_the_customers(tmp_path, monkeypatch):
    """given the same settings, when customers are many times as many, no more rows cross and no batch is larger."""
    note, work = tmp_path / "handed", finishing.one_part

    def noted(facts, settled):
        with note.open("a") as file:
            file.write(f"{len(facts)}\n")
        return work(facts, settled)

    monkeypatch.setattr(finishing, "AT_ONCE", 64)
    monkeypatch.setattr(finishing, "one_part", noted)
    most = {}

    for size in (500, 2_000):
        cluster, folder = QuietCluster(), tmp_path / str(size)
        folder.mkdir()
        note.write_text("")
        whole, facts = facts_of(random_lines(5, 4 * size, customers=size), SMALL)
        parts = split(facts, folder / "facts", cluster.cuts)
        counted = census(cluster, parts, folder, whole, SMALL, None)
        finishing.finished(cluster, parts, settle(counted, None, whole, SMALL), folder / "finished")
        most[size] = max(cluster.gathered)
        handed = [int(number) for number in note.read_text().split()]
        assert max(handed) == 64
        assert sum(handed) == facts.num_rows >= 0.97 * size

    # Tuples, two samples of values, two references, three samples of customers, the curve.
    assert most[2_000] < 1_000
    assert most[2_000] <= most[500] * 1.05


ODD = {
    "one customer": lines([("007", 3, 100), ("007", 40, 250)]),
    "all on one day": lines([(f"{n:04}", 7, 100 + n) for n in range(40)]),
    "one purchase each": lines([(f"{n:04}", n, 100 * n) for n in range(80)]),
    "totals below nothing": lines([(f"{n:04}", n % 9, -50 - n) for n in range(30)] + [("x", 1, -1)]),
    "all the same": lines([(f"{n:04}", day, 500) for n in range(60) for day in (1, 31, 61)]),
    "leading zeros": lines([("0001", 1, 5), ("001", 2, 7), ("01", 3, 9), ("1", 4, 5), ("1", 90, 5), ("0001", 60, 1)]),
    "fewer than files": lines([("a", 1, 300), ("b", 2, 300)]),
    "nothing bought": lines([("a", 1, 0), ("b", 2, -300)]),
    "numbers as ids": lines([(n, n % 50, 100 + n * n) for n in range(1, 60)]),
}


@pytest.mark.parametrize("name", ODD)
def test_odd_logs_come_out_the_same(tmp_path, name):
    compare(ODD[name], tmp_path, as_of=on(120))


def test_a_census_taken_in_parts_is_that_of_one_process(tmp_path):
    params = replace(SMALL, forecast=replace(SMALL.forecast, fit=FitParams(most_tuples=100_000, most_values=70)))
    whole, facts = facts_of(random_lines(11, 2500, customers=350), params)

    one = Census.of(facts, measured_of(facts, None, whole, params), whole, params)
    cluster = QuietCluster()
    other = census(cluster, split(facts, tmp_path / "facts", cluster.cuts), tmp_path, whole, params, None)

    assert (other.customers, other.cuts, dict(other.stages)) == (one.customers, one.cuts, dict(one.stages))
    assert replace(other.curve, weight=0) == replace(one.curve, weight=0)
    assert other.curve.weight == pytest.approx(one.curve.weight, rel=1e-12)
    assert other.reference.sizes == one.reference.sizes
    for part, values in one.reference.values.items():
        assert np.array_equal(other.reference.values[part], values)
    for name in ("x", "t_x", "age", "weight"):
        assert np.array_equal(getattr(other.gist.tuples, name), getattr(one.gist.tuples, name))
    for name in ("repeats", "values"):
        assert np.array_equal(getattr(other.gist, name).m, getattr(one.gist, name).m)
        assert len(getattr(other.gist, name).x) == 70


def test_ranks_among_all_customers_are_refused_where_they_would_be_needed(tmp_path):
    params = accounts.AnalyzeParams(grading=GradingParams(min_difficulty_parts=2))

    with pytest.raises(ValueError, match="min_difficulty_parts"):
        census(QuietCluster(), [], tmp_path, None, params, None)
