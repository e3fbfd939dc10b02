import csv
import gzip
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.needs import shared_data

from holdfast.common import sheets
from holdfast.doors.cli.main import main

pytestmark = pytest.mark.slow

ROWS = [["c1", "质量很好，物流也快"], ["c2", "太差了，要求退货！"], ["c3", ""], ["c1", "服务一般，屏幕清晰"]]
LABELLED = [["起飞了老铁", "1"], ["太拉胯", "0"], ["真的起飞", "1"], ["拉胯得很", "0"]] * 6


def comment_file(folder, rows=ROWS, head=("客户编号", "评论内容"), name="comments.csv", encoding="utf-8"):
    path = folder / name
    with path.open("w", encoding=encoding, newline="", errors="strict") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def voice(out, path, *options, lang="en"):
    return main(["voice", str(path), "--out", str(out), "--lang", lang, *map(str, options)])


def rows(out):
    return pq.read_table(out).to_pylist()


def summary(out):
    return json.loads(pq.read_metadata(out).metadata[b"holdfast"])


@pytest.mark.shows("VOC-07")
def test_one_row_a_comment_in_order_with_the_promised_columns(tmp_path, capsys):
    out = tmp_path / "deep" / "voice.parquet"

    assert voice(out, comment_file(tmp_path), lang="zh") == 0

    found = pq.read_table(out)
    entry = pa.struct([("aspect", pa.string()), ("opinion", pa.string()), ("polarity", pa.string())])
    kinds = {field.name: field.type for field in found.schema}
    assert kinds["tone"] == pa.string()
    assert kinds["p_negative"] == kinds["p_complaint"] == pa.float64()
    assert kinds["aspects"].value_type == entry
    assert kinds["topics"].value_type == pa.string()
    assert found["tone"].to_pylist() == ["positive", "negative", "neutral", "positive"]
    assert found["customer_id"].to_pylist() == ["c1", "c2", "c3", "c1"]
    told = capsys.readouterr()
    assert "读入 4 条评论" in told.out
    assert "1 条是空的，记为中性" in told.out
    assert "没有许多客户共有的话题" in told.out
    assert told.err == ""


@pytest.mark.shows("VOC-09")
def test_needs_that_many_share_are_told(tmp_path, capsys):
    path = comment_file(tmp_path, [[f"c{at}", "价格太贵"] for at in range(5)] + [["x", "屏幕清晰"]])

    voice(tmp_path / "v.parquet", path)

    assert "Shared by many customers: Price 83%" in capsys.readouterr().out


def test_empty_rows_stay_and_short_and_long_rows_are_read_all_the_same(tmp_path):
    path = tmp_path / "odd.csv"
    path.write_text('id,comment\n1,很好\n\n2,""\n3\n4,有点贵,但是很好\n,\n', encoding="utf-8")

    assert voice(tmp_path / "v.parquet", path) == 0

    assert [row["tone"] for row in rows(tmp_path / "v.parquet")] == [
        "positive",
        "neutral",
        "neutral",
        "positive",
        "neutral",
    ]
    assert (summary(tmp_path / "v.parquet")["input"]["ragged"], summary(tmp_path / "v.parquet")["input"]["empty"]) == (
        2,
        3,
    )


def test_an_aspect_column_gives_exactly_one_entry_each(tmp_path):
    path = comment_file(
        tmp_path,
        [["屏幕很好，电池太差", "屏幕"], ["屏幕很好，电池太差", "电池"], ["", "电池"], ["很好", ""]],
        ("text", "aspect"),
    )

    voice(tmp_path / "v.parquet", path)

    found = [[(entry["aspect"], entry["polarity"]) for entry in row["aspects"]] for row in rows(tmp_path / "v.parquet")]
    assert found == [[("屏幕", "positive")], [("电池", "negative")], [("电池", "neutral")], [("", "positive")]]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_files_of_any_encoding_packed_or_not_read_alike(tmp_path, encoding):
    plain = comment_file(tmp_path)
    other = comment_file(tmp_path, name="other.csv", encoding=encoding)
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    found = []
    for path in (plain, other, packed):
        assert voice(tmp_path / f"{path.stem}.parquet", path) == 0
        found.append(rows(tmp_path / f"{path.stem}.parquet"))
    assert found[0] == found[1] == found[2]


