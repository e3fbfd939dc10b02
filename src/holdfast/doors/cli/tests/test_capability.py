import csv
import gzip
import json
import random
from datetime import datetime, timedelta
from xml.etree import ElementTree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from tests.needs import shared_data

from holdfast.analysis.capability import Lognormal, bar_width, wilson
from holdfast.common import sheets
from holdfast.doors.cli.main import main

pytestmark = pytest.mark.slow

HEAD = ["工单号", "送修时间", "完成时间", "灰区原因"]
START = datetime(2026, 3, 2, 8, 30)
SVG = "{http://www.w3.org/2000/svg}"


def repairs(days, reasons=(), waiting=0):
    """Rows of a workshop's file: finished after so many days, then some that nobody has finished."""
    rows = []
    for at in range(len(days) + waiting):
        begun = START + timedelta(hours=3 * at)
        ended = (begun + timedelta(days=days[at])).isoformat(" ", "seconds") if at < len(days) else "?"
        rows.append([f"{at:05}", begun.isoformat(" "), ended, reasons[at] if at < len(reasons) else "?"])
    return rows


def book(n=1000):
    """The repair case: mean 6.7 days, with a tail of 10 and more."""
    law = Lognormal.of_moments(6.7, 1.8)
    days = [law.quantile((at + 0.5) / n) for at in range(n)]
    random.Random(1).shuffle(days)
    return days


def job_file(folder, rows, head=HEAD, name="jobs.csv", encoding="utf-8"):
    path = folder / name
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([head, *rows])
    return path


def capability(out, path, *options, lang="en", promise=("7", "9")):
    days = ("--target-days", promise[0], "--limit-days", promise[1])
    return main(["capability", str(path), "--out", str(out), *days, "--lang", lang, *options])


def summary(out):
    return json.loads((out / "summary.json").read_text(encoding="utf-8"))


def words(out):
    tree = ElementTree.parse(out / "chart.svg")
    return "\n".join("".join(text.itertext()) for text in tree.iter(f"{SVG}text"))


@pytest.mark.shows("T1", "VOC-12", "SVC-04", "U5")
def test_repairs_of_mean_six_point_seven_against_seven_and_nine_days_show_every_zone(tmp_path, capsys):
    days = book()
    reasons = ["原部件缺失" if took > 9 and at % 2 else "?" for at, took in enumerate(days)]
    path = job_file(tmp_path, repairs(days, reasons, waiting=5))

    assert capability(tmp_path / "out", path, lang="zh") == 0

    told = summary(tmp_path / "out")
    assert (told["n"], told["open"], told["method"]) == (1000, 5, "empirical")
    assert told["mean"] == pytest.approx(6.7, abs=0.01)
    assert told["p_within_target"] | {"value": 0.617} == told["p_within_target"]
    chance = wilson(106, 1000)
    beyond = told["p_beyond_limit"]
    assert (beyond["value"], beyond["low"], beyond["high"]) == pytest.approx((chance.value, chance.low, chance.high))
    assert told["quantiles"]["0.5"] == pytest.approx(6.4706, abs=5e-4)
    assert set(told["quantiles"]) == {"0.05", "0.5", "0.95"}
    assert told["dpmo"] == pytest.approx(106_000)
    assert told["ppu"]["percentile"] == pytest.approx(0.3378, abs=5e-4)
    grey = sum(reason != "?" for reason in reasons)
    assert told["grey_reasons"] == {"原部件缺失": grey}
    assert told["process_view"]["n"] == 1000 - grey
    assert told["process_view"]["p_beyond_limit"]["value"] == pytest.approx((106 - grey) / (1000 - grey))
    assert "平均 6.7 天；61.7% 在 7 天内，10.6% 超过 9 天。" in capsys.readouterr().out
    assert sorted(file.name for file in (tmp_path / "out").iterdir()) == ["chart.svg", "summary.json"]


