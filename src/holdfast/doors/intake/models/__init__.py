"""Imports, saved mappings, and the work file that holds the rows of one import."""

from holdfast.doors.intake.models.imports import OPEN_STATES, STATES, Import, Mapping
from holdfast.doors.intake.models.work import WorkFile

__all__ = ["OPEN_STATES", "STATES", "Import", "Mapping", "WorkFile"]
