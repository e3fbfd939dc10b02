"""care: what each star is owed, whether it was done, and the tasks that come of it.

Owns StandardVersion, Standard, Switches, Duty, DutyTask, Gift and Focus.
Words: standard 服务标准, duty 应做, window 时段, gap 缺口, gift 礼品, focus customer 重点客户.
"""
