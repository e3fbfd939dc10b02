import codecs
import gzip
import io
import random
import struct
import time
import zipfile
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from holdfast.common import sheets
from holdfast.common.sheets import Limits, SheetError

CHINESE = "客户编号,客户名称,金额\n007,苏州澄光精密机械有限公司,12.50\n008,无锡恒固工业,3\n"
WESTERN = "id;name;amount\n1;Müller & Söhne;12,50\n2;Café Noël;3,00\n"


def written(folder: Path, content, name="file.csv"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def all_rows(path, **options):
    with sheets.open_sheet(path, **options) as sheet:
        return [row for chunk in sheet.chunks(3) for row in chunk]


def refusal(path, **options):
    """The SheetError of a file, after checking that its sentences say something in both languages."""
    with pytest.raises(SheetError) as refused:
        all_rows(path, **options)
    assert refused.value.sentence("zh").endswith("。")
    assert "?" not in refused.value.sentence("en")
    return refused.value


@pytest.mark.shows("PLT-02")
@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (CHINESE.encode(), "utf-8"),
        (codecs.BOM_UTF8 + CHINESE.encode(), "utf-8-sig"),
        (CHINESE.encode("gb18030"), "gb18030"),
        (CHINESE.encode("gbk"), "gb18030"),
        (codecs.BOM_UTF16_LE + CHINESE.encode("utf-16-le"), "utf-16"),
        (codecs.BOM_UTF16_BE + CHINESE.encode("utf-16-be"), "utf-16"),
    ],
)
def test_chinese_text_is_read_in_every_encoding_it_comes_in(tmp_path, content, encoding):
    with sheets.open_sheet(written(tmp_path, content)) as sheet:
        (rows,) = list(sheet.chunks())

    assert sheet.encoding == encoding
    assert sheet.headings == ("客户编号", "客户名称", "金额")
    assert rows[0].values == {"客户编号": "007", "客户名称": "苏州澄光精密机械有限公司", "金额": "12.50"}


@pytest.mark.shows("PLT-02")
@pytest.mark.parametrize("most", ["utf-8", "gb18030"])
def test_lines_in_two_encodings_are_each_read_in_their_own(tmp_path, most):
    stray = "gb18030" if most == "utf-8" else "utf-8"
    names = ["苏州澄光精密机械有限公司", "无锡恒固工业", "张三", "李四光", "囍镕"]
    lines = [f"{at},{name},{at}.50\r\n".encode(most) for at, name in enumerate(names)]
    lines[2] = "2,张三,2.50\r\n".encode(stray)

    with sheets.open_sheet(written(tmp_path, "客户编号,客户名称,金额\n".encode(most) + b"".join(lines))) as sheet:
        rows = [row for chunk in sheet.chunks() for row in chunk]

    assert sheet.encoding == "utf-8+gb18030"
    assert [row.values["客户名称"] for row in rows] == names
    assert sheet.damaged == 0


def test_names_that_could_be_either_stay_in_the_encoding_of_the_file(tmp_path):
    # 联通 in GBK are bytes that are valid UTF-8 too, though not of Chinese.
    names = ["联通", "中国联通", "镕基贸易", "張堃", "Café"]
    content = "客户名称,金额\n" + "".join(f"{name},1\n" for name in names)

    for encoding in ("gb18030", "utf-8"):
        path = written(tmp_path, content.encode(encoding))
        with sheets.open_sheet(path) as sheet:
            assert sheet.encoding == encoding
            assert [row.values["客户名称"] for chunk in sheet.chunks() for row in chunk] == names


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "utf-8"])
def test_western_text_is_not_taken_for_chinese(tmp_path, encoding):
    rows = all_rows(written(tmp_path, WESTERN.encode(encoding)))

    assert [row.values["name"] for row in rows] == ["Müller & Söhne", "Café Noël"]


def test_a_few_broken_bytes_in_utf8_cost_only_themselves(tmp_path):
    content = CHINESE.encode() * 5 + b"9,\xff\xfe,1\n"

    with sheets.open_sheet(written(tmp_path, content)) as sheet:
        rows = [row for chunk in sheet.chunks() for row in chunk]

    assert sheet.encoding == "utf-8"
    assert sheet.damaged == 2
    assert rows[0].values["客户名称"] == "苏州澄光精密机械有限公司"
    assert rows[-1].values["金额"] == "1"


