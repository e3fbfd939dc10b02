"""commerce: what was ordered, delivered, returned, and what it earned.

Owns Product, Order, OrderLine. Invoices and payments 回款 will live here too.
Words: order 订单, return 退货, net price 成交价, cost 成本, profit grade 利润等级(1–4), promised day 承诺日.
"""
