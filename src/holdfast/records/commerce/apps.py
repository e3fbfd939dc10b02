from django.apps import AppConfig


class CommerceConfig(AppConfig):
    name = "holdfast.records.commerce"
    label = "commerce"
