"""facts: a checked snapshot of what the record rooms know, as Parquet files, taken in a process of its own.

Owns the files under DATA/snapshots. Reads each room's `facts.py`, writes no table of the database.
Words: snapshot 快照, fact table 事实表.
"""