def test_utf16_without_a_mark_is_recognised_by_its_zeros(tmp_path):
    rows = all_rows(written(tmp_path, "id,name\n1,Anna\n".encode("utf-16-le")))

    assert rows[0].values == {"id": "1", "name": "Anna"}


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path, delimiter):
    content = "\n".join(delimiter.join(cells) for cells in (["a", "b", "c"], ["1", "x y", "2"], ["3", "z", "4"]))

    with sheets.open_sheet(written(tmp_path, content)) as sheet:
        assert sheet.delimiter == delimiter
        assert sheet.headings == ("a", "b", "c")


def test_gzip_is_read_as_what_is_inside(tmp_path):
    path = written(tmp_path, gzip.compress(CHINESE.encode("gb18030")), "file.csv.gz")

    assert [row.values["客户编号"] for row in all_rows(path)] == ["007", "008"]


def test_quotes_hold_delimiters_line_breaks_and_quotes_and_rows_keep_their_numbers(tmp_path):
    content = 'id,note\n1,"a, b"\n2,"first\nsecond"\n\n3,"say ""hi"""\n'

    rows = all_rows(written(tmp_path, content))

    assert [row.values["note"] for row in rows] == ["a, b", "first\nsecond", 'say "hi"']
    assert [row.number for row in rows] == [2, 3, 5]
    assert rows[1].raw == '2,"first\nsecond"'


def test_a_quote_inside_a_cell_is_a_quote(tmp_path):
    rows = all_rows(written(tmp_path, 'id,note\n1,5" nail\n2,x\n'))

    assert [row.values["note"] for row in rows] == ['5" nail', "x"]


def test_tab_files_that_do_not_quote_are_not_quoted(tmp_path):
    rows = all_rows(written(tmp_path, 'id\tnote\n1\t"open\n2\tx\n'))

    assert [row.values["note"] for row in rows] == ['"open', "x"]


def test_an_unpaired_quote_names_the_row_where_it_opens(tmp_path):
    error = refusal(written(tmp_path, 'id,note\n1,x\n2,"never closed\n3,y\n'))

    assert error.code == "bad_quotes"
    assert error.numbers["row"] == 3


@pytest.mark.shows("PLT-02")
def test_ragged_rows_are_named_by_row_and_the_others_are_read(tmp_path):
    rows = all_rows(written(tmp_path, "a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12,,\n13,14,15\n"))

    assert [(row.number, row.problem, row.found, row.expected) for row in rows if row.problem] == [
        (3, "ragged", 2, 3),
        (4, "ragged", 4, 3),
    ]
    assert [row.values["a"] for row in rows if not row.problem] == ["1", "10", "13"]
    assert rows[1].raw == "4,5"


def test_headings_become_unique_and_blank_rows_and_a_title_above_are_passed_over(tmp_path):
    with sheets.open_sheet(
        written(tmp_path, "2025 年销售明细,,,\n\n编号,金额,金额,\n1,2,3,4\n,,,\n5,6,7,8\n")
    ) as sheet:
        rows = [row for chunk in sheet.chunks() for row in chunk]

    assert sheet.head_row == 3
    assert sheet.headings[:3] == ("编号", "金额", "金额#2")
    assert [row.number for row in rows] == [4, 6]


def test_chunks_are_of_the_asked_size_and_start_over(tmp_path):
    path = written(tmp_path, "a,b\n" + "".join(f"{n},x\n" for n in range(7)))

    with sheets.open_sheet(path) as sheet:
        assert [len(chunk) for chunk in sheet.chunks(3)] == [3, 3, 1]
        assert [len(chunk) for chunk in sheet.chunks(5)] == [5, 2]
        assert len(sheet.sample(2)) == 2


