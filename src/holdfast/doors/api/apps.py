from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "holdfast.doors.api"
    label = "api"
