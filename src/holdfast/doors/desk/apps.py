from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "holdfast.doors.desk"
    label = "desk"