def workbook(path: Path, cells: dict, sheet="订单", more=()):
    with xlsxwriter.Workbook(path) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for name in (*more, sheet):
            page = book.add_worksheet(name)
            if name == sheet:
                for place, value in cells.items():
                    if isinstance(value, date):
                        page.write_datetime(place, value, day)
                    elif isinstance(value, tuple):
                        page.write_formula(place, value[0], None, value[1])
                    else:
                        page.write(place, value)
    return path


ORDERS = {"A1": "编号", "B1": "日期", "C1": "金额", "A2": "007", "B2": date(2026, 1, 5), "C2": ("=1+2.5", 3.5), "A3": 8}


@pytest.mark.shows("PLT-02")
def test_a_workbook_gives_typed_cells_and_formulas_as_their_values(tmp_path):
    rows = all_rows(workbook(tmp_path / "a.xlsx", ORDERS))

    assert rows[0].values == {"编号": "007", "日期": date(2026, 1, 5), "金额": 3.5}
    assert rows[1].values == {"编号": 8, "日期": None, "金额": None}
    assert rows[0].number == 2


def test_the_first_sheet_with_a_table_is_read_unless_another_is_asked_for(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ORDERS, more=("说明",))

    with sheets.open_sheet(path) as sheet:
        assert sheet.sheet_names == ("说明", "订单")
        assert sheet.sheet_name == "订单"
    assert len(all_rows(path, sheet="订单")) == 2
    assert refusal(path, sheet="说明").code == "empty"
    assert refusal(path, sheet="Orders").code == "no_such_sheet"


def test_parquet_keeps_its_types_and_counts_its_headings_as_row_one(tmp_path):
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"id": ["007"], "at": [datetime(2026, 1, 5, 8)], "n": [1.5]}), path)

    (row,) = all_rows(path)

    assert row.values == {"id": "007", "at": datetime(2026, 1, 5, 8), "n": 1.5}
    assert row.number == 2


@pytest.mark.parametrize("content", [b"", b"\n\n \n", b"\xef\xbb\xbf"])
def test_an_empty_file_says_that_it_is_empty(tmp_path, content):
    assert refusal(written(tmp_path, content)).code == "empty"


def test_headings_alone_are_not_a_table(tmp_path):
    with pytest.raises(SheetError) as refused, sheets.open_sheet(written(tmp_path, "a,b\n")) as sheet:
        sheet.sample()

    assert refused.value.code == "headings_only"


@pytest.mark.shows("PLT-02")
@pytest.mark.parametrize("share", [0.2, 0.5, 0.95])
def test_a_truncated_workbook_is_refused_as_incomplete(tmp_path, share):
    path = workbook(tmp_path / "a.xlsx", ORDERS)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])

    assert refusal(path).code == "truncated"


def test_a_workbook_with_a_flipped_byte_is_refused_or_read_but_never_crashes(tmp_path):
    path = workbook(tmp_path / "a.xlsx", ORDERS)
    whole = path.read_bytes()
    choose = random.Random(7)
    for _ in range(40):
        broken = bytearray(whole)
        broken[choose.randrange(len(whole))] ^= 1 << choose.randrange(8)
        path.write_bytes(bytes(broken))
        with suppress(SheetError):
            all_rows(path)


