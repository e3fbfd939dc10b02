"""timeline: what is planned for a customer and, later, everything that happened.

Owns Task. Entries, interactions and documents will live here too.
Words: task 任务, assignee 负责人, due day 到期日, outcome 结果.
"""
