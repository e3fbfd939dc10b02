"""reports: the monthly 维析 report: drafted, reviewed, signed, frozen; page, PDF, Excel; its actions become tasks.

Owns MonthlyReport and Action. Figures come from scores; a signed report never changes.
Words: monthly report 维析月报, draft 起草, sign 签发, freeze 冻结, action 措施, bridge 收入对账.
"""
