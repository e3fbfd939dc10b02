"""timeline: everything that happened with a customer, and what is planned.

Owns Entry (one history per customer), Interaction, Participant, UsualMinutes, Document, Version, Folder, Task, and the
feed of tasks. Other rooms push their lines by `services.push_entry` and tell them by `rules.register_wording`.
Words: entry 历史, interaction 联系, document 文件, folder 文件夹, task 任务, assignee 负责人, due day 到期日, outcome 结果.
"""
