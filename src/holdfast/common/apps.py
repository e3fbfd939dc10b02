from django.apps import AppConfig


class CommonConfig(AppConfig):
    name = "holdfast.common"
    label = "common"
