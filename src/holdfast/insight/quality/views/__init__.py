"""The pages of time promises."""

from holdfast.insight.quality.views.pages import chart, jobs, remove, save, update

__all__ = ["chart", "jobs", "remove", "save", "update"]
