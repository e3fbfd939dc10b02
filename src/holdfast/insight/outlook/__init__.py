"""outlook: what the next weeks and months may bring: which invoices will be paid late, what customers will order.

Owns LateChance (one an invoice), Outlook (one a month, with its file of customers) and DemandGroup (sums by owner …).
Words: chance of lateness 晚付可能, at risk 预警, demand 需求, expected 预计, band P10–P90 区间, back-test 回测.
"""
