"""Words of the report for codes: movement, stage, flags. (Chinese, English) in the order they are always shown."""

MOVEMENTS = {
    "new": ("新增", "New"),
    "returned": ("回归", "Returned"),
    "rising": ("上升", "Rising"),
    "stable": ("平稳", "Stable"),
    "declining": ("下降", "Declining"),
    "lost": ("本月未购", "Did not buy"),
    "irregular": ("异常", "Irregular"),
}
MOVEMENT_NOTES = {
    "new": ("首次购买", "first purchase ever"),
    "returned": ("上月没有，更早有过", "nothing the month before, something earlier"),
    "rising": ("比上月多一成以上", "over a tenth more than the month before"),
    "stable": ("变化不到一成", "within a tenth"),
    "declining": ("比上月少一成以上", "over a tenth less than the month before"),
    "irregular": ("退货多于购买等", "returns above purchases and the like"),
}
STAGES = {
    "identified": ("识别", "Identified"),
    "developing": ("开发", "Developing"),
    "activated": ("启动", "Activated"),
    "growing": ("发展", "Growing"),
    "mature": ("成熟", "Mature"),
    "declining": ("衰退", "Declining"),
    "at_risk": ("将流失", "At risk"),
    "silent": ("沉默", "Silent"),
    "lost": ("流失", "Lost"),
    "won_back": ("挽回", "Won back"),
}
DUE = {"not_due": ("未到期", "not due yet"), "overdue": ("逾期", "overdue")}
LISTS = {
    "calls": (
        "该打电话的客户",
        "Customers to call",
        "将流失与沉默，按近一年的收入排",
        "at risk or silent, by last year's revenue",
    ),
    "lost": (
        "本月未购的客户",
        "Did not buy this month",
        "逾期的在前，按上月收入排",
        "overdue first, by the month before",
    ),
    "declining": ("下降的客户", "Declining", "按少掉的收入排", "by revenue given up"),
    "rising": ("上升的客户", "Rising", "按多出的收入排", "by revenue gained"),
    "new": ("新客户", "New", "按本月收入排", "by revenue this month"),
    "top": ("收入最高的客户", "Top customers", "按全部收入排", "by all revenue"),
}
FLAGS = {
    "rows": ("全部行", "All rows"),
    "kept": ("采用", "Kept"),
    "no_customer": ("没有客户", "Without a customer"),
    "cancelled": ("取消（订单号以 C 开头）", "Cancelled (order number begins with C)"),
    "duplicates": ("与前面某行相同", "Equal to an earlier row"),
    "negative_quantity": ("数量为负", "Negative quantity"),
    "nonpositive_price": ("单价为零或负", "Price of zero or less"),
    "unreadable_dates": ("日期读不出", "No readable date"),
    "amount_missing": ("金额读不出，按 0 计", "No readable amount, counted as 0"),
    "after_as_of": ("晚于截止日", "After the as-of day"),
    "ragged": ("列数不齐", "Too few or too many cells"),
}
ROLES = {
    "customer": ("客户", "customer"),
    "date": ("日期", "date"),
    "order": ("订单", "order"),
    "product": ("产品", "product"),
    "quantity": ("数量", "quantity"),
    "price": ("单价", "price"),
    "amount": ("金额", "amount"),
    "cost": ("成本", "cost"),
    "product_name": ("品名", "product name"),
    "country": ("地区", "region"),
}
DEFINITIONS = (
    (
        "成交日：一位客户一天的净额不为负、且不全是取消的单据，算一个成交日；净额恰为 0 也算。退货计入收入。",
        "Purchase day: a customer's day with a net amount of zero or more that is not made of cancelled lines only. "
        "Returns count in revenue.",
    ),
    (
        "进出：上个完整自然月与再前一个月相比，多于 110% 为上升，少于 90% 为下降；各类相加等于总数，分毫不差。",
        "Movement: the last complete calendar month against the one before; above 110% is rising, below 90% declining. "
        "The classes add up to the total exactly.",
    ),
    (
        "未到期与逾期：按每位客户自己的购买间隔判断，多半还会按时来的算未到期。本月未购不等于流失。",
        "Not due and overdue are told by each customer's own gap between purchases. Not buying this month is not being lost.",
    ),
    (
        "阶段：距上次购买的天数超过本人节奏的 95% 为将流失，99% 为沉默；一年或五个间隔没有购买为流失。",
        "Stage: at risk and silent begin where the days since the last purchase pass 95% and 99% of the customer's own "
        "rhythm; lost after a year or five usual gaps.",
    ),
    (
        "接下来：每位客户的购买次数与去留由概率模型推算，模型以公司自己的过去检验后选定；12 个月价值按年 10% 折现；"
        "有风险的年收入 = 期内不买的概率 × 按本人节奏一年的收入。",
        "Ahead: purchases and leaving are inferred by a probability model, chosen by testing it on the company's own past; "
        "the 12-month value is discounted at 10% a year; a year's revenue at risk = chance of no purchase × a year's "
        "revenue at the customer's own pace.",
    ),
    (
        "星级只依据订单里看得到的角度（收入、利润、易处），多为暂定，只作参考。",
        "Stars rest only on the angles that orders show (revenue, profit, ease), so most are provisional.",
    ),
)
