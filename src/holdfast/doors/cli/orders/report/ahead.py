"""What lies ahead: purchases and money expected of each class of customers, the money at risk, and how sure that is."""

from collections.abc import Sequence
from typing import Any

import pyarrow.compute as pc

from holdfast.analysis.accounts import Analysis
from holdfast.doors.cli.orders.report.figures import Figures
from holdfast.doors.cli.orders.report.markup import Cell, figure, plain, table, text

_MODELS = {"bgnbd": "BG/NBD", "mbgnbd": "MBG/NBD", "paretonbd": "Pareto/NBD", "mbgcnbd": "MBG/CNBD-k"}
_MONEY = ("expected_spend", "clv_12m", "revenue_at_risk")


def ahead_section(analysis: Analysis, figures: Figures) -> tuple[str, str, str]:
    """Heading, small words and markup of the section."""
    t = figures.tongue
    days = analysis.summary["horizon_days"]
    heading = t("接下来 {n} 天", "The next {n} days", n=figures.count(days))
    small = t("按收入分 A、B、C 三类", "by class of revenue, A, B, C")
    return heading, small, _table(analysis, figures) + "".join(_told(analysis.summary["models"], figures))


def _table(analysis: Analysis, figures: Figures) -> str:
    t = figures.tongue
    unit = t("元", "") if figures.currency == "CNY" else figures.currency
    heads = [
        plain(t("类别", "Class")),
        figure(t("客户", "Customers")),
        figure(t("预计成交日", "Purchase days")),
        figure(t("预计收入 {unit}", "Revenue expected {unit}", unit=unit).strip()),
        figure(t("12 个月价值 {unit}", "12-month value {unit}", unit=unit).strip()),
        figure(t("有风险的年收入 {unit}", "A year's revenue at risk {unit}", unit=unit).strip()),
    ]
    customers = analysis.customers
    bought = customers.filter(pc.is_valid(customers["p_churn"]))
    rows = [("", _row(name, bought.filter(pc.equal(bought["abc"], name)), figures)) for name in ("A", "B", "C")]
    return table(heads, [*rows, ("sum", _row(t("合计", "Total"), bought, figures))])


def _row(name: str, customers: Any, figures: Figures) -> Sequence[Cell]:
    purchases = pc.sum(customers["expected_purchases"]).as_py() or 0.0
    money = [pc.sum(customers[column]).as_py() or 0.0 for column in _MONEY]
    minor = [round(value * 10**figures.exponent) for value in money]
    return [
        plain(name),
        figure(figures.count(customers.num_rows)),
        figure(figures.count(round(purchases))),
        *(figure(figures.whole(value)) for value in minor),
    ]


def _told(models: dict[str, Any], figures: Figures) -> list[str]:
    """Which model it rests on, and where it should not be trusted far."""
    t, name = figures.tongue, _MODELS[models["chosen"]]
    said = [(_choice(models, name, figures), "cap")]
    if "few_customers" in models["flags"].get(models["chosen"], []):
        said.append(
            (
                t(
                    "客户或回头客太少，预测借用了一般经验值，只作参考。",
                    "Too few customers or repeat customers: the forecast leans on general experience. Take it as a hint.",
                ),
                "cap act",
            )
        )
    if models["churn"].get("beats_recency") is False:
        said.append(
            (
                t(
                    "回测中，单看「多久没买」给客户排序不比这里的流失概率差，排序时请以它为准。",
                    "In the back-test, days since the last purchase alone ordered customers no worse than these chances "
                    "of leaving: go by that when putting customers in order.",
                ),
                "cap act",
            )
        )
    return [f'<p class="{look}">{text(words)}</p>' for words, look in said]


def _choice(models: dict[str, Any], name: str, figures: Figures) -> str:
    t = figures.tongue
    if not models["backtest"]:
        return t(
            "所用模型 {name}，按似然选择：历史太短，还不能回测。",
            "Model {name}, chosen by likelihood: the history is too short for a back-test.",
            name=name,
        )
    error = models["backtest"]["models"][models["chosen"]]["total_error"]
    over = error >= 0
    return t(
        "所用模型 {name}：只用此前的数据回头预测最近 {days} 天，成交日合计" + ("多" if over else "少") + "估 {error}。",
        "Model {name}: from earlier data alone it put the purchase days of the last {days} days {error} too "
        + ("high" if over else "low")
        + " in all.",
        name=name,
        days=figures.count(models["backtest"]["days"]),
        error=figures.percent(abs(error)),
    )
