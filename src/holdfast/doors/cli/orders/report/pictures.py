"""The report's charts, as SVG that stands in the page."""

from holdfast.analysis.accounts import Analysis
from holdfast.common.charts import Mark, Step, axis_start, bridge, curve, lifecycle_bars
from holdfast.doors.cli.orders.report.figures import Figures
from holdfast.doors.cli.orders.report.words import MOVEMENTS, STAGES


def bridge_picture(analysis: Analysis, figures: Figures) -> tuple[str, str]:
    """The revenue bridge, and the words that name its unit and where the axis is cut."""
    t, moves = figures.tongue, analysis.summary["movement"]
    total = moves["totals"]
    size, unit = figures.axis(max(abs(total["previous"]), abs(total["current"]), 1))
    before, month = (figures.short_month(analysis.summary[key]) for key in ("movement_from", "movement_to"))
    steps = [
        Step(before, float(total["previous"] / size), "total", True),
        *(
            Step(t(*MOVEMENTS[code]), float(moves[code]["delta"] / size), code)
            for code in MOVEMENTS
            if moves[code]["n"]
        ),
        Step(month, float(total["current"] / size), "now", True),
    ]
    start = axis_start(steps)
    cut = t("，纵轴从 {start:,.0f} 起", ", axis from {start:,.0f}", start=start) if start else ""
    return bridge(steps, label=t("收入桥", "Revenue bridge")), unit + cut


def stage_picture(analysis: Analysis, figures: Figures) -> str:
    """Customers by stage of life."""
    t = figures.tongue
    counts = {code: float(n) for code, n in analysis.summary["stages"].items() if n}
    names = {code: t(*words) for code, words in STAGES.items()}
    return lifecycle_bars(counts, label=t("各阶段的客户数", "Customers by stage"), names=names)


def pareto_picture(analysis: Analysis, figures: Figures) -> str:
    """Share of revenue over share of customers, the best first."""
    t, pareto = figures.tongue, analysis.summary["pareto"]
    points = [(row["share_customers"] * 100, row["share_value"] * 100) for row in analysis.lorenz.to_pylist()]
    top = pareto["top20_share"]
    marks = (
        [Mark(20, top * 100, t("两成客户\n{share}", "top 20%\n{share}", share=figures.percent(top)))]
        if top is not None
        else []
    )
    return curve(
        [point for point in points if point[1] == point[1]],
        label=t("收入集中度", "Concentration of revenue"),
        marks=marks,
        x_name=t("客户占比，从收入最高的数起", "share of customers, the largest first"),
        diagonal=True,
        width=680,
        height=230,
    )
