from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "holdfast.doors.reports"
    label = "reports"
