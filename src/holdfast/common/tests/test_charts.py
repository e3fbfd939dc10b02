"""Charts made on the server: right to the figures, whole as XML, the same every time."""

import subprocess
import sys
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from holdfast.common import charts
from holdfast.common.charts import Bar, Bin, Line, Mark, Step, Zone, bridge, svg

SVG = "{http://www.w3.org/2000/svg}"
EVIL = '<b>&"江南</b>'
OCTOBER = [
    Step("9 月", 1842.6, "total", is_total=True),
    Step("新增", 61.3, "new"),
    Step("下降", -176.9, "declining"),
    Step("10 月", 1727.0, "now", is_total=True),
]


def shapes(picture, name):
    return list(ElementTree.fromstring(picture).iter(SVG + name))


def words(picture):
    return ["".join(node.itertext()) for node in shapes(picture, "text")]


PICTURES = {
    "bridge": lambda label: bridge(
        [Step(label, 3, is_total=True), Step(label, -1), Step(label, 2, is_total=True)], label=label
    ),
    "curve": lambda label: charts.curve(
        [(0, 0), (20, 80), (100, 100)], label=label, marks=[Mark(20, 80, label)], x_name=label
    ),
    "bars": lambda label: charts.bars([Bar(label, 3), Bar(label, -1)], label=label),
    "stars": lambda label: charts.star_bars({5: 3, 1: 9}, label=label, names={5: label, 1: label}),
    "stages": lambda label: charts.lifecycle_bars({"mature": 3}, label=label, names={"mature": label}),
    "monthly": lambda label: charts.monthly([label], [3], [1], label=label, names=(label, label)),
    "histogram": lambda label: charts.histogram(
        [Bin(label, 3, 1)], label=label, zones=[Zone(0.5, 1.5, label, "delight")], lines=[Line(1, label)], x_name=label
    ),
    "rhythm": lambda label: charts.rhythm_strip(
        charts.Rhythm([3.0, 40.0], (80.0, 85.0), (85.0, 89.0), 89.0, "w"), label=label
    ),
}


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_is_whole_xml_whatever_the_labels_hold(kind):
    picture = PICTURES[kind](EVIL)

    root = ElementTree.fromstring(picture)
    assert root.get("aria-label") == EVIL
    assert root.find(SVG + "title").text == EVIL
    assert "<b>" not in picture


@pytest.mark.parametrize("kind", PICTURES)
def test_the_same_numbers_draw_the_same_picture(kind):
    assert PICTURES[kind]("收入") == PICTURES[kind]("收入")


@pytest.mark.parametrize("kind", PICTURES)
def test_a_picture_needs_no_style_and_no_other_file(kind):
    picture = PICTURES[kind]("收入")

    assert " style=" not in picture
    assert "href" not in picture


@pytest.mark.parametrize(
    "picture",
    [
        bridge([], label="空"),
        bridge([Step("a", 0, is_total=True)], label="零"),
        charts.curve([], label="空"),
        charts.bars([], label="空"),
        charts.bars([Bar("a", 0)], label="零"),
        charts.monthly([], [], label="空"),
        charts.histogram([], label="空"),
        charts.curve([(0, 0), (100, float("nan"))], label="不是数"),
    ],
)
def test_nothing_to_draw_draws_an_empty_picture(picture):
    assert ElementTree.fromstring(picture).tag == SVG + "svg"
    assert "nan" not in picture
    assert "inf" not in picture


def test_a_bridge_writes_every_figure_with_its_sign():
    assert [
        word for word in words(bridge(OCTOBER, label="桥")) if any(c.isdigit() for c in word) and "月" not in word
    ] == [
        "1,842.6",
        "+61.3",
        "−176.9",
        "1,727.0",
    ]


def test_a_step_hangs_where_the_last_one_ended_and_the_last_total_meets_it():
    first, new, fallen, last = (
        (float(bar.get("y")), float(bar.get("y")) + float(bar.get("height")))
        for bar in shapes(bridge(OCTOBER, label="桥"), "rect")
    )

    assert new[1] == pytest.approx(first[0], abs=0.02)
    assert fallen[0] == pytest.approx(new[0], abs=0.02)
    assert last[0] == pytest.approx(fallen[1], abs=0.02)


