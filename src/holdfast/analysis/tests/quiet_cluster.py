"""Spark's part in the census played by DuckDB in this process, so that tests see every row that crosses."""

import importlib.util
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.parquet as pq

from holdfast.analysis import accounts, tables
from holdfast.analysis.forecast import ForecastParams
from holdfast.analysis.grading import GradingParams
from holdfast.analysis.lifetime import FitParams

# Limits so low that a few hundred customers are too many to be gathered.
SMALL = accounts.AnalyzeParams(
    grading=GradingParams(max_reference=50),
    forecast=ForecastParams(
        test_sample=90, min_test_customers=40, min_test_events=10, fit=FitParams(most_tuples=120, most_values=70)
    ),
)


def split(table, place, cuts):
    """The table in files of so many shares of its rows; an empty one is a file too."""
    place.mkdir()
    ends = [round(cut * table.num_rows) for cut in (0, *cuts, 1)]
    paths = [place / f"part-{number:05}.parquet" for number in range(len(ends) - 1)]
    for path, begin, end in zip(paths, ends, ends[1:], strict=False):
        pq.write_table(table.slice(begin, end - begin), path)
    return paths


def sent(work):
    """The function as a worker would receive it; as it is where PySpark, which packs it, is not installed."""
    if importlib.util.find_spec("pyspark") is None:
        return work
    from pyspark import cloudpickle

    return cloudpickle.loads(cloudpickle.dumps(work))


@dataclass
class QuietCluster:
    """Expressions run on DuckDB, files are cut where no sort would, and work goes through pickle as it does to a worker."""

    cuts: tuple = (0.1, 0.1, 0.55, 1.0)
    gathered: list = field(default_factory=list)

    def __post_init__(self):
        self.con = tables.connect()

    def parquet(self, parts, name):
        return tables.register(self.con, name, parts[0].parent / "part-*.parquet")

    def collect(self, expression):
        return self._came(expression.to_pyarrow())

    def written(self, expression, place):
        return split(expression.to_pyarrow(), place, self.cuts)

    def rows(self, parts, work, schema):
        there = sent(work)
        found = [batch for number, part in enumerate(parts) for batch in there(part, number)]
        return self._came(pa.Table.from_batches(found, schema))

    def each(self, parts, work):
        there = sent(work)
        return [there(part, number) for number, part in enumerate(parts)]

    def _came(self, table):
        self.gathered.append(table.num_rows)
        return table


def near(first, second):
    """Numbers within 1e-9 of each other, relative to what is above 1."""
    if isinstance(first, dict):
        return first.keys() == second.keys() and all(near(first[key], second[key]) for key in first)
    if isinstance(first, list):
        return len(first) == len(second) and all(map(near, first, second))
    if isinstance(first, float) and isinstance(second, float):
        return abs(first - second) <= 1e-9 * max(1.0, abs(first))
    return first == second


def alike(found, expected):
    """Whether two tables of customers are the same: money and words exact, chances and expectations to 1e-9."""
    if not found.schema.equals(expected.schema):
        return False
    return all(
        near(found[name].to_pylist(), expected[name].to_pylist())
        if pa.types.is_floating(found[name].type)
        else found[name].equals(expected[name])
        for name in found.column_names
    )
