from django.apps import AppConfig


class CliConfig(AppConfig):
    name = "holdfast.doors.cli"
    label = "cli"
