"""All clock-run work on one page: names that rooms register, and when they are due, in the company's time zone.

A machine that was off at the moment runs the work when it is on again. Stale jobs are swept, lost ones sent again and
old ones forgotten by the worker itself, every quarter of a minute.
"""

from __future__ import annotations

from datetime import time, timedelta

from holdfast.foundation.jobs.rules import Entry

ENTRIES = [
    Entry("commerce.judge_promises", at=time(0, 10)),  # promises to pay whose day has passed: kept or broken
    Entry("scores.nightly", at=time(2, 0)),  # yesterday's facts become today's stars, stages and warnings
    Entry("voice.read", at=time(1, 30)),  # comments that are new, or were read by an older model
    Entry("voice.alike", at=time(1, 45)),  # comments that say the same in almost the same words
    Entry("outlook.make", at=time(2, 20)),  # which invoices will be late, what will be ordered
    Entry("voice.find", every=timedelta(days=7)),  # topics that comments have in common, for people to decide on
    Entry("care.nightly", at=time(2, 30)),  # what tonight's stars are owed becomes tasks
    Entry("care.count", every=timedelta(minutes=20)),  # how far the service standards are kept today
    Entry("intake.tidy", at=time(3, 40)),  # uploads older than 30 days
    Entry("backup.nightly", at=time(3, 0)),  # into the data folder; copy it to another machine
    Entry("timeline.remind", every=timedelta(seconds=30)),  # tasks whose reminder has come
    Entry("timeline.escalate", at=time(8, 15)),  # tasks left lying, told to managers
    Entry("notices.deliver", every=timedelta(minutes=1)),  # letters that are due
    Entry("notices.tidy", at=time(3, 50)),  # notices read a year ago, letters settled long since
    Entry("timeline.rebuild", at=time(3, 50)),  # the history is compared with the rows it tells of
    Entry("customers.upkeep", at=time(4, 0)),  # how complete and fresh every record is
    Entry("customers.duplicates", at=time(4, 20)),  # which customers may be one
    Entry("customers.field_indexes", at=time(3, 45)),  # indexes of custom fields that a restore left out
    Entry("jobs.housekeeping", at=time(3, 30)),  # expired sessions and one-time links
]