@pytest.mark.shows("VOC-12", "SVC-04", "T1", "U5")
@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        (
            "zh",
            [
                "惊喜区",
                "可接受",
                "愤怒区",
                "其中灰区",
                "承诺 7 天",
                "底线 9 天",
                "平均 6.7",
                "617 件",
                "277 件",
                "106 件",
            ],
        ),
        (
            "en",
            [
                "delight",
                "acceptable",
                "angry",
                "of these grey",
                "target 7 days",
                "limit 9 days",
                "mean 6.7",
                "617 jobs",
            ],
        ),
    ],
)
def test_the_chart_names_zones_lines_mean_and_counts_in_the_users_language(tmp_path, lang, shown):
    days = book()
    reasons = ["parts missing" if took > 10 else "" for took in days]

    capability(tmp_path / "out", job_file(tmp_path, repairs(days, reasons)), lang=lang)

    seen = words(tmp_path / "out")
    assert [word for word in shown if word not in seen] == []
    assert "url(#hatch-grey)" in (tmp_path / "out" / "chart.svg").read_text(encoding="utf-8")
    root = ElementTree.parse(tmp_path / "out" / "chart.svg").getroot()
    assert "6.7" in root.attrib["aria-label"]


@pytest.mark.shows("SVC-05")
def test_grey_codes_are_those_asked_for_and_unknown_ones_are_told(tmp_path, capsys):
    rows = repairs([3, 10, 11, 12], ["", "No_Parts", "Holiday", "?"])
    path = job_file(tmp_path, rows, ["id", "Opened", "Closed", "Reason code"])

    assert capability(tmp_path / "a", path) == 0
    assert capability(tmp_path / "b", path, "--grey", "holiday, no-parts,strike") == 0

    assert summary(tmp_path / "a")["grey_reasons"] == {"No_Parts": 1}
    assert summary(tmp_path / "a")["reasons"] == {"Holiday": 1, "No_Parts": 1}
    assert summary(tmp_path / "b")["grey_reasons"] == {"Holiday": 1, "No_Parts": 1}
    assert summary(tmp_path / "b")["process_view"]["n"] == 2
    assert "Of --grey, strike stands nowhere" in capsys.readouterr().out


@pytest.mark.shows("SVC-04")
def test_times_with_a_clock_give_parts_of_days_and_days_alone_whole_ones(tmp_path, capsys):
    clocks = [
        ["1", "2026-03-02 08:00", "2026-03-03 20:00", ""],
        ["2", "2026/3/2 08:00", "2026年3月5日 上午8点00分", ""],
    ]
    mixed = [["1", "2026-03-02 18:00", "2026-03-02", ""], ["2", "2026-03-02 08:00", "2026-03-05", ""]]

    capability(tmp_path / "clocks", job_file(tmp_path, clocks))
    capability(tmp_path / "mixed", job_file(tmp_path, mixed))

    assert summary(tmp_path / "clocks")["mean"] == pytest.approx((1.5 + 3) / 2)
    assert summary(tmp_path / "mixed")["mean"] == pytest.approx(1.5)
    assert summary(tmp_path / "mixed")["whole_days"]
    assert "whole days are counted" in capsys.readouterr().out


def test_zones_of_the_clock_are_compared_where_every_moment_names_one(tmp_path):
    rows = [["1", "2026-03-02T08:00:00+08:00", "2026-03-02T12:00:00Z", ""]]

    capability(tmp_path / "out", job_file(tmp_path, rows))

    assert summary(tmp_path / "out")["mean"] == pytest.approx(0.5)


def test_a_column_that_leaves_day_and_month_open_follows_the_other(tmp_path):
    rows = [["1", "1/2/2026 8:00", "1/14/2026 8:00", ""], ["2", "1/3/2026 8:00", "1/4/2026 8:00", ""]]

    capability(tmp_path / "out", job_file(tmp_path, rows))

    assert summary(tmp_path / "out")["mean"] == pytest.approx(6.5)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_files_of_any_encoding_packed_or_not_read_alike(tmp_path, encoding):
    rows = repairs([3, 8, 12, 7.5], ["", "缺件"], waiting=2)
    plain = job_file(tmp_path, rows)
    other = job_file(tmp_path, rows, name="other.csv", encoding=encoding)
    packed = tmp_path / "packed.csv.gz"
    packed.write_bytes(gzip.compress(plain.read_bytes()))

    found = []
    for path in (plain, other, packed):
        assert capability(tmp_path / path.stem, path) == 0
        told = summary(tmp_path / path.stem)
        found.append({name: told[name] for name in told if name not in ("input", "seconds")})
    assert found[0] == found[1] == found[2]


