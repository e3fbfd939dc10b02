"""What happened to a customer and what is planned, table by table."""

from holdfast.records.timeline.models.tasks import SOURCES, TASK_KINDS, Task, TaskQuerySet, task_kinds

__all__ = ["SOURCES", "TASK_KINDS", "Task", "TaskQuerySet", "task_kinds"]
