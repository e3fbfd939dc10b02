"""Ground: what every room stands on, without a word of any room's trade.

Base model, money, months, search keys, Refusal, pages (show, go, needs), sheets, charts, the shell and its parts.
"""
