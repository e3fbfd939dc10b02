"""audit: the journal of every change, and the undo that reads it.

Owns Batch (one action that wrote many rows) and Change (one row before and after), append-only in the database.
Words: journal 变更日志, batch 批次, undo 撤销.
"""
