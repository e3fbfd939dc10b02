import csv
import gzip
import io
from datetime import date
from decimal import Decimal

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from holdfast.common import sheets
from holdfast.common.sheets import CellError, SheetError
from holdfast.common.sheets.staging import stage
from holdfast.common.sheets.values.numbers import rounded
from holdfast.common.sheets.vectors import Columns

MESSY = 'a,b\n1,x\n2\n,\n3,y,\n\n4,z,w\n"5","multi\nline"\n"",""\n6," q "\n'


def staged_file(path, tmp_path, columns=None):
    sheet = sheets.open_sheet(path)
    return stage(sheet, columns or list(sheet.headings), folder=tmp_path, name="staged")


def read_back(staged, *names):
    wanted = ", ".join(f'"{staged.names[name]}"' for name in names)
    return duckdb.sql(f"SELECT {wanted} FROM {staged.scan}").fetchall()


def csv_of(rows):
    target = io.StringIO()
    csv.writer(target).writerows(rows)
    return target.getvalue()


@pytest.mark.shows("PLT-02")
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16", "utf-8-sig"])
def test_the_whole_file_and_the_row_reader_see_the_same_rows(tmp_path, encoding):
    path = tmp_path / "messy.csv.gz"
    path.write_bytes(gzip.compress(MESSY.replace("x", "甲乙丙丁").encode(encoding)))

    staged = staged_file(path, tmp_path)

    sheet = sheets.open_sheet(path)
    rows = [row for chunk in sheet.chunks() for row in chunk]
    sound = {(row.values["a"], row.values["b"]) for row in rows if not row.problem}
    assert set(read_back(staged, "a", "b")) == sound
    assert len(sound) == staged.rows == 4
    assert staged.ragged == sum(row.problem is not None for row in rows) == 2
    assert staged.ragged_rows == [row.number for row in rows if row.problem]


