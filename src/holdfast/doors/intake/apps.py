from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "holdfast.doors.intake"
    label = "intake"