def archive(path: Path, parts: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as box:
        for name, content in parts.items():
            box.writestr(name, content)
    return path


@pytest.mark.shows("PLT-02")
def test_a_zip_bomb_is_not_opened(tmp_path):
    path = archive(tmp_path / "a.xlsx", {"xl/worksheets/sheet1.xml": b"0" * (60 << 20), "xl/workbook.xml": b""})

    start = time.perf_counter()
    assert refusal(path).code == "zip_ratio"
    assert refusal(path, limits=Limits(max_workbook=10 << 20)).code == "zip_bomb"
    assert time.perf_counter() - start < 2


def test_a_zip_that_lies_about_its_size_is_refused(tmp_path):
    path = archive(tmp_path / "a.xlsx", {"xl/worksheets/sheet1.xml": b"0" * (1 << 20), "xl/workbook.xml": b"<w/>"})
    content = path.read_bytes()
    path.write_bytes(content.replace(struct.pack("<I", 1 << 20), struct.pack("<I", 1 << 10)))

    assert refusal(path).code in ("truncated", "damaged_workbook")


def test_a_lone_cell_far_out_does_not_make_us_hold_the_square_it_spans(tmp_path):
    far = workbook(tmp_path / "far.xlsx", {"A1": "a", "B1": "b", "ZZ1048576": "x"})
    wide = workbook(tmp_path / "wide.xlsx", {"A1": "a", "XFD2": "x"})

    assert refusal(far).code == "too_many_rows"
    assert refusal(wide).code == "too_many_columns"


def test_a_zip_that_is_no_workbook_and_other_foreign_files_are_refused(tmp_path):
    assert refusal(archive(tmp_path / "a.xlsx", {"readme.txt": b"hello"})).code == "not_a_table"
    for content in (b"%PDF-1.7\n", b"\x89PNG\r\n\x1a\n", b"<html><table></table>", b"a\0b\0\0\1\2" * 20):
        assert refusal(written(tmp_path, content)).code == "not_a_table"


def test_an_old_or_encrypted_office_file_gives_a_sentence(tmp_path):
    content = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 2048

    assert refusal(written(tmp_path, content, "a.xls")).code in ("damaged_workbook", "encrypted")


def test_a_broken_parquet_or_gzip_gives_a_sentence(tmp_path):
    assert refusal(written(tmp_path, b"PAR1" + b"\0" * 100, "a.parquet")).code == "damaged_parquet"
    half = gzip.compress(CHINESE.encode() * 500)[:-20]
    assert refusal(written(tmp_path, half, "a.csv.gz")).code == "truncated"


@pytest.mark.shows("PLT-02")
def test_a_hundred_thousand_columns_are_refused(tmp_path):
    content = ",".join(f"c{n}" for n in range(100_000)) + "\n" + ",".join("1" for _ in range(100_000)) + "\n"

    error = refusal(written(tmp_path, content))

    assert error.code == "too_many_columns"
    assert error.numbers["columns"] == 100_000


def test_an_absurdly_long_cell_is_named_by_row_and_column(tmp_path):
    error = refusal(written(tmp_path, "a,b\n1,2\n3," + "x" * 200_000 + "\n"))

    assert error.code == "cell_too_long"
    assert (error.numbers["row"], error.numbers["column"]) == (3, 2)


def test_a_file_without_line_breaks_does_not_fill_the_memory(tmp_path):
    assert refusal(written(tmp_path, "a,b\n" + "x" * (17 << 20))).code == "line_too_long"


def test_limits_of_size_and_rows_are_kept(tmp_path):
    path = written(tmp_path, "a,b\n" + "1,2\n" * 100)

    assert refusal(path, limits=Limits(max_rows=50)).code == "too_many_rows"
    assert refusal(path, limits=Limits(max_bytes=10)).code == "too_large"
    bomb = written(tmp_path, gzip.compress(b"a,b\n" + b"1,2\n" * 500_000), "bomb.csv.gz")
    assert refusal(bomb, limits=Limits(max_unpacked=1 << 20)).code == "zip_bomb"


def test_a_missing_file_and_a_folder_are_said_plainly(tmp_path):
    assert refusal(tmp_path / "no.csv").code == "not_found"
    assert refusal(tmp_path).code == "is_folder"


def test_random_bytes_never_crash_the_reader(tmp_path):
    choose = random.Random(11)
    for _ in range(60):
        path = written(tmp_path, choose.randbytes(choose.randrange(1, 400)))
        with suppress(SheetError):
            all_rows(path)


def test_what_is_written_as_csv_reads_back_the_same(tmp_path):
    columns = [sheets.Column("编号", "id"), sheets.Column("金额", "money"), sheets.Column("备注")]
    target = io.BytesIO()

    sheets.write_csv(target, columns, [("007", -1250, "=1+1"), ("8", None, '多行\n“引号”"')])

    rows = all_rows(written(tmp_path, target.getvalue()))
    assert [[sheets.text_of(cell) for cell in row.values.values()] for row in rows] == [
        ["007", "-12.50", "=1+1"],
        ["8", None, '多行\n“引号”"'],
    ]
