"""What the figures of what lies ahead mean."""

from __future__ import annotations

Meanings = dict[str, tuple[str, str]]
OUTLOOK: Meanings = {
    "LateChanceOut.id": ("发票编号", "Key of the invoice"),
    "LateChanceOut.reasons": ("原因：[代码, 数字]，最重的在前", "Reasons: [code, figures], the strongest first"),
    "p_late": ("到期日没付清的可能 0–1，按开票那天所知", "Chance of not being paid by its due day, as known on issue"),
    "late_days": ("若晚付，预计晚几天", "Days late to expect if it is late"),
    "late_on": ("若晚付，预计到账的日子", "Day to expect the money if it is late"),
    "list_late_chances.open": ("只要还没收完的", "Open invoices alone"),
    "list_late_chances.high": ("只要多半会晚的（一半以上）", "Those more likely late than not"),
    "DemandOut.as_of": ("从哪天看", "Day it was seen from"),
    "CustomerDemandOut.as_of": ("从哪天看", "Day it was seen from"),
    "method": ("用的办法", "Method used"),
    "origins": ("回测了几次", "How many back-tests"),
    "beats_naive": ("回测里是否比简单办法准；null 是没法回测", "Nearer than the plain methods; null: no back-test"),
    "history_months": ("完整的月份数", "Complete months known"),
    "DemandOut.customers": ("客户数", "How many customers"),
    "months": ("接下来的各月", "The months to come"),
    "expected_minor": ("预计金额", "Amount expected"),
    "p10_minor": ("十次里一次低于它", "One time of ten it is below this"),
    "p90_minor": ("十次里一次高于它", "One time of ten it is above this"),
    "next_on": ("预计下次下单日；null 是说不准", "Day of the next order; null: cannot tell"),
    "next_low_on": ("下次下单日，P10", "Day of the next order, P10"),
    "next_high_on": ("下次下单日，P90", "Day of the next order, P90"),
    "order_minor": ("一单大约多少", "Usual amount of an order"),
    "order_p10_minor": ("一单金额，P10", "Amount of an order, P10"),
    "order_p90_minor": ("一单金额，P90", "Amount of an order, P90"),
}
