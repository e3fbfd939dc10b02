"""What the figures of scores mean, in short; formulas stand in docs/metrics.md."""

from __future__ import annotations

Meanings = dict[str, tuple[str, str]]
PARTS = {
    "revenue": ("收入", "revenue"), "profit": ("利润", "profit"), "efficiency": ("效率", "efficiency"),
    "integrity": ("诚信", "integrity"), "difficulty": ("难易", "ease"),
}  # fmt: skip
WINDOWS = {"": ("本月与上月", "month"), "q_": ("近三月", "three months"), "y_": ("近一年", "year")}
MOVES = {
    "previous_minor": ("前期收入", "Revenue of the window before"),
    "current_minor": ("本期收入", "Revenue of the window"),
    "delta_minor": ("收入增减", "Change of revenue"),
    "previous_orders": ("前期下单次数", "Orders of the window before"),
    "current_orders": ("本期下单次数", "Orders of the window"),
    "movement": ("动向", "Movement"),
    "due": ("本期没买：未到时间或已逾期", "Not bought: not due yet, or overdue"),
}


def _parts() -> Meanings:
    found: Meanings = {}
    for name, (chinese, english) in PARTS.items():
        found[f"s_{name}"] = (f"{chinese}得分 0–100", f"Score of {english}, 0 to 100")
        found[f"c_{name}"] = (f"{chinese}在总分里的分数", f"Points of {english} within the score")
        found[f"{name}_part"] = (f"{chinese}得分 0–100", f"Score of {english}, 0 to 100")
    return found


def _moves() -> Meanings:
    return {
        f"{prefix}{name}": (f"{chinese}（{window}）", f"{english} ({told})")
        for prefix, (window, told) in WINDOWS.items()
        for name, (chinese, english) in MOVES.items()
        if prefix or name not in ("movement",)
    }


