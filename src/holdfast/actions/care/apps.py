from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "holdfast.actions.care"
    label = "care"
