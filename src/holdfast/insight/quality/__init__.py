"""quality: how well a promise about time is kept between any two dates that the product knows.

Owns Process (a pair of dates with its target and limit, kept under a name). Computes from the record rooms as they are.
Words: process 流程, pair 起止日期, target 承诺, limit 底线, delight 惊喜区, acceptable 可接受, angry 愤怒区, grey 灰区.
"""