def test_workbooks_and_parquet_files_read_alike(tmp_path):
    columns = [sheets.Column(name, "text") for name in ("客户编号", "评论内容")]
    cells = [(who, text or None) for who, text in ROWS]
    sheets.write_xlsx(tmp_path / "a.xlsx", [sheets.Table("x", columns, cells)])
    who, text = zip(*cells, strict=True)
    pq.write_table(pa.table({"客户编号": who, "评论内容": text}), tmp_path / "a.parquet")

    for kind in ("xlsx", "parquet"):
        assert voice(tmp_path / f"{kind}.out", tmp_path / f"a.{kind}") == 0

    assert rows(tmp_path / "xlsx.out") == rows(tmp_path / "parquet.out")
    assert len(rows(tmp_path / "xlsx.out")) == 4


@pytest.mark.parametrize(
    ("head", "cells", "column"),
    [
        (("label", "review"), ["1", "很好，会再来"], "review"),
        (("评价", "内容"), ["好评", "很好，会再来的"], "内容"),
        (("a", "b"), ["1", "很好，会再来的"], "b"),
        (("id", "Customer feedback"), ["1", "good"], "Customer feedback"),
        (("date", "sentence"), ["2026-01-02", "good"], "sentence"),
    ],
)
def test_the_column_of_comments_is_recognised_by_name_or_length(tmp_path, head, cells, column):
    voice(tmp_path / "v.parquet", comment_file(tmp_path, [cells] * 3, head))

    assert summary(tmp_path / "v.parquet")["input"]["columns"]["text"] == column


def test_columns_named_by_hand_win(tmp_path):
    path = comment_file(tmp_path, [["太差了", "很好，会再来的，非常满意"]], ("a", "comment"))

    voice(tmp_path / "v.parquet", path, "--columns", "text=a")

    assert [row["tone"] for row in rows(tmp_path / "v.parquet")] == ["negative"]


@pytest.mark.parametrize("label", [("--label", "tone=情感"), ("--label", "情感")])
def test_labels_teach_the_tone(tmp_path, capsys, label):
    path = comment_file(tmp_path, [["1", "这个起飞"], ["2", "真拉胯"], ["3", ""]], ("id", "评论"))
    labelled = comment_file(tmp_path, LABELLED, ("评论", "情感"), "labelled.csv")

    assert voice(tmp_path / "plain.parquet", path) == 0
    assert voice(tmp_path / "v.parquet", path, "--train", labelled, *label) == 0

    assert [row["tone"] for row in rows(tmp_path / "plain.parquet")] == ["neutral"] * 3
    assert [row["tone"] for row in rows(tmp_path / "v.parquet")] == ["positive", "negative", "neutral"]
    assert "tone was learnt from 24 labels" in capsys.readouterr().out


def test_several_labels_teach_at_once_and_missing_ones_are_passed_over(tmp_path):
    path = comment_file(tmp_path, [["这个起飞", "这个"], ["真拉胯", "真"]], ("评论", "方面"))
    taught = [[text, "它", tone, "yes" if tone == "0" else "no"] for text, tone in LABELLED] + [
        ["没有标注", "它", "", ""]
    ]
    labelled = comment_file(tmp_path, taught, ("评论", "方面", "情感", "投诉"), "labelled.csv")

    options = ("--label", "tone=情感", "complaint=投诉", "--label", "polarity=情感")
    assert voice(tmp_path / "v.parquet", path, "--train", labelled, *options) == 0

    found = rows(tmp_path / "v.parquet")
    assert [row["aspects"][0]["polarity"] for row in found] == ["positive", "negative"]
    assert found[0]["p_complaint"] < 0.5 < found[1]["p_complaint"]
    assert summary(tmp_path / "v.parquet")["learnt_from"] == {"tone": 24, "complaint": 24, "polarity": 24}


def test_the_labelled_file_may_name_its_columns_otherwise(tmp_path):
    path = comment_file(tmp_path, [["这个起飞"]], ("words",))
    labelled = comment_file(tmp_path, LABELLED, ("review", "mark"), "labelled.csv")

    assert voice(tmp_path / "v.parquet", path, "--columns", "text=words", "--train", labelled, "--label", "mark") == 0

    assert rows(tmp_path / "v.parquet")[0]["tone"] == "positive"


