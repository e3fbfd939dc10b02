"""The report as sections of a page, as a PDF and as a workbook: one content, three forms."""

from holdfast.doors.reports.writers.charts import screen_charts
from holdfast.doors.reports.writers.content import Section, lead, sections
from holdfast.doors.reports.writers.files import write_pdf, write_workbook

__all__ = ["Section", "lead", "screen_charts", "sections", "write_pdf", "write_workbook"]
