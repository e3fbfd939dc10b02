"""Pages that compose several rooms."""

from holdfast.doors.desk.views.customer import customer
from holdfast.doors.desk.views.search import search
from holdfast.doors.desk.views.workbench import print_calls, workbench

__all__ = ["customer", "print_calls", "search", "workbench"]
