"""The addresses of tasks, contacts that took place and the history, for programs."""

from holdfast.records.timeline.api import documents, history, interactions, tasks  # noqa: F401 - they register themselves
from holdfast.records.timeline.api.shapes import router

__all__ = ["router"]