def test_only_the_asked_columns_are_kept(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b,c\n1,2,3\n")

    staged = staged_file(path, tmp_path, ["c", "a"])

    assert set(staged.names) == {"a", "c"}
    assert read_back(staged, "a", "c") == [("1", "3")]


def test_an_unpaired_quote_is_named_also_when_the_whole_file_is_read(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('a,b\n1,x\n2,"open\n' + "3,y\n" * 10)

    with pytest.raises(SheetError) as refused:
        staged_file(path, tmp_path)

    assert refused.value.code in ("bad_quotes", "unpaired_quotes")


def test_a_workbook_is_staged_with_dates_and_numbers_as_text(tmp_path):
    path = tmp_path / "a.xlsx"
    columns = [sheets.Column("编号", "id"), sheets.Column("日期", "date"), sheets.Column("金额", "money")]
    sheets.write_xlsx(path, [sheets.Table("订单", columns, [("007", date(2026, 1, 5), 1250), ("8", None, -1)])])

    staged = staged_file(path, tmp_path)

    assert read_back(staged, "编号", "日期", "金额") == [("007", "2026-01-05", "12.5"), ("8", None, "-0.01")]


def test_headings_alone_are_refused(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("a,b\n")

    with pytest.raises(SheetError, match="no data"):
        staged_file(path, tmp_path)


def column_of(cells, tmp_path, kind):
    """A text column read whole: (answers in file order, notes)."""
    path = tmp_path / "column.csv"
    path.write_text(csv_of([["n", "value"], *[[n, cell] for n, cell in enumerate(cells)]]), encoding="utf-8")
    con = duckdb.connect()
    columns = Columns(con, staged_file(path, tmp_path), "c")
    getattr(columns, f"add_{kind}")("value", "value")
    found = con.execute(f"SELECT {columns.select['value']} FROM {columns.source} ORDER BY b.file_row_number").fetchall()
    return [answer for (answer,) in found], columns.notes.get("value", {})


def scalar(read, cell):
    try:
        return read(cell)
    except CellError:
        return None


WRITTEN_DATES = st.one_of(
    st.dates(date(1990, 1, 1), date(2030, 12, 31)).map(str),
    st.dates().map(lambda d: f"{d.year}/{d.month}/{d.day}"),
    st.dates(date(1990, 1, 1), date(2030, 12, 31)).map(lambda d: f"{d.day}/{d.month}/{d.year}"),
    st.dates(date(1990, 1, 1), date(2030, 12, 31)).map(lambda d: f"{d.month}-{d.day}-{d.year % 100:02d}"),
    st.dates(date(1990, 1, 1), date(2030, 12, 31)).map(lambda d: f"{d.year}年{d.month}月{d.day}日"),
    st.datetimes().map(lambda d: d.isoformat(" ", "seconds")),
    st.datetimes().map(lambda d: d.isoformat()),
    st.integers(20_000, 60_000).map(str),
    st.dates(date(1990, 1, 1), date(2030, 12, 31)).map(lambda d: d.strftime("%Y%m%d")),
    st.sampled_from(
        ["", "nan", " 2026-1-5 ", "2026-02-30", "2026-01-05 24:00", "2026-01-05 25:00", "hello", "—", "1/1/1"]
    ),
)
WRITTEN_NUMBERS = st.one_of(
    st.decimals(-(10**11), 10**11, places=2).map(str),
    st.decimals(-1000, 1000, places=7).map(str),
    st.integers(-(10**13), 10**13).map(str),
    st.floats(allow_nan=True, allow_infinity=True, width=32).map(repr),
    st.integers(0, 10**9).map(lambda n: f"{n:,}.50"),
    st.sampled_from(
        [
            "",
            "nan",
            "¥1,200",
            "1.2万",
            "(3.5)",
            "5-",
            " 7 ",
            "１２",
            "1,5",
            "abc",
            "1_000",
            "+3",
            "-",
            ".5",
            "5.",
            "1e3",
            "12%",
        ]
    ),
)
WRITTEN_IDS = st.one_of(
    st.integers(0, 10**6).map(lambda n: f"{n}.0"),
    st.text(alphabet="0A.- \u3000'=x", max_size=6),
    st.sampled_from(["", "nan", "NULL", "0042"]),
)
PATIENT = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.mark.slow
@PATIENT
@given(cells=st.lists(WRITTEN_DATES, min_size=1, max_size=40))
def test_dates_read_whole_and_one_by_one_agree(tmp_path, cells):
    order = sheets.DateOrder().add_all(cells)

    answers, notes = column_of(cells, tmp_path, "date")

    assert answers == [scalar(lambda cell: sheets.parse_date(cell, order=order.order), cell) for cell in cells]
    assert notes["order"] == order.order
    assert notes["ambiguous"] == order.ambiguous


@pytest.mark.slow
@PATIENT
@given(cells=st.lists(WRITTEN_NUMBERS, min_size=1, max_size=40))
def test_numbers_read_whole_and_one_by_one_agree(tmp_path, cells):
    style = sheets.NumberStyle()
    for cell in cells:
        style.add(cell)

    answers, _ = column_of(cells, tmp_path, "number")

    expected = [
        scalar(lambda cell: sheets.parse_number(cell, decimal_comma=style.decimal_comma), cell) for cell in cells
    ]
    assert answers == [None if number is None else rounded(number, 6) for number in expected]


@pytest.mark.slow
@PATIENT
@given(cells=st.lists(WRITTEN_IDS, min_size=1, max_size=30))
def test_ids_read_whole_and_one_by_one_agree(tmp_path, cells):
    shape = sheets.IdShape()
    for cell in cells:
        shape.add(cell)

    answers, _ = column_of(cells, tmp_path, "id")

    assert answers == [sheets.parse_id(cell, drop_point_zero=shape.drop_point_zero) for cell in cells]


def typed_column(values, kind, add, tmp_path):
    path = tmp_path / "typed.parquet"
    pq.write_table(pa.table({"value": pa.array(values, kind)}), path)
    con = duckdb.connect()
    columns = Columns(con, staged_file(path, tmp_path), "c")
    getattr(columns, f"add_{add}")("value", "value")
    answers = con.execute(
        f"SELECT {columns.select['value']} FROM {columns.source} ORDER BY b.file_row_number"
    ).fetchall()
    return [answer for (answer,) in answers]


def test_typed_columns_of_parquet_are_read_by_their_type(tmp_path):
    nan = float("nan")
    assert typed_column([17850.0, None, nan], pa.float64(), "id", tmp_path) == ["17850", None, None]
    assert typed_column([17850.5, 3.0], pa.float64(), "id", tmp_path) == ["17850.5", "3.0"]
    assert typed_column([7, None], pa.int64(), "id", tmp_path) == ["7", None]
    assert typed_column(["007", " "], pa.large_string(), "id", tmp_path) == ["007", None]
    assert typed_column([date(2026, 1, 5)], pa.date32(), "date", tmp_path) == [date(2026, 1, 5)]
    assert typed_column([1767571200], pa.timestamp("s"), "date", tmp_path) == [date(2026, 1, 5)]
    assert typed_column([20260105, 46027], pa.int64(), "date", tmp_path) == [date(2026, 1, 5)] * 2
    assert typed_column([2.55, nan, None], pa.float64(), "number", tmp_path) == [Decimal("2.55"), None, None]
    assert typed_column([Decimal("1.10")], pa.decimal128(9, 2), "number", tmp_path) == [Decimal("1.1")]


def test_a_number_too_large_is_unreadable_and_not_merely_missing(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"value": [1e15, None, float("nan"), 2.0]}), path)
    con = duckdb.connect()
    columns = Columns(con, staged_file(path, tmp_path), "c")
    columns.add_number("value", "value")

    found = con.execute(f"SELECT {columns.select['value_bad']} FROM {columns.source} ORDER BY b.file_row_number")

    assert [bad for (bad,) in found.fetchall()] == [True, False, False, False]