SCORES: Meanings = {
    **_parts(),
    **_moves(),
    "as_of": ("评分截至的日子", "Day of the scores"),
    "scored_at": ("评分的时刻", "Moment of the scoring"),
    "RunOut.state": ("open 进行中，closed 已关账，signed 已签发", "open, closed or signed"),
    "stars_hint": ("资料不足时的暂估星级", "Hint while too little is known for stars"),
    "stars_raw": ("未经平滑的星级", "Stars before smoothing"),
    "is_provisional": ("暂评", "Whether the stars are provisional"),
    "is_overridden": ("人工调整过", "Whether somebody set the stars by hand"),
    "stage_since": ("从哪天起在这个阶段", "Day since which it is in the stage"),
    "stage_rule": ("按哪条规则定的阶段", "The rule that decided the stage"),
    "previous_stage": ("之前的阶段", "The stage before"),
    "reasons": ("原因：[代码, 数字]", "Reasons: [code, figures]"),
    "first_on": ("首次下单日", "Day of the first order"),
    "last_on": ("最近下单日", "Day of the last order"),
    "lost_on": ("本月流失的日子", "Day it was lost within the month"),
    "purchase_days": ("下单的天数", "Days with an order"),
    "typical_gap_days": ("通常隔多少天下单", "Usual days between orders"),
    "elapsed_days": ("距上次下单的天数", "Days since the last order"),
    "overdue_ratio": ("已隔天数与通常的比", "Days since the last order by the usual gap"),
    "p_gap": ("这么久不下单的概率", "Chance of a gap so long"),
    "watch_on": ("到这天该留意", "Day from which to watch"),
    "risk_on": ("到这天算有风险", "Day from which it is at risk"),
    "silent_on": ("到这天算沉默", "Day from which it is silent"),
    "recency_days": ("距上次下单的天数", "Days since the last order"),
    "frequency": ("下单次数", "Number of orders"),
    "rfm": ("RFM 三位数", "RFM, three digits"),
    "rfm_r": ("R 分 1–5", "R, 1 to 5"),
    "rfm_f": ("F 分 1–5", "F, 1 to 5"),
    "rfm_m": ("M 分 1–5", "M, 1 to 5"),
    "tenure_days": ("合作天数", "Days since the first order"),
    "orders_12m": ("近 12 月下单次数", "Orders of 12 months"),
    "revenue_12m_minor": ("近 12 月收入，不含税", "Revenue of 12 months without tax, in minor units"),
    "profit_12m_minor": ("近 12 月毛利；需 see_profit", "Profit of 12 months; needs see_profit"),
    "at_stake_minor": ("会失去的钱", "Money at stake, in minor units"),
    "money_at_stake_minor": ("会失去的钱", "Money at stake, in minor units"),
    "costed_share": ("已知成本的收入占比", "Share of the revenue whose cost is known"),
    "return_rate": ("退货率", "Share that was returned"),
    "price_concession": ("让价率", "Share that was conceded on the list price"),
    "score": ("综合得分 0–100；需 see_profit", "Score, 0 to 100; needs see_profit"),
    "score_available": ("只按已知部分算的得分", "Score by the parts that are known"),
    "coverage": ("得分有多少依据，0–1", "How much of the score is known, 0 to 1"),
    "parts": ("有几个部分已知", "How many parts are known"),
    "unrated": ("没有评分", "Whether there is no rating"),
    "held": ("星级已保持的月数", "Months the stars have been held"),
    "above": ("连续几个月高于本星级", "Months in a row above the stars"),
    "below": ("连续几个月低于本星级", "Months in a row below the stars"),
    "moved": ("本月升降几星", "Stars gained or lost this month"),
    "gate": ("哪道门槛限制了星级", "The gate that limited the stars"),
    "month_profit_minor": ("当月毛利；需 see_profit", "Profit of the month; needs see_profit"),
    "month_costed_minor": ("当月已知成本的收入；需 see_profit", "Revenue of the month whose cost is known; needs see_profit"),
    "revenue_class": ("收入级别 A、B、C", "Revenue class A, B or C"),
    "profit_class": ("利润级别 A–D；需 see_profit", "Profit class A to D; needs see_profit"),
    "integrity": ("诚信 0–100", "Integrity, 0 to 100"),
    "invoices": ("看了几张发票", "Invoices that were looked at"),
    "judged": ("其中可判断的发票", "Those that could be judged"),
    "payment_index": ("付款指数", "Payment index"),
    "adbt_days": ("按金额加权的超期天数", "Days beyond terms, weighted by money"),
    "late_share": ("逾期金额占比", "Share of the money that came late"),
    "dispute_share": ("有争议的金额占比", "Share of the money that was disputed"),
    "lost_disputes": ("理亏的争议", "Disputes the customer lost"),
    "promises": ("付款承诺数", "Promises to pay"),
    "promises_kept": ("守约的承诺数", "Promises kept"),
    "promise_kept": ("守约率", "Share of the promises kept"),
    "terms_days": ("账期天数", "Days of credit"),
    "overdue_minor": ("逾期金额", "Money overdue, in minor units"),
    "payment_gate": ("付款方面的门槛", "Gate of paying behaviour"),
    "effort_hours": ("服务用时，小时", "Hours of service"),
    "estimated_hours": ("其中估算的小时", "Hours among them that are estimated"),
    "hours_per_10k": ("每万元收入用时", "Hours for each 10,000 of revenue"),
    "complaints_per_100": ("每百单投诉数", "Complaints for each 100 orders"),
    "efficiency_minor": ("每小时毛利；需 see_profit", "Profit an hour; needs see_profit"),
    "difficulty": ("难度 0–100，越高越难", "Difficulty, 0 to 100, high is hard"),
    "p_alive": ("仍在往来的概率", "Chance of still being a customer"),
    "p_leave": ("流失的概率", "Chance of leaving"),
    "expected_purchases": ("预计下单次数", "Orders to expect"),
    "expected_spend_minor": ("预计消费", "Revenue to expect, in minor units"),
    "why_base": ("流失对数几率的起点：公司的典型客户", "Log-odds of leaving of the company's typical customer; all parts add up"),
    "why_pace": ("自己的购买频度使对数几率增减多少", "What the customer's own pace adds to the log-odds"),
    "why_silence": ("沉默了这么久使对数几率增减多少", "What the present silence adds to the log-odds"),
    "why_compared": ("与同类客户相比使对数几率增减多少；没有用时 0", "What recent purchases among customers alike add; 0 where of no use"),
    "why_usual_days": ("平常隔多少天买一次；看不出时 null", "Usual days between purchases; null without any"),
    "why_recent_days": ("近 91 天有几个购买日", "Purchase days of the last 91 days"),
    "purchases_p10": ("未来一年购买次数的低端", "Purchases of the coming year that nine cases in ten reach"),
    "purchases_p90": ("未来一年购买次数的高端", "Purchases of the coming year that nine cases in ten do not pass"),
    "value_12m_p10_minor": ("未来一年价值的低端；需 see_profit", "Low end of the coming year's value; needs see_profit"),
    "value_12m_p90_minor": ("未来一年价值的高端；需 see_profit", "High end of the coming year's value; needs see_profit"),
    "value_12m_minor": ("未来一年的价值；需 see_profit", "Value of the coming year; needs see_profit"),
    "recent_days": ("最近 12 个下单日", "The last 12 days with an order"),
    "StandingChangeOut.field": ("哪一项：星级、阶段、风险或动向", "stars, stage, risk or movement"),
    "list_standing_changes.field": ("哪一项：星级、阶段、风险或动向", "stars, stage, risk or movement"),
}  # fmt: skip