def test_workbooks_and_parquet_files_read_alike(tmp_path):
    rows = [(START, START + timedelta(days=took), None) for took in (2.5, 8, 11)] + [(START, None, "no parts")]
    names = ["Created Date", "Closed Date", "Reason"]
    columns = [sheets.Column(name, kind) for name, kind in zip(names, ("text", "text", "text"), strict=True)]
    texts = [tuple(None if cell is None else str(cell) for cell in row) for row in rows]
    sheets.write_xlsx(tmp_path / "a.xlsx", [sheets.Table("x", columns, texts)])
    pq.write_table(pa.table({name: [row[at] for row in rows] for at, name in enumerate(names)}), tmp_path / "a.parquet")

    for kind in ("xlsx", "parquet"):
        assert capability(tmp_path / kind, tmp_path / f"a.{kind}") == 0

    assert summary(tmp_path / "xlsx")["mean"] == summary(tmp_path / "parquet")["mean"] == pytest.approx(21.5 / 3)
    assert summary(tmp_path / "xlsx")["open"] == summary(tmp_path / "parquet")["open"] == 1


@pytest.mark.parametrize(
    ("head", "columns"),
    [
        (["报修时间", "完工日期", "延误原因"], {"start": "报修时间", "end": "完工日期", "reason": "延误原因"}),
        (["受理日期", "结案时间", "备注"], {"start": "受理日期", "end": "结案时间"}),
        (["Created Date", "Closed Date", "Status"], {"start": "Created Date", "end": "Closed Date"}),
        (
            ["opened_at", "resolved_at", "reason_code"],
            {"start": "opened_at", "end": "resolved_at", "reason": "reason_code"},
        ),
    ],
)
def test_columns_are_recognised_in_both_languages(tmp_path, head, columns):
    capability(tmp_path / "out", job_file(tmp_path, [["2026-01-05", "2026-01-09", "x"]] * 3, head))

    assert summary(tmp_path / "out")["input"]["columns"] == columns


def test_columns_named_by_hand_win(tmp_path):
    path = job_file(tmp_path, [["2026-01-05", "2026-01-09", "x"]] * 3, ["b", "a", "c"])

    assert capability(tmp_path / "out", path, "--columns", "start=b,end=a,reason=c", "--grey", "X") == 0

    assert (summary(tmp_path / "out")["mean"], summary(tmp_path / "out")["zones"]["grey"]["n"]) == (4, 3)


ONE = [["1", "2026-01-05", "2026-01-09", ""]]