@pytest.mark.parametrize(
    ("taught", "options", "told"),
    [
        ([["好", "1"], ["很好", "1"]], ("--label", "tone=情感"), "holds only the label “positive”"),
        ([["好", ""], ["很好", ""]], ("--label", "tone=情感"), "holds no label at all"),
        ([["好", "1"], ["差", "purple"]], ("--label", "tone=情感"), "holds the label “purple”"),
        (LABELLED, ("--label", "tone=mood"), "has no column “mood”, but: 评论, 情感"),
        (LABELLED, ("--label", "mood=情感"), "--label knows no “mood”"),
        (LABELLED, ("--label", "polarity=情感"), "No aspect column was recognised in “labelled.csv”"),
        (LABELLED, ("--label", "tone=情感", "情感"), "Write “tone” once in --label"),
        (LABELLED, (), "--train needs --label"),
        ([], ("--label", "情感"), "has headings but no data"),
    ],
)
def test_labels_that_teach_nothing_are_one_sentence_and_nothing_is_written(tmp_path, capsys, taught, options, told):
    labelled = comment_file(tmp_path, taught, ("评论", "情感"), "labelled.csv")

    assert voice(tmp_path / "v.parquet", comment_file(tmp_path), "--train", labelled, *options) == 2

    out, err = capsys.readouterr()
    assert told in err
    assert (err.count("\n"), out) == (1, "")
    assert not (tmp_path / "v.parquet").exists()


@pytest.mark.parametrize(
    ("cells", "head", "options", "told"),
    [
        ([], ("评论",), (), "has headings but no data"),
        ([["1", "2"]], ("id", "n"), (), "No column of comments was recognised in “comments.csv”, which has: id, n"),
        (ROWS, ("a", "b"), ("--columns", "colour=a"), "There is no role “colour”"),
        (ROWS, ("a", "b"), ("--columns", "text=nothing"), "There is no column “nothing”"),
        (ROWS, ("a", "b"), ("--label", "x"), "--label needs --train"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_status_2_and_nothing_written(tmp_path, capsys, cells, head, options, told):
    assert voice(tmp_path / "v.parquet", comment_file(tmp_path, cells, head), *options) == 2

    out, err = capsys.readouterr()
    assert told in err
    assert (err.count("\n"), out) == (1, "")
    assert not (tmp_path / "v.parquet").exists()


def test_an_output_that_is_no_parquet_file_is_refused(tmp_path, capsys):
    for out in (tmp_path, tmp_path / "v.csv"):
        assert voice(out, comment_file(tmp_path)) == 2
        assert "--out must be a Parquet file" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04 broken", b"PAR1broken"])
def test_files_that_are_no_tables_are_refused_in_both_languages(tmp_path, capsys, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    for lang in ("zh", "en"):
        assert voice(tmp_path / "v.parquet", path, lang=lang) == 2
        assert "Traceback" not in capsys.readouterr().err
    assert voice(tmp_path / "v.parquet", tmp_path / "none.csv") == 2
    assert not (tmp_path / "v.parquet").exists()


def test_a_result_that_was_there_stays_when_something_is_wrong(tmp_path):
    out = tmp_path / "v.parquet"
    voice(out, comment_file(tmp_path))
    before = out.read_bytes()

    assert voice(out, comment_file(tmp_path, [], name="empty.csv")) == 2

    assert out.read_bytes() == before


@pytest.mark.shows("VOC-07")
def test_reviews_of_hotels_are_read_as_they_come(tmp_path):
    out = tmp_path / "v.parquet"

    assert voice(out, shared_data() / "zh_hotel_reviews_ChnSentiCorp_htl_all.csv.gz") == 0

    tones = pq.read_table(out)["tone"].to_pylist()
    with gzip.open(
        shared_data() / "zh_hotel_reviews_ChnSentiCorp_htl_all.csv.gz", "rt", encoding="utf-8-sig", newline=""
    ) as file:
        wanted = ["positive" if row["label"] == "1" else "negative" for row in csv.DictReader(file)]
    assert len(tones) == len(wanted) == 7_766
    assert sum(one == other for one, other in zip(tones, wanted, strict=True)) / len(wanted) > 0.74


def test_an_outside_service_is_asked_only_when_named_and_its_silence_loses_nothing(tmp_path, capsys, monkeypatch):
    voice(tmp_path / "own.parquet", comment_file(tmp_path))
    assert "outside service" not in capsys.readouterr().out

    monkeypatch.setenv("HOLDFAST_VOICE_URL", "http://127.0.0.1:9/v1")
    assert voice(tmp_path / "v.parquet", comment_file(tmp_path)) == 0
    assert "The outside service read 0" in capsys.readouterr().out
    assert rows(tmp_path / "v.parquet") == rows(tmp_path / "own.parquet")

    monkeypatch.setenv("HOLDFAST_VOICE_URL", "somewhere")
    assert voice(tmp_path / "w.parquet", comment_file(tmp_path)) == 2
    assert "HOLDFAST_VOICE_URL must be http" in capsys.readouterr().err
