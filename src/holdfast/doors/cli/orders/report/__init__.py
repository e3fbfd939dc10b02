"""The report of `holdfast analyze`: report.html (one file, nothing from elsewhere), report.pdf and report.xlsx.

Words: a *list* is at most 1,000 customers in an order that helps to act; the page shows the first of each.
"""

from pathlib import Path

from holdfast.analysis.accounts import Analysis
from holdfast.doors.cli.orders.report.figures import Figures
from holdfast.doors.cli.orders.report.lists import find_lists, write_workbook
from holdfast.doors.cli.orders.report.page import whole_page
from holdfast.doors.cli.orders.report.printing import write_pdf
from holdfast.doors.cli.orders.told import Reading
from holdfast.doors.cli.tongue import Tongue

__all__ = ["write_report"]


def write_report(analysis: Analysis, reading: Reading, folder: Path, *, currency: str, tongue: Tongue) -> None:
    """Write report.html, report.pdf and report.xlsx into `folder`. Raises Problem without the library for PDF."""
    figures = Figures(currency, tongue)
    lists = find_lists(analysis)
    page = whole_page(analysis, reading, lists, figures)
    (folder / "report.html").write_text(page, encoding="utf-8")
    write_pdf(page, folder / "report.pdf", tongue)
    write_workbook(lists, analysis, folder / "report.xlsx", figures)