@pytest.mark.parametrize(
    ("rows", "head", "promise", "options", "told"),
    [
        ([], HEAD, ("7", "9"), (), "has headings but no data"),
        (ONE, HEAD, ("9", "7"), (), "The target of 9 days is beyond the limit of 7"),
        (ONE, HEAD, ("soon", "7"), (), "--target-days must be a number of days above 0, such as 7, not “soon”"),
        (ONE, HEAD, ("7", "-1"), (), "--limit-days must be a number"),
        (ONE, HEAD, ("7", "nan"), (), "--limit-days must be a number"),
        (ONE, HEAD, ("7", "9"), ("--columns", "colour=工单号"), "There is no role “colour”"),
        (ONE, HEAD, ("7", "9"), ("--columns", "end=nothing"), "There is no column “nothing”"),
        (ONE, HEAD, ("7", "9"), ("--as-of", "2020-01-01"), "No job had begun by 2020-01-01"),
        ([["1", "never", "2026-01-09", ""]], HEAD, ("7", "9"), (), "no readable date in the column “送修时间”"),
        ([["1", "2026-01-09", "soon", ""]], HEAD, ("7", "9"), (), "no readable date in the column “完成时间”"),
        ([["1", "2026-01-09", "2026-01-05", ""]], HEAD, ("7", "9"), (), "Every row ends before it starts"),
        ([["1", "2026-01-09"]], ["工单号", "送修时间"], ("7", "9"), (), "No end column was recognised"),
        ([["1", "2026-01-09"]], ["工单号", "完成时间"], ("7", "9"), (), "No start column was recognised"),
        ([["2026-01-05", "2026-01-09"]], ["送修时间", "完成时间"], ("7", "9"), ("--grey", "x"), "No reason column"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_status_2_and_nothing_written(
    tmp_path, capsys, rows, head, promise, options, told
):
    assert capability(tmp_path / "out", job_file(tmp_path, rows, head), *options, promise=promise) == 2

    out, err = capsys.readouterr()
    assert told in err
    assert err.count("\n") == 1
    assert out == ""
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04 broken", b"PAR1broken"])
def test_files_that_are_no_tables_are_refused_in_both_languages(tmp_path, capsys, content):
    path = tmp_path / "x.csv"
    path.write_bytes(content)

    for lang in ("zh", "en"):
        assert capability(tmp_path / "out", path, lang=lang) == 2
        assert "Traceback" not in capsys.readouterr().err
    assert capability(tmp_path / "out", tmp_path / "none.csv") == 2
    assert main(["capability", str(path), "--out", str(tmp_path / "out"), "--lang", "en"]) == 2
    assert "--target-days" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "rows",
    [
        repairs([5]),
        repairs([0] * 30),
        repairs([400, 1, 900]),
        repairs([], waiting=9),
        repairs([5, 8, -2, 11], waiting=3),
        [["1", "2199-01-01", "2199-01-09", ""]] * 4,
        [row if at % 2 else [row[0], "?", "?", "?"] for at, row in enumerate(repairs([3, 8, 12, 4] * 15))],
    ],
    ids=["one", "at once", "years", "all open", "a turned row", "the future", "half missing"],
)
def test_meagre_data_still_give_everything_that_can_be_given(tmp_path, capsys, rows):
    assert capability(tmp_path / "out", job_file(tmp_path, rows), lang="zh") == 0

    told = summary(tmp_path / "out")
    assert told["n"] + told["open"] == told["input"]["kept"] <= len(rows)
    for chance in (told["p_within_target"], told["p_beyond_limit"]):
        assert chance["value"] is None or 0 <= chance["low"] <= chance["value"] <= chance["high"] <= 1
    assert "惊喜区" in words(tmp_path / "out")
    assert "nan" not in (tmp_path / "out" / "chart.svg").read_text(encoding="utf-8")
    assert "NaN" not in (tmp_path / "out" / "summary.json").read_text(encoding="utf-8")
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(("days", "told"), [([3.0], "1 job finished"), ([3.0, 4.0], "2 jobs finished")])
def test_one_job_is_one_job_in_english(tmp_path, capsys, days, told):
    assert capability(tmp_path / "out", job_file(tmp_path, repairs(days))) == 0

    said = capsys.readouterr().out
    assert told in said
    assert ("Read 1 row, kept 1." if len(days) == 1 else "Read 2 rows, kept 2.") in said
    assert "1 jobs" not in words(tmp_path / "out")


def test_few_jobs_say_that_a_law_stands_behind_their_chances(tmp_path, capsys):
    capability(tmp_path / "out", job_file(tmp_path, repairs([4, 5, 6, 6.5, 8], waiting=1)))

    told = summary(tmp_path / "out")
    assert told["method"] == "lognormal"
    assert 0 < told["p_beyond_limit"]["value"] < 0.5
    assert told["p_beyond_limit"]["observed"]["value"] == 0
    assert "lognormal law" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("target", "limit", "reach", "width"), [(7, 9, 15, 1), (14, 21, 40, 3.5), (0.5, 1, 2, 0.125), (30, 60, 100, 10)]
)
def test_bars_are_round_and_end_at_the_target_and_at_the_limit(target, limit, reach, width):
    found = bar_width(target, limit, reach)

    assert found == pytest.approx(width)
    assert target / found == pytest.approx(round(target / found))
    assert limit / found == pytest.approx(round(limit / found))


@pytest.mark.shows("SVC-04")
def test_a_years_complaints_of_a_city_are_read_as_they_come(tmp_path):
    path = shared_data() / "nyc311_animals_2025.csv.gz"

    assert capability(tmp_path / "out", path) == 0

    told = summary(tmp_path / "out")
    assert (told["n"], told["open"], told["method"]) == (4692, 277, "empirical")
    assert told["input"]["columns"] == {"start": "Created Date", "end": "Closed Date"}
    assert told["p_within_target"]["events"] == 4568
    assert told["p_beyond_limit"]["value"] == pytest.approx(73 / 4692)
