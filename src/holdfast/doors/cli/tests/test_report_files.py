import re
from datetime import date, timedelta

import pytest

from holdfast.common import sheets
from holdfast.doors.cli.main import main
from holdfast.doors.cli.orders.report.figures import Figures
from holdfast.doors.cli.orders.report.markup import css_text
from holdfast.doors.cli.tongue import Tongue

EVIL = "<script>alert(1)</script>"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Reports in both languages on two years of orders, one customer with a hostile name."""
    place = tmp_path_factory.mktemp("report")
    lines = ["客户,日期,订单号,数量,单价"]
    for n in range(60):
        who = EVIL if n == 7 else f"=C{n:03d}"
        gap = 20 + n % 30
        for k in range(2 + n % 9):
            day = date(2025, 11, 20) - timedelta(days=k * gap + n * (n % 3))
            lines.append(f"{who},{day},SO{n}-{k},{1 + n % 4},{9000 if n == 7 else 10 + n}.5")
    (place / "orders.csv").write_text("\n".join(lines), encoding="utf-8")
    for lang in ("zh", "en"):
        assert main(["analyze", str(place / "orders.csv"), "--out", str(place / lang), "--lang", lang]) == 0
    return place


@pytest.mark.slow
@pytest.mark.shows("REP-06")
def test_the_page_stands_alone_and_escapes_what_customers_are_called(folder):
    page = (folder / "zh" / "report.html").read_text(encoding="utf-8")

    assert EVIL not in page
    assert "&lt;script&gt;" in page
    assert "<script" not in page
    assert not re.search(r"(?:src|href)\s*=|url\(|@import", page)
    assert "default-src 'none'" in page
    assert page.count("<svg") == 3


@pytest.mark.slow
def test_the_english_page_has_no_chinese_but_the_names(folder):
    page = (folder / "en" / "report.html").read_text(encoding="utf-8")

    shown = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    for own in ("守客", "客户", "日期", "订单号", "数量", "单价"):
        shown = shown.replace(own, "")
    assert not re.findall(r"[\u4e00-\u9fff]+", shown)
    assert '<html lang="en">' in page


@pytest.mark.slow
@pytest.mark.shows("REP-06")
def test_the_workbook_has_a_list_for_each_thing_to_act_on(folder):
    with sheets.open_sheet(folder / "zh" / "report.xlsx", sheet="收入最高的客户") as sheet:
        rows = sheet.sample(100)
        assert sheet.sheet_names == (
            "该打电话的客户",
            "本月未购的客户",
            "下降的客户",
            "上升的客户",
            "新客户",
            "收入最高的客户",
        )
    revenue = [row.values["全部收入"] for row in rows]
    assert revenue == sorted(revenue, reverse=True)
    assert len(rows) == 60
    assert all(str(row.values["客户"]).startswith(("'=C", "<script")) for row in rows)


@pytest.mark.slow
@pytest.mark.shows("REP-06")
def test_the_pdf_carries_its_own_fonts(folder):
    content = (folder / "zh" / "report.pdf").read_bytes()

    assert content.startswith(b"%PDF")
    assert b"/FontFile" in content or b"ObjStm" in content


def test_money_reads_as_the_house_writes_it():
    zh, en = Figures("CNY", Tongue("zh")), Figures("USD", Tongue("en"))

    assert zh.money(68_200_000) == "¥68.2 万"
    assert zh.money(13_700_000_000) == "¥1.37 亿"
    assert zh.money(-4_100, plus=True) == "−¥41"
    assert en.money(137_000_000) == "$1.37M"
    assert en.money(68_200_000, plus=True) == "+$682K"
    assert en.money(None) == "—"
    assert zh.whole(-30) == "0"
    assert zh.whole(-123_456, plus=True) == "−1,235"
    assert Figures("JPY", Tongue("zh")).money(123_400) == "¥12.3 万"


def test_a_style_sheet_text_cannot_leave_its_string():
    assert '"' not in css_text('a"}</style>')
    assert "<" not in css_text("</style>")


@pytest.mark.slow
@pytest.mark.shows("CHU-03", "CHU-08")
def test_the_page_says_what_lies_ahead_and_how_far_to_trust_it(folder):
    page = (folder / "zh" / "report.html").read_text(encoding="utf-8")

    assert "接下来 90 天" in page
    assert "所用模型" in page
