import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal
from zipfile import ZipFile

import pytest

from holdfast.common import sheets
from holdfast.common.sheets import Column, Table

ATTACKS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3+cmd", "@SUM(A1)", "\t=1", "\r=1", '=HYPERLINK("http://x")']


@pytest.mark.shows("SEC-03")
@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_written_can_run_as_a_formula(attack, tmp_path):
    target = io.BytesIO()
    sheets.write_csv(target, [Column("x")], [(attack,)])
    sheets.write_xlsx(tmp_path / "a.xlsx", [Table("x", [Column("x"), Column(attack)], [(attack, "y")])])

    (_, (cell,)) = csv.reader(io.StringIO(target.getvalue().decode("utf-8-sig"), newline=""))
    assert not cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    with ZipFile(tmp_path / "a.xlsx") as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in page
    (row,) = sheets.open_sheet(tmp_path / "a.xlsx").sample()
    assert sheets.text_of(row.values["x"]) == attack.strip()


@pytest.mark.parametrize("plain", ["+86 138 0013 8000", "-5", "-12.50", "+3%", "2026-01-05", "苏州"])
def test_phones_and_plain_numbers_stay_as_they_are(plain):
    assert sheets.neutral(plain) == plain


def test_a_workbook_has_typed_cells_a_head_and_its_note(tmp_path):
    columns = [
        Column("编号", "id"),
        Column("日期", "date"),
        Column("时刻", "datetime"),
        Column("金额", "money"),
        Column("份额", "percent"),
        Column("日元", "money", exponent=0),
        Column("有", "text"),
    ]
    moment = datetime(2026, 1, 5, 8, 30, tzinfo=UTC)
    rows = [
        ("007", date(2026, 1, 5), moment, 1250, 0.125, 300, True),
        ("8", None, None, Decimal("1.5"), None, None, ""),
    ]

    sheets.write_xlsx(tmp_path / "a.xlsx", [Table("流失", columns, rows, note="截至 2026-01-05")])

    with sheets.open_sheet(tmp_path / "a.xlsx") as sheet:
        first, second = sheet.sample()
    assert sheet.head_row == 2
    assert list(first.values.values()) == [
        "007",
        date(2026, 1, 5),
        datetime(2026, 1, 5, 8, 30),
        12.5,
        0.125,
        300,
        "TRUE",
    ]
    assert second.values["金额"] == 1.5


def test_sheet_titles_follow_the_rules_of_excel(tmp_path):
    titles = ["a/b:c*?[d]", "", "同名", "同名", "长" * 40]

    sheets.write_xlsx(tmp_path / "a.xlsx", [Table(title, [Column("x")], [("1",)]) for title in titles])

    names = sheets.open_sheet(tmp_path / "a.xlsx").sheet_names
    assert names[2:4] == ("同名", "同名 2")
    assert all(0 < len(name) <= 31 for name in names)


def test_a_csv_starts_with_a_mark_so_that_excel_shows_chinese(tmp_path):
    sheets.write_csv(tmp_path / "a.csv", [Column("名称"), Column("额", "money")], [("苏州", 5), (None, None)])

    content = (tmp_path / "a.csv").read_bytes()
    assert content == "\ufeff名称,额\r\n苏州,0.05\r\n,\r\n".encode()


def test_control_letters_and_overlong_cells_do_not_break_a_workbook(tmp_path):
    sheets.write_xlsx(tmp_path / "a.xlsx", [Table("x", [Column("x")], [("a\x00\x0bb",), ("y" * 40_000,)])])

    first, second = sheets.open_sheet(tmp_path / "a.xlsx").sample()
    assert first.values["x"] == "ab"
    assert len(second.values["x"]) == 32_767
