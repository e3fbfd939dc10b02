from django.apps import AppConfig


class QualityConfig(AppConfig):
    name = "holdfast.insight.quality"
    label = "quality"
