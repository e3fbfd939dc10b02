"""commerce: what was ordered, delivered, returned, what it earned, and what is owed and paid for it.

Owns Product, Order, OrderLine, Invoice, Payment, Allocation, PaymentPromise.
Words: order 订单, return 退货, net price 成交价, cost 成本, profit grade 利润等级(1–4), promised day 承诺日,
invoice 发票, credit note 红字发票, payment 回款, allocation 核销, open 未收, ageing 账龄, promise to pay 付款承诺, DSO 应收账款天数.
"""
