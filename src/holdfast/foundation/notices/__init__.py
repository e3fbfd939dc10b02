"""notices: tell members of staff, in the app and by mail.

Owns Notice (what a person was told), Mail (the letter about it) and Preference (how and when to be told).
Words: notice 通知, reminder 提醒, digest 每日摘要, quiet hours 免打扰时段.
"""