def test_heights_are_true_to_the_figures():
    bars = shapes(bridge(OCTOBER, label="桥"), "rect")

    new, fallen = float(bars[1].get("height")), float(bars[2].get("height"))
    assert fallen / new == pytest.approx(176.9 / 61.3, rel=0.01)


def test_the_axis_is_cut_only_when_all_change_happens_far_above_zero():
    small = [Step("a", 100, is_total=True), Step("b", -90), Step("c", 10, is_total=True)]
    below = [Step("a", 10, is_total=True), Step("b", -30), Step("c", -20, is_total=True)]

    assert 0 < charts.axis_start(OCTOBER) < 1727.0
    assert charts.axis_start(small) == 0
    assert charts.axis_start(below) == -20


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=9), st.floats(0, 1e9))
def test_a_bridge_of_any_figures_stays_inside_its_picture(changes, start):
    total = start + sum(changes)
    steps = [Step("a", start, is_total=True), *(Step("s", value) for value in changes), Step("z", total, is_total=True)]

    for bar in shapes(bridge(steps, label="桥", height=168), "rect"):
        assert float(bar.get("y")) >= -0.01
        assert float(bar.get("y")) + float(bar.get("height")) <= 168.01


@given(st.floats(-1e9, 1e9), st.floats(1, 1e12))
def test_ticks_are_round_and_span_what_they_measure(low, spread):
    ticks = svg.nice_ticks(low, low + spread)

    assert ticks[0] <= low + spread * 1e-6
    assert ticks[-1] >= low + spread - spread * 1e-6
    assert 2 <= len(ticks) <= 9


def test_the_measured_share_is_named_on_the_curve():
    picture = charts.curve(
        [(0, 0), (20, 91.6), (100, 100)], label="鲸鱼", marks=[Mark(20, 91.6, "前 20% 客户\n占利润 91.6%")]
    )

    assert "前 20% 客户占利润 91.6%" in words(picture)


def test_customers_who_cost_money_bend_the_curve_above_the_whole():
    picture = charts.curve([(0, 0), (50, 121), (100, 100)], label="鲸鱼")

    assert "150%" in words(picture)


def test_stars_stand_in_their_order_each_in_its_own_depth():
    picture = charts.star_bars({1: 255, 5: 51, 3: 386}, label="星级", names={n: f"{n} 星" for n in range(1, 6)})

    assert [word for word in words(picture) if "星" in word] == ["5 星", "3 星", "1 星"]
    assert [bar.get("fill") for bar in shapes(picture, "rect")] == [svg.TONES[f"star-{n}"] for n in (5, 3, 1)]


def test_a_loss_is_cinnabar_and_carries_its_minus():
    picture = charts.bars([Bar("一星", -166), Bar("五星", 438)], label="利润")

    assert shapes(picture, "rect")[0].get("fill") == svg.TONES["lost"]
    assert "−166" in words(picture)


def test_what_is_grey_is_hatched_over_its_zone():
    picture = charts.histogram([Bin("10", 14, 7, "angry")], label="维修")

    bars = [bar for bar in shapes(picture, "rect") if bar.get("fill") in (svg.TONES["angry"], "url(#hatch-grey)")]
    assert bars[0].get("height") == bars[1].get("height")
    assert shapes(picture, "pattern")[0].get("id") == "hatch-grey"


def test_two_pictures_on_a_page_keep_their_own_hatching():
    assert 'id="hatch-repair2"' in charts.histogram([Bin("1", 1, 1)], label="a", name="repair 2")


def test_a_long_label_is_cut_before_it_runs_into_the_next():
    assert svg.shortened("苏州澄光精密机械有限公司", 60, 11) == "苏州澄光…"
    assert svg.shortened("新增", 60, 11) == "新增"


@pytest.mark.slow
def test_charts_are_drawn_without_django():
    code = (
        "import sys, holdfast.common.charts as c; c.bars([c.Bar('a', 1)], label='x'); sys.exit('django' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
